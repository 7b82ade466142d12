/* Rows of one size, as many for each sample as it has. */
#include "libaug/data/support/table.h"

#include <stdlib.h>
#include <string.h>

AugStatus augi_table_add(AugiTable *table, const void *row, const AugLimits *limits,
                         AugError *error)
{
    AUG_TRY(augi_grow(&table->bytes, &table->row_capacity, table->n_rows + 1, table->row_size,
                      limits->max_resident_size, error));
    memcpy(table->bytes + table->n_rows++ * table->row_size, row, table->row_size);
    return AUG_OK;
}

static uint64_t begin_of(const AugiTable *table, uint64_t index)
{
    return index ? table->ends[index - 1] : 0;
}

uint64_t augi_table_building(const AugiTable *table)
{
    return table->n_rows - begin_of(table, table->n_samples);
}

AugStatus augi_table_end_sample(AugiTable *table, const AugLimits *limits, AugError *error)
{
    AUG_TRY(augi_grow(&table->ends, &table->sample_capacity, table->n_samples + 1,
                      sizeof(*table->ends), limits->max_resident_size, error));
    const uint64_t n = augi_table_building(table);
    if (n > table->most)
        table->most = n;
    table->ends[table->n_samples++] = table->n_rows;
    return AUG_OK;
}

void augi_table_take_back(AugiTable *table)
{
    table->n_rows = begin_of(table, table->n_samples);
}

AugField augi_table_get(const AugiTable *table, uint64_t index)
{
    /* A place for samples without rows, aligned for any type. */
    static const uint64_t nothing;
    const uint64_t begin = begin_of(table, index), n = table->ends[index] - begin;
    return (AugField){
        .bytes = n ? (const void *)(table->bytes + begin * table->row_size) : &nothing,
        .size = (size_t)n * table->row_size,
        .n_rows = n,
    };
}

void augi_table_add_manifest(const AugiTable *table, AugiHash *hash)
{
    for (uint64_t i = 0; i < table->n_samples; i++)
        augi_hash_add_u64(hash, table->ends[i]);
    augi_hash_add(hash, table->bytes, (size_t)table->n_rows * table->row_size);
}

void augi_table_fini(AugiTable *table)
{
    free(table->bytes);
    free(table->ends);
    *table = (AugiTable){0};
}
