/* A row of text as a line of its file, with another text in the place of its own: every other byte
 * stays what it is. */
#ifndef CLI_ROW_LINE_H
#define CLI_ROW_LINE_H

#include "aug/dataset.h"
#include "cli/bytes.h"
#include "cli/row_shares.h"
#include "libaug/data/support/row_text.h"

/* A row as it stands in the file, and the sample that it is. */
typedef struct CliRowLine {
    const char *bytes;
    size_t size;
    bool has_cr;
    const AugSample *sample;
} CliRowLine;

/* End of the cell of a row of CSV or TSV that begins at a byte: its delimiter, or the end of the row. */
size_t cli_row_cell_end(const AugiRowForm *form, const CliRowLine *line, size_t at);

/* Adds a text as a cell of such a row, in quotes where it must be. */
void cli_row_cell_add(CliBytes *out, const AugiRowForm *form, const AugField *text);

/* Adds the row, with its line end, as a row of the same file with the texts of another sample, and
 * its span labels: in quotes where a text was, or where it must be; in JSON with characters
 * written as they were. What is equal in both samples stays as it is. shares: the label, to be added;
 * NULL: it is not. Fails with AUG_BAD_ARGUMENT where the format cannot hold the text: a tab or a line
 * break in TSV, a line break in lines, no UTF-8 in JSON; with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus cli_row_line_add(CliBytes *out, const AugiRowForm *form,
                                          const CliRowLine *line, const AugSample *made,
                                          const CliRowShares *shares, AugError *error);

/* Whether two values are the same bytes. */
bool cli_field_is_same(const AugField *a, const AugField *b);

#endif
