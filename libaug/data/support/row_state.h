/* Inside of an open data set of rows: what opening found (rows_open.c), and reading uses (rows.c,
 * row_text.c). Const once it is open. */
#ifndef AUGI_DATASETS_ROW_STATE_H
#define AUGI_DATASETS_ROW_STATE_H

#include "libaug/data/support/labels.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_index.h"
#include "libaug/data/support/row_store.h"
#include "libaug/data/support/row_text.h"

/* A row that is no sample, kept as one that cannot be read. where: file and line; message: why; both
 * owned. */
typedef struct AugiBadRow {
    uint64_t index;
    char *where, *message;
} AugiBadRow;

/* index is empty for rows that name pictures: the table of pictures says all.
 *
 * unpacked: of a packed file, or of several, all rows as they stand in it, with some byte for each "\n"
 * head:     what stands before the first row: a byte order mark, the header; owned, head_size bytes
 * has_cr:   the first row ends with "\r\n"; is_open: the last one has no line end
 * first_line: of the first row; has_breaks: a row has several lines
 * text:     SHA-256 of the texts of all rows, unescaped
 * bad:      in order
 * longest:  bytes of the longest text, and of the longest one of text_pair
 */
typedef struct AugiRows {
    AugiRowColumns layout;
    AugiFile file;
    bool is_unpacked, has_cr, is_open, has_breaks;
    AugiRowStore unpacked;
    uint64_t first_offset, first_line;
    char *head;
    size_t head_size;
    char text[65];
    AugiRowIndex index;
    AugiPictures pictures;
    AugiLabels labels;
    AugiRowFields fields;
    AugiBadRow *bad;
    uint64_t n_bad, bad_capacity;
    AugiRowTally tally;
    uint64_t longest[2];
} AugiRows;

/* Whether a row is bad; fails with its reason then, at its line. */
AUG_MUST_CHECK AugStatus augi_rows_check_bad(const AugDataset *dataset, uint64_t index,
                                             AugError *error);

/* Fills the fields of a sample from its row, the first size bytes of the buffer, which has one more;
 * quotes are removed in place. Everything but the class; the name must be set. */
AUG_MUST_CHECK AugStatus augi_rows_fill(const AugDataset *dataset, uint64_t index, size_t size,
                                        AugBuffer *buffer, AugSample *sample, AugError *error);

#endif
