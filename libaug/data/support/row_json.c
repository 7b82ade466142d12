/* One line of jsonl as a row: the members that are wanted, with their types checked. */
#include "libaug/data/support/row_json.h"

#include <string.h>

#include "libaug/data/support/json_values.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_header.h"

/* jansson says in its last byte, or with no word at all, that memory ran out, which is no verdict
 * about the line. */
static bool lacks_memory(const json_error_t *problem)
{
    return !problem->text[0] || json_error_code(problem) == json_error_out_of_memory;
}

static AugStatus load(const char *text, size_t size, json_t **object, const char *where,
                      AugError *error)
{
    AUG_TRY(augi_record_check_utf8(text, size, "the row", where, error));
    json_error_t problem;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
    if (!root && lacks_memory(&problem))
        return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a row");
    if (!root)
        return AUG_FAIL(error, AUG_CORRUPT, where, "not valid JSON at byte %d: %.200s",
                        problem.position, problem.text);
    if (json_is_object(root)) {
        *object = root;
        return AUG_OK;
    }
    json_decref(root);
    return AUG_FAIL(error, AUG_CORRUPT, where, "the line is JSON but no object {...}");
}

/* Fails, since the first row does not say what it holds; names its keys. */
static AugStatus fail_content(json_t *object, bool has_both, const char *where, AugError *error)
{
    char names[AUGI_HEADER_TEXT_SIZE];
    AugiPaths keys = {0};
    AugStatus status = AUG_OK;
    for (void *at = json_object_iter(object); at && status == AUG_OK;
         at = json_object_iter_next(object, at))
        status = augi_paths_add(&keys, error, "%s", json_object_iter_key(at));
    augi_header_describe(&keys, names);
    augi_paths_fini(&keys);
    if (status != AUG_OK)
        return status;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                    "the first row has %s; its keys are %s; give text: or image: with a key",
                    has_both ? "both \"text\" and \"image\"" : "neither \"text\" nor \"image\"",
                    names[0] ? names : "none");
}

/* Names of keys under which people keep places in a text. */
static const char *find_left(const json_t *object, const AugiRowsParams *params)
{
    static const char *const names[] = {"spans", "entities", "ents"};
    for (size_t i = 0; i < AUG_COUNT(names) && !params->spans; i++)
        if (json_is_array(json_object_get(object, names[i])) &&
            (!params->protect || strcmp(params->protect, names[i]) != 0))
            return names[i];
    return NULL;
}

AugStatus augi_row_json_layout(AugiRowColumns *layout, const AugiRowsParams *params,
                               const AugiRecord *first, const char *where, AugError *error)
{
    json_t *object;
    AUG_TRY(load(first->text, first->size, &object, where, error));
    bool has_text = json_object_get(object, "text"), has_image = json_object_get(object, "image");
    if (!augi_row_fields_have_classes(params) && !augi_says_no_label(params->label))
        layout->label_key = params->label ? params->label : "label";
    layout->has_label = layout->label_key && json_object_get(object, layout->label_key);
    layout->has_label = layout->label_key && (layout->has_label || params->label);
    layout->is_image = params->image || (!params->text && has_image);
    layout->has_pair = params->text_pair;
    layout->pair_key = params->text_pair;
    layout->left_key = layout->is_image ? NULL : find_left(object, params);
    AugStatus status = AUG_OK;
    if (params->text || params->image)
        layout->content_key = params->image ? params->image : params->text;
    else if (has_text != has_image)
        layout->content_key = has_text ? "text" : "image";
    else
        status = fail_content(object, has_text, where, error);
    json_decref(object);
    return status;
}

static AugStatus find_label(const AugiRowColumns *layout, const json_t *object, AugiRow *row,
                            const char *where, AugError *error)
{
    const json_t *label = layout->label_key ? json_object_get(object, layout->label_key) : NULL;
    if (!layout->has_label && !label)
        return AUG_OK;
    if (!layout->has_label)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the row has a \"label\"; the first row has none");
    AugiCell text;
    if (!augi_json_label(label, row->number, &text))
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "\"%.60s\" is %s; allowed is a whole number or a string", layout->label_key,
                        label ? "of another type" : "missing");
    row->label = text.text;
    row->label_size = text.size;
    return AUG_OK;
}

static AugStatus find_text(const json_t *object, const char *key, AugiCell *text, const char *where,
                           AugError *error)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return AUG_FAIL(error, AUG_CORRUPT, where, "\"%.60s\" is %s; allowed is a string", key,
                        value ? "no string" : "missing");
    *text = (AugiCell){json_string_value(value), json_string_length(value)};
    return AUG_OK;
}

AugStatus augi_row_json_parse(const AugiRowColumns *layout, const char *text, size_t size,
                              AugiRow *row, const char *where, AugError *error)
{
    json_t *object;
    AUG_TRY(load(text, size, &object, where, error));
    row->document = object;
    AugiCell cell = {0};
    AUG_TRY(find_text(object, layout->content_key, &cell, where, error));
    row->content = cell.text;
    row->content_size = cell.size;
    if (layout->has_pair) {
        AUG_TRY(find_text(object, layout->pair_key, &cell, where, error));
        row->pair = cell.text;
        row->pair_size = cell.size;
    }
    return find_label(layout, object, row, where, error);
}

void augi_row_json_fini(AugiRow *row)
{
    json_decref(row->document);
}
