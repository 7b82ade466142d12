/* The fields of rows that are JSON objects. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libaug/data/support/json_values.h"
#include "libaug/data/support/numbers.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_pictures.h"

/* Most numbers of one item. */
#define MAX_WIDTH 4

/* Most texts of one row that are looked for in it. */
#define MAX_PROTECTED_TEXTS 64

/* Where a value stands, for messages: the row, the key, and in a list the item, counted from 1.
 * allowed is the end of the sentence. */
typedef struct Spot {
    const AugiRowSource *source;
    const char *key;
    size_t item;
    const char *allowed;
} Spot;

static const char *const allowed_boxes =
    "boxes [x0, y0, x1, y1] of numbers within float32, x0 <= x1 and y0 <= y1";
static const char *const allowed_points = "points [x, y] of numbers within float32";
static const char *const allowed_spans =
    "spans [start, end, label] of characters of the text, start < end";
static const char *const allowed_protected =
    "ranges [start, end] of bytes of the text, start < end, and texts";
static const char *const allowed_labels = "whole numbers or strings";
static const char *const allowed_values = "numbers within float32, or lists of them";
static const char *const allowed_shares = "shares of 0 to 1, as a list or as a map by class";
static const char *const allowed_share = "numbers of 0 to 1";

static const json_t *value_of(const Spot *spot)
{
    return json_object_get(spot->source->row->document, spot->key);
}

static AugStatus refuse(const Spot *spot, const char *found, AugError *error)
{
    char item[32] = "";
    if (spot->item)
        snprintf(item, sizeof(item), "item %zu of ", spot->item);
    return AUG_FAIL(error, AUG_CORRUPT, spot->source->where, "%s\"%.60s\" %s; allowed are %s", item,
                    spot->key, found, spot->allowed);
}

static AugStatus read_number(const Spot *spot, const json_t *value, float *number, AugError *error)
{
    if (!json_is_number(value))
        return refuse(spot, augi_json_is(value), error);
    if (augi_float_round(json_number_value(value), number))
        return AUG_OK;
    char found[40];
    snprintf(found, sizeof(found), "holds %g", json_number_value(value));
    return refuse(spot, found, error);
}

/* Takes a list of lists of width numbers each. */
static AugStatus add_rows(AugiRowFields *fields, AugiRowTable number, Spot *spot, size_t width,
                          AugError *error)
{
    const json_t *list = value_of(spot);
    if (!json_is_array(list))
        return refuse(spot, augi_json_is(list), error);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        spot->item = i + 1;
        if (!json_is_array(item))
            return refuse(spot, augi_json_is(item), error);
        char found[100];
        snprintf(found, sizeof(found), "has %zu numbers", json_array_size(item));
        if (json_array_size(item) != width)
            return refuse(spot, found, error);
        float row[MAX_WIDTH];
        for (size_t k = 0; k < width; k++)
            AUG_TRY(read_number(spot, json_array_get(item, k), &row[k], error));
        if (number == AUGI_ROW_BOXES && (row[2] < row[0] || row[3] < row[1])) {
            snprintf(found, sizeof(found), "is [%g, %g, %g, %g]", (double)row[0], (double)row[1],
                     (double)row[2], (double)row[3]);
            return refuse(spot, found, error);
        }
        AUG_TRY(augi_table_add(&fields->tables[number], row, spot->source->limits, error));
    }
    return AUG_OK;
}

/* Takes up the class of an item. */
static AugStatus name_class(const Spot *spot, const json_t *item, AugiTable *table, AugError *error)
{
    const AugiRowSource *source = spot->source;
    char digits[AUGI_JSON_NUMBER_SIZE];
    AugiCell label;
    if (!augi_json_label(item, digits, &label))
        return refuse(spot, augi_json_is(item), error);
    if (label.size == 0)
        return refuse(spot, "is empty", error);
    uint32_t number;
    AUG_TRY(augi_labels_name(source->labels, (AugiLabelText){label.text, label.size, source->line},
                             source->limits, &number, error));
    const int64_t row = number;
    return augi_table_add(table, &row, source->limits, error);
}

static AugStatus add_box_labels(AugiRowFields *fields, Spot *spot, AugError *error)
{
    const json_t *list = value_of(spot);
    const AugiRowSource *source = spot->source;
    if (!json_is_array(list))
        return refuse(spot, augi_json_is(list), error);
    const size_t n_boxes = (size_t)augi_table_building(&fields->tables[AUGI_ROW_BOXES]);
    if (json_array_size(list) != n_boxes)
        return AUG_FAIL(error, AUG_CORRUPT, source->where,
                        "\"%.60s\" has %zu labels; allowed are %zu, one a box", spot->key,
                        json_array_size(list), n_boxes);
    for (size_t i = 0; i < n_boxes; i++) {
        spot->item = i + 1;
        AUG_TRY(
            name_class(spot, json_array_get(list, i), &fields->tables[AUGI_ROW_BOX_LABELS], error));
    }
    return AUG_OK;
}

/* Characters of a span become bytes. */
static AugStatus add_span(AugiRowFields *fields, const Spot *spot, const json_t *item,
                          AugError *error)
{
    const json_t *start = json_array_get(item, 0), *end = json_array_get(item, 1);
    const json_int_t first = json_integer_value(start), last = json_integer_value(end);
    const AugiCharacters *characters = &fields->characters;
    if (json_array_size(item) != 3 || !json_is_integer(start) || !json_is_integer(end))
        return refuse(spot, json_is_array(item) ? "is another list" : augi_json_is(item), error);
    if (first < 0 || last <= first || (uint64_t)last > characters->n) {
        char found[100];
        snprintf(found, sizeof(found),
                 "is [%" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT
                 "], and the text has %" PRIu64 " characters",
                 first, last, characters->n);
        return refuse(spot, found, error);
    }
    const int64_t row[2] = {(int64_t)augi_characters_byte(characters, (uint64_t)first),
                            (int64_t)augi_characters_byte(characters, (uint64_t)last)};
    AUG_TRY(augi_table_add(&fields->tables[AUGI_ROW_SPANS], row, spot->source->limits, error));
    return name_class(spot, json_array_get(item, 2), &fields->tables[AUGI_ROW_SPAN_LABELS], error);
}

static AugStatus add_spans(AugiRowFields *fields, Spot *spot, AugError *error)
{
    const json_t *list = value_of(spot);
    const AugiRow *row = spot->source->row;
    if (!json_is_array(list))
        return refuse(spot, augi_json_is(list), error);
    AUG_TRY(augi_characters_set(&fields->characters, row->content, row->content_size, error));
    for (size_t i = 0; i < json_array_size(list); i++) {
        spot->item = i + 1;
        AUG_TRY(add_span(fields, spot, json_array_get(list, i), error));
    }
    return AUG_OK;
}

/* Whether a byte of a text is inside a character. JSON is UTF-8. */
static bool is_inside(const AugiRow *row, json_int_t at)
{
    return (size_t)at < row->content_size && ((uint8_t)row->content[at] & 0xc0) == 0x80;
}

static AugStatus add_range(AugiRowFields *fields, const Spot *spot, const json_t *item,
                           AugError *error)
{
    const AugiRow *row = spot->source->row;
    const json_t *start = json_array_get(item, 0), *end = json_array_get(item, 1);
    const json_int_t first = json_integer_value(start), last = json_integer_value(end);
    char found[120];
    if (json_array_size(item) != 2 || !json_is_integer(start) || !json_is_integer(end))
        return refuse(spot, json_is_array(item) ? "is another list" : augi_json_is(item), error);
    if (first < 0 || last <= first || (uint64_t)last > row->content_size) {
        snprintf(found, sizeof(found),
                 "is [%" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT
                 "], and the text has %zu bytes",
                 first, last, row->content_size);
        return refuse(spot, found, error);
    }
    if (is_inside(row, first) || is_inside(row, last)) {
        snprintf(found, sizeof(found),
                 "is [%" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT
                 "], and byte %" JSON_INTEGER_FORMAT " is inside a character",
                 first, last, is_inside(row, first) ? first : last);
        return refuse(spot, found, error);
    }
    const int64_t range[2] = {first, last};
    return augi_table_add(&fields->tables[AUGI_ROW_PROTECTED], range, spot->source->limits, error);
}

/* All places of a text in that of the row, from left to right. */
static AugStatus add_places(AugiRowFields *fields, const Spot *spot, const json_t *item,
                            AugError *error)
{
    const AugiRow *row = spot->source->row;
    const char *text = json_string_value(item);
    const size_t size = json_string_length(item);
    if (size == 0)
        return refuse(spot, "is empty", error);
    for (size_t at = 0; at < row->content_size;) {
        const char *place = memmem(row->content + at, row->content_size - at, text, size);
        if (!place)
            break;
        at = (size_t)(place - row->content) + size;
        const int64_t range[2] = {(int64_t)(at - size), (int64_t)at};
        AUG_TRY(augi_table_add(&fields->tables[AUGI_ROW_PROTECTED], range, spot->source->limits,
                               error));
    }
    return AUG_OK;
}

/* Ranges come before the places of texts, each in the order of the list. */
static AugStatus add_protected(AugiRowFields *fields, Spot *spot, AugError *error)
{
    const json_t *list = value_of(spot);
    size_t n_texts = 0;
    if (!json_is_array(list))
        return refuse(spot, augi_json_is(list), error);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        spot->item = i + 1;
        if (json_is_string(item) && ++n_texts > MAX_PROTECTED_TEXTS)
            return AUG_FAIL(error, AUG_CORRUPT, spot->source->where,
                            "\"%.60s\" has more than %d texts, which are allowed", spot->key,
                            MAX_PROTECTED_TEXTS);
        if (!json_is_string(item))
            AUG_TRY(add_range(fields, spot, item, error));
    }
    for (size_t i = 0; i < json_array_size(list) && n_texts > 0; i++) {
        spot->item = i + 1;
        if (json_is_string(json_array_get(list, i)))
            AUG_TRY(add_places(fields, spot, json_array_get(list, i), error));
    }
    return AUG_OK;
}

static AugStatus add_labels(AugiRowFields *fields, Spot *spot, AugError *error)
{
    const json_t *list = value_of(spot);
    if (!json_is_array(list))
        return refuse(spot, augi_json_is(list), error);
    for (size_t i = 0; i < json_array_size(list); i++) {
        spot->item = i + 1;
        const json_t *item = json_array_get(list, i);
        char digits[AUGI_JSON_NUMBER_SIZE];
        AugiCell label;
        if (!augi_json_label(item, digits, &label))
            return refuse(spot, augi_json_is(item), error);
        AUG_TRY(augi_row_fields_add_share(fields, spot->source, label, 1, error));
    }
    return AUG_OK;
}

static AugStatus add_number(AugiTable *table, const Spot *spot, const json_t *value,
                            AugError *error)
{
    float number;
    AUG_TRY(read_number(spot, value, &number, error));
    return augi_table_add(table, &number, spot->source->limits, error);
}

/* Takes a number, or each of a list. */
static AugStatus add_numbers(AugiTable *table, Spot *spot, AugError *error)
{
    const json_t *value = value_of(spot);
    if (!json_is_array(value))
        return add_number(table, spot, value, error);
    for (size_t i = 0; i < json_array_size(value); i++) {
        spot->item = i + 1;
        AUG_TRY(add_number(table, spot, json_array_get(value, i), error));
    }
    return AUG_OK;
}

static AugStatus read_share(const Spot *spot, const json_t *value, float *share, AugError *error)
{
    AUG_TRY(read_number(spot, value, share, error));
    if (*share >= 0 && *share <= 1)
        return AUG_OK;
    char found[40];
    snprintf(found, sizeof(found), "holds %g", (double)*share);
    return refuse(spot, found, error);
}

static AugStatus add_share(AugiTable *shares, const Spot *spot, const json_t *value,
                           AugError *error)
{
    float share;
    AUG_TRY(read_share(spot, value, &share, error));
    return augi_table_add(shares, &share, spot->source->limits, error);
}

static AugStatus add_share_list(AugiTable *shares, Spot *spot, AugError *error)
{
    const json_t *list = value_of(spot);
    for (size_t i = 0; i < json_array_size(list); i++) {
        spot->item = i + 1;
        AUG_TRY(add_share(shares, spot, json_array_get(list, i), error));
    }
    return AUG_OK;
}

static AugStatus add_share_map(AugiRowFields *fields, const Spot *spot, AugError *error)
{
    json_t *map = json_object_get(spot->source->row->document, spot->key);
    if (json_object_size(map) == 0)
        return refuse(spot, "is empty", error);
    for (void *at = json_object_iter(map); at; at = json_object_iter_next(map, at)) {
        const char *class = json_object_iter_key(at);
        const AugiCell text = {class, json_object_iter_key_len(at)};
        float share;
        AUG_TRY(read_share(&(Spot){spot->source, class, 0, allowed_share},
                           json_object_iter_value(at), &share, error));
        AUG_TRY(augi_row_fields_add_share(fields, spot->source, text, share, error));
    }
    return AUG_OK;
}

/* One key holds a map or a list, the same in every row; of several keys each holds a number. */
static AugStatus add_soft_labels(AugiRowFields *fields, const AugiRowSource *source,
                                 AugError *error)
{
    const AugTexts *keys = &fields->params->soft_labels;
    AugiTable *shares = &fields->tables[AUGI_ROW_SHARES];
    Spot spot = {source, keys->values[0], 0, allowed_shares};
    const json_t *value = value_of(&spot);
    if (shares->most == 0)
        fields->are_shares_listed = keys->n > 1 || json_is_array(value);
    if (fields->are_shares_listed)
        shares->row_size = sizeof(float);
    for (int32_t i = 0; keys->n > 1 && i < keys->n; i++) {
        spot = (Spot){source, keys->values[i], 0, allowed_share};
        AUG_TRY(add_share(shares, &spot, value_of(&spot), error));
    }
    if (keys->n > 1)
        return AUG_OK;
    if (!json_is_array(value) && !json_is_object(value))
        return refuse(&spot, augi_json_is(value), error);
    spot.allowed = fields->are_shares_listed ? "lists, as in the first row"
                                             : "maps by class, as in the first row";
    if (json_is_array(value) != fields->are_shares_listed)
        return refuse(&spot, augi_json_is(value), error);
    spot.allowed = allowed_share;
    return fields->are_shares_listed ? add_share_list(shares, &spot, error)
                                     : add_share_map(fields, &spot, error);
}

static AugStatus add_mask(AugiRowFields *fields, const AugiRowSource *source, AugError *error)
{
    const Spot spot = {source, fields->params->mask, 0, "strings"};
    const json_t *value = value_of(&spot);
    if (!json_is_string(value))
        return refuse(&spot, augi_json_is(value), error);
    const AugiCell path = {json_string_value(value), json_string_length(value)};
    return augi_row_pictures_add(&fields->masks, path, source->limits, source->where, error);
}

AugStatus augi_row_fields_add_json(AugiRowFields *fields, const AugiRowSource *source,
                                   AugError *error)
{
    const AugiRowsParams *p = fields->params;
    if (p->mask)
        AUG_TRY(add_mask(fields, source, error));
    if (p->boxes)
        AUG_TRY(add_rows(fields, AUGI_ROW_BOXES, &(Spot){source, p->boxes, 0, allowed_boxes}, 4,
                         error));
    if (p->box_labels)
        AUG_TRY(add_box_labels(fields, &(Spot){source, p->box_labels, 0, allowed_labels}, error));
    if (p->keypoints)
        AUG_TRY(add_rows(fields, AUGI_ROW_KEYPOINTS,
                         &(Spot){source, p->keypoints, 0, allowed_points}, 2, error));
    if (p->spans)
        AUG_TRY(add_spans(fields, &(Spot){source, p->spans, 0, allowed_spans}, error));
    if (p->protect)
        AUG_TRY(add_protected(fields, &(Spot){source, p->protect, 0, allowed_protected}, error));
    for (int32_t i = 0; i < p->values.n; i++)
        AUG_TRY(add_numbers(&fields->tables[AUGI_ROW_VALUES],
                            &(Spot){source, p->values.values[i], 0, allowed_values}, error));
    if (p->labels)
        AUG_TRY(add_labels(fields, &(Spot){source, p->labels, 0, allowed_labels}, error));
    return p->soft_labels.n > 0 ? add_soft_labels(fields, source, error) : AUG_OK;
}
