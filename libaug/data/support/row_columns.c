/* Decides from the parameters and the first record which column is picture, text and label, and
 * whether there is a header. */
#include "libaug/data/support/row_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/bounds.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/numbers.h"
#include "libaug/data/support/paths.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_header.h"
#include "libaug/data/support/row_json.h"

/* Index of AugiRowsParams.header. */
enum { HEADER_AUTO, HEADER_YES, HEADER_NO };

const char *const augi_rows_header_names[] = {"auto", "yes", "no", NULL};

/* Without a header and without parameters: label, then text. */
#define DEFAULT_LABEL 0
#define DEFAULT_CONTENT 1

/* What is known while the layout is found: the fields of the first record. */
typedef struct Finder {
    const AugiRowsParams *params;
    AugiPaths cells;
    bool is_header;
    const char *where;
} Finder;

static AugStatus split(Finder *finder, AugiRecordFormat format, const AugiRecord *record,
                       AugError *error)
{
    /* A copy: the record itself may be a row that is read again. */
    char *text = malloc(record->size + 1);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, finder->where, "no memory for the first row");
    memcpy(text, record->text, record->size);
    AugiFields fields = {.text = text, .size = record->size, .format = format};
    AugStatus status = AUG_OK;
    char *cell;
    size_t size;
    while (status == AUG_OK && augi_fields_next(&fields, &cell, &size)) {
        /* "image, label" names the columns that it seems to name. */
        const char *name = augi_label_trim(cell, &size);
        status = augi_paths_add(&finder->cells, error, "%.*s", (int)size, name);
    }
    free(text);
    return status;
}

static const char *cell_at(const void *list, size_t i)
{
    return ((char *const *)list)[i];
}

static bool find_cell(const Finder *finder, const char *name, size_t *column)
{
    for (size_t i = 0; name && i < finder->cells.n; i++)
        if (strcmp(finder->cells.items[i], name) == 0) {
            *column = i;
            return true;
        }
    return false;
}

static bool is_digits(const char *text)
{
    return text[0] && !text[strspn(text, "0123456789")];
}

/* Columns are counted from 1 by users; six digits are more than any row has. */
static bool is_column_number(const char *text)
{
    return is_digits(text) && strlen(text) <= 6;
}

static bool has_name(const AugTexts *columns)
{
    for (int32_t i = 0; i < columns->n; i++)
        if (!is_column_number(columns->values[i]))
            return true;
    return false;
}

/* A parameter that is a name needs a header. The default names show one only in a row without
 * numbers, since a text may well be the word "text". */
static bool looks_like_header(const Finder *finder)
{
    const AugiRowsParams *p = finder->params;
    const char *label = augi_says_no_label(p->label) ? NULL : p->label;
    const char *const given[] = {p->text, p->text_pair, p->image, label, p->mask, p->labels};
    for (size_t i = 0; i < AUG_COUNT(given); i++)
        if (given[i] && !is_column_number(given[i]))
            return true;
    if (has_name(&p->values) || has_name(&p->soft_labels))
        return true;
    size_t column;
    double number;
    for (size_t i = 0; i < finder->cells.n; i++)
        if (augi_float_parse(finder->cells.items[i], strlen(finder->cells.items[i]), &number))
            return false;
    return find_cell(finder, "text", &column) || find_cell(finder, "image", &column) ||
           find_cell(finder, "label", &column);
}

/* A name of two columns says neither. */
static AugStatus check_once(const Finder *finder, const char *role, const char *name, size_t column,
                            AugError *error)
{
    for (size_t i = column + 1; i < finder->cells.n; i++)
        if (strcmp(finder->cells.items[i], name) == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                            "%s is '%.60s', which the header has twice; allowed is a name that "
                            "stands once, or the number of a column",
                            role, name);
    return AUG_OK;
}

/* Column of a parameter that is given. */
static AugStatus find_given(const Finder *finder, const char *role, const char *given,
                            size_t *column, AugError *error)
{
    size_t n = finder->cells.n;
    if (find_cell(finder, given, column) && finder->is_header)
        return check_once(finder, role, given, *column, error);
    if (is_column_number(given)) {
        size_t number = (size_t)strtoul(given, NULL, 10);
        if (number == 0 || number > n)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                            "%s is column %s; allowed is %s", role, given, augi_bounds(1, n).text);
        *column = number - 1;
        return AUG_OK;
    }
    if (!finder->is_header)
        return AUG_FAIL(
            error, AUG_BAD_ARGUMENT, finder->where,
            "%s is '%.60s', but no header names the columns; allowed is %s, the number of one",
            role, given, augi_bounds(1, n).text);
    const char *near = augi_nearest_name(given, cell_at, finder->cells.items, n);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                    "%s is '%.60s', but the header has no such column; %s '%.60s'%s", role, given,
                    near ? "did you mean" : "its first is", near ? near : finder->cells.items[0],
                    near ? "?" : "");
}

/* A row of one column: of a file whose columns end otherwise, or of plain texts. */
static AugStatus fail_single(const Finder *finder, char delimiter, AugError *error)
{
    const char *row = finder->cells.items[0];
    const char *other = strpbrk(row, delimiter == ',' ? ";\t" : ";,");
    char hint[64] = "";
    if (other)
        snprintf(hint, sizeof(hint), "; it holds %s, and columns of this kind end with %s",
                 *other == '\t'  ? "a tab"
                 : *other == ';' ? "';'"
                                 : "','",
                 delimiter == ',' ? "','" : "a tab");
    return AUG_FAIL(error, AUG_CORRUPT, finder->where,
                    "the first row has one column; expected are a label and a text (or give "
                    "text: 1)%s",
                    hint);
}

static AugStatus find_content(const Finder *finder, AugiRowColumns *layout, AugError *error)
{
    const AugiRowsParams *p = finder->params;
    layout->is_image = p->image;
    if (p->image)
        return find_given(finder, "image", p->image, &layout->content, error);
    if (p->text)
        return find_given(finder, "text", p->text, &layout->content, error);
    if (!finder->is_header) {
        if (p->header.value == HEADER_AUTO)
            AUG_TRY(augi_header_check_first(&finder->cells, finder->where, error));
        layout->content = DEFAULT_CONTENT;
        return finder->cells.n > DEFAULT_CONTENT
                   ? AUG_OK
                   : fail_single(finder, layout->format.delimiter, error);
    }
    size_t column;
    bool has_text = find_cell(finder, "text", &layout->content);
    bool has_image = find_cell(finder, "image", &column);
    if (has_text && has_image)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                        "the header has both 'text' and 'image'; give text: text or image: image");
    if (!has_text && !has_image) {
        char names[AUGI_HEADER_TEXT_SIZE];
        augi_header_describe(&finder->cells, names);
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                        "the header has neither 'text' nor 'image', but %s; give text: or image: "
                        "with a column's name or number",
                        names);
    }
    layout->is_image = has_image;
    if (has_image)
        layout->content = column;
    return AUG_OK;
}

/* The column that a header calls label. A name that is used otherwise says nothing of a label. */
static AugStatus find_named_label(const Finder *finder, AugiRowColumns *layout, AugError *error)
{
    const AugiRowsParams *p = finder->params;
    layout->has_label = find_cell(finder, "label", &layout->label);
    if (layout->has_label || p->labels || p->values.n > 0 || p->soft_labels.n > 0)
        return AUG_OK;
    return augi_header_check_label(&finder->cells, finder->where, error);
}

static AugStatus find_label(const Finder *finder, AugiRowColumns *layout, AugError *error)
{
    const AugiRowsParams *p = finder->params;
    layout->has_label = !augi_row_fields_have_classes(p) && !augi_says_no_label(p->label);
    if (!layout->has_label)
        return AUG_OK;
    if (p->label)
        AUG_TRY(find_given(finder, "label", p->label, &layout->label, error));
    else if (finder->is_header)
        AUG_TRY(find_named_label(finder, layout, error));
    else if (p->text || p->image)
        layout->has_label = false;
    else
        layout->label = DEFAULT_LABEL;
    if (layout->has_label && layout->label == layout->content)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                        "column %zu is both label and content; allowed are two different ones",
                        layout->label + 1);
    return AUG_OK;
}

/* The columns of a list, of which each is given once. */
static AugStatus find_list(const Finder *finder, const char *role, const AugTexts *given,
                           size_t columns[AUG_MAX_TEXTS], AugError *error)
{
    for (int32_t i = 0; i < given->n; i++) {
        AUG_TRY(find_given(finder, role, given->values[i], &columns[i], error));
        for (int32_t k = 0; k < i; k++)
            if (columns[k] == columns[i])
                return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                                "%s has column %zu twice; allowed are different columns", role,
                                columns[i] + 1);
    }
    return AUG_OK;
}

static AugStatus find_pair(const Finder *finder, AugiRowColumns *layout, AugError *error)
{
    layout->has_pair = true;
    AUG_TRY(find_given(finder, "text_pair", finder->params->text_pair, &layout->pair, error));
    if (layout->pair == layout->content || (layout->has_label && layout->pair == layout->label))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, finder->where,
                        "column %zu is text_pair and something else; allowed is one of its own",
                        layout->pair + 1);
    return AUG_OK;
}

static AugStatus find_fields(const Finder *finder, AugiRowColumns *layout, AugError *error)
{
    const AugiRowsParams *p = finder->params;
    if (p->text_pair)
        AUG_TRY(find_pair(finder, layout, error));
    if (p->mask)
        AUG_TRY(find_given(finder, "mask", p->mask, &layout->mask, error));
    if (p->labels)
        AUG_TRY(find_given(finder, "labels", p->labels, &layout->labels, error));
    AUG_TRY(find_list(finder, "values", &p->values, layout->values, error));
    AUG_TRY(find_list(finder, "soft_labels", &p->soft_labels, layout->soft_labels, error));
    for (int32_t i = 0; finder->is_header && i < p->soft_labels.n; i++)
        AUG_TRY(augi_paths_add(&layout->class_names, error, "%s",
                               finder->cells.items[layout->soft_labels[i]]));
    return AUG_OK;
}

static AugStatus find_columns(Finder *finder, AugiRowColumns *layout, AugError *error)
{
    int32_t header = finder->params->header.value;
    finder->is_header =
        header == HEADER_YES || (header == HEADER_AUTO && looks_like_header(finder));
    layout->n_columns = finder->cells.n;
    AUG_TRY(find_content(finder, layout, error));
    AUG_TRY(find_label(finder, layout, error));
    return find_fields(finder, layout, error);
}

AugStatus augi_row_columns_find(AugiRowColumns *layout, const AugiRowsParams *params,
                                AugiRowsKind kind, const AugiRecord *first, bool *is_header,
                                AugError *error)
{
    static const AugiRecordFormat formats[] = {[AUGI_ROWS_CSV] = {',', true},
                                               [AUGI_ROWS_TSV] = {'\t', false},
                                               [AUGI_ROWS_JSONL] = {0, false},
                                               [AUGI_ROWS_LINES] = {0, false}};
    *layout = (AugiRowColumns){.kind = kind, .format = formats[kind]};
    *is_header = false;
    if (params->text && params->image)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, params->path,
                        "both text and image are given; allowed is one of them");
    if (params->text_pair && params->image)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, params->path,
                        "text_pair is given and the rows hold pictures; allowed with text");
    layout->n_columns = kind == AUGI_ROWS_LINES;
    if (!first || kind == AUGI_ROWS_LINES)
        return AUG_OK;
    char where[256];
    augi_record_where(params->path, first->line, where);
    if (kind == AUGI_ROWS_JSONL)
        return augi_row_json_layout(layout, params, first, where, error);
    Finder finder = {.params = params, .where = where};
    AugStatus status = split(&finder, layout->format, first, error);
    if (status == AUG_OK)
        status = find_columns(&finder, layout, error);
    *is_header = finder.is_header;
    augi_paths_fini(&finder.cells);
    return status;
}

void augi_row_columns_fini(AugiRowColumns *layout)
{
    augi_paths_fini(&layout->class_names);
}

/* Anything but text that an operation may change must be UTF-8. */
static AugStatus check_cell(const AugiRowColumns *layout, size_t column, AugiCell cell,
                            const char *where, AugError *error)
{
    if ((column == layout->content && !layout->is_image) ||
        (layout->has_pair && column == layout->pair))
        return AUG_OK;
    if (augi_record_check_utf8(cell.text, cell.size, "column", where, NULL) == AUG_OK)
        return AUG_OK;
    char what[40];
    snprintf(what, sizeof(what), "column %zu", column + 1);
    return augi_record_check_utf8(cell.text, cell.size, what, where, error);
}

static AugStatus parse_fields(const AugiRowColumns *layout, char *text, size_t size, AugiRow *row,
                              const char *where, AugError *error)
{
    AugiFields fields = {.text = text, .size = size, .format = layout->format};
    char *cell;
    size_t cell_size, n = 0;
    for (; augi_fields_next(&fields, &cell, &cell_size); n++) {
        if (row->cells && n < layout->n_columns)
            row->cells[n] = (AugiCell){cell, cell_size};
        if (n == layout->content) {
            row->content = cell;
            row->content_size = cell_size;
        } else if (layout->has_pair && n == layout->pair) {
            row->pair = cell;
            row->pair_size = cell_size;
        } else if (layout->has_label && n == layout->label) {
            row->label = cell;
            row->label_size = cell_size;
        }
        AUG_TRY(check_cell(layout, n, (AugiCell){cell, cell_size}, where, error));
    }
    if (n != layout->n_columns)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the row has %zu column%s; the first row has %zu%s", n, n == 1 ? "" : "s",
                        layout->n_columns,
                        n > layout->n_columns && layout->format.quotes
                            ? "; a text that holds what separates columns stands in quotes"
                            : "");
    return AUG_OK;
}

AugStatus augi_row_parse(const AugiRowColumns *layout, char *text, size_t size, AugiRow *row,
                         const char *where, AugError *error)
{
    *row = (AugiRow){.cells = row->cells};
    if (layout->kind == AUGI_ROWS_JSONL)
        AUG_TRY(augi_row_json_parse(layout, text, size, row, where, error));
    else
        AUG_TRY(parse_fields(layout, text, size, row, where, error));
    size_t label_size = row->label_size;
    augi_label_trim(row->label, &label_size);
    if (layout->has_label && label_size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the label is empty; allowed is a class number or name");
    return AUG_OK;
}

void augi_row_fini(AugiRow *row)
{
    augi_row_json_fini(row);
    *row = (AugiRow){0};
}
