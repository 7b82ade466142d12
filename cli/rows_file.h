/* The files of 'aug apply' for rows of text: OUTPUT, the edits beside it and the list of failures.
 *
 * They grow under names aside, NAME.part. Now and then OUTPUT.part.json says how far they are, and
 * of which run; the same command goes on from there, whatever killed it. At the end they get their
 * names, OUTPUT last. One thread; OUTPUT.part is locked against a second run.
 */
#ifndef CLI_ROWS_FILE_H
#define CLI_ROWS_FILE_H

#include "cli/growing.h"
#include "cli/rows_piece.h"
#include "libaug/base/tree.h"

/* Zero-initialise, then set output, edits (NULL: none) and flushed, which --fsync asks for.
 *
 * next:     the row to go on with
 * packed:   the rows are in members of gzip
 * has_stopped: the next row failed in strict mode, which is on no record
 * is_done:  all rows are in the files, which perhaps lack their names
 * tally:    of what is in the files; n_kept: rows of them from before
 * run:      description of the run, JSON
 * document: holds the words of outcomes from before
 */
typedef struct CliRowsFiles {
    const char *output, *edits_path;
    bool flushed;
    CliGrowing lines, edits, errors;
    char *errors_path, *state_path, *run;
    uint64_t next, n_kept;
    bool packed, has_stopped, is_done;
    CliRowsTally tally;
    AugiTreeDocument *document;
} CliRowsFiles;

/* Whether rows go to standard output: nothing can be gone on with then. */
bool cli_rows_files_stream(const CliRowsFiles *files);

/* Begins or goes on. Fails with AUG_BAD_ARGUMENT where a file exists, or another run was
 * interrupted there. Then files can only be ended. */
AUG_MUST_CHECK AugStatus cli_rows_files_open(CliRowsFiles *files, const CliRowsJob *job,
                                             AugError *error);

/* Appends a piece, and counts it. */
AUG_MUST_CHECK AugStatus cli_rows_files_add(CliRowsFiles *files, const CliRowsPiece *piece,
                                            AugError *error);

/* Says in OUTPUT.part.json how far the files are. */
AUG_MUST_CHECK AugStatus cli_rows_files_save(CliRowsFiles *files, AugError *error);

/* Flushes the files to the disk and gives them their names. */
AUG_MUST_CHECK AugStatus cli_rows_files_finish(CliRowsFiles *files, AugError *error);

/* Closes the files and frees the memory. */
void cli_rows_files_fini(CliRowsFiles *files);

#endif
