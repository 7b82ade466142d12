/* Finds the text among the bytes of its row, and writes the row around another one. */
#include "cli/row_line.h"

#include <stdlib.h>
#include <string.h>

#include "cli/row_json.h"

/* Where the text stands in its row, with its quotes. */
typedef struct Place {
    size_t begin, end;
} Place;

size_t cli_row_cell_end(const AugiRowForm *form, const CliRowLine *line, size_t at)
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

static bool needs_quotes(const AugiRowForm *form, const AugField *text)
{
    return form->quotes && (holds(text, form->delimiter) || holds(text, '\n') ||
                            holds(text, '\r') || begins_with(text, '"'));
}

void cli_row_cell_add(CliBytes *out, const AugiRowForm *form, const AugField *text)
{
    if (needs_quotes(form, text))
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

/* Adds a cell with another text. A row of nothing is none, so an only cell gets quotes. */
static AugStatus add_text(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                          Place place, const AugField *text, AugError *error)
{
    AUG_TRY(check_plain(form, line, place, text, error));
    const bool was_quoted =
        form->quotes && place.begin < line->size && line->bytes[place.begin] == '"';
    const bool is_all = form->quotes && text->size == 0 && place.end - place.begin == line->size;
    if (was_quoted || is_all)
        add_quoted(out, text);
    else
        cli_row_cell_add(out, form, text);
    return AUG_OK;
}

/* The text that a column is; form->n_texts: none. */
static uint32_t text_of(const AugiRowForm *form, size_t column)
{
    uint32_t text = 0;
    while (text < form->n_texts && form->columns[text] != column)
        text++;
    return text;
}

/* The row has the columns: it was read. */
static AugStatus add_columns(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                             const AugSample *made, AugError *error)
{
    size_t done = 0, begin = 0;
    uint32_t n_found = 0;
    for (size_t column = 0; n_found < form->n_texts && begin <= line->size; column++) {
        const Place place = {begin, cli_row_cell_end(form, line, begin)};
        const uint32_t text = text_of(form, column);
        begin = place.end + 1;
        n_found += text < form->n_texts;
        if (text == form->n_texts ||
            cli_field_is_same(&made->fields[text], &line->sample->fields[text]))
            continue;
        cli_bytes_add(out, line->bytes + done, place.begin - done);
        AUG_TRY(add_text(out, form, line, place, &made->fields[text], error));
        done = place.end;
    }
    cli_bytes_add(out, line->bytes + done, line->size - done);
    return AUG_OK;
}

bool cli_field_is_same(const AugField *a, const AugField *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static bool is_same(const AugiRowForm *form, const AugSample *a, const AugSample *b)
{
    for (uint32_t i = 0; i < form->n_texts; i++)
        if (!cli_field_is_same(&a->fields[i], &b->fields[i]))
            return false;
    return !form->spans_key ||
           (cli_field_is_same(&a->fields[form->spans], &b->fields[form->spans]) &&
            cli_field_is_same(&a->fields[form->span_labels], &b->fields[form->span_labels]));
}

AugStatus cli_row_line_add(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                           const AugSample *made, const CliRowShares *shares, AugError *error)
{
    const size_t before = out->size;
    const bool is_json = form->kind == AUGI_ROWS_JSONL;
    AugStatus status = AUG_OK;
    if (is_json && (shares || !is_same(form, line->sample, made)))
        status = cli_row_json_add(out, form, line, made, shares, error);
    else if (is_same(form, line->sample, made))
        cli_bytes_add(out, line->bytes, line->size);
    else
        status = add_columns(out, form, line, made, error);
    if (shares && !is_json)
        cli_row_shares_columns(out, form, shares);
    if (line->has_cr)
        cli_bytes_add_byte(out, '\r');
    cli_bytes_add_byte(out, '\n');
    if (status == AUG_OK && out->failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a row");
    if (status != AUG_OK)
        out->size = before;
    return status;
}
