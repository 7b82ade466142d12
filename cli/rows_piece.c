/* Reads a run of rows, augments each as often as asked, and writes the lines into memory. */
#include "cli/rows_piece.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/apply_log.h"
#include "cli/outcome.h"
#include "cli/row_line.h"
#include "cli/seen.h"
#include "libaug/base/gzip.h"
#include "libaug/data/support/records.h"
#include "libaug/run/plan.h"
#include "libaug/run/worker.h"
#include "libaug/spec/spec.h"

/* A piece is large beside what it costs to hand it over, and small enough that some of them fit
 * into a second-level cache: of the output, whatever the number of copies. */
#define PIECE_SIZE (256u << 10)
#define PIECE_ROWS 4096

/* Most bytes that the copies of one row may take, since a piece is made in memory. */
#define MOST_ROW ((size_t)1 << 30)

struct CliRowsWorker {
    const CliRowsJob *job;
    AugWorker *worker;
    AugiRowsRead read;
    CliSeen seen;
    AugiGzip *gzip;
};

void cli_rows_tally_add(CliRowsTally *tally, const char *word, uint64_t n)
{
    uint32_t i = 0;
    while (i < tally->n_words && tally->words[i] != word && strcmp(tally->words[i], word) != 0)
        i++;
    if (i == CLI_ROWS_OUTCOMES)
        return;
    if (i == tally->n_words)
        tally->words[tally->n_words++] = word;
    tally->n_of[i] += n;
}

void cli_rows_tally_join(CliRowsTally *tally, const CliRowsTally *more)
{
    tally->n_rows += more->n_rows;
    tally->n_failed += more->n_failed;
    tally->n_written += more->n_written;
    tally->n_dropped += more->n_dropped;
    for (uint32_t i = 0; i < more->n_words; i++)
        cli_rows_tally_add(tally, more->words[i], more->n_of[i]);
}

uint32_t cli_rows_piece_count(const CliRowsJob *job, uint64_t first)
{
    const uint32_t n_lines = job->n_copies + job->with_originals;
    return augi_row_text_count(aug_plan_dataset(job->plan), first, PIECE_ROWS,
                               PIECE_SIZE / (n_lines ? n_lines : 1) + 1);
}

AugStatus cli_rows_worker_new(CliRowsWorker **out, const CliRowsJob *job, AugError *error)
{
    CliRowsWorker *worker = calloc(1, sizeof(*worker));
    *out = NULL;
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->job = job;
    AugStatus status = aug_worker_new(&worker->worker, job->plan, error);
    if (status == AUG_OK && job->packed)
        status = augi_gzip_new(&worker->gzip, error);
    if (status == AUG_OK)
        *out = worker;
    else
        cli_rows_worker_free(worker);
    return status;
}

void cli_rows_worker_free(CliRowsWorker *worker)
{
    if (!worker)
        return;
    aug_worker_free(worker->worker);
    augi_rows_read_fini(&worker->read);
    augi_gzip_free(worker->gzip);
    cli_seen_fini(&worker->seen);
    free(worker);
}

/* One row at work. begin: of its lines. */
typedef struct Row {
    CliRowsWorker *worker;
    CliRowsPiece *piece;
    uint64_t index;
    AugSample sample;
    CliRowLine line;
    size_t begin;
} Row;

/* Whether the line behind these bytes was written before, or is the original; remembers it. */
static AugStatus look_up(Row *row, size_t before, bool *is_seen, AugError *error)
{
    const CliBytes *lines = &row->piece->lines;
    *is_seen = false;
    if (!row->worker->job->dedupe)
        return AUG_OK;
    return cli_seen_add(&row->worker->seen, lines->bytes + before, lines->size - before, is_seen,
                        error);
}

static void add_change(CliBytes *out, const AugChange *change)
{
    const uint32_t numbers[] = {change->start, change->end, change->new_start, change->new_end};
    for (size_t i = 0; i < 4; i++) {
        cli_bytes_add_byte(out, i ? ',' : '[');
        cli_bytes_add_number(out, numbers[i]);
    }
    cli_bytes_add_text(out, change->op ? ",\"" : ",null]");
    if (!change->op)
        return;
    cli_bytes_add_text(out, change->op);
    cli_bytes_add_text(out, "\"]");
}

/* Adds what became of a text, and its edits. changes NULL: it is the original. */
static void add_changes(CliBytes *out, const AugChanges *changes)
{
    cli_bytes_add_text(out, "\"outcome\":\"");
    cli_bytes_add_text(out, changes ? changes->outcome : "original");
    cli_bytes_add_text(out, "\",\"edits\":[");
    for (uint32_t i = 0; changes && i < changes->n; i++) {
        if (i > 0)
            cli_bytes_add_byte(out, ',');
        add_change(out, &changes->items[i]);
    }
    cli_bytes_add_byte(out, ']');
}

/* The line of a row among the edits. copy: its number; made NULL: the original. Of a second text
 * they stand in an object of their own. */
static void add_edits(Row *row, uint32_t copy, const AugSample *made)
{
    CliBytes *out = &row->piece->edits;
    AugChanges changes;
    cli_bytes_add_text(out, "{\"source\":");
    cli_bytes_add_number(out, row->index);
    cli_bytes_add_text(out, ",\"copy\":");
    if (made)
        cli_bytes_add_number(out, copy);
    else
        cli_bytes_add_text(out, "null");
    for (uint32_t i = 0; i < row->worker->job->form.n_texts; i++) {
        cli_bytes_add_text(out, i ? ",\"text_pair\":{" : ",");
        if (made)
            aug_worker_changes(row->worker->worker, &row->sample, made, i, &changes);
        add_changes(out, made ? &changes : NULL);
        cli_bytes_add_text(out, i ? "}" : "");
    }
    cli_bytes_add_text(out, "}\n");
}

/* Counts what became of each text. */
static void count_outcomes(Row *row, const AugSample *made)
{
    AugChanges changes;
    for (uint32_t i = 0; i < row->worker->job->form.n_texts; i++) {
        aug_worker_changes(row->worker->worker, &row->sample, made, i, &changes);
        cli_rows_tally_add(&row->piece->tally, changes.outcome, 1);
    }
}

/* Adds a line of a row; part: of its label, that is spread over all classes. */
static AugStatus add_line(Row *row, const AugSample *made, double part, AugError *error)
{
    const CliRowsJob *job = row->worker->job;
    const AugDataset *dataset = aug_plan_dataset(job->plan);
    CliRowShares shares = {.dataset = dataset, .part = part};
    if (job->softens) {
        const int label = aug_dataset_field(aug_dataset_info(dataset), AUG_FIELD_CLASS);
        memcpy(&shares.class, row->sample.fields[label].bytes, sizeof(shares.class));
        if (shares.class < 0)
            return augi_plan_refuse_unlabelled(job->plan, row->sample.name, error);
    }
    return cli_row_line_add(&row->piece->lines, &job->form, &row->line, made,
                            job->softens ? &shares : NULL, error);
}

static AugStatus make_original(Row *row, AugError *error)
{
    const CliRowsJob *job = row->worker->job;
    CliRowsPiece *piece = row->piece;
    const size_t before = piece->lines.size;
    AUG_TRY(add_line(row, &row->sample, 0, error));
    bool is_seen;
    AUG_TRY(look_up(row, before, &is_seen, error));
    if (!job->with_originals) {
        piece->lines.size = before;
        return AUG_OK;
    }
    piece->tally.n_written++;
    if (job->edits)
        add_edits(row, 0, NULL);
    return AUG_OK;
}

static AugStatus make_copy(Row *row, uint32_t copy, AugError *error)
{
    CliRowsWorker *worker = row->worker;
    const CliRowsJob *job = worker->job;
    CliRowsPiece *piece = row->piece;
    const AugKey key = {
        .seed = augi_plan_spec(job->plan)->head.seed, .epoch = copy, .sample = row->index};
    AugSample made;
    if (piece->lines.size - row->begin > MOST_ROW)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "%" PRIu32 " copies of the row have more than the %zu bytes allowed; "
                        "allowed are fewer --copies",
                        copy, MOST_ROW);
    AUG_TRY(aug_worker_augment(worker->worker, &key, &row->sample, &made, error));
    const size_t before = piece->lines.size;
    AUG_TRY(add_line(row, &made, worker->worker->smoothing, error));
    count_outcomes(row, &made);
    bool is_seen;
    AUG_TRY(look_up(row, before, &is_seen, error));
    if (is_seen) {
        piece->lines.size = before;
        piece->tally.n_dropped++;
        return AUG_OK;
    }
    piece->tally.n_written++;
    if (job->edits)
        add_edits(row, copy, &made);
    return AUG_OK;
}

/* The place of a row that was read but could not be augmented: its line in the file. */
static void find_place(const Row *row, AugError *reason)
{
    const AugDataset *dataset = aug_plan_dataset(row->worker->job->plan);
    const uint64_t line = augi_row_text_line(dataset, row->index);
    if (line > 0)
        augi_record_where(augi_dataset_path(dataset), line, reason->where);
}

/* Notes that a row failed; its copies up to there stay. */
static AugStatus note_failure(Row *row, AugError *error)
{
    CliRowsPiece *piece = row->piece;
    AugError *reason = &piece->reason;
    if (row->line.sample)
        find_place(row, reason);
    char *source = cli_tsv_field(reason->where[0] ? reason->where : row->sample.name);
    char *text = cli_tsv_field(reason->message);
    if (source && text) {
        cli_bytes_add_number(&piece->errors, row->index);
        cli_bytes_add_text(&piece->errors, "\t");
        cli_bytes_add_text(&piece->errors, source);
        cli_bytes_add_text(&piece->errors, "\t");
        cli_bytes_add_text(&piece->errors, text);
        cli_bytes_add_text(&piece->errors, "\n");
        cli_bytes_add_text(&piece->messages, source);
        cli_bytes_add_text(&piece->messages, ": ");
        cli_bytes_add_text(&piece->messages, text);
        cli_bytes_add_text(&piece->messages, "\n");
    }
    piece->tally.n_failed++;
    const bool is_noted = source && text;
    free(source);
    free(text);
    return is_noted ? AUG_OK
                    : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the list of failures");
}

static AugStatus make_lines(Row *row, AugError *error)
{
    const CliRowsJob *job = row->worker->job;
    if (job->with_originals || job->dedupe)
        AUG_TRY(make_original(row, error));
    for (uint32_t copy = 0; copy < job->n_copies; copy++)
        AUG_TRY(make_copy(row, copy, error));
    return AUG_OK;
}

/* What a piece held before a row. */
typedef struct Mark {
    size_t lines, edits;
    CliRowsTally tally;
} Mark;

/* The row that ends a strict run leaves nothing, so that the next run comes to it again. */
static void take_back(CliRowsPiece *piece, const Mark *mark)
{
    piece->lines.size = mark->lines;
    piece->edits.size = mark->edits;
    piece->tally = mark->tally;
}

/* A failure that is the row's own is noted, any other is returned. */
static AugStatus make_row(CliRowsWorker *worker, CliRowsPiece *piece, uint32_t i, AugError *error)
{
    const AugiRawRow *raw = &worker->read.rows[i];
    Row row = {
        .worker = worker, .piece = piece, .index = piece->first + i, .begin = piece->lines.size};
    cli_seen_begin(&worker->seen);
    Mark mark = {0};
    if (worker->job->strict)
        mark = (Mark){piece->lines.size, piece->edits.size, piece->tally};
    /* Not all of it zeroed, which would take longer than reading a row. */
    AugError reason;
    reason.where[0] = 0;
    AugStatus status = augi_row_text_sample(aug_plan_dataset(worker->job->plan), &worker->read, i,
                                            &row.sample, &reason);
    if (status == AUG_OK) {
        row.line = (CliRowLine){.bytes = worker->read.bytes + raw->begin,
                                .size = raw->size,
                                .has_cr = raw->has_cr,
                                .sample = &row.sample};
        status = make_lines(&row, &reason);
    }
    piece->tally.n_rows++;
    if (status == AUG_OK)
        return AUG_OK;
    if (!cli_is_of_sample(status)) {
        *error = reason;
        return status;
    }
    piece->reason = reason;
    if (!worker->job->strict)
        return note_failure(&row, error);
    if (row.line.sample)
        find_place(&row, &piece->reason);
    take_back(piece, &mark);
    return AUG_OK;
}

/* The lines become a gzip member. */
static AugStatus pack(CliRowsWorker *worker, CliRowsPiece *piece, AugError *error)
{
    const void *packed;
    size_t size;
    AUG_TRY(
        augi_gzip_pack(worker->gzip, piece->lines.bytes, piece->lines.size, &packed, &size, error));
    piece->lines.size = 0;
    cli_bytes_add(&piece->lines, packed, size);
    return piece->lines.failed ? AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for rows")
                               : AUG_OK;
}

static AugStatus make_piece(CliRowsWorker *worker, CliRowsPiece *piece, AugError *error)
{
    const CliRowsJob *job = worker->job;
    AUG_TRY(augi_row_text_read(aug_plan_dataset(job->plan), piece->first, piece->n, &worker->read,
                               error));
    for (uint32_t i = 0; i < piece->n; i++) {
        AUG_TRY(make_row(worker, piece, i, error));
        if (job->strict && piece->reason.status != AUG_OK)
            break;
    }
    if (piece->lines.failed || piece->edits.failed || piece->errors.failed ||
        piece->messages.failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for rows");
    return job->packed && piece->lines.size > 0 ? pack(worker, piece, error) : AUG_OK;
}

void cli_rows_piece_make(CliRowsWorker *worker, CliRowsPiece *piece)
{
    piece->lines.size = piece->edits.size = piece->errors.size = piece->messages.size = 0;
    piece->tally = (CliRowsTally){0};
    piece->reason.status = piece->error.status = AUG_OK;
    AugError error = {0};
    if (make_piece(worker, piece, &error) != AUG_OK)
        piece->error = error;
}

void cli_rows_piece_fini(CliRowsPiece *piece)
{
    cli_bytes_fini(&piece->lines);
    cli_bytes_fini(&piece->edits);
    cli_bytes_fini(&piece->errors);
    cli_bytes_fini(&piece->messages);
}
