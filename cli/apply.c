/* aug apply: augments a data set once, to files. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/image.h"
#include "cli/apply_run.h"
#include "cli/files.h"
#include "cli/input.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "cli/signals.h"
#include "libaug/base/processors.h"
#include "libaug/run/plan.h"
#include "libaug/spec/spec.h"

/* More wait for each other and for the disk. */
#define MAX_THREADS 1024

typedef struct ApplyOptions {
    AugText input, output, seed;
    int32_t copies, quality, threads;
    AugChoice format;
    bool strict;
} ApplyOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(ApplyOptions, input, .unit = "path",
              .help = "what to augment: a folder of pictures (a folder per class), a tar, an IDX "
                      "file, a single picture, or KIND:PATH"),
    AUG_PARAM(ApplyOptions, output, .unit = "folder",
              .help = "new or empty folder for the results, or that of an interrupted run"),
    AUG_PARAM(ApplyOptions, copies, .fallback = "1", .low = 1, .high = 10000,
              .help = "augmented copies of each sample"),
    AUG_PARAM(ApplyOptions, format, .fallback = "png", .choices = aug_image_formats,
              .help = "file format of pictures; masks are always PNG"),
    AUG_PARAM(ApplyOptions, quality, .fallback = "95", .low = 1, .high = 100,
              .help = "JPEG quality"),
    AUG_PARAM(ApplyOptions, strict, .fallback = "false",
              .help = "stop at the first sample that cannot be augmented"),
    AUG_PARAM(ApplyOptions, threads, .fallback = "0", .low = 0, .high = MAX_THREADS,
              .help = "worker threads, 0 for one per processor"),
    AUG_PARAM(ApplyOptions, seed, .optional = true, .unit = "n",
              .help = "another seed than the specification's"),
};

/* Refuses an output that lies in the input. */
static AugStatus check_output(const ApplyOptions *options, AugError *error)
{
    struct stat status;
    const bool is_folder = stat(options->input, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_folder && cli_path_is_inside(options->output, options->input))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, options->output,
                        "--output lies in --input; allowed is a folder outside, so that results "
                        "and originals do not mix");
    return AUG_OK;
}

static uint32_t count_threads(const ApplyOptions *options, uint64_t n_samples)
{
    const uint32_t wanted = augi_threads((uint32_t)options->threads, MAX_THREADS);
    return (uint32_t)(wanted < n_samples ? wanted : n_samples);
}

static void print_summary(const CliApplyJob *job, const CliApplyLog *log)
{
    printf("%" PRIu64 " %s written to %s", log->n_written, job->files.n > 0 ? "pictures" : "rows",
           job->output);
    if (log->n_kept > 0)
        printf(", %" PRIu64 " were there already", log->n_kept);
    if (log->n_failed > 0)
        printf("; %" PRIu64 " of %" PRIu64 " samples could not be augmented, see %s/%s",
               log->n_failed, log->options.n_samples, job->output, CLI_APPLY_ERRORS_FILE);
    putchar('\n');
}

/* The end of a run that was not interrupted. Nothing at all having come out is a failure. */
static int conclude(const CmdCall *call, const CliApplyJob *job, CliApplyLog *log)
{
    AugError error = {0};
    if (cli_apply_log_finish(log, &error) != AUG_OK)
        return cmd_fail(call, &error);
    print_summary(job, log);
    return log->n_written + log->n_kept > 0 ? 0 : 1;
}

static void print_interruption(const CliApplyLog *log)
{
    fprintf(stderr,
            "aug apply: interrupted after %" PRIu64 " of %" PRIu64
            " samples; the same command goes on from there\n",
            log->n_done, log->options.n_samples);
}

/* A sample that fails in strict mode ends the run with 1, whatever its error would otherwise count
 * as, and so does a failure of the machine. */
static int run_logged(const CmdCall *call, CliApplyJob *job, CliApplyLog *log)
{
    const ApplyOptions *options = call->options;
    AugError error = {0};
    int signal;
    const uint32_t n_threads = count_threads(options, log->options.n_samples);
    const AugStatus status = cli_apply_run(job, log, n_threads, &signal, &error);
    cli_progress_clear(&log->progress);
    if (status != AUG_OK)
        cmd_fail(call, &error);
    else if (signal)
        print_interruption(log);
    else
        return conclude(call, job, log);
    return 1;
}

/* With the signals held, so that each thread finishes the file it is writing. */
static int run_job(const CmdCall *call, CliApplyJob *job)
{
    const ApplyOptions *options = call->options;
    const AugDataset *all = job->wider ? job->wider : aug_plan_dataset(job->plan);
    const CliApplyLogOptions lists = {.n_samples = aug_dataset_info(all)->n_samples,
                                      .labels = job->files.n > 0,
                                      .rows = job->has_rows,
                                      .strict = options->strict};
    AugError error = {0};
    if (cli_names_make_folders(&job->layout, job->output, &error) != AUG_OK)
        return cmd_fail(call, &error);
    sigset_t before;
    cli_signals_hold(&before);
    CliApplyLog log;
    int code;
    if (cli_apply_log_init(&log, job->output, &lists, &error) == AUG_OK)
        code = run_logged(call, job, &log);
    else
        code = cmd_fail(call, &error);
    cli_apply_log_fini(&log);
    /* A signal that came takes effect here, so that the caller sees how the run ended. */
    cli_signals_release(&before);
    return code;
}

/* Whether samples hold more than labels.tsv can say: one file and one class. */
static bool needs_rows(const CliFieldFiles *files, const AugDatasetInfo *info)
{
    const bool has_class = aug_dataset_field(info, AUG_FIELD_CLASS) >= 0;
    return files->n != 1 || info->n_fields > files->n + has_class;
}

static int run_in_folder(const CmdCall *call, const CliPipeline *pipeline, const AugDataset *wider)
{
    const ApplyOptions *options = call->options;
    CliApplyJob job = {.plan = pipeline->plan,
                       .wider = wider,
                       .output = options->output,
                       .form = {.n_copies = (uint32_t)options->copies,
                                .format = aug_image_formats[options->format.value],
                                .quality = options->quality}};
    AugError error = {0};
    int lock;
    if (cli_field_files_find(&job.files, job.plan, job.form.format, job.form.quality, &error) !=
        AUG_OK)
        return cmd_fail(call, &error);
    job.has_rows = needs_rows(&job.files, aug_dataset_info(pipeline->dataset));
    if (cli_apply_folder_enter(options->output, job.plan, &job.form, &lock, &error) != AUG_OK)
        return cmd_fail(call, &error);
    int code;
    if (cli_names_init(&job.layout, pipeline->dataset, job.form.n_copies, &job.files, &error) ==
        AUG_OK)
        code = run_job(call, &job);
    else
        code = cmd_fail(call, &error);
    cli_names_fini(&job.layout);
    close(lock);
    return code;
}

/* Whether a field belongs to the picture's places, so that it should move with them. */
static bool has_places(AugFieldKind kind)
{
    return kind == AUG_FIELD_IMAGE || kind == AUG_FIELD_MASK || kind == AUG_FIELD_BOXES ||
           kind == AUG_FIELD_POINTS || kind == AUG_FIELD_POLYGONS;
}

static void print_notes(const CliPipeline *pipeline)
{
    const AugDatasetInfo *info = aug_dataset_info(pipeline->dataset);
    for (uint32_t i = 0; i < info->n_fields && pipeline->spec->pipeline.n > 0; i++)
        if (has_places(info->fields[i].kind) && !(pipeline->plan->made.treated >> i & 1))
            fprintf(stderr,
                    "aug apply: '%s' stays as it is, since the domain '%s' does not treat "
                    "it\n",
                    info->fields[i].name, pipeline->plan->domain->name);
    if (pipeline->spec->batch.views > 1)
        fprintf(stderr, "aug apply: of %" PRId32 " views of each sample the first is written\n",
                pipeline->spec->batch.views);
    if (pipeline->spec->mix.n > 0)
        fputs("aug apply: batch.mix is left out, since it needs whole batches\n", stderr);
}

static int run(const CmdCall *call)
{
    const ApplyOptions *options = call->options;
    CliPipeline pipeline = {0};
    AugDataset *wider = NULL;
    AugError error = {0};
    int code = cli_pipeline_load(&pipeline, call, call->arguments[0], options->seed);
    if (code == 0 && check_output(options, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0 && cli_input_open(&pipeline.dataset, options->input, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0 &&
        cli_input_open_wider(&wider, options->input, pipeline.dataset, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0)
        code = cli_pipeline_compile(&pipeline, call, true);
    if (code == 0) {
        print_notes(&pipeline);
        code = run_in_folder(call, &pipeline, wider);
    }
    aug_dataset_unref(wider);
    cli_pipeline_fini(&pipeline);
    return code;
}

static const CmdExample examples[] = {
    {"spec.yaml --input photos --output photos-aug --copies 5",
     "Five augmented PNG files of each picture, in a folder per class as in photos/."},
    {"spec.yaml --input train.tar --output out --format jpeg --quality 90 --strict",
     "JPEG files; the first picture that cannot be decoded ends the run with exit code 1."},
    {"spec.yaml --input one.jpg --output out --copies 20 --seed 7",
     "Twenty variants of one picture."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

const CmdCommand cli_command_apply = {
    .name = "apply",
    .summary = "Augment a data set once, to files",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "Writes a folder per class, labels.tsv with a line per picture (file, source, copy, label, "
        "class), and errors.tsv if a sample could not be augmented. Where samples hold more than a "
        "picture and a class, masks become PNG files in masks/, and rows.jsonl has an object per "
        "sample with all fields as they are afterwards: names of files, boxes, keypoints, values, "
        "text, labels; a data set of kind jsonl reads it. Copy c of a sample is what epoch c of "
        "the stream would show; batch operations and normalization are left out. The result does "
        "not depend on the number of threads.\n"
        "An interrupted run goes on where it stopped when the same command is given again; a "
        "folder that holds something else is refused. The input is never changed.\n"
        "Samples that cannot be augmented are named with the reason, and the run goes on. So are "
        "pictures whose names end otherwise than the data set looks for, which no stream shows. "
        "The exit code is 0 if anything was written. With --strict the first one ends the run with "
        "exit code 1.",
    .options = AUG_PARAM_TABLE(ApplyOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
