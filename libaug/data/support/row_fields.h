/* What the rows of a text file hold beside their content and their label: masks, boxes, keypoints,
 * values, several classes, soft labels. All is checked when the set is opened and kept in memory;
 * of masks only the names.
 */
#ifndef AUGI_DATASETS_ROW_FIELDS_H
#define AUGI_DATASETS_ROW_FIELDS_H

#include "libaug/base/characters.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/pictures.h"
#include "libaug/data/support/row_columns.h"
#include "libaug/data/support/table.h"

/* The tables of AugiRowFields. Boxes, points, values: F32 rows of 4, 2 and 1; classes of boxes: I64
 * rows, of spans as well, which are I64 rows of 2, in bytes, as what is protected; shares: AugiRowShare, or
 * F32 rows, one a class, where they came as a list. */
typedef enum AugiRowTable {
    AUGI_ROW_BOXES,
    AUGI_ROW_BOX_LABELS,
    AUGI_ROW_KEYPOINTS,
    AUGI_ROW_VALUES,
    AUGI_ROW_SHARES,
    AUGI_ROW_SPANS,
    AUGI_ROW_SPAN_LABELS,
    AUGI_ROW_PROTECTED,
    AUGI_ROW_N_TABLES,
} AugiRowTable;

/* The share that a sample has of one class: while rows are added the number of its text, then its
 * class. */
typedef struct AugiRowShare {
    uint32_t class;
    float share;
} AugiRowShare;

/* Zero-initialised it has no fields. has[t]: whether rows have what table t holds; numbers[t]: the
 * number of its field. are_shares_listed: rows have a share of every class, in order. seen[t]: the
 * sample, counted from 1, that had the class text t last. characters: of the row at work. */
typedef struct AugiRowFields {
    const AugiRowsParams *params;
    AugiPictures masks;
    AugiTable tables[AUGI_ROW_N_TABLES];
    bool has[AUGI_ROW_N_TABLES];
    uint32_t numbers[AUGI_ROW_N_TABLES];
    bool are_shares_listed;
    uint64_t *seen;
    uint64_t seen_capacity, n_seen;
    AugiCharacters characters;
} AugiRowFields;

/* A row from which fields are taken; labels takes up its classes. */
typedef struct AugiRowSource {
    const AugiRowColumns *layout;
    const AugiRow *row;
    AugiLabels *labels;
    const AugLimits *limits;
    uint64_t line;
    const char *where;
} AugiRowSource;

/* Whether rows have several classes or soft labels, and so no single label. */
bool augi_row_fields_have_classes(const AugiRowsParams *params);

/* Starts with the parameters, of which some exclude each other, and a layout that is found. where
 * is the place of the first row. */
AUG_MUST_CHECK AugStatus augi_row_fields_open(AugiRowFields *fields, const AugiRowsParams *params,
                                              const AugiRowColumns *layout, const char *where,
                                              AugError *error);

/* Takes the fields of the next row. AUG_CORRUPT, naming file and line, if one is missing or is not
 * what it must be. */
AUG_MUST_CHECK AugStatus augi_row_fields_add(AugiRowFields *fields, const AugiRowSource *source,
                                             AugError *error);

/* Takes back what of a row was taken before it was refused, and counts it as a sample without any.
 */
AUG_MUST_CHECK AugStatus augi_row_fields_skip(AugiRowFields *fields, const AugLimits *limits,
                                              AugError *error);

/* The two halves of augi_row_fields_add, for rows of columns and for JSON. */
AUG_MUST_CHECK AugStatus augi_row_fields_add_cells(AugiRowFields *fields,
                                                   const AugiRowSource *source, AugError *error);
AUG_MUST_CHECK AugStatus augi_row_fields_add_json(AugiRowFields *fields,
                                                  const AugiRowSource *source, AugError *error);

/* For them: adds a class, of which the row has this share. AUG_CORRUPT if it has the class already.
 */
AUG_MUST_CHECK AugStatus augi_row_fields_add_share(AugiRowFields *fields,
                                                   const AugiRowSource *source, AugiCell class,
                                                   float share, AugError *error);

/* Ends the rows, once labels has its classes, and tells the data set about the fields. */
AUG_MUST_CHECK AugStatus augi_row_fields_finish(AugiRowFields *fields, const AugiLabels *labels,
                                                const AugiRowColumns *layout, AugDataset *dataset,
                                                AugError *error);

/* Fills the fields of a sample. Any thread. */
AUG_MUST_CHECK AugStatus augi_row_fields_read(const AugiRowFields *fields,
                                              const AugDataset *dataset, uint64_t index,
                                              AugBuffer *buffer, AugSample *sample,
                                              AugError *error);

/* Bytes of the mask's file, and all that the tables hold into a hash. */
uint64_t augi_row_fields_stored_size(const AugiRowFields *fields, uint64_t index);
void augi_row_fields_add_manifest(const AugiRowFields *fields, AugiHash *hash);

/* Frees what is kept and zeroes the struct. */
void augi_row_fields_fini(AugiRowFields *fields);

#endif
