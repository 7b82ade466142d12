/* Notes of replaced samples, and their lists in a header. */
#include "libaug/run/replaced.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "libaug/spec/domain.h"

/* Bytes of place and sentence that a reason keeps. */
#define MAX_PLACE 160
#define MAX_SENTENCE 192
_Static_assert(MAX_PLACE + MAX_SENTENCE + 2 < AUG_MAX_REASON, "room for a reason");

bool augi_is_damage(AugStatus status)
{
    return status == AUG_CORRUPT || status == AUG_UNSUPPORTED || status == AUG_TOO_LARGE;
}

void augi_replaced_clear(AugReplaced *notes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        notes[i].reason[0] = 0;
}

void augi_replaced_note(AugReplaced *note, const AugError *why)
{
    if (note->reason[0])
        return;
    snprintf(note->reason, sizeof(note->reason), "%.*s%s%.*s", MAX_PLACE, why->where,
             why->where[0] ? ": " : "", MAX_SENTENCE,
             why->message[0] ? why->message : aug_status_text(why->status));
}

uint32_t augi_replaced_gather(AugReplaced *notes, uint32_t n)
{
    uint32_t n_used = 0;
    for (uint32_t i = 0; i < n; i++)
        if (notes[i].reason[0])
            notes[n_used++] = notes[i];
    return n_used;
}

static size_t count_digits(uint64_t value)
{
    size_t n = 1;
    for (; value >= 10; value /= 10)
        n++;
    return n;
}

size_t augi_replaced_room(uint32_t replaceable, uint32_t batch_size, uint64_t n_samples)
{
    /* Both keys with their lists' quotes and brackets, and the metadata around them. */
    static const char around[] =
        "\"__metadata__\":{,\"replaced\":\"[]\",\"replaced_partners\":\"[]\"},";
    if (replaceable == 0)
        return 0;
    /* Brackets and three commas. */
    const size_t entry = 5 + count_digits(batch_size) + 2 * count_digits(n_samples);
    return sizeof(around) + (size_t)replaceable * batch_size * entry;
}

/* One list: of rows' own samples, or of their partners. */
static void write_list(const AugiReplacedList *list, bool of_partners, const char *key,
                       AugiJsonWriter *writer)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < list->n; i++) {
        const AugReplaced *item = &list->items[i];
        if (item->of_partner != of_partners)
            continue;
        char text[80];
        snprintf(text, sizeof(text), "%s[%" PRIu32 ",%" PRIu64 ",%" PRIu64 "]", n ? "," : "[",
                 item->row, item->index, item->replacement);
        if (n++ == 0) {
            augi_json_key(writer, key);
            augi_json_text_begin(writer);
        }
        augi_json_text_add(writer, text);
    }
    if (n == 0)
        return;
    augi_json_text_add(writer, "]");
    augi_json_text_end(writer);
}

void augi_replaced_write(const AugiReplacedList *list, AugiJsonWriter *writer)
{
    write_list(list, false, AUGI_REPLACED_KEY, writer);
    write_list(list, true, AUGI_REPLACED_PARTNERS_KEY, writer);
}

static bool read_number(const json_t *number, uint64_t *value)
{
    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return false;
    *value = (uint64_t)json_integer_value(number);
    return true;
}

/* One entry of a list; rows never fall. */
static bool read_entry(const json_t *entry, uint32_t n_samples, uint64_t *last_row,
                       AugReplaced *item)
{
    uint64_t row;
    if (json_array_size(entry) != 3 || !read_number(json_array_get(entry, 0), &row) ||
        !read_number(json_array_get(entry, 1), &item->index) ||
        !read_number(json_array_get(entry, 2), &item->replacement))
        return false;
    if (row < *last_row || row >= n_samples)
        return false;
    *last_row = row;
    item->row = (uint32_t)row;
    return true;
}

/* Appends a list; false if it is none. */
static bool read_list(const json_t *list, bool of_partners, uint32_t n_samples, AugReplaced *items,
                      uint32_t *n)
{
    uint64_t last_row = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        AugReplaced *item = &items[*n];
        if (!read_entry(json_array_get(list, i), n_samples, &last_row, item))
            return false;
        item->of_partner = of_partners;
        ++*n;
    }
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const AugReplaced *first = a, *second = b;
    if (first->row != second->row)
        return first->row < second->row ? -1 : 1;
    return (int)first->of_partner - (int)second->of_partner;
}

/* Both lists as one. */
static AugStatus read_lists(const json_t *rows, const json_t *partners, uint32_t n_samples,
                            AugReplaced **items, uint32_t *n, AugError *error)
{
    const size_t n_items = json_array_size(rows) + json_array_size(partners);
    const uint64_t most = (uint64_t)n_samples * (1 + AUG_MAX_PARTNERS);
    if (n_items == 0)
        return AUG_OK;
    if (n_items > most)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "a batch of %" PRIu32
                        " samples has %zu replaced ones; allowed are %" PRIu64,
                        n_samples, n_items, most);
    *items = calloc(n_items, sizeof(**items));
    if (!*items)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu replaced samples", n_items);
    if (read_list(rows, false, n_samples, *items, n) &&
        read_list(partners, true, n_samples, *items, n)) {
        qsort(*items, *n, sizeof(**items), compare_rows);
        return AUG_OK;
    }
    free(*items);
    *items = NULL;
    *n = 0;
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "a batch of %" PRIu32 " samples has a list of replaced ones that is not "
                    "[[row, index, replacement], ...] in the order of rows",
                    n_samples);
}

AugStatus augi_replaced_read(const char *rows, const char *partners, uint32_t n_samples,
                             AugReplaced **items, uint32_t *n, AugError *error)
{
    *items = NULL;
    *n = 0;
    json_t *of_rows = rows ? json_loads(rows, 0, NULL) : json_array();
    json_t *of_partners = partners ? json_loads(partners, 0, NULL) : json_array();
    AugStatus status = AUG_OK;
    if (!json_is_array(of_rows) || !json_is_array(of_partners))
        status = AUG_FAIL(error, AUG_CORRUPT, NULL,
                          "the metadata of a batch has replaced samples that are no JSON list");
    else
        status = read_lists(of_rows, of_partners, n_samples, items, n, error);
    json_decref(of_rows);
    json_decref(of_partners);
    return status;
}
