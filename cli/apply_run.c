/* A loader makes the copies of each sample; what became of them is written down in order. */
#include "cli/apply_run.h"

#include "cli/apply_rest.h"
#include "cli/each_run.h"

/* Results come in small batches, so that progress is seen and a failure in strict mode soon ends
 * the run; a slow sample may take as long as 1024 others before threads wait for it. */
#define BATCH_SIZE 8
#define DEPTH 128

static AugStatus log_batch(void *log_of_run, const AugBatch *batch, AugError *error)
{
    CliApplyLog *log = log_of_run;
    for (uint32_t i = 0; i < aug_batch_count(batch); i++)
        AUG_TRY(cli_apply_log_put(log, aug_batch_result(batch, i), error));
    return cli_apply_output_check(log->output, error);
}

AugStatus cli_apply_run(CliApplyJob *job, CliApplyLog *log, uint32_t n_threads, int *signal,
                        AugError *error)
{
    const CliEachRun run = {
        .plan = job->plan,
        .each = {.make = cli_apply_make,
                 .drop = cli_apply_drop,
                 .user = job,
                 .batch_size = BATCH_SIZE},
        .n_threads = n_threads,
        .depth = DEPTH,
        .take = log_batch,
        .user = log,
    };
    AugStatus status = cli_each_run(&run, signal, error);
    if (status == AUG_END)
        status = cli_apply_log_rest(log, job->wider, error);
    /* What fails in a folder that is gone fails because it is. */
    AugError gone = {0};
    if (cli_apply_output_check(&job->output, &gone) == AUG_OK)
        return status;
    *error = gone;
    return gone.status;
}
