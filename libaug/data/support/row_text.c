/* Reads runs of rows at once and takes them apart one by one. */
#include "libaug/data/support/row_text.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/data/part.h"
#include "libaug/data/support/row_state.h"

static const AugDataset *whole_of(const AugDataset *dataset)
{
    const AugDataset *whole = augi_part_whole(dataset);
    return whole ? whole : dataset;
}

/* Number in the file of a sample of the data set. */
static uint64_t number_of(const AugDataset *dataset, uint64_t index)
{
    return augi_part_whole(dataset) ? augi_part_sample(dataset, index) : index;
}

static const AugiRows *rows_of(const AugDataset *dataset)
{
    return whole_of(dataset)->state;
}

bool augi_row_text_is(const AugDataset *dataset)
{
    return whole_of(dataset)->kind->read == augi_rows_read && !rows_of(dataset)->layout.is_image;
}

AugiRowForm augi_row_text_form(const AugDataset *dataset)
{
    const AugiRows *rows = rows_of(dataset);
    return (AugiRowForm){
        .kind = rows->layout.kind,
        .delimiter = rows->layout.format.delimiter,
        .quotes = rows->layout.format.quotes,
        .n_texts = rows->layout.has_pair ? 2 : 1,
        .columns = {rows->layout.content, rows->layout.pair},
        .keys = {rows->layout.content_key, rows->layout.pair_key},
        .spans_key = rows->fields.params ? rows->fields.params->spans : NULL,
        .left_key = rows->layout.left_key,
        .spans = rows->fields.numbers[AUGI_ROW_SPANS],
        .span_labels = rows->fields.numbers[AUGI_ROW_SPAN_LABELS],
        .protect_key = rows->fields.params ? rows->fields.params->protect : NULL,
        .protect = rows->fields.numbers[AUGI_ROW_PROTECTED],
        .head = rows->head,
        .head_size = rows->head_size,
        .has_cr = rows->has_cr,
    };
}

uint64_t augi_row_text_line(const AugDataset *dataset, uint64_t index)
{
    const AugiRows *rows = rows_of(dataset);
    return rows->has_breaks ? 0 : rows->first_line + number_of(dataset, index);
}

AugiRowTally augi_row_text_tally(const AugDataset *dataset)
{
    return rows_of(dataset)->tally;
}

/* Reads size bytes of the file behind what was read. */
static AugStatus read_run(const AugiRows *rows, AugiRowsRead *read, uint64_t at, uint64_t offset,
                          size_t size, AugError *error)
{
    AUG_TRY(augi_grow(&read->bytes, &read->capacity, at + size + 1, 1, UINT64_MAX, error));
    if (!rows->is_unpacked)
        return augi_file_read(&rows->file, offset, read->bytes + at, size, NULL, error);
    return augi_row_store_read(&rows->unpacked, offset - rows->first_offset, read->bytes + at, size,
                               error);
}

/* Bytes of all rows so far. */
static uint64_t end_of(const AugiRowsRead *read)
{
    if (read->n == 0)
        return 0;
    const AugiRawRow *last = &read->rows[read->n - 1];
    return last->begin + last->size;
}

/* Adds those of the next rows, of n in all, that stand one after the other in the file. */
static AugStatus add_run(const AugDataset *dataset, AugiRowsRead *read, uint32_t n, AugError *error)
{
    const AugiRows *rows = rows_of(dataset);
    const uint64_t first = read->index + read->n, begin = end_of(read);
    const uint64_t number = number_of(dataset, first);
    AugiRowWalk walk = augi_row_index_walk(&rows->index, number);
    const uint64_t offset = walk.offset;
    for (uint64_t i = 0; read->n < n; i++) {
        if (number_of(dataset, first + i) != number + i)
            break;
        const uint64_t at = begin + (walk.offset - offset);
        const AugiRowPlace place = augi_row_walk_next(&walk);
        const bool is_last = rows->is_open && number + i + 1 == rows->index.n;
        read->rows[read->n++] =
            (AugiRawRow){at, place.size, place.has_cr || (is_last && rows->has_cr)};
    }
    return read_run(rows, read, begin, offset, (size_t)(end_of(read) - begin), error);
}

uint32_t augi_row_text_count(const AugDataset *dataset, uint64_t first, uint32_t most, size_t size)
{
    const uint64_t n_samples = dataset->info.n_samples;
    uint64_t number = number_of(dataset, first), sum = 0;
    AugiRowWalk walk = augi_row_index_walk(&rows_of(dataset)->index, number);
    uint32_t n = 0;
    while (first + n < n_samples && n < most && (sum < size || n == 0)) {
        if (number_of(dataset, first + n) != number) {
            number = number_of(dataset, first + n);
            walk = augi_row_index_walk(&rows_of(dataset)->index, number);
        }
        sum += augi_row_walk_next(&walk).size;
        number++;
        n++;
    }
    return n;
}

AugStatus augi_row_text_read(const AugDataset *dataset, uint64_t first, uint32_t n,
                             AugiRowsRead *read, AugError *error)
{
    const AugiRows *rows = rows_of(dataset);
    read->index = first;
    read->n = 0;
    AUG_TRY(augi_grow(&read->rows, &read->row_capacity, n, sizeof(*read->rows), UINT64_MAX, error));
    while (read->n < n)
        AUG_TRY(add_run(dataset, read, n, error));
    if (rows->is_unpacked)
        return AUG_OK;
    return augi_file_check(&rows->file, augi_dataset_path(dataset), error);
}

AugStatus augi_row_text_sample(const AugDataset *dataset, AugiRowsRead *read, uint32_t i,
                               AugSample *sample, AugError *error)
{
    const AugDataset *whole = whole_of(dataset);
    const AugiRawRow *row = &read->rows[i];
    const uint64_t index = read->index + i, number = number_of(dataset, index);
    AugBuffer *buffer = &read->scratch;
    AUG_TRY(augi_buffer_reserve(buffer, row->size + 1, error));
    memset(buffer->fields, 0, dataset->info.n_fields * sizeof(AugField));
    *sample = (AugSample){.name = augi_buffer_number_name(buffer, number),
                          .fields = buffer->fields,
                          .dataset = dataset,
                          .index = index};
    AUG_TRY(augi_rows_check_bad(whole, number, error));
    memcpy(buffer->bytes, read->bytes + row->begin, row->size);
    AUG_TRY(augi_rows_fill(whole, number, row->size, buffer, sample, error));
    return augi_dataset_fill_label(whole, number, buffer, sample, error);
}

void augi_rows_read_fini(AugiRowsRead *read)
{
    free(read->rows);
    free(read->bytes);
    aug_buffer_fini(&read->scratch);
    *read = (AugiRowsRead){0};
}
