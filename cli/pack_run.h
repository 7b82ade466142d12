/* The course of 'aug pack': samples go from a loader into the files, until the end, a failure or a
 * signal. */
#ifndef CLI_PACK_RUN_H
#define CLI_PACK_RUN_H

#include "cli/pack_file.h"
#include "cli/progress.h"

/* How it goes.
 *
 * skip_bad: a sample that cannot be packed is named and left out; else it ends the run
 * quiet:    pictures that stay as they are are not named
 */
typedef struct CliPackRun {
    const CliPackJob *job;
    CliPackFiles *files;
    CliProgress *progress;
    uint32_t n_threads;
    bool skip_bad, quiet;
} CliPackRun;

/* Samples at work or waiting for their turn: one that is made and one that waits for each thread, and
 * some for a sample that takes longer than others. */
uint32_t cli_pack_run_depth(const CliPackRun *run);

/* Packs all samples from files->next on. The signals that end a program must be held; when one comes
 * *signal receives it, and the status is AUG_OK; else *signal is 0. Whatever happens, what was
 * written is on record. Fails with what ended the run. */
AUG_MUST_CHECK AugStatus cli_pack_run(const CliPackRun *run, int *signal, AugError *error);

#endif
