/* LIST and LISTING. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/message.h"

AugpStatus augp_list_encode(const AugpList *list, char **text, size_t *size, AugpError *error)
{
    json_error_t problem;
    json_t *json =
        json_pack_ex(&problem, 0, "{s:s*}", "after", list->after[0] ? list->after : NULL);
    return augp_json_finish(json, &problem, "LIST", text, size, error);
}

AugpStatus augp_list_decode(AugpList *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_text(&reader, "after", AUGP_OPTIONAL, out->after, sizeof(out->after));
    json_decref(json);
    return reader.status;
}

static json_t *listed_value(const AugpListed *listed)
{
    char n_samples[24];
    snprintf(n_samples, sizeof(n_samples), "%" PRIu64, listed->n_samples);
    return json_pack("{s:s, s:s, s:s, s:I, s:s*, s:s*}", "name", listed->name, "kind", listed->kind,
                     "n_samples", n_samples, "n_classes", (json_int_t)listed->n_classes,
                     "fingerprint", listed->fingerprint[0] ? listed->fingerprint : NULL, "content",
                     listed->content[0] ? listed->content : NULL);
}

AugpStatus augp_listing_encode(const AugpListing *listing, char **text, size_t *size,
                               AugpError *error)
{
    json_error_t problem = {0};
    char n[24];
    snprintf(n, sizeof(n), "%" PRIu64, listing->n);
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < listing->n_items; i++) {
        if (json_array_append_new(list, listed_value(&listing->items[i])) == 0)
            continue;
        snprintf(problem.text, sizeof(problem.text), "a name is not UTF-8, or memory is out");
        json_decref(list);
        list = NULL;
    }
    json_t *json = list ? json_pack_ex(&problem, 0, "{s:s, s:b, s:o}", "n", n, "more",
                                       (int)listing->more, "datasets", list)
                        : NULL;
    return augp_json_finish(json, &problem, "LISTING", text, size, error);
}

static void read_listed(AugpJsonReader *reader, const json_t *value, AugpListed *out)
{
    AugpJsonReader inner = {value, "/datasets", reader->status, reader->error};
    if (!json_is_object(value))
        augp_json_fail(&inner, "", "a data set is not an object");
    augp_json_text(&inner, "name", AUGP_REQUIRED, out->name, sizeof(out->name));
    augp_json_text(&inner, "kind", AUGP_OPTIONAL, out->kind, sizeof(out->kind));
    augp_json_u64(&inner, "n_samples", AUGP_REQUIRED, UINT64_MAX, &out->n_samples);
    augp_json_u32(&inner, "n_classes", AUGP_OPTIONAL, 0, UINT32_MAX, &out->n_classes);
    augp_json_digest(&inner, "fingerprint", AUGP_OPTIONAL, out->fingerprint);
    augp_json_digest(&inner, "content", AUGP_OPTIONAL, out->content);
    augp_text_clean(out->name);
    augp_text_clean(out->kind);
    reader->status = inner.status;
}

static void read_items(AugpJsonReader *reader, AugpListing *out)
{
    const json_t *list = augp_json_get(reader, "datasets", JSON_ARRAY, AUGP_REQUIRED);
    const size_t n = json_array_size(list);
    if (n > AUGP_MAX_LISTED)
        augp_json_fail(reader, "datasets", "found %zu data sets; allowed are %d", n,
                       AUGP_MAX_LISTED);
    if (reader->status != AUGP_OK || n == 0)
        return;
    out->items = calloc(n, sizeof(*out->items));
    if (!out->items)
        reader->status =
            AUGP_FAIL(reader->error, AUGP_NO_MEMORY, 0, NULL, "no memory for a list of data sets");
    for (size_t i = 0; reader->status == AUGP_OK && i < n; i++)
        read_listed(reader, json_array_get(list, i), &out->items[out->n_items++]);
}

AugpStatus augp_listing_decode(AugpListing *out, const char *bytes, size_t size, AugpError *error)
{
    memset(out, 0, sizeof(*out));
    json_t *json;
    AUGP_TRY(augp_json_parse(&json, bytes, size, error));
    AugpJsonReader reader = {json, "", AUGP_OK, error};
    augp_json_u64(&reader, "n", AUGP_OPTIONAL, UINT64_MAX, &out->n);
    augp_json_flag(&reader, "more", &out->more);
    read_items(&reader, out);
    json_decref(json);
    if (reader.status != AUGP_OK)
        augp_listing_fini(out);
    return reader.status;
}

void augp_listing_fini(AugpListing *listing)
{
    free(listing->items);
    memset(listing, 0, sizeof(*listing));
}
