/* Rows that are JSON objects. */
#ifndef AUGI_DATASETS_ROW_JSON_H
#define AUGI_DATASETS_ROW_JSON_H

#include "libaug/data/support/row_columns.h"

/* Finds the keys from the first row; see augi_row_columns_find. */
AUG_MUST_CHECK AugStatus augi_row_json_layout(AugiRowColumns *layout, const AugiRowsParams *params,
                                              const AugiRecord *first, const char *where,
                                              AugError *error);

/* See augi_row_parse. A label may be a string or a whole number. */
AUG_MUST_CHECK AugStatus augi_row_json_parse(const AugiRowColumns *layout, const char *text,
                                             size_t size, AugiRow *row, const char *where,
                                             AugError *error);

/* Frees the row's document; accepts a row without one. */
void augi_row_json_fini(AugiRow *row);

#endif
