/* What the threads of 'aug apply' do: read a sample, augment it, write its copies. */
#ifndef CLI_APPLY_WORK_H
#define CLI_APPLY_WORK_H

#include "aug/plan.h"
#include "cli/apply_folder.h"
#include "cli/apply_log.h"
#include "cli/apply_names.h"

/* One run. Const for the threads but for the log, which has its lock. Copy c of a sample is what
 * epoch c of the stream shows, without batch operations and normalization.
 *
 * has_rows: samples hold more than one file and a class, so that each gets a row
 */
typedef struct CliApplyJob {
    const AugPlan *plan;
    const char *output;
    CliFieldFiles files;
    CliNames layout;
    CliApplyForm form;
    bool has_rows;
    CliApplyLog log;
} CliApplyJob;

/* Works until the log has no more samples: the body of a thread. job is a CliApplyJob. Returns
 * NULL. */
void *cli_apply_work(void *job);

#endif
