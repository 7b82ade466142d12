/* Data sets whose samples are the rows of one text file: csv, tsv, jsonl and lines.
 *
 * A row is text, or the path of a picture relative to the file's folder, with a label or without,
 * and with further fields (row_fields.h), which are kept in memory. Of a plain file only the places
 * of rows are kept, and rows are read from it when they are asked for; the rows of a .gz file are
 * kept unpacked (row_store.h). All text is read when the set is opened, and hashed then: it is part of the
 * manifest, and the file must stay in the state that it was in.
 *
 * Several files that a pattern with braces stands for are read one after the other, and kept as
 * packed ones are; each has the header of the first.
 *
 * Text may hold any bytes: what is not UTF-8, a NUL, a carriage return. All else in a row is UTF-8
 * without NUL.
 */
#ifndef AUGI_DATASETS_ROWS_H
#define AUGI_DATASETS_ROWS_H

#include "libaug/data/dataset.h"

/* Parameters of all four kinds; jsonl has no header and no labels_separator, only jsonl has boxes,
 * box_labels, keypoints, spans and protect, and lines has the path alone. What names a column is its name or
 * its number from 1 (jsonl: a key), NULL or an empty list if not given. */
typedef struct AugiRowsParams {
    AugText path;
    AugText text;
    AugText text_pair;
    AugText image;
    AugText mask;
    AugText boxes;
    AugText box_labels;
    AugText keypoints;
    AugText spans;
    AugText protect;
    AugText label;
    AugText labels;
    AugText labels_separator;
    AugTexts soft_labels;
    AugTexts values;
    AugChoice header;
    AugChoice label_type;
    AugChoice bad_rows;
    int32_t classes;
} AugiRowsParams;

/* Names of AugiRowsParams.header: auto, yes, no. */
extern const char *const augi_rows_header_names[];

/* AugiRowsParams.bad_rows: what becomes of a row of text that is no sample. Opening fails, or the
 * row is kept as a sample that cannot be read, with its line and the reason. */
enum { AUGI_BAD_ROWS_FAIL, AUGI_BAD_ROWS_KEEP };
extern const char *const augi_bad_rows_names[];

/* Rows of such a table that several kinds share. */
#define AUGI_ROWS_PARAM_LABEL_TYPE                                                              \
    AUG_PARAM(AugiRowsParams, label_type, .choices = augi_label_type_names, .fallback = "auto", \
              .help = "whether labels are class numbers or names; auto tells by the labels")
#define AUGI_ROWS_PARAM_CLASSES                                                     \
    AUG_PARAM(AugiRowsParams, classes, .optional = true, .low = 1, .high = 1048576, \
              .help = "number of classes; by default the highest label + 1")
#define AUGI_ROWS_PARAM_BAD_ROWS                                                                 \
    AUG_PARAM(                                                                                   \
        AugiRowsParams, bad_rows, .choices = augi_bad_rows_names, .fallback = "fail",            \
        .help =                                                                                  \
            "a row of text that lacks a column or a label, has one too many or is empty: fail, " \
            "or keep it as a sample that cannot be read")

#define AUGI_ROWS_PATH_HELP "the file, files as in part-{00..07}.gz, - for standard input"

/* All rows of the kinds whose fields stand in columns. */
#define AUGI_ROWS_COLUMN_PARAMS                                                                  \
    AUG_PARAM(AugiRowsParams, path, .help = AUGI_ROWS_PATH_HELP),                                \
        AUG_PARAM(AugiRowsParams, text, .optional = true,                                        \
                  .help = "column that holds text: its name, or its number from 1"),             \
        AUG_PARAM(AugiRowsParams, text_pair, .optional = true,                                   \
                  .help = "column that holds a second text: a hypothesis, an answer"),           \
        AUG_PARAM(AugiRowsParams, image, .optional = true,                                       \
                  .help = "column that holds paths of pictures, relative to the file's folder"), \
        AUG_PARAM(AugiRowsParams, mask, .optional = true,                                        \
                  .help = "column that holds paths of the pictures' masks"),                     \
        AUG_PARAM(AugiRowsParams, label, .optional = true,                                       \
                  .help = "column that holds labels, or none"),                                  \
        AUG_PARAM(AugiRowsParams, labels, .optional = true,                                      \
                  .help = "column that holds any number of labels in each row"),                 \
        AUG_PARAM(AugiRowsParams, labels_separator, .fallback = ";",                             \
                  .help = "what stands between labels"),                                         \
        AUG_PARAM(AugiRowsParams, soft_labels, .optional = true,                                 \
                  .help = "columns of shares, one a class, in the order of the classes"),        \
        AUG_PARAM(AugiRowsParams, values, .optional = true,                                      \
                  .help = "columns that hold real numbers"),                                     \
        AUG_PARAM(AugiRowsParams, header, .choices = augi_rows_header_names, .fallback = "auto", \
                  .help =                                                                        \
                      "whether the first row names the columns; auto looks for a wanted name"),  \
        AUGI_ROWS_PARAM_LABEL_TYPE, AUGI_ROWS_PARAM_CLASSES, AUGI_ROWS_PARAM_BAD_ROWS

/* How a kind separates fields: csv ',' with quotes; tsv a tab; jsonl one JSON object a line; lines
 * not at all. */
typedef enum AugiRowsKind {
    AUGI_ROWS_CSV,
    AUGI_ROWS_TSV,
    AUGI_ROWS_JSONL,
    AUGI_ROWS_LINES
} AugiRowsKind;

/* Opens the file of a data set whose params are AugiRowsParams. Each row is checked; the first
 * wrong one is the error, with file and line. */
AUG_MUST_CHECK AugStatus augi_rows_open(AugDataset *dataset, AugiRowsKind kind,
                                        const AugLimits *limits, AugError *error);

/* The other hooks of AugDatasetKind. */
void augi_rows_close(AugDataset *dataset);
const char *augi_rows_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer);
AugStatus augi_rows_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                         AugSample *sample, AugError *error);
int64_t augi_rows_label(const AugDataset *dataset, uint64_t index);
void augi_rows_manifest(const AugDataset *dataset, AugiHash *hash);
uint64_t augi_rows_stored_size(const AugDataset *dataset, uint64_t index);

#endif
