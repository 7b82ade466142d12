/* The values of one field for all samples of a set, kept in memory: rows of one size, for each
 * sample as many as it has. Built sample by sample when the set is opened, then const.
 */
#ifndef AUGI_DATASETS_TABLE_H
#define AUGI_DATASETS_TABLE_H

#include "libaug/base/grow.h"
#include "libaug/data/dataset.h"

/* Set row_size, the rest zero. bytes: all rows, aligned for any type; ends[i]: rows up to the end
 * of sample i; most: rows of the sample with the most of them. */
typedef struct AugiTable {
    size_t row_size;
    uint8_t *bytes;
    uint64_t n_rows, row_capacity;
    uint64_t *ends;
    uint64_t n_samples, sample_capacity;
    uint64_t most;
} AugiTable;

/* Adds a row to the sample that is being built. */
AUG_MUST_CHECK AugStatus augi_table_add(AugiTable *table, const void *row, const AugLimits *limits,
                                        AugError *error);

/* Rows of the sample that is being built. */
uint64_t augi_table_building(const AugiTable *table);

/* Ends the sample that is being built. */
AUG_MUST_CHECK AugStatus augi_table_end_sample(AugiTable *table, const AugLimits *limits,
                                               AugError *error);

/* Takes back what was added to the sample that is being built. */
void augi_table_take_back(AugiTable *table);

/* The rows of a sample; borrowed from the table, never NULL. */
AugField augi_table_get(const AugiTable *table, uint64_t index);

/* All rows of all samples into a hash. */
void augi_table_add_manifest(const AugiTable *table, AugiHash *hash);

/* Frees the memory and zeroes the struct. */
void augi_table_fini(AugiTable *table);

#endif
