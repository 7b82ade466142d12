/* A text, and a list of texts. */
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

static bool read_text(const AugParamTarget *target, const AugiTree *at, void *field)
{
    if (at->kind != AUGI_TREE_SCALAR)
        return augi_param_complain_value(target, at);
    char *copy = strdup(at->text);
    if (!copy)
        return augi_param_complain_memory(target);
    AugText *text = field;
    free(*text);
    *text = copy;
    return true;
}

static const char *word(const AugParamDesc *row, const void *field)
{
    (void)row;
    return *(const AugText *)field;
}

static void write_text_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_raw(writer, "{\"type\":\"string\"}");
}

static bool is_text_absent(const AugParamDesc *row, const void *field)
{
    (void)row;
    return *(const AugText *)field == NULL;
}

static void fini_text(void *field)
{
    free(*(AugText *)field);
}

const AugParamKind aug_kind_text = {
    .text = "text",
    .size = sizeof(AugText),
    .read = read_text,
    .word = word,
    .write_forms = write_text_forms,
    .is_absent = is_text_absent,
    .fini = fini_text,
};

#define DIGITS_OF(number) #number
#define DIGITS(number) DIGITS_OF(number)

static void fini_texts(void *field)
{
    const AugTexts *texts = field;
    for (int32_t i = 0; i < texts->n; i++)
        free(texts->values[i]);
    free(texts->values);
}

/* Copies one string, which must be among the row's choices if it has some. */
static bool add_text(const AugParamTarget *target, const AugiTree *at, AugTexts *texts)
{
    if (at->kind != AUGI_TREE_SCALAR)
        return augi_param_complain_value(target, at);
    if (target->row->choices && augi_param_find_choice(target->row, at) < 0)
        return augi_param_complain_choice(target, at);
    char *copy = strdup(at->text);
    if (!copy)
        return augi_param_complain_memory(target);
    texts->values[texts->n++] = copy;
    return true;
}

static bool read_texts(const AugParamTarget *target, const AugiTree *at, void *field)
{
    const bool is_list = at->kind == AUGI_TREE_LIST;
    const size_t n = is_list ? at->n_children : 1;
    if (at->kind == AUGI_TREE_MAP)
        return augi_param_complain_value(target, at);
    if (n > AUG_MAX_TEXTS)
        return augi_param_complain(target, at, "a list that is too long");
    AugTexts texts = {.values = calloc(n + 1, sizeof(char *))};
    if (!texts.values)
        return augi_param_complain_memory(target);
    for (size_t i = 0; i < n; i++)
        if (!add_text(target, is_list ? &at->children[i] : at, &texts)) {
            fini_texts(&texts);
            return false;
        }
    fini_texts(field);
    *(AugTexts *)field = texts;
    return true;
}

static void write_texts(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const AugTexts *texts = field;
    augi_json_list(writer);
    for (int32_t i = 0; i < texts->n; i++)
        augi_json_string(writer, texts->values[i]);
    augi_json_list_end(writer);
}

static void write_texts_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    if (!row->choices)
        augi_json_raw(writer, "{\"type\":\"string\"}");
    augi_json_object(writer);
    augi_json_key(writer, "type");
    augi_json_string(writer, "array");
    augi_json_key(writer, "maxItems");
    augi_json_integer(writer, AUG_MAX_TEXTS);
    augi_json_key(writer, "items");
    if (row->choices)
        augi_param_choice_schema(row, writer);
    else
        augi_json_raw(writer, "{\"type\":\"string\"}");
    augi_json_object_end(writer);
}

static bool are_texts_absent(const AugParamDesc *row, const void *field)
{
    (void)row;
    return ((const AugTexts *)field)->n == 0;
}

const AugParamKind aug_kind_texts = {
    .text = "list of at most " DIGITS(AUG_MAX_TEXTS) " texts",
    .choices_join = ", each ",
    .size = sizeof(AugTexts),
    .read = read_texts,
    .write = write_texts,
    .write_forms = write_texts_forms,
    .is_absent = are_texts_absent,
    .fini = fini_texts,
};
