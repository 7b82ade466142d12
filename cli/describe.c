/* A parameter row as lines for a terminal, and as an object of JSON. */
#include "cli/describe.h"

#include <stdlib.h>

#include "command/text.h"
#include "libaug/spec/param_kind.h"

#define TEXT_COLUMN 20

static bool is_required(const AugParamDesc *row)
{
    return !row->fallback && !row->optional;
}

static void describe_row(FILE *file, const AugParamDesc *row)
{
    int used = fprintf(file, "  %s", row->name);
    used += fprintf(file, "%*s", used < TEXT_COLUMN - 1 ? TEXT_COLUMN - used : 1, "");
    cmd_print_wrapped(file, used, row->help ? row->help : row->name);
    char allowed[400];
    augi_param_describe(row, allowed, sizeof(allowed));
    char text[600];
    snprintf(text, sizeof(text), "%s%s%s; %s%s", allowed, row->unit ? ", in " : "",
             row->unit ? row->unit : "",
             row->fallback      ? "default "
             : is_required(row) ? "must be given"
                                : "may be left out",
             row->fallback ? row->fallback : "");
    fprintf(file, "%*s", TEXT_COLUMN, "");
    cmd_print_wrapped(file, TEXT_COLUMN, text);
}

void cli_describe_params(FILE *file, const AugParamTable *table)
{
    for (size_t i = 0; i < table->n; i++)
        describe_row(file, &table->rows[i]);
}

static void describe_bounds(AugiJsonWriter *writer, const AugParamDesc *row)
{
    if (row->low == 0 && row->high == 0)
        return;
    augi_json_key(writer, "low");
    augi_json_number(writer, row->low);
    augi_json_key(writer, "low_open");
    augi_json_bool(writer, row->low_open);
    augi_json_key(writer, "high");
    augi_json_number(writer, row->high);
    augi_json_key(writer, "high_open");
    augi_json_bool(writer, row->high_open);
}

static void describe_choices(AugiJsonWriter *writer, const AugParamDesc *row)
{
    if (!row->choices)
        return;
    augi_json_key(writer, "choices");
    augi_json_list(writer);
    for (size_t i = 0; row->choices[i]; i++)
        augi_json_string(writer, row->choices[i]);
    augi_json_list_end(writer);
}

static void describe_row_json(AugiJsonWriter *writer, const AugParamDesc *row)
{
    char allowed[400];
    augi_param_describe(row, allowed, sizeof(allowed));
    augi_json_object(writer);
    augi_json_text_member(writer, "name", row->name);
    augi_json_text_member(writer, "kind", row->kind->text);
    augi_json_text_member(writer, "help", row->help);
    augi_json_text_member(writer, "allowed", allowed);
    augi_json_text_member(writer, "default", row->fallback);
    augi_json_text_member(writer, "unit", row->unit);
    describe_bounds(writer, row);
    describe_choices(writer, row);
    augi_json_key(writer, "required");
    augi_json_bool(writer, is_required(row));
    augi_json_key(writer, "schema");
    augi_param_write_schema(row, writer);
    augi_json_object_end(writer);
}

void cli_describe_params_json(AugiJsonWriter *writer, const AugParamTable *table)
{
    augi_json_list(writer);
    for (size_t i = 0; i < table->n; i++)
        describe_row_json(writer, &table->rows[i]);
    augi_json_list_end(writer);
}

AugStatus cli_describe_print(AugiJsonWriter *writer, AugError *error)
{
    char *text = augi_json_take(writer);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the text");
    puts(text);
    free(text);
    return AUG_OK;
}
