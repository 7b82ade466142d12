/* Opens a text file of rows: goes through all of it once, checks each row, and keeps where it stands
 * and what it says beside its text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"
#include "libaug/data/identity.h"
#include "libaug/data/support/row_pictures.h"
#include "libaug/data/support/row_state.h"

/* Bad rows that are kept, each with its reason of a hundred bytes: who has more has named the wrong
 * column or the wrong kind. */
#define MOST_BAD 100000

const char *const augi_bad_rows_names[] = {"fail", "keep", NULL};

/* The reading of the file when it is opened. cells: room for the columns of one row.
 * file: number of the one of paths that is read; mark_size: bytes of the byte order mark before the
 * first; header_size: of its header without the line end, 0: there is none; n_before: bad rows that were
 * kept before one that says what rows hold. */
typedef struct Reading {
    AugiRows *rows;
    const AugiRowsParams *params;
    const AugLimits *limits;
    AugiRecords records;
    AugiCell *cells;
    AugiHash text;
    AugiPaths paths;
    size_t file, mark_size, header_size;
    uint64_t n_before;
} Reading;

static AugStatus add_place(Reading *reading, const AugiRecord *record, AugError *error)
{
    AugiRows *rows = reading->rows;
    const uint64_t max_size = reading->limits->max_resident_size;
    /* Rows of the next file follow those of the one before. */
    const bool follows = rows->is_unpacked && rows->index.n > 0;
    const AugiRowPlace place = {follows ? rows->index.end : record->offset, record->size,
                                record->has_cr};
    if (rows->index.n == 0) {
        rows->first_offset = record->offset;
        rows->has_cr = record->has_cr;
        rows->first_line = record->line;
    }
    rows->has_breaks =
        rows->has_breaks || reading->file > 0 || record->line != rows->first_line + rows->index.n;
    rows->is_open = record->is_open;
    AUG_TRY(augi_row_index_add(&rows->index, &place, max_size, error));
    if (!rows->is_unpacked)
        return AUG_OK;
    return augi_row_store_add(&rows->unpacked, record->text, record->size + record->has_cr,
                              max_size, error);
}

/* Counts a text and adds it to the fingerprint. */
static void take_text(Reading *reading, const char *text, size_t size, uint64_t *longest)
{
    AugiRowTally *tally = &reading->rows->tally;
    augi_hash_add_u64(&reading->text, size);
    augi_hash_add(&reading->text, text, size);
    tally->n_empty += size == 0;
    tally->n_invalid += augi_utf8_invalid(text, size) < size;
    *longest = size > *longest ? size : *longest;
}

static void take_texts(Reading *reading, const AugiRow *row)
{
    AugiRows *rows = reading->rows;
    take_text(reading, row->content, row->content_size, &rows->longest[0]);
    if (rows->layout.has_pair)
        take_text(reading, row->pair, row->pair_size, &rows->longest[1]);
}

/* The label comes last: a row that is refused leaves none behind. */
static AugStatus add_row(Reading *reading, const AugiRecord *record, const AugiRow *row,
                         const char *where, AugError *error)
{
    AugiRows *rows = reading->rows;
    if (rows->layout.is_image)
        AUG_TRY(augi_row_pictures_add(&rows->pictures, (AugiCell){row->content, row->content_size},
                                      reading->limits, where, error));
    const AugiRowSource source = {
        .layout = &rows->layout,
        .row = row,
        .labels = &rows->labels,
        .limits = reading->limits,
        .line = record->line,
        .where = where,
    };
    AUG_TRY(augi_row_fields_add(&rows->fields, &source, error));
    const AugiLabelText label = {row->label, row->label_size, record->line};
    if (rows->layout.has_label)
        AUG_TRY(augi_labels_add_text(&rows->labels, label, reading->limits, error));
    else
        AUG_TRY(augi_labels_add(&rows->labels, -1, reading->limits, error));
    if (!rows->layout.is_image)
        take_texts(reading, row);
    return AUG_OK;
}

static AugStatus take_row(Reading *reading, const AugiRecord *record, const char *where,
                          AugError *error)
{
    AugiRows *rows = reading->rows;
    if (rows->layout.kind != AUGI_ROWS_LINES)
        AUG_TRY(augi_record_check(record, where, error));
    AugiRow row = {.cells = reading->cells};
    AugStatus status =
        augi_row_parse(&rows->layout, record->text, record->size, &row, where, error);
    if (status == AUG_OK)
        status = add_row(reading, record, &row, where, error);
    augi_row_fini(&row);
    return status;
}

/* Keeps a row that is no sample, so that reading it fails with the reason. Its bytes are part of
 * the fingerprint like a text, behind a size that no text has. */
static AugStatus keep_bad(Reading *reading, const AugiRecord *record, const AugError *reason,
                          AugError *error)
{
    AugiRows *rows = reading->rows;
    const AugLimits *limits = reading->limits;
    if (rows->n_bad == MOST_BAD)
        return AUG_FAIL(error, AUG_CORRUPT, reason->where,
                        "%s; %d rows before it are bad, too, and more are not kept",
                        reason->message, MOST_BAD);
    AUG_TRY(augi_grow(&rows->bad, &rows->bad_capacity, rows->n_bad + 1, sizeof(*rows->bad),
                      limits->max_resident_size, error));
    AugiBadRow *bad = &rows->bad[rows->n_bad++];
    *bad = (AugiBadRow){rows->labels.n, strdup(reason->where), strdup(reason->message)};
    if (!bad->where || !bad->message)
        return AUG_FAIL(error, AUG_NO_MEMORY, reason->where, "no memory for a row");
    augi_hash_add_u64(&reading->text, UINT64_MAX);
    augi_hash_add_u64(&reading->text, record->size);
    augi_hash_add(&reading->text, record->text, record->size);
    AUG_TRY(augi_row_fields_skip(&rows->fields, limits, error));
    return augi_labels_add(&rows->labels, -1, limits, error);
}

static AugStatus take_record(Reading *reading, const AugiRecord *record, AugError *error)
{
    char where[256];
    /* Not all of it zeroed, which would take longer than the rest of a row. */
    AugError reason;
    reason.status = AUG_OK;
    augi_record_where(reading->records.path, record->line, where);
    const bool is_kept =
        !reading->rows->layout.is_image && reading->params->bad_rows.value == AUGI_BAD_ROWS_KEEP;
    /* Before its quotes are removed. */
    if (!reading->rows->layout.is_image)
        AUG_TRY(add_place(reading, record, error));
    const AugStatus status = take_row(reading, record, where, is_kept ? &reason : error);
    if (!is_kept || status == AUG_OK)
        return status;
    if (status == AUG_CORRUPT)
        return keep_bad(reading, record, &reason, error);
    if (error)
        *error = reason;
    return status;
}

/* What stands before the first row. */
static AugStatus keep_head(Reading *reading, const AugiRecord *header, AugError *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    AugiRows *rows = reading->rows;
    const size_t mark_size = reading->mark_size;
    const size_t size = header ? header->size + header->has_cr + 1 : 0;
    rows->head = malloc(mark_size + size + 1);
    if (!rows->head)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the header");
    memcpy(rows->head, mark, mark_size);
    if (header) {
        memcpy(rows->head + mark_size, header->text, size - 1);
        rows->head[mark_size + size - 1] = '\n';
    }
    rows->head_size = mark_size + size;
    return AUG_OK;
}

/* Every row of a file in UTF-16 would be refused, each with a reason that does not say so. */
static AugStatus refuse_utf16(const AugiRecord *first, const char *where, AugError *error)
{
    const char *text = first->text;
    const bool is_little = first->size > 3 && memcmp(text, "\xff\xfe", 2) == 0 && !text[3];
    const bool is_big = first->size > 3 && memcmp(text, "\xfe\xff", 2) == 0 && !text[2];
    if (!is_little && !is_big)
        return AUG_OK;
    return AUG_FAIL(error, AUG_UNSUPPORTED, where, "the file is in UTF-16; allowed is UTF-8");
}

static AugStatus find_layout(Reading *reading, AugiRowsKind kind, const AugiRecord *record,
                             bool *is_header, AugError *error)
{
    char where[256];
    augi_record_where(reading->records.path, record->line, where);
    if (kind != AUGI_ROWS_LINES) {
        AUG_TRY(refuse_utf16(record, where, error));
        AUG_TRY(augi_record_check(record, where, error));
    }
    return augi_row_columns_find(&reading->rows->layout, reading->params, kind, record, is_header,
                                 error);
}

/* Whether a row of JSON is none, or says nothing of what rows hold, so that the next one may. */
static bool is_bad_first(const Reading *reading, AugiRowsKind kind, AugStatus status)
{
    const bool says_nothing = status == AUG_BAD_ARGUMENT && !reading->rows->layout.content_key;
    return kind == AUGI_ROWS_JSONL && reading->params->bad_rows.value == AUGI_BAD_ROWS_KEEP &&
           (status == AUG_CORRUPT || says_nothing);
}

static AugStatus keep_bad_first(Reading *reading, const AugiRecord *record, const AugError *reason,
                                AugError *error)
{
    reading->n_before++;
    AUG_TRY(add_place(reading, record, error));
    return keep_bad(reading, record, reason, error);
}

/* What was wrong with the first of the bad rows, where there is nothing for which to keep them. */
static AugStatus fail_bad_first(const Reading *reading, AugError *error)
{
    const AugiBadRow *bad = &reading->rows->bad[0];
    return AUG_FAIL(error, AUG_CORRUPT, bad->where, "%s", bad->message);
}

static AugStatus take_first(Reading *reading, AugiRowsKind kind, const AugiRecord *record,
                            AugError *error)
{
    AugiRows *rows = reading->rows;
    bool is_header;
    char where[256];
    AugError reason = {0};
    augi_record_where(reading->records.path, record->line, where);
    if (reading->n_before == 0)
        reading->mark_size = (size_t)record->offset;
    const AugStatus status = find_layout(reading, kind, record, &is_header, &reason);
    if (status != AUG_OK && is_bad_first(reading, kind, status))
        return keep_bad_first(reading, record, &reason, error);
    if (status != AUG_OK && error)
        *error = reason;
    if (status != AUG_OK)
        return status;
    if (reading->n_before > 0 && rows->layout.is_image)
        return fail_bad_first(reading, error);
    reading->header_size = is_header ? record->size : 0;
    AUG_TRY(keep_head(reading, is_header ? record : NULL, error));
    if (rows->layout.is_image && reading->paths.n > 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "the rows hold pictures, and there are %zu files; allowed is one",
                        reading->paths.n);
    AUG_TRY(augi_row_fields_open(&rows->fields, reading->params, &rows->layout, where, error));
    if (rows->layout.is_image)
        AUG_TRY(augi_row_pictures_open(&rows->pictures, reading->params->path, error));
    for (uint64_t i = 0; i < reading->n_before; i++)
        AUG_TRY(augi_row_fields_skip(&rows->fields, reading->limits, error));
    reading->cells = calloc(rows->layout.n_columns + 1, sizeof(*reading->cells));
    if (!reading->cells)
        return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for the columns of a row");
    return is_header ? AUG_OK : take_record(reading, record, error);
}

/* Each file has the header of the first, or none has one. */
static AugStatus take_first_of_next(Reading *reading, const AugiRecord *record, AugError *error)
{
    const char *header = reading->rows->head + reading->mark_size;
    if (reading->header_size == 0)
        return take_record(reading, record, error);
    if (record->size == reading->header_size && memcmp(record->text, header, record->size) == 0)
        return AUG_OK;
    char where[256];
    augi_record_where(reading->records.path, record->line, where);
    return AUG_FAIL(error, AUG_CORRUPT, where,
                    "the header differs from that of '%.100s'; allowed are files with the same",
                    reading->paths.items[0]);
}

/* Refuses a packed file that would fill the disk. */
static AugStatus check_unpacked(const Reading *reading, AugError *error)
{
    const AugiReader *stream = reading->records.stream;
    const uint64_t size = augi_reader_position(stream), taken = augi_reader_taken(stream);
    if (size <= AUGI_UNPACKED_FREE || !augi_reader_is_gzip(stream) ||
        (size / AUGI_UNPACKED_RATIO <= taken && size <= AUGI_UNPACKED_MOST))
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, reading->records.path,
                    "%" PRIu64 " bytes of it unpack to %" PRIu64 "; allowed are %d times as many, "
                    "%" PRIu64 " at most, or the file unpacked",
                    taken, size, AUGI_UNPACKED_RATIO, AUGI_UNPACKED_MOST);
}

static AugStatus next_record(Reading *reading, AugiRecord *record, AugError *error)
{
    AUG_TRY(augi_records_next(&reading->records, record, error));
    return check_unpacked(reading, error);
}

static AugStatus read_rows(Reading *reading, AugiRowsKind kind, AugError *error)
{
    AugiRecord record;
    AugStatus status = next_record(reading, &record, error);
    if (status == AUG_OK)
        status = reading->cells ? take_first_of_next(reading, &record, error)
                                : take_first(reading, kind, &record, error);
    while (status == AUG_OK) {
        status = next_record(reading, &record, error);
        if (status == AUG_OK)
            status = reading->cells ? take_record(reading, &record, error)
                                    : take_first(reading, kind, &record, error);
    }
    return status == AUG_END ? AUG_OK : status;
}

/* A plain file that is the only one stays open, to read its rows from. */
static AugStatus read_file(Reading *reading, AugiRowsKind kind, const char *path, AugError *error)
{
    AugiRows *rows = reading->rows;
    AugiReader *stream;
    AUG_TRY(augi_reader_open_any(&stream, path, error));
    rows->is_unpacked = augi_reader_is_gzip(stream) || reading->paths.n > 1;
    const uint64_t max_size = reading->limits->max_encoded_size;
    reading->records = (AugiRecords){
        .stream = stream,
        .path = path,
        .format = rows->layout.format,
        .max_size = max_size < UINT32_MAX ? (size_t)max_size : UINT32_MAX,
    };
    const AugStatus status = read_rows(reading, kind, error);
    if (status == AUG_OK && !rows->is_unpacked && !rows->layout.is_image)
        rows->file = augi_reader_take_file(stream);
    augi_records_fini(&reading->records);
    augi_reader_close(stream);
    return status;
}

static AugStatus read_files(Reading *reading, AugiRowsKind kind, AugError *error)
{
    AugiRows *rows = reading->rows;
    AUG_TRY(augi_paths_expand(&reading->paths, reading->params->path, error));
    AUG_TRY(augi_hash_init(&reading->text, error));
    AugStatus status = AUG_OK;
    for (; reading->file < reading->paths.n && status == AUG_OK; reading->file++)
        status = read_file(reading, kind, reading->paths.items[reading->file], error);
    augi_hash_hex(&reading->text, rows->text);
    if (status == AUG_OK && !reading->cells && reading->n_before > 0)
        status = fail_bad_first(reading, error);
    if (status == AUG_OK && !rows->text[0])
        status = AUG_FAIL(error, AUG_INTERNAL, reading->params->path, "SHA-256 failed");
    return status == AUG_OK ? augi_row_store_finish(&rows->unpacked, error) : status;
}

static AugStatus read_all(AugDataset *dataset, AugiRowsKind kind, const AugLimits *limits,
                          AugError *error)
{
    const AugiRowsParams *p = dataset->params;
    AugiRows *rows = dataset->state;
    /* The separators are needed before the first row can be read; nothing else is found yet. */
    bool unused;
    AUG_TRY(augi_row_columns_find(&rows->layout, p, kind, NULL, &unused, error));
    Reading reading = {.rows = rows, .params = p, .limits = limits};
    const AugStatus status = read_files(&reading, kind, error);
    free(reading.cells);
    augi_paths_fini(&reading.paths);
    return status;
}

static AugStatus add_text(AugDataset *dataset, const char *name, uint64_t longest, AugError *error)
{
    AugFieldDesc field = augi_field_text();
    field.name = name;
    /* A bound of 0 would mean that none is known. */
    field.most = longest > 0 ? longest : 1;
    return augi_dataset_add_field(dataset, &field, error);
}

/* The picture, or the texts. */
static AugStatus add_contents(AugiRows *rows, AugDataset *dataset, AugError *error)
{
    const AugFieldDesc picture = augi_field_encoded();
    if (rows->layout.is_image)
        return augi_dataset_add_field(dataset, &picture, error);
    const uint64_t *longest = rows->longest;
    rows->tally.longest = longest[0] > longest[1] ? longest[0] : longest[1];
    rows->tally.n_bad = rows->n_bad;
    AUG_TRY(add_text(dataset, "text", longest[0], error));
    return rows->layout.has_pair ? add_text(dataset, "text_pair", longest[1], error) : AUG_OK;
}

AugStatus augi_rows_open(AugDataset *dataset, AugiRowsKind kind, const AugLimits *limits,
                         AugError *error)
{
    const AugiRowsParams *p = dataset->params;
    AugiRows *rows = calloc(1, sizeof(*rows));
    if (!rows)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = rows;
    AUG_TRY(read_all(dataset, kind, limits, error));
    AUG_TRY(add_contents(rows, dataset, error));
    dataset->info.n_samples = rows->labels.n;
    dataset->is_settled = !rows->layout.is_image;
    if (rows->labels.n == 0)
        return AUG_OK;
    AUG_TRY(augi_labels_finish_text(&rows->labels, dataset, (AugiLabelType)p->label_type.value,
                                    p->classes, error));
    dataset->may_lack_labels = rows->layout.has_label && rows->n_bad > 0;
    return augi_row_fields_finish(&rows->fields, &rows->labels, &rows->layout, dataset, error);
}
