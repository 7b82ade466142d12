/* Parameter tables as text: canonical JSON, JSON Schema, and words for messages and help. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"

static const char *const kind_texts[] = {
    [AUG_PARAM_BOOL] = "true or false",      [AUG_PARAM_INT] = "integer",
    [AUG_PARAM_UINT64] = "integer",          [AUG_PARAM_FLOAT] = "number",
    [AUG_PARAM_RANGE] = "range [low, high]", [AUG_PARAM_SIZE] = "size [height, width]",
    [AUG_PARAM_CHOICE] = "choice",           [AUG_PARAM_FILL] = "color",
    [AUG_PARAM_NUMBERS] = "list of numbers", [AUG_PARAM_TEXT] = "text",
};

const char *augi_param_kind_text(AugParamKind kind)
{
    return kind_texts[kind];
}

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
    text[0] = 0;
    if (row->kind == AUG_PARAM_CHOICE) {
        append_choices(row, text, size, 0);
        return;
    }
    size_t used = append(text, size, 0, augi_param_kind_text(row->kind));
    if (row->kind == AUG_PARAM_FILL)
        used = append(text, size, 0, "a number or [r, g, b]");
    if (has_bounds(row)) {
        char bounds[96];
        bounds_text(row, bounds);
        used = append(text, size, used,
                      row->kind == AUG_PARAM_INT || row->kind == AUG_PARAM_FLOAT ||
                              row->kind == AUG_PARAM_UINT64
                          ? " from "
                          : ", each from ");
        used = append(text, size, used, bounds);
    }
    used = append(text, size, used, scalar_text(row->scalar));
    if (row->choices) {
        used = append(text, size, used, ", or ");
        append_choices(row, text, size, used);
    }
}

/* The value where it is a word, else NULL. */
static const char *word_of(const AugParamDesc *row, const void *field)
{
    const AugFill *fill = field;
    if (row->kind == AUG_PARAM_CHOICE)
        return row->choices[((const AugChoice *)field)->value];
    if (row->kind == AUG_PARAM_FILL && fill->named >= 0 && row->choices)
        return row->choices[fill->named];
    return row->kind == AUG_PARAM_TEXT ? *(const AugText *)field : NULL;
}

static void write_fill(const AugFill *fill, AugiJsonWriter *writer)
{
    augi_json_list(writer);
    for (size_t i = 0; i < 3; i++)
        augi_json_number(writer, fill->channels[i]);
    augi_json_list_end(writer);
}

static void write_numbers(const AugNumbers *numbers, AugiJsonWriter *writer)
{
    augi_json_list(writer);
    for (int32_t i = 0; i < numbers->n; i++)
        augi_json_number(writer, numbers->values[i]);
    augi_json_list_end(writer);
}

static void write_size(const AugSize *size, AugiJsonWriter *writer)
{
    if (size->width == 0) {
        augi_json_integer(writer, size->height);
        return;
    }
    augi_json_list(writer);
    augi_json_integer(writer, size->height);
    augi_json_integer(writer, size->width);
    augi_json_list_end(writer);
}

static void write_value(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    const char *word = word_of(row, field);
    if (word) {
        augi_json_string(writer, word);
        return;
    }
    switch (row->kind) {
    case AUG_PARAM_BOOL:
        augi_json_bool(writer, *(const bool *)field);
        break;
    case AUG_PARAM_INT:
        augi_json_integer(writer, *(const int32_t *)field);
        break;
    case AUG_PARAM_UINT64:
        augi_json_unsigned(writer, *(const uint64_t *)field);
        break;
    case AUG_PARAM_FLOAT:
        augi_json_number(writer, *(const double *)field);
        break;
    case AUG_PARAM_RANGE:
        augi_json_list(writer);
        augi_json_number(writer, ((const AugRange *)field)->low);
        augi_json_number(writer, ((const AugRange *)field)->high);
        augi_json_list_end(writer);
        break;
    case AUG_PARAM_SIZE:
        write_size(field, writer);
        break;
    case AUG_PARAM_FILL:
        write_fill(field, writer);
        break;
    case AUG_PARAM_NUMBERS:
        write_numbers(field, writer);
        break;
    case AUG_PARAM_CHOICE:
    case AUG_PARAM_TEXT:
        break;
    }
}

/* A value that was not given and has no default is left out, so that reading gives it back. */
static bool is_absent(const AugParamDesc *row, const void *field)
{
    if (row->fallback)
        return false;
    if (row->kind == AUG_PARAM_TEXT)
        return *(const AugText *)field == NULL;
    if (row->kind == AUG_PARAM_NUMBERS)
        return ((const AugNumbers *)field)->n == 0;
    if (row->kind == AUG_PARAM_SIZE)
        return ((const AugSize *)field)->height == 0 && row->optional;
    return false;
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp((*(const AugParamDesc *const *)a)->name, (*(const AugParamDesc *const *)b)->name);
}

void augi_params_write(const AugParamTable *table, const void *params, AugiJsonWriter *writer)
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
        if (is_absent(sorted[i], field))
            continue;
        augi_json_key(writer, sorted[i]->name);
        write_value(sorted[i], field, writer);
    }
    free(sorted);
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

static void write_number_schema(const AugParamDesc *row, const char *type, AugiJsonWriter *writer)
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

static void write_list_schema(const AugParamDesc *row, const char *type, int least, int most,
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
    write_number_schema(row, type, writer);
    augi_json_object_end(writer);
}

static void write_enum_schema(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "enum");
    augi_json_list(writer);
    for (size_t i = 0; row->choices[i]; i++)
        augi_json_string(writer, row->choices[i]);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* The forms a value may take, each as one schema of "anyOf". */
static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    bool is_size = row->kind == AUG_PARAM_SIZE;
    switch (row->kind) {
    case AUG_PARAM_BOOL:
        augi_json_raw(writer, "{\"type\":\"boolean\"}");
        break;
    case AUG_PARAM_INT:
        write_number_schema(row, "integer", writer);
        break;
    case AUG_PARAM_UINT64:
        write_number_schema(row, "integer", writer);
        augi_json_raw(writer, "{\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}");
        break;
    case AUG_PARAM_FLOAT:
        write_number_schema(row, "number", writer);
        break;
    case AUG_PARAM_RANGE:
    case AUG_PARAM_SIZE:
        write_list_schema(row, is_size ? "integer" : "number", 2, 2, writer);
        if (row->scalar != AUG_SCALAR_REFUSED)
            write_number_schema(row, is_size ? "integer" : "number", writer);
        break;
    case AUG_PARAM_CHOICE:
        break;
    case AUG_PARAM_FILL:
        write_number_schema(row, "number", writer);
        write_list_schema(row, "number", 3, 3, writer);
        break;
    case AUG_PARAM_NUMBERS:
        write_number_schema(row, "number", writer);
        write_list_schema(row, "number", 0, AUG_MAX_NUMBERS, writer);
        break;
    case AUG_PARAM_TEXT:
        augi_json_raw(writer, "{\"type\":\"string\"}");
        break;
    }
    if (row->choices)
        write_enum_schema(row, writer);
}

void augi_param_write_schema(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_json_object(writer);
    augi_json_key(writer, "description");
    augi_json_string(writer, row->help ? row->help : row->name);
    augi_json_key(writer, "anyOf");
    augi_json_list(writer);
    write_forms(row, writer);
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
