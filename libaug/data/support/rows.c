/* Indexes a text file row by row when it is opened, and reads single rows from it afterwards. */
#include "libaug/data/support/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/identity.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/row_fields.h"
#include "libaug/data/support/row_pictures.h"

/* Where a row stands: in the file, or in what was unpacked of it. */
typedef struct Place {
    uint64_t offset;
    uint32_t size;
} Place;

/* places is empty for rows that name pictures: the table of pictures says all. text: SHA-256 of the
 * texts of all rows, unescaped. */
typedef struct Rows {
    AugiRowColumns layout;
    AugiFile file;
    bool is_unpacked;
    AugiStrings unpacked;
    char text[65];
    Place *places;
    uint64_t n, capacity;
    AugiPictures pictures;
    AugiLabels labels;
    AugiRowFields fields;
} Rows;

/* The reading of the file when it is opened. cells: room for the columns of one row. */
typedef struct Reading {
    Rows *rows;
    const AugiRowsParams *params;
    const AugLimits *limits;
    AugiReader *stream;
    AugiRecords records;
    AugiCell *cells;
    AugiHash text;
} Reading;

static AugStatus add_place(Reading *reading, const AugiRecord *record, AugError *error)
{
    Rows *rows = reading->rows;
    uint64_t max_size = reading->limits->max_resident_size;
    AUG_TRY(augi_grow(&rows->places, &rows->capacity, rows->n + 1, sizeof(*rows->places), max_size,
                      error));
    Place *place = &rows->places[rows->n];
    *place = (Place){record->offset, (uint32_t)record->size};
    if (rows->is_unpacked)
        AUG_TRY(augi_strings_add(&rows->unpacked, record->text, record->size, max_size,
                                 &place->offset, error));
    rows->n++;
    return AUG_OK;
}

static AugStatus add_row(Reading *reading, const AugiRecord *record, const AugiRow *row,
                         const char *where, AugError *error)
{
    Rows *rows = reading->rows;
    if (!rows->layout.is_image) {
        augi_hash_add_u64(&reading->text, row->content_size);
        augi_hash_add(&reading->text, row->content, row->content_size);
    }
    if (rows->layout.is_image)
        AUG_TRY(augi_row_pictures_add(&rows->pictures, (AugiCell){row->content, row->content_size},
                                      reading->limits, where, error));
    const AugiLabelText label = {row->label, row->label_size, record->line};
    if (rows->layout.has_label)
        AUG_TRY(augi_labels_add_text(&rows->labels, label, reading->limits, error));
    else
        AUG_TRY(augi_labels_add(&rows->labels, -1, reading->limits, error));
    const AugiRowSource source = {
        .layout = &rows->layout,
        .row = row,
        .labels = &rows->labels,
        .limits = reading->limits,
        .line = record->line,
        .where = where,
    };
    return augi_row_fields_add(&rows->fields, &source, error);
}

static AugStatus take_record(Reading *reading, const AugiRecord *record, AugError *error)
{
    Rows *rows = reading->rows;
    char where[256];
    augi_record_where(reading->params->path, record->line, where);
    /* Before its quotes are removed. */
    if (!rows->layout.is_image)
        AUG_TRY(add_place(reading, record, error));
    AugiRow row = {.cells = reading->cells};
    AugStatus status =
        augi_row_parse(&rows->layout, record->text, record->size, &row, where, error);
    if (status == AUG_OK)
        status = add_row(reading, record, &row, where, error);
    augi_row_fini(&row);
    return status;
}

static AugStatus take_first(Reading *reading, AugiRowsKind kind, const AugiRecord *record,
                            AugError *error)
{
    Rows *rows = reading->rows;
    bool is_header;
    AUG_TRY(augi_row_columns_find(&rows->layout, reading->params, kind, record, &is_header, error));
    char where[256];
    augi_record_where(reading->params->path, record->line, where);
    AUG_TRY(augi_row_fields_open(&rows->fields, reading->params, &rows->layout, where, error));
    if (rows->layout.is_image)
        AUG_TRY(augi_row_pictures_open(&rows->pictures, reading->params->path, error));
    reading->cells = calloc(rows->layout.n_columns + 1, sizeof(*reading->cells));
    if (!reading->cells)
        return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for the columns of a row");
    return is_header ? AUG_OK : take_record(reading, record, error);
}

static AugStatus read_rows(Reading *reading, AugiRowsKind kind, AugError *error)
{
    AugiRecord record;
    AugStatus status = augi_records_next(&reading->records, &record, error);
    if (status == AUG_OK)
        status = take_first(reading, kind, &record, error);
    while (status == AUG_OK) {
        status = augi_records_next(&reading->records, &record, error);
        if (status == AUG_OK)
            status = take_record(reading, &record, error);
    }
    return status == AUG_END ? AUG_OK : status;
}

static AugStatus read_file(AugDataset *dataset, AugiRowsKind kind, const AugLimits *limits,
                           AugError *error)
{
    const AugiRowsParams *p = dataset->params;
    Rows *rows = dataset->state;
    /* The separators are needed before the first row can be read; nothing else is found yet. */
    bool unused;
    AUG_TRY(augi_row_columns_find(&rows->layout, p, kind, NULL, &unused, error));
    Reading reading = {.rows = rows, .params = p, .limits = limits};
    AUG_TRY(augi_reader_open_any(&reading.stream, p->path, error));
    rows->is_unpacked = augi_reader_is_gzip(reading.stream);
    uint64_t max_size = limits->max_encoded_size;
    reading.records = (AugiRecords){
        .stream = reading.stream,
        .path = p->path,
        .format = rows->layout.format,
        .max_size = max_size < UINT32_MAX ? (size_t)max_size : UINT32_MAX,
    };
    AugStatus status = augi_hash_init(&reading.text, error);
    if (status == AUG_OK)
        status = read_rows(&reading, kind, error);
    augi_hash_hex(&reading.text, rows->text);
    if (status == AUG_OK && !rows->text[0])
        status = AUG_FAIL(error, AUG_INTERNAL, p->path, "SHA-256 failed");
    if (status == AUG_OK && !rows->is_unpacked && !rows->layout.is_image)
        rows->file = augi_reader_take_file(reading.stream);
    augi_records_fini(&reading.records);
    free(reading.cells);
    augi_reader_close(reading.stream);
    return status;
}

AugStatus augi_rows_open(AugDataset *dataset, AugiRowsKind kind, const AugLimits *limits,
                         AugError *error)
{
    const AugiRowsParams *p = dataset->params;
    Rows *rows = calloc(1, sizeof(*rows));
    if (!rows)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = rows;
    AUG_TRY(read_file(dataset, kind, limits, error));
    const AugFieldDesc field = rows->layout.is_image ? augi_field_encoded() : augi_field_text();
    AUG_TRY(augi_dataset_add_field(dataset, &field, error));
    dataset->info.n_samples = rows->labels.n;
    dataset->is_settled = !rows->layout.is_image;
    if (rows->labels.n == 0)
        return AUG_OK;
    AUG_TRY(augi_labels_finish_text(&rows->labels, dataset, (AugiLabelType)p->label_type.value,
                                    p->classes, error));
    return augi_row_fields_finish(&rows->fields, &rows->labels, &rows->layout, dataset, error);
}

void augi_rows_close(AugDataset *dataset)
{
    Rows *rows = dataset->state;
    if (!rows)
        return;
    augi_file_close(&rows->file);
    augi_strings_fini(&rows->unpacked);
    free(rows->places);
    augi_pictures_fini(&rows->pictures);
    augi_labels_fini(&rows->labels);
    augi_row_fields_fini(&rows->fields);
    augi_row_columns_fini(&rows->layout);
    free(rows);
    dataset->state = NULL;
}

const char *augi_rows_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    const Rows *rows = dataset->state;
    return rows->layout.is_image ? augi_pictures_name(&rows->pictures, index)
                                 : augi_buffer_number_name(buffer, index);
}

int64_t augi_rows_label(const AugDataset *dataset, uint64_t index)
{
    const Rows *rows = dataset->state;
    return rows->labels.values[index];
}

static AugStatus read_record(const Rows *rows, uint64_t index, AugBuffer *buffer,
                             const AugSample *sample, AugError *error)
{
    const Place *place = &rows->places[index];
    /* One byte more, so that the memory of an empty text is valid, too. */
    AUG_TRY(augi_buffer_reserve(buffer, (size_t)place->size + 1, error));
    if (rows->is_unpacked) {
        memcpy(buffer->bytes, rows->unpacked.text + place->offset, place->size);
        return AUG_OK;
    }
    AUG_TRY(augi_file_read(&rows->file, place->offset, buffer->bytes, place->size, sample->name,
                           error));
    return augi_file_check(&rows->file, sample->name, error);
}

static AugStatus read_text(const Rows *rows, uint64_t index, AugBuffer *buffer, AugSample *sample,
                           AugError *error)
{
    AUG_TRY(read_record(rows, index, buffer, sample, error));
    AugiRow row = {0};
    AugStatus status = augi_row_parse(&rows->layout, (char *)buffer->bytes,
                                      rows->places[index].size, &row, sample->name, error);
    AugField *field = &sample->fields[0];
    if (status == AUG_OK)
        *field =
            (AugField){.bytes = row.content, .size = row.content_size, .n_rows = row.content_size};
    if (status == AUG_OK && row.document) {
        /* JSON text never grows when its escapes are resolved, so it fits where its row was. */
        memcpy(buffer->bytes, row.content, row.content_size);
        field->bytes = buffer->bytes;
    }
    augi_row_fini(&row);
    return status;
}

AugStatus augi_rows_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                         AugSample *sample, AugError *error)
{
    const Rows *rows = dataset->state;
    if (rows->layout.is_image) {
        AUG_TRY(augi_pictures_read(&rows->pictures, dataset, index, buffer, sample, error));
    } else {
        sample->name = augi_buffer_number_name(buffer, index);
        AUG_TRY(read_text(rows, index, buffer, sample, error));
    }
    return augi_row_fields_read(&rows->fields, dataset, index, buffer, sample, error);
}

uint64_t augi_rows_stored_size(const AugDataset *dataset, uint64_t index)
{
    const Rows *rows = dataset->state;
    return rows->layout.is_image ? augi_pictures_size(&rows->pictures, index) +
                                       augi_row_fields_stored_size(&rows->fields, index)
                                 : rows->places[index].size;
}

void augi_rows_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const Rows *rows = dataset->state;
    augi_manifest_add_labels(dataset, hash);
    if (rows->layout.is_image)
        augi_pictures_add_manifest(&rows->pictures, hash);
    else
        augi_hash_add_text(hash, rows->text);
    augi_row_fields_add_manifest(&rows->fields, hash);
}
