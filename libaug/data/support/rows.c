/* Reads single rows of an open text file. */
#include "libaug/data/support/rows.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/data/identity.h"
#include "libaug/data/support/row_pictures.h"
#include "libaug/data/support/row_state.h"

static void free_bad(const AugiBadRow *row)
{
    free(row->where);
    free(row->message);
}

void augi_rows_close(AugDataset *dataset)
{
    AugiRows *rows = dataset->state;
    if (!rows)
        return;
    augi_file_close(&rows->file);
    augi_row_store_fini(&rows->unpacked);
    free(rows->head);
    for (uint64_t i = 0; i < rows->n_bad; i++)
        free_bad(&rows->bad[i]);
    free(rows->bad);
    augi_row_index_fini(&rows->index);
    augi_pictures_fini(&rows->pictures);
    augi_labels_fini(&rows->labels);
    augi_row_fields_fini(&rows->fields);
    augi_row_columns_fini(&rows->layout);
    free(rows);
    dataset->state = NULL;
}

const char *augi_rows_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    const AugiRows *rows = dataset->state;
    return rows->layout.is_image ? augi_pictures_name(&rows->pictures, index)
                                 : augi_buffer_number_name(buffer, index);
}

int64_t augi_rows_label(const AugDataset *dataset, uint64_t index)
{
    const AugiRows *rows = dataset->state;
    return augi_labels_get(&rows->labels, index);
}

AugStatus augi_rows_check_bad(const AugDataset *dataset, uint64_t index, AugError *error)
{
    const AugiRows *rows = dataset->state;
    uint64_t first = 0, end = rows->n_bad;
    while (first < end) {
        const uint64_t middle = first + (end - first) / 2;
        if (rows->bad[middle].index < index)
            first = middle + 1;
        else
            end = middle;
    }
    if (first == rows->n_bad || rows->bad[first].index != index)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, rows->bad[first].where, "%s", rows->bad[first].message);
}

static AugStatus read_record(const AugiRows *rows, const AugiRowPlace *place, AugBuffer *buffer,
                             const char *name, AugError *error)
{
    /* One byte more, so that the memory of an empty text is valid, too. */
    AUG_TRY(augi_buffer_reserve(buffer, place->size + 1, error));
    if (rows->is_unpacked)
        return augi_row_store_read(&rows->unpacked, place->offset - rows->first_offset,
                                   buffer->bytes, place->size, error);
    AUG_TRY(augi_file_read(&rows->file, place->offset, buffer->bytes, place->size, name, error));
    return augi_file_check(&rows->file, name, error);
}

static AugField text_field(const char *text, size_t size)
{
    return (AugField){.bytes = text, .size = size, .n_rows = size};
}

static AugStatus fill_text(const AugiRows *rows, char *text, size_t size, AugSample *sample,
                           AugError *error)
{
    AugiRow row = {0};
    const AugStatus status = augi_row_parse(&rows->layout, text, size, &row, sample->name, error);
    if (status == AUG_OK && row.document) {
        /* JSON text never grows when its escapes are resolved, so it fits where its row was. */
        memcpy(text, row.content, row.content_size);
        if (row.pair_size > 0)
            memcpy(text + row.content_size, row.pair, row.pair_size);
        row.content = text;
        row.pair = text + row.content_size;
    }
    if (status == AUG_OK)
        sample->fields[0] = text_field(row.content, row.content_size);
    if (status == AUG_OK && rows->layout.has_pair)
        sample->fields[1] = text_field(row.pair, row.pair_size);
    augi_row_fini(&row);
    return status;
}

AugStatus augi_rows_fill(const AugDataset *dataset, uint64_t index, size_t size, AugBuffer *buffer,
                         AugSample *sample, AugError *error)
{
    const AugiRows *rows = dataset->state;
    AUG_TRY(fill_text(rows, (char *)buffer->bytes, size, sample, error));
    return augi_row_fields_read(&rows->fields, dataset, index, buffer, sample, error);
}

AugStatus augi_rows_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                         AugSample *sample, AugError *error)
{
    const AugiRows *rows = dataset->state;
    if (rows->layout.is_image) {
        AUG_TRY(augi_pictures_read(&rows->pictures, dataset, index, buffer, sample, error));
        return augi_row_fields_read(&rows->fields, dataset, index, buffer, sample, error);
    }
    AUG_TRY(augi_rows_check_bad(dataset, index, error));
    AugiRowWalk walk = augi_row_index_walk(&rows->index, index);
    const AugiRowPlace place = augi_row_walk_next(&walk);
    sample->name = augi_buffer_number_name(buffer, index);
    AUG_TRY(read_record(rows, &place, buffer, sample->name, error));
    return augi_rows_fill(dataset, index, place.size, buffer, sample, error);
}

uint64_t augi_rows_stored_size(const AugDataset *dataset, uint64_t index)
{
    const AugiRows *rows = dataset->state;
    if (rows->layout.is_image)
        return augi_pictures_size(&rows->pictures, index) +
               augi_row_fields_stored_size(&rows->fields, index);
    AugiRowWalk walk = augi_row_index_walk(&rows->index, index);
    return augi_row_walk_next(&walk).size;
}

void augi_rows_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const AugiRows *rows = dataset->state;
    augi_manifest_add_labels(dataset, hash);
    if (rows->layout.is_image)
        augi_pictures_add_manifest(&rows->pictures, hash);
    else
        augi_hash_add_text(hash, rows->text);
    augi_row_fields_add_manifest(&rows->fields, hash);
}
