/* Finds the text among the bytes of its row, and writes the row around another one. */
#include "cli/row_line.h"

#include <stdlib.h>
#include <string.h>

#include "cli/row_json.h"

/* Where the text stands in its row, with its quotes. */
typedef struct Place {
    size_t begin, end;
} Place;

/* End of the cell that begins at a byte of the row: its delimiter, or the end of the row. */
static size_t cell_end(const AugiRowForm *form, const CliRowLine *line, size_t at)
{
    if (form->quotes && at < line->size && line->bytes[at] == '"') {
        for (at++; at < line->size; at++) {
            if (line->bytes[at] != '"')
                continue;
            if (at + 1 == line->size || line->bytes[at + 1] != '"')
                break;
            at++;
        }
    }
    const char *found = form->delimiter && at < line->size
                            ? memchr(line->bytes + at, form->delimiter, line->size - at)
                            : NULL;
    return found ? (size_t)(found - line->bytes) : line->size;
}

/* The row has the column: it was read. */
static Place find_cell(const AugiRowForm *form, const CliRowLine *line)
{
    Place place = {0, cell_end(form, line, 0)};
    for (size_t i = 0; i < form->column && place.end < line->size; i++) {
        place.begin = place.end + 1;
        place.end = cell_end(form, line, place.begin);
    }
    return place;
}

static bool holds(const AugField *text, char byte)
{
    return text->size > 0 && memchr(text->bytes, byte, text->size);
}

static bool begins_with(const AugField *text, char byte)
{
    return text->size > 0 && ((const char *)text->bytes)[0] == byte;
}

/* In quotes, which are doubled inside. */
static void add_quoted(CliBytes *out, const AugField *text)
{
    const char *bytes = text->bytes;
    cli_bytes_add_byte(out, '"');
    for (size_t at = 0; at < text->size;) {
        const char *quote = memchr(bytes + at, '"', text->size - at);
        const size_t end = quote ? (size_t)(quote - bytes) + 1 : text->size;
        cli_bytes_add(out, bytes + at, end - at);
        if (quote)
            cli_bytes_add_byte(out, '"');
        at = end;
    }
    cli_bytes_add_byte(out, '"');
}

static void add_cell(CliBytes *out, const AugiRowForm *form, bool was_quoted, const AugField *text)
{
    const bool needs_quotes = form->quotes && (holds(text, form->delimiter) || holds(text, '\n') ||
                                               holds(text, '\r') || begins_with(text, '"'));
    if (was_quoted || needs_quotes)
        add_quoted(out, text);
    else
        cli_bytes_add(out, text->bytes, text->size);
}

/* What would become another row, or another column. A carriage return at the end would become part
 * of the line end. */
static AugStatus check_plain(const AugiRowForm *form, const CliRowLine *line, Place place,
                             const AugField *text, AugError *error)
{
    if (form->quotes)
        return AUG_OK;
    const bool is_last = place.end == line->size && !line->has_cr;
    const bool ends_cr = text->size > 0 && ((const char *)text->bytes)[text->size - 1] == '\r';
    if (holds(text, '\n') || (is_last && ends_cr))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the augmented text holds a line break, which a row of this format cannot; "
                        "allowed are csv and jsonl");
    if (form->delimiter && holds(text, form->delimiter))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the augmented text holds a tab, which a row of tsv cannot; allowed are "
                        "csv and jsonl");
    return AUG_OK;
}

static AugStatus add_columns(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                             const AugField *text, AugError *error)
{
    const Place place = find_cell(form, line);
    AUG_TRY(check_plain(form, line, place, text, error));
    const bool was_quoted =
        form->quotes && place.begin < line->size && line->bytes[place.begin] == '"';
    cli_bytes_add(out, line->bytes, place.begin);
    add_cell(out, form, was_quoted, text);
    cli_bytes_add(out, line->bytes + place.end, line->size - place.end);
    return AUG_OK;
}

bool cli_field_is_same(const AugField *a, const AugField *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static bool is_same(const AugiRowForm *form, const AugSample *a, const AugSample *b)
{
    if (!cli_field_is_same(&a->fields[CLI_ROW_TEXT], &b->fields[CLI_ROW_TEXT]))
        return false;
    return !form->spans_key ||
           (cli_field_is_same(&a->fields[form->spans], &b->fields[form->spans]) &&
            cli_field_is_same(&a->fields[form->span_labels], &b->fields[form->span_labels]));
}

AugStatus cli_row_line_add(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                           const AugSample *made, AugError *error)
{
    const size_t before = out->size;
    AugStatus status = AUG_OK;
    if (is_same(form, line->sample, made))
        cli_bytes_add(out, line->bytes, line->size);
    else if (form->kind == AUGI_ROWS_JSONL)
        status = cli_row_json_add(out, form, line, made, error);
    else
        status = add_columns(out, form, line, &made->fields[CLI_ROW_TEXT], error);
    if (line->has_cr)
        cli_bytes_add_byte(out, '\r');
    cli_bytes_add_byte(out, '\n');
    if (status == AUG_OK && out->failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a row");
    if (status != AUG_OK)
        out->size = before;
    return status;
}
