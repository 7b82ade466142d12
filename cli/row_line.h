/* A row of text as a line of its file, with another text in the place of its own: every other byte
 * stays what it is. */
#ifndef CLI_ROW_LINE_H
#define CLI_ROW_LINE_H

#include "aug/dataset.h"
#include "cli/bytes.h"
#include "libaug/data/support/row_text.h"

/* A row as it stands in the file, and the sample that it is. */
typedef struct CliRowLine {
    const char *bytes;
    size_t size;
    bool has_cr;
    const AugSample *sample;
} CliRowLine;

/* Adds the row, with its line end, as a row of the same file with the texts of another sample, and
 * its span labels: in quotes where a text was, or where it must be; in JSON with characters
 * written as they were. What is equal in both samples stays as it is. Fails with AUG_BAD_ARGUMENT where the format cannot hold
 * the text: a tab or a line break in TSV, a line break in lines, no UTF-8 in JSON; with
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus cli_row_line_add(CliBytes *out, const AugiRowForm *form,
                                          const CliRowLine *line, const AugSample *made,
                                          AugError *error);

/* Whether two values are the same bytes. */
bool cli_field_is_same(const AugField *a, const AugField *b);

#endif
