/* 'aug apply' of rows of text, piece by piece: a piece is a run of rows that one thread reads,
 * augments and writes into memory. What a piece holds follows from its first row alone, so that a
 * run that goes on at the end of a piece writes the same bytes as one that was never interrupted.
 */
#ifndef CLI_ROWS_PIECE_H
#define CLI_ROWS_PIECE_H

#include "aug/sample.h"
#include "cli/bytes.h"
#include "libaug/data/support/row_text.h"

/* Most words for what became of a text that are counted apart. */
#define CLI_ROWS_OUTCOMES 16

/* Counts of rows.
 *
 * n_rows:      of the input that are done; n_failed of them could not be augmented
 * n_written:   rows of the output; n_dropped: copies left out as duplicates
 * words, n_of: what became of copies, by the domain's words, n_words of them. Static strings
 */
typedef struct CliRowsTally {
    uint64_t n_rows, n_failed, n_written, n_dropped;
    uint32_t n_words;
    const char *words[CLI_ROWS_OUTCOMES];
    uint64_t n_of[CLI_ROWS_OUTCOMES];
} CliRowsTally;

/* Counts n outcomes of a word. */
void cli_rows_tally_add(CliRowsTally *tally, const char *word, uint64_t n);

/* Adds all counts of more. */
void cli_rows_tally_join(CliRowsTally *tally, const CliRowsTally *more);

/* What is to be made; const while it is.
 *
 * n_copies:       copy c of a row is what epoch c of a stream shows
 * with_originals: each row is written before its copies
 * dedupe:         no copy equal to its original or to an earlier copy
 * edits:          a line of JSON a row is made, too
 * softens:        rows get their labels as shares
 * packed:         the lines of a piece are a gzip member
 * strict:         a piece ends before the first row that fails
 */
typedef struct CliRowsJob {
    const AugPlan *plan;
    AugiRowForm form;
    uint32_t n_copies;
    bool with_originals, dedupe, edits, softens, packed, strict;
} CliRowsJob;

/* A piece: rows first to first + n - 1.
 *
 * lines:    of the output; edits: a JSON object a line of the output
 * errors:   lines for the list of failures; messages: the same for people
 * reason:   why the last row failed, or in strict mode the one behind the last
 * error:    what ended the work, if that says nothing about a row
 */
typedef struct CliRowsPiece {
    uint64_t first;
    uint32_t n;
    CliBytes lines, edits, errors, messages;
    CliRowsTally tally;
    AugError reason, error;
} CliRowsPiece;

/* Rows of the piece that begins at a row. Any thread. */
uint32_t cli_rows_piece_count(const CliRowsJob *job, uint64_t first);

/* What a thread needs; opaque. */
typedef struct CliRowsWorker CliRowsWorker;

/* On failure *worker is NULL. */
AUG_MUST_CHECK AugStatus cli_rows_worker_new(CliRowsWorker **worker, const CliRowsJob *job,
                                             AugError *error);

/* NULL does nothing. */
void cli_rows_worker_free(CliRowsWorker *worker);

/* Makes a piece whose first and n are set; what it held goes. A failure stands in piece->error. */
void cli_rows_piece_make(CliRowsWorker *worker, CliRowsPiece *piece);

/* Frees what a piece holds. */
void cli_rows_piece_fini(CliRowsPiece *piece);

#endif
