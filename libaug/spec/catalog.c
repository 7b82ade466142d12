/* Data sets under names, as a daemon serves them: a sorted list, each opened once. */
#include "aug/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"

typedef struct Entry {
    char name[AUG_CATALOG_MAX_NAME + 1];
    AugDataset *dataset;
} Entry;

/* Sorted by name. */
struct AugCatalog {
    Entry *entries;
    size_t n;
};

AugCatalog *aug_catalog_new(void)
{
    return calloc(1, sizeof(AugCatalog));
}

void aug_catalog_free(AugCatalog *catalog)
{
    if (!catalog)
        return;
    for (size_t i = 0; i < catalog->n; i++)
        aug_dataset_unref(catalog->entries[i].dataset);
    free(catalog->entries);
    free(catalog);
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_name(const char *name, size_t size)
{
    if (size == 0 || size > AUG_CATALOG_MAX_NAME || !is_alphanumeric(name[0]))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!is_alphanumeric(name[i]) && !memchr("-_.", name[i], 3))
            return false;
    return true;
}

static AugStatus check_name(const char *name, size_t size, AugError *error)
{
    if (!is_name(name, size))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.*s' cannot name a data set; allowed are 1 to %d letters, digits, "
                        "hyphens, underscores and dots, the first a letter or digit",
                        size > 100 ? 100 : (int)size, name, AUG_CATALOG_MAX_NAME);
    return AUG_OK;
}

static AugStatus check_free(const AugCatalog *catalog, const char *name, size_t size,
                            AugError *error)
{
    AUG_TRY(check_name(name, size, error));
    for (size_t i = 0; i < catalog->n; i++)
        if (strlen(catalog->entries[i].name) == size &&
            memcmp(catalog->entries[i].name, name, size) == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "the data set '%.*s' is given twice; each name may stand once",
                            (int)size, name);
    return AUG_OK;
}

static AugStatus insert(AugCatalog *catalog, const char *name, size_t size, AugDataset *dataset,
                        AugError *error)
{
    Entry *entries = realloc(catalog->entries, (catalog->n + 1) * sizeof(*entries));
    if (!entries)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a catalog");
    catalog->entries = entries;
    Entry entry = {.dataset = aug_dataset_ref(dataset)};
    memcpy(entry.name, name, size);
    size_t at = catalog->n++;
    for (; at > 0 && strcmp(entries[at - 1].name, entry.name) > 0; at--)
        entries[at] = entries[at - 1];
    entries[at] = entry;
    return AUG_OK;
}

/* The length of a definition's name. */
static AugStatus find_name(const char *definition, size_t *size, AugError *error)
{
    *size = strcspn(definition, "=:");
    if (definition[*size] != '=')
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, definition,
                        "has no name; allowed is NAME=KIND:PATH[,key=value...], such as "
                        "train=image_folder:data/train");
    return AUG_OK;
}

AugStatus aug_catalog_check(const char *definition, AugError *error)
{
    size_t size;
    AUG_TRY(find_name(definition, &size, error));
    AUG_TRY(check_name(definition, size, error));
    return augi_dataset_check_location(definition + size + 1, error);
}

AugStatus aug_catalog_add(AugCatalog *catalog, const char *definition, const AugLimits *limits,
                          AugError *error)
{
    size_t size;
    AUG_TRY(find_name(definition, &size, error));
    AUG_TRY(check_free(catalog, definition, size, error));
    AugDataset *dataset;
    AUG_TRY(aug_dataset_open(&dataset, definition + size + 1, limits, error));
    AugStatus status = insert(catalog, definition, size, dataset, error);
    aug_dataset_unref(dataset);
    return status;
}

AugStatus aug_catalog_add_dataset(AugCatalog *catalog, const char *name, AugDataset *dataset,
                                  AugError *error)
{
    AUG_TRY(check_free(catalog, name, strlen(name), error));
    return insert(catalog, name, strlen(name), dataset, error);
}

static const char *name_at(const void *list, size_t i)
{
    return ((const Entry *)list)[i].name;
}

static AugStatus fail_unknown(const AugCatalog *catalog, const char *name, AugError *error)
{
    if (catalog->n == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, NULL,
                        "there is no data set '%.100s', nor any other; name one with --dataset "
                        "NAME=KIND:PATH",
                        name);
    const char *near = augi_nearest_name(name, name_at, catalog->entries, catalog->n);
    if (near)
        return AUG_FAIL(error, AUG_NOT_FOUND, NULL,
                        "there is no data set '%.100s'; did you mean '%s'?", name, near);
    char known[300];
    augi_known_names(name_at, catalog->entries, catalog->n, known, sizeof(known));
    return AUG_FAIL(error, AUG_NOT_FOUND, NULL, "there is no data set '%.100s'; %s", name, known);
}

AugStatus aug_catalog_find(const AugCatalog *catalog, const char *name, AugDataset **out,
                           AugError *error)
{
    *out = NULL;
    for (size_t i = 0; i < catalog->n; i++)
        if (strcmp(catalog->entries[i].name, name) == 0) {
            *out = catalog->entries[i].dataset;
            return AUG_OK;
        }
    return fail_unknown(catalog, name, error);
}

size_t aug_catalog_count(const AugCatalog *catalog)
{
    return catalog->n;
}

const char *aug_catalog_name(const AugCatalog *catalog, size_t i)
{
    return catalog->entries[i].name;
}

AugDataset *aug_catalog_dataset(const AugCatalog *catalog, size_t i)
{
    return catalog->entries[i].dataset;
}
