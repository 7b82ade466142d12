/* One thread takes what the others made and writes it down in order. */
#include "cli/pack_run.h"

#include <stdio.h>

#include "cli/each_run.h"
#include "command/command.h"
#include "libaug/base/clock.h"

/* How much work a kill may cost; saving takes a thousandth of it. */
#define SAVE_INTERVAL_S 0.2

/* More than one a thread. */
#define FURTHER 4

/* A run that is on its way. saved: when its state was. */
typedef struct Course {
    const CliPackRun *run;
    double saved;
} Course;

uint32_t cli_pack_run_depth(const CliPackRun *run)
{
    return 2 * run->n_threads + FURTHER;
}

/* A line about a sample on standard error. */
static void say(const CliPackRun *run, const CliPacked *packed, const char *what)
{
    cli_progress_clear(run->progress);
    cmd_put_text(stderr, packed->source);
    fputs(": ", stderr);
    cmd_put_text(stderr, what);
    fputc('\n', stderr);
}

static AugStatus take_one(Course *course, const CliPacked *packed, AugError *error)
{
    const CliPackRun *run = course->run;
    if (packed->error.status != AUG_OK && !run->skip_bad) {
        *error = packed->error;
        return error->status;
    }
    AUG_TRY(cli_pack_files_add(run->files, packed, error));
    if (packed->error.status != AUG_OK)
        say(run, packed, packed->error.message);
    if (packed->kept && !run->quiet) {
        char what[200];
        snprintf(what, sizeof(what), "stays as it is: %s", packed->kept);
        say(run, packed, what);
    }
    cli_progress_show(run->progress, run->files->next, run->files->n_before);
    if (augi_clock_seconds() - course->saved < SAVE_INTERVAL_S)
        return AUG_OK;
    AUG_TRY(cli_pack_files_save(run->files, error));
    course->saved = augi_clock_seconds();
    return AUG_OK;
}

static AugStatus take(void *user, const AugBatch *batch, AugError *error)
{
    for (uint32_t i = 0; i < aug_batch_count(batch); i++)
        AUG_TRY(take_one(user, aug_batch_result(batch, i), error));
    return AUG_OK;
}

AugStatus cli_pack_run(const CliPackRun *run, int *signal, AugError *error)
{
    const CliPackJob *job = run->job;
    Course course = {.run = run, .saved = augi_clock_seconds()};
    const CliEachRun each = {
        .plan = job->plan,
        .each = {.make = cli_pack_make,
                 .drop = cli_pack_drop,
                 .user = (void *)(uintptr_t)job,
                 .batch_size = 1},
        .first = run->files->next,
        .n_threads = run->n_threads,
        .depth = cli_pack_run_depth(run),
        .take = take,
        .user = &course,
    };
    *signal = 0;
    if (run->files->next >= aug_dataset_info(job->dataset)->n_samples)
        return AUG_OK;
    const AugStatus status = cli_each_run(&each, signal, error);
    /* A full disk may not even have room for this; then an older one holds. */
    AugError unsaved = {0};
    const AugStatus saved = cli_pack_files_save(run->files, &unsaved);
    if (status != AUG_OK && status != AUG_END)
        return status;
    if (saved != AUG_OK)
        *error = unsaved;
    return saved;
}
