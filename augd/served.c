/* The list of data sets and its pages. */
#include "augd/served.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "libaug/data/identity.h"
#include "libaug/data/part.h"

_Static_assert(AUG_CATALOG_MAX_NAME < AUGP_NAME_SIZE, "every name fits into a message");

static void describe(AugpListed *out, const char *name, const AugDataset *dataset)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    const AugDataset *whole = augi_part_whole(dataset);
    snprintf(out->name, sizeof(out->name), "%s", name);
    snprintf(out->kind, sizeof(out->kind), "%s", (whole ? whole : dataset)->kind->name);
    out->n_samples = info->n_samples;
    out->n_classes = info->n_classes;
}

AugStatus augd_served_init(AugdServed *served, const AugCatalog *catalog, AugError *error)
{
    const size_t n = aug_catalog_count(catalog);
    *served = (AugdServed){.catalog = catalog};
    served->items = calloc(n ? n : 1, sizeof(*served->items));
    if (!served->items)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a list of data sets");
    served->n = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        describe(&served->items[i], aug_catalog_name(catalog, i), aug_catalog_dataset(catalog, i));
    return AUG_OK;
}

void augd_served_fini(AugdServed *served)
{
    free(served->items);
    memset(served, 0, sizeof(*served));
}

void augd_served_log(const AugdServed *served, AugdLog *log)
{
    for (uint32_t i = 0; i < served->n; i++) {
        const AugpListed *item = &served->items[i];
        augd_log(log, AUGD_EVENT_SERVING, "{s:s, s:s, s:I, s:I}", "dataset", item->name, "kind",
                 item->kind, "samples", (json_int_t)item->n_samples, "classes",
                 (json_int_t)item->n_classes);
    }
}

bool augd_served_page(const AugdServed *served, const char *after, AugpListing *page)
{
    uint32_t first = 0;
    while (first < served->n && strcmp(served->items[first].name, after) <= 0)
        first++;
    const uint32_t left = served->n - first;
    const uint32_t n = left < AUGP_MAX_LISTED ? left : AUGP_MAX_LISTED;
    *page = (AugpListing){.n = served->n, .more = left > n, .n_items = n};
    page->items = calloc(n ? n : 1, sizeof(*page->items));
    if (!page->items)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const AugDataset *dataset = aug_catalog_dataset(served->catalog, first + i);
        page->items[i] = served->items[first + i];
        augi_identity_fingerprint(dataset, page->items[i].fingerprint);
        augi_identity_content(dataset, page->items[i].content);
    }
    return true;
}
