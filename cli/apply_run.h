/* The course of 'aug apply': results go from a loader into the log until the end, a failure or a
 * signal. */
#ifndef CLI_APPLY_RUN_H
#define CLI_APPLY_RUN_H

#include "cli/apply_work.h"

/* Works through all samples on n_threads threads. The signals that end a program must be held; when
 * one comes the samples at work are finished, *signal receives it, and the status is AUG_OK; else
 * *signal is 0. Fails with what ended the run. */
AUG_MUST_CHECK AugStatus cli_apply_run(CliApplyJob *job, CliApplyLog *log, uint32_t n_threads,
                                       int *signal, AugError *error);

#endif
