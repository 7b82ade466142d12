/* What 'aug apply' does with one sample: augment it, write its copies, and say what it did. */
#ifndef CLI_APPLY_WORK_H
#define CLI_APPLY_WORK_H

#include "aug/loader.h"
#include "cli/apply_folder.h"
#include "cli/apply_log.h"
#include "cli/apply_names.h"

/* One run; const while samples are made. Copy c of a sample is what epoch c of the stream shows,
 * without batch operations and normalization.
 *
 * wider:    the plan's data set and pictures that it leaves out; NULL: there are none
 * has_rows: samples hold more than one file and a class, so that each gets a row
 */
typedef struct CliApplyJob {
    const AugPlan *plan;
    const AugDataset *wider;
    CliOutput output;
    CliFieldFiles files;
    CliNames layout;
    CliApplyForm form;
    bool has_rows;
} CliApplyJob;

/* Makes what is missing of a sample's copies: the function of a loader (AugEach), whose user is a
 * CliApplyJob. Every sample gets a result, a CliApplyResult, also if it cannot be read or
 * augmented; failures that say nothing about it (cli_is_of_sample), such as a full disk, are those
 * of the call. Any thread. */
AugStatus cli_apply_make(void *job, const AugEachSample *given, void **result, AugError *error);

/* Ends such a result. Any thread. */
void cli_apply_drop(void *job, void *result);

#endif
