/* What is where in the rows of a text file: found once, from the parameters and the first row. */
#ifndef AUGI_DATASETS_ROW_COLUMNS_H
#define AUGI_DATASETS_ROW_COLUMNS_H

#include <stdbool.h>

#include "libaug/data/support/records.h"
#include "libaug/data/support/rows.h"

/* content, label: columns from 0, of n_columns; for jsonl the keys instead, borrowed from the
 * parameters or static. */
typedef struct AugiRowColumns {
    AugiRowsKind kind;
    AugiRecordFormat format;
    bool is_image, has_label;
    size_t content, label, n_columns;
    const char *content_key, *label_key;
} AugiRowColumns;

/* One row taken apart. content and label point into the record, or into document for jsonl, where a
 * label that is a number is printed into number. */
typedef struct AugiRow {
    const char *content;
    size_t content_size;
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

/* Takes a record apart; its quotes are removed in place. Give row to augi_row_fini, whatever
 * happens. AUG_CORRUPT if a column or key is missing or is not what it must be. */
AUG_MUST_CHECK AugStatus augi_row_parse(const AugiRowColumns *layout, char *text, size_t size,
                                        AugiRow *row, const char *where, AugError *error);

/* Frees what a row keeps; accepts a zeroed one. */
void augi_row_fini(AugiRow *row);

#endif
