/* How a run of 'aug apply' ended: its exit code, and what it says at the end. */
#ifndef CLI_APPLY_REPORT_H
#define CLI_APPLY_REPORT_H

#include "cli/apply_log.h"
#include "cli/apply_work.h"

/* Exit code of a run that went through all samples, some of which failed. */
#define CLI_APPLY_SOME_FAILED 3

/* The end of a run: what failed (NULL: nothing), the signal that came (0: none), and whether failed
 * samples are no failure of the run. */
typedef struct CliApplyEnd {
    const AugError *error;
    int signal;
    bool allow_errors;
} CliApplyEnd;

/* 0, CLI_APPLY_SOME_FAILED, or 1 where something ended the run or nothing at all came out. */
int cli_apply_exit_code(const CliApplyLog *log, const CliApplyEnd *end);

/* Prints a sentence with the counts. */
void cli_apply_print_summary(const CliApplyJob *job, const CliApplyLog *log,
                             const CliApplyEnd *end);

/* Prints them as a JSON object, with what ended the run. */
AUG_MUST_CHECK AugStatus cli_apply_print_json(const CliApplyJob *job, const CliApplyLog *log,
                                              const CliApplyEnd *end, AugError *error);

#endif
