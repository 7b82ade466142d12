/* Data sets whose samples are the rows of one text file: csv, tsv and jsonl.
 *
 * A row is text, or the path of a picture relative to the file's folder, with a label or without.
 * Of a plain file only the places of rows are kept, and rows are read from it when they are asked
 * for; the rows of a .gz file are kept in memory.
 */
#ifndef AUGI_DATASETS_ROWS_H
#define AUGI_DATASETS_ROWS_H

#include "libaug/dataset.h"

/* Parameters of all three kinds; jsonl has no header. text, image, label: a column's name or its
 * number from 1 (jsonl: a key), NULL if not given. */
typedef struct AugRowsParams {
    AugText path;
    AugText text;
    AugText image;
    AugText label;
    AugChoice header;
    AugChoice label_type;
    int32_t classes;
} AugRowsParams;

/* Names of AugRowsParams.header: auto, yes, no. */
extern const char *const augi_rows_header_names[];

/* The row of such a table that all three kinds share. */
#define AUGI_ROWS_PARAM_LABEL_TYPE                                                             \
    AUG_PARAM(AugRowsParams, label_type, .choices = augi_label_type_names, .fallback = "auto", \
              .help = "whether labels are class numbers or names; auto tells by the labels")
#define AUGI_ROWS_PARAM_CLASSES                                                    \
    AUG_PARAM(AugRowsParams, classes, .optional = true, .low = 1, .high = 1048576, \
              .help = "number of classes; by default the highest label + 1")

/* All rows of the kinds whose fields stand in columns. */
#define AUGI_ROWS_COLUMN_PARAMS                                                                  \
    AUG_PARAM(AugRowsParams, path, .help = "the file"),                                          \
        AUG_PARAM(AugRowsParams, text, .optional = true,                                         \
                  .help = "column that holds text: its name, or its number from 1"),             \
        AUG_PARAM(AugRowsParams, image, .optional = true,                                        \
                  .help = "column that holds paths of pictures, relative to the file's folder"), \
        AUG_PARAM(AugRowsParams, label, .optional = true, .help = "column that holds labels"),   \
        AUG_PARAM(AugRowsParams, header, .choices = augi_rows_header_names, .fallback = "auto",  \
                  .help =                                                                        \
                      "whether the first row names the columns; auto looks for a wanted name"),  \
        AUGI_ROWS_PARAM_LABEL_TYPE, AUGI_ROWS_PARAM_CLASSES

/* How a kind separates fields: csv ',' with quotes; tsv a tab; jsonl one JSON object a line. */
typedef enum AugRowsKind { AUG_ROWS_CSV, AUG_ROWS_TSV, AUG_ROWS_JSONL } AugRowsKind;

/* Opens the file of a data set whose params are AugRowsParams. Each row is checked; the first wrong
 * one is the error, with file and line. */
AUG_MUST_CHECK AugStatus augi_rows_open(AugDataset *dataset, AugRowsKind kind,
                                        const AugLimits *limits, AugError *error);

/* The other hooks of AugDatasetKind. */
void augi_rows_close(AugDataset *dataset);
AugStatus augi_rows_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                         AugSample *sample, AugError *error);
int64_t augi_rows_label(const AugDataset *dataset, uint64_t index);

#endif
