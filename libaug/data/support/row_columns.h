/* What is where in the rows of a text file: found once, from the parameters and the first row. */
#ifndef AUGI_DATASETS_ROW_COLUMNS_H
#define AUGI_DATASETS_ROW_COLUMNS_H

#include <stdbool.h>

#include "libaug/data/support/paths.h"
#include "libaug/data/support/records.h"
#include "libaug/data/support/rows.h"

/* content, pair, label, mask, labels, values, soft_labels: columns from 0, of n_columns, where their
 * parameters are given; for jsonl the keys instead, borrowed from the parameters or static.
 * class_names: of soft_labels, empty without a header.
 * left_key: of jsonl, a list in the first row that is called as spans are and is not read; NULL:
 * there is none. */
typedef struct AugiRowColumns {
    AugiRowsKind kind;
    AugiRecordFormat format;
    bool is_image, has_label;
    bool has_pair;
    size_t content, pair, label, n_columns;
    size_t mask, labels, values[AUG_MAX_TEXTS], soft_labels[AUG_MAX_TEXTS];
    AugiPaths class_names;
    const char *content_key, *pair_key, *label_key, *left_key;
} AugiRowColumns;

/* The text of one column of a row. */
typedef struct AugiCell {
    const char *text;
    size_t size;
} AugiCell;

/* One row taken apart. content, pair and label point into the record, or into document for jsonl, where a
 * label that is a number is printed into number. cells: all columns; set it before the row is
 * parsed to room for n_columns, or to NULL. */
typedef struct AugiRow {
    AugiCell *cells;
    const char *content;
    size_t content_size;
    const char *pair;
    size_t pair_size;
    const char *label;
    size_t label_size;
    char number[24];
    void *document;
} AugiRow;

/* Finds the layout from the first record; *is_header tells whether that is one. first NULL: only
 * kind and format are set, as they must be before a record can be read. Errors name the file and
 * the record's line. */
AUG_MUST_CHECK AugStatus augi_row_columns_find(AugiRowColumns *layout, const AugiRowsParams *params,
                                               AugiRowsKind kind, const AugiRecord *first,
                                               bool *is_header, AugError *error);

/* Frees what a layout keeps; accepts a zeroed one. */
void augi_row_columns_fini(AugiRowColumns *layout);

/* Takes a record apart; its quotes are removed in place. Give row to augi_row_fini, whatever
 * happens. AUG_CORRUPT if a column or key is missing or is not what it must be. */
AUG_MUST_CHECK AugStatus augi_row_parse(const AugiRowColumns *layout, char *text, size_t size,
                                        AugiRow *row, const char *where, AugError *error);

/* Frees what a row keeps; accepts a zeroed one. */
void augi_row_fini(AugiRow *row);

#endif
