/* The output folder of 'aug apply': one run owns it, and only a run that would make the same files
 * may go on in it. */
#ifndef CLI_APPLY_FOLDER_H
#define CLI_APPLY_FOLDER_H

#include <stdint.h>

#include "aug/plan.h"
#include "cli/apply_output.h"

/* Names inside the folder: what the run is; a line per sample with its class; a line per sample
 * with all of its fields; a line per failure. */
#define CLI_APPLY_RUN_FILE "aug-apply.json"
#define CLI_APPLY_LABELS_FILE "labels.tsv"
#define CLI_APPLY_ROWS_FILE "rows.jsonl"
#define CLI_APPLY_ERRORS_FILE "errors.tsv"

/* What decides about the bytes of the output beside spec and data. */
typedef struct CliApplyForm {
    uint32_t n_copies;
    const char *format;
    int quality;
} CliApplyForm;

/* Makes or enters the folder, locks it against other runs, and compares what it holds with this
 * run (reads what was never read of the input, for the id of its content, and fails where that
 * cannot be read). Fails with AUG_BAD_ARGUMENT where the folder holds something else, or another
 * run. Fills output, whose path says where; on failure its descriptor is -1. */
AUG_MUST_CHECK AugStatus cli_apply_folder_enter(CliOutput *output, const AugPlan *plan,
                                                const CliApplyForm *form, AugError *error);

/* Ends the lock; accepts an output that was not entered. */
void cli_apply_folder_leave(CliOutput *output);

#endif
