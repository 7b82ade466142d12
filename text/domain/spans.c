/* Spans that a row names. */
#include "text/domain/spans.h"

#include <string.h>

static AugStatus find_followers(TxtSpanFields *fields, TxtSpanField *item, uint32_t *treated,
                                AugError *error)
{
    const char *name = fields->dataset->fields[item->number].name;
    for (uint32_t i = 0; i < fields->dataset->n_fields; i++) {
        const char *followed = fields->dataset->fields[i].follows;
        if (!followed || strcmp(followed, name) != 0)
            continue;
        if (item->n_followers == TXT_MAX_FOLLOWERS)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "more fields follow '%s' than %d, which are allowed", name,
                            TXT_MAX_FOLLOWERS);
        item->followers[item->n_followers++] = i;
        *treated |= 1u << i;
    }
    return AUG_OK;
}

AugStatus txt_spans_find(TxtSpanFields *fields, const AugDatasetInfo *dataset, bool protects,
                         uint32_t *treated, AugError *error)
{
    fields->dataset = dataset;
    fields->protects = protects;
    for (uint32_t i = 0; i < dataset->n_fields; i++) {
        if (dataset->fields[i].kind != AUG_FIELD_SPANS)
            continue;
        if (fields->n == TXT_MAX_SPAN_FIELDS)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the data set has more fields of spans than %d, which are allowed",
                            TXT_MAX_SPAN_FIELDS);
        TxtSpanField *item = &fields->items[fields->n++];
        item->number = i;
        item->only_protects = strcmp(dataset->fields[i].name, "protected") == 0;
        *treated |= 1u << i;
        AUG_TRY(find_followers(fields, item, treated, error));
    }
    return AUG_OK;
}

/* Rows of a field of spans. */
static uint64_t count(const AugField *field)
{
    return field->size / (2 * sizeof(int64_t));
}

AugStatus txt_spans_ranges(const TxtSpanFields *fields, const AugSample *sample, uint32_t text_size,
                           TxtMemory *memory, uint32_t *n, AugError *error)
{
    uint64_t all = 0;
    *n = 0;
    for (uint32_t i = 0; i < fields->n; i++)
        all += count(&sample->fields[fields->items[i].number]);
    AUG_TRY(txt_memory_reserve(memory, 2 * all * sizeof(TxtRange), error));
    TxtRange *ranges = memory->bytes;
    for (uint32_t i = 0; i < fields->n; i++) {
        const TxtSpanField *item = &fields->items[i];
        const AugField *field = &sample->fields[item->number];
        const bool protects = item->only_protects || fields->protects;
        for (uint64_t k = 0; k < count(field); k++) {
            int64_t row[2];
            memcpy(row, (const uint8_t *)field->bytes + k * sizeof(row), sizeof(row));
            if (row[0] < 0 || row[1] < row[0] || row[1] > text_size)
                return AUG_FAIL(error, AUG_CORRUPT, sample->name,
                                "a span has the bytes %lld to %lld of a text of %u",
                                (long long)row[0], (long long)row[1], text_size);
            ranges[(*n)++] = (TxtRange){.start = (uint32_t)row[0],
                                        .end = (uint32_t)row[1],
                                        .reason = protects ? TXT_GIVEN : TXT_FREE,
                                        .flags = item->only_protects ? 0 : TXT_LABELLED};
        }
    }
    return AUG_OK;
}

/* The rows of one follower that are left, of n_rows before. */
static AugStatus pick(const AugField *field, uint64_t n_rows, const TxtMovedSpans *moved,
                      uint32_t number, TxtMemory *memory, AugError *error)
{
    const uint32_t *picks = moved->picks[number].bytes, n = moved->n[number];
    const size_t size = n_rows > 0 ? field->size / n_rows : 0;
    AUG_TRY(txt_memory_reserve(memory, n * size, error));
    for (uint32_t i = 0; i < n && size > 0; i++)
        memcpy((uint8_t *)memory->bytes + i * size, (const uint8_t *)field->bytes + picks[i] * size,
               size);
    return AUG_OK;
}

static AugStatus move(const TxtSpanField *item, uint32_t number, const AugSample *sample,
                      const TxtChanges *changes, TxtMovedSpans *moved, AugError *error)
{
    const AugField *field = &sample->fields[item->number];
    const uint64_t n_rows = count(field);
    AUG_TRY(txt_memory_reserve(&moved->rows[number], field->size, error));
    AUG_TRY(txt_memory_reserve(&moved->picks[number], n_rows * sizeof(uint32_t), error));
    int64_t(*rows)[2] = moved->rows[number].bytes;
    uint32_t *picks = moved->picks[number].bytes, n = 0;
    for (uint64_t k = 0; k < n_rows; k++) {
        int64_t row[2];
        memcpy(row, (const uint8_t *)field->bytes + k * sizeof(row), sizeof(row));
        uint32_t start = (uint32_t)row[0], end = (uint32_t)row[1];
        txt_changes_map(changes, &start, &end);
        if (end == start && row[1] > row[0])
            continue;
        picks[n] = (uint32_t)k;
        rows[n][0] = start;
        rows[n++][1] = end;
    }
    moved->n[number] = n;
    for (uint32_t i = 0; i < item->n_followers; i++) {
        const AugField *follower = &sample->fields[item->followers[i]];
        moved->sizes[number][i] = n_rows > 0 ? follower->size / n_rows : 0;
        AUG_TRY(pick(follower, n_rows, moved, number, &moved->picked[number][i], error));
    }
    return AUG_OK;
}

AugStatus txt_spans_move(const TxtSpanFields *fields, const AugSample *sample,
                         const TxtChanges *changes, TxtMovedSpans *moved, AugError *error)
{
    for (uint32_t i = 0; i < fields->n; i++)
        AUG_TRY(move(&fields->items[i], i, sample, changes, moved, error));
    return AUG_OK;
}

AugField txt_spans_value(const TxtMovedSpans *moved, uint32_t item, uint32_t follower)
{
    const uint32_t n = moved->n[item];
    const TxtMemory *memory =
        follower > 0 ? &moved->picked[item][follower - 1] : &moved->rows[item];
    const size_t size = follower > 0 ? moved->sizes[item][follower - 1] : 2 * sizeof(int64_t);
    return (AugField){.bytes = memory->bytes, .size = n * size, .n_rows = n};
}
