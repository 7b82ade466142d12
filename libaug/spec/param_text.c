/* Parameter tables as text: canonical JSON, JSON Schema, and words for messages and help. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

static bool has_bounds(const AugParamDesc *row)
{
    return row->low != 0 || row->high != 0;
}

static size_t append(char *text, size_t size, size_t used, const char *piece)
{
    if (used >= size)
        return used;
    return used + (size_t)snprintf(text + used, size - used, "%s", piece);
}

static size_t append_choices(const AugParamDesc *row, char *text, size_t size, size_t used)
{
    for (size_t i = 0; row->choices && row->choices[i]; i++) {
        if (i > 0 || row->choices[1])
            used = append(text, size, used, i ? ", " : "one of ");
        used = append(text, size, used, row->choices[i]);
    }
    return used;
}

static void bounds_text(const AugParamDesc *row, char text[96])
{
    char low[32], high[32];
    augi_format_double(row->low, low);
    augi_format_double(row->high, high);
    if (row->low == row->high)
        snprintf(text, 96, "%s", low);
    else
        snprintf(text, 96, "%s%s to %s%s", row->low_open ? "above " : "", low,
                 row->high_open ? "below " : "", high);
}

static const char *scalar_text(AugScalarRule rule)
{
    switch (rule) {
    case AUG_SCALAR_POINT:
        return ", or one number x for [x, x]";
    case AUG_SCALAR_SYMMETRIC:
        return ", or one number x for [-x, x]";
    case AUG_SCALAR_FACTOR:
        return ", or one number x for [1 - x, 1 + x]";
    case AUG_SCALAR_SQUARE:
        return ", or one number for a square";
    case AUG_SCALAR_SHORTER_SIDE:
        return ", or one number for the shorter side";
    default:
        return "";
    }
}

void augi_param_describe(const AugParamDesc *row, char *text, size_t size)
{
    const AugParamKind *kind = row->kind;
    text[0] = 0;
    const bool is_number = kind->shape == AUG_SHAPE_NUMBER;
    const bool is_one = has_bounds(row) && row->low == row->high;
    size_t used = 0;
    if (!is_number || !is_one)
        used = append(text, size, used, kind->allowed ? kind->allowed : kind->text);
    if (has_bounds(row)) {
        char bounds[96];
        bounds_text(row, bounds);
        if (!is_number)
            used = append(text, size, used, is_one ? ", each " : ", each from ");
        else if (!is_one)
            used = append(text, size, used, " from ");
        used = append(text, size, used, bounds);
    }
    if (!has_bounds(row) && kind->bounds) {
        used = append(text, size, used, " from ");
        used = append(text, size, used, kind->bounds);
    }
    used = append(text, size, used, scalar_text(row->scalar));
    if (row->choices) {
        used = append(text, size, used, kind->choices_join ? kind->choices_join : ", or ");
        append_choices(row, text, size, used);
    }
}

static const char *word_of(const AugParamDesc *row, const void *field)
{
    return row->kind->word ? row->kind->word(row, field) : NULL;
}

static void write_value(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    const char *word = word_of(row, field);
    if (word)
        augi_json_string(writer, word);
    else
        row->kind->write(row, field, writer);
}

/* A value that was not given and has no default is left out, so that reading gives it back. */
static bool is_absent(const AugParamDesc *row, const void *field)
{
    return !row->fallback && row->kind->is_absent && row->kind->is_absent(row, field);
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp((*(const AugParamDesc *const *)a)->name, (*(const AugParamDesc *const *)b)->name);
}

/* Whether a quiet row has its default. */
static bool is_silent(const AugParamDesc *row, const void *params)
{
    if (!row->quiet)
        return false;
    char *text = augi_param_text(row, params);
    const bool is_default = text && strcmp(text, row->fallback) == 0;
    free(text);
    return is_default;
}

static void write_rows(const AugParamTable *table, const void *params, bool with_quiet,
                       AugiJsonWriter *writer)
{
    const AugParamDesc **sorted = malloc((table->n + 1) * sizeof(AugParamDesc *));
    if (!sorted) {
        writer->failed = true;
        return;
    }
    for (size_t i = 0; i < table->n; i++)
        sorted[i] = &table->rows[i];
    qsort(sorted, table->n, sizeof(*sorted), compare_rows);
    for (size_t i = 0; i < table->n; i++) {
        const void *field = (const char *)params + sorted[i]->offset;
        if (is_absent(sorted[i], field) || (!with_quiet && is_silent(sorted[i], params)))
            continue;
        augi_json_key(writer, sorted[i]->name);
        write_value(sorted[i], field, writer);
    }
    free(sorted);
}

void augi_params_write(const AugParamTable *table, const void *params, AugiJsonWriter *writer)
{
    write_rows(table, params, false, writer);
}

void augi_params_write_all(const AugParamTable *table, const void *params, AugiJsonWriter *writer)
{
    write_rows(table, params, true, writer);
}

char *augi_param_text(const AugParamDesc *row, const void *params)
{
    const void *field = (const char *)params + row->offset;
    if (is_absent(row, field))
        return strdup("");
    const char *word = word_of(row, field);
    if (word)
        return strdup(word);
    AugiJsonWriter writer = {0};
    write_value(row, field, &writer);
    return augi_json_take(&writer);
}

void augi_param_number_schema(const AugParamDesc *row, const char *type, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "type");
    augi_json_string(writer, type);
    if (has_bounds(row)) {
        augi_json_key(writer, row->low_open ? "exclusiveMinimum" : "minimum");
        augi_json_number(writer, row->low);
        augi_json_key(writer, row->high_open ? "exclusiveMaximum" : "maximum");
        augi_json_number(writer, row->high);
    }
    augi_json_object_end(writer);
}

void augi_param_list_schema(const AugParamDesc *row, const char *type, int least, int most,
                            AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "type");
    augi_json_string(writer, "array");
    augi_json_key(writer, "minItems");
    augi_json_integer(writer, least);
    augi_json_key(writer, "maxItems");
    augi_json_integer(writer, most);
    augi_json_key(writer, "items");
    augi_param_number_schema(row, type, writer);
    augi_json_object_end(writer);
}

void augi_param_choice_schema(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "enum");
    augi_json_list(writer);
    for (size_t i = 0; row->choices[i]; i++)
        augi_json_string(writer, row->choices[i]);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

void augi_param_write_schema(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "description");
    augi_json_string(writer, row->help ? row->help : row->name);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    if (row->kind->write_forms)
        row->kind->write_forms(row, writer);
    if (row->choices)
        augi_param_choice_schema(row, writer);
    augi_json_list_end(writer);
    if (row->fallback) {
        augi_json_key(writer, "default");
        /* Defaults are YAML flow text; only quotes around words are missing to make it JSON. */
        char first = row->fallback[0];
        bool is_json = (first && strchr("-.0123456789[{\"", first)) ||
                       strcmp(row->fallback, "true") == 0 || strcmp(row->fallback, "false") == 0;
        if (is_json)
            augi_json_raw(writer, row->fallback);
        else
            augi_json_string(writer, row->fallback);
    }
    augi_json_object_end(writer);
}
