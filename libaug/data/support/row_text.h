/* Rows of text as they stand in their file, for programs that write such files again: every byte of
 * a row, and where its text is among them.
 */
#ifndef AUGI_DATASETS_ROW_TEXT_H
#define AUGI_DATASETS_ROW_TEXT_H

#include "libaug/data/support/rows.h"

/* What opening counted. longest: bytes of the longest text; n_invalid: texts that are not UTF-8;
 * n_bad: rows that were kept and cannot be read. */
typedef struct AugiRowTally {
    uint64_t n_empty, n_invalid, n_bad, longest;
} AugiRowTally;

/* Most texts of a row. */
#define AUGI_ROW_TEXTS 2

/* How a file of rows is written. Strings live as long as the data set.
 *
 * delimiter: between columns; quotes: they may stand in quotes; both only of CSV and TSV
 * n_texts:   one, or two with text_pair; text i is field i
 * columns:   numbers of their columns from 0
 * keys:      their keys of JSON Lines
 * spans_key: the key of span labels, NULL: there are none; spans, span_labels: the numbers of their
 *            fields
 * left_key:  a key of the first row that seems to hold spans and is not read; NULL: there is none
 * protect_key: the key of what is protected, NULL: there is none; protect: the number of its field, ranges
 *            first
 * head:      what stands before the first row, head_size bytes with its line end
 * has_cr:    lines end with "\r\n", as the first row does
 */
typedef struct AugiRowForm {
    AugiRowsKind kind;
    char delimiter;
    bool quotes;
    uint32_t n_texts;
    size_t columns[AUGI_ROW_TEXTS];
    const char *keys[AUGI_ROW_TEXTS];
    const char *spans_key, *left_key;
    uint32_t spans, span_labels;
    const char *protect_key;
    uint32_t protect;
    const char *head;
    size_t head_size;
    bool has_cr;
} AugiRowForm;

/* Whether the samples of an open data set, or of the set that it is a part of, are rows of text. */
bool augi_row_text_is(const AugDataset *dataset);

/* For such a data set. Any thread. */
AugiRowForm augi_row_text_form(const AugDataset *dataset);
AugiRowTally augi_row_text_tally(const AugDataset *dataset);

/* The line of the file that a sample of such a data set stands in, from 1; 0 where a row has several
 * lines, so that it is not known. Any thread. */
uint64_t augi_row_text_line(const AugDataset *dataset, uint64_t index);

/* One row among the bytes that were read: where it begins, its size without the line end, which is
 * "\r\n" if has_cr; the last one of a file that ends without one is given that of the first row. */
typedef struct AugiRawRow {
    uint64_t begin;
    size_t size;
    bool has_cr;
} AugiRawRow;

/* Rows that were read. Zero-initialise; one a thread.
 *
 * index: of the first one in the data set
 * scratch: for taking one row apart
 */
typedef struct AugiRowsRead {
    uint64_t index;
    uint32_t n;
    AugiRawRow *rows;
    uint64_t row_capacity;
    char *bytes;
    uint64_t capacity;
    AugBuffer scratch;
} AugiRowsRead;

/* How many rows from number first on belong together: at most most of them, and no more than are
 * needed to reach size bytes; at least one. first is below the number of samples. Any thread. */
uint32_t augi_row_text_count(const AugDataset *dataset, uint64_t first, uint32_t most, size_t size);

/* Reads n rows from number first on. Fails with AUG_IO, AUG_CHANGED, AUG_NO_MEMORY. Any thread. */
AUG_MUST_CHECK AugStatus augi_row_text_read(const AugDataset *dataset, uint64_t first, uint32_t n,
                                            AugiRowsRead *read, AugError *error);

/* The sample of row i of them: what aug_dataset_read gives for it. Valid until the next one. Any
 * thread. */
AUG_MUST_CHECK AugStatus augi_row_text_sample(const AugDataset *dataset, AugiRowsRead *read,
                                              uint32_t i, AugSample *sample, AugError *error);

/* Frees the memory and zeroes the struct. */
void augi_rows_read_fini(AugiRowsRead *read);

#endif
