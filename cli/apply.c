/* aug apply: augments a data set once, to files. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/image.h"
#include "cli/apply_report.h"
#include "cli/apply_rows.h"
#include "cli/apply_run.h"
#include "cli/files.h"
#include "cli/held_out.h"
#include "cli/input.h"
#include "cli/left_spans.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "cli/signals.h"
#include "command/marks.h"
#include "libaug/base/processors.h"
#include "libaug/data/support/paths.h"
#include "libaug/data/support/row_text.h"
#include "libaug/run/plan.h"
#include "libaug/spec/spec.h"

/* More wait for each other and for the disk. */
#define MAX_THREADS 1024

typedef struct ApplyOptions {
    AugText input, output, seed, edits;
    int32_t copies, quality, threads;
    int32_t sample_work; /* millions of passes over a pixel */
    AugChoice format, marks;
    bool strict, allow_errors, fsync, include_original, dedupe;
} ApplyOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(ApplyOptions, input, .optional = true, .unit = "path",
              .help = "what to augment in place of the specification's data set: a folder of "
                      "pictures (a folder per class), a tar, an IDX file, a single picture, texts "
                      "as .tsv, .csv, .jsonl or .txt (and .gz), or KIND:PATH"),
    AUG_PARAM(ApplyOptions, output, .unit = "path",
              .help =
                  "new or empty folder for the results, or that of an interrupted run; of texts "
                  "a new file of the format that is read, packed if its name ends in .gz, - for "
                  "standard output"),
    AUG_PARAM(ApplyOptions, copies, .optional = true, .low = 1, .high = 10000,
              .help = "augmented copies of each sample; default: as many as EDA, if the pipeline "
                      "has it, asks for by the size of the data set, else 1"),
    AUG_PARAM(ApplyOptions, include_original, .fallback = "false",
              .help = "texts: write each row as it is before its copies"),
    AUG_PARAM(ApplyOptions, dedupe, .fallback = "false",
              .help = "texts: leave out copies that equal their original or an earlier copy of it"),
    AUG_PARAM(ApplyOptions, edits, .optional = true, .unit = "file",
              .help = "texts: new file for the edits, a line of JSON a row that is written"),
    AUG_PARAM(ApplyOptions, format, .fallback = "png", .choices = aug_image_formats,
              .help = "file format of pictures; masks are always PNG"),
    AUG_PARAM(ApplyOptions, quality, .fallback = "95", .low = 1, .high = 100,
              .help = "JPEG quality"),
    AUG_PARAM(ApplyOptions, strict, .fallback = "false",
              .help = "stop at the first sample that cannot be augmented"),
    AUG_PARAM(ApplyOptions, allow_errors, .fallback = "false",
              .help = "exit with 0 also if samples could not be augmented"),
    AUG_PARAM(ApplyOptions, fsync, .fallback = "false",
              .help = "flush each picture to the disk before it gets its name, so that a run can "
                      "go on after a power cut"),
    /* Ten times what a server allows: pictures are made once, and nobody shares the workers. */
    AUG_PARAM(ApplyOptions, sample_work, .fallback = "40000", .low = 1, .high = 1000000,
              .unit = "megapixel-passes",
              .help = "what one sample may take; 1000 are one to two seconds of a thread"),
    CMD_MARKS_ROW(ApplyOptions),
    AUG_PARAM(ApplyOptions, threads, .fallback = "0", .low = 0, .high = MAX_THREADS,
              .help = "worker threads, 0 for one per processor"),
    AUG_PARAM(ApplyOptions, seed, .optional = true, .unit = "n",
              .help = "another seed than the specification's"),
};

/* Refuses an output that lies in a folder of the input. of: what the input is, for the message. */
static AugStatus check_place(const char *output, const char *input, const char *of, AugError *error)
{
    struct stat status;
    const bool is_folder = stat(input, &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_folder || !cli_path_is_inside(output, input))
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                    "--output lies in %s; allowed is a folder outside, so that results and "
                    "originals do not mix",
                    of);
}

/* The same for the path of a spec's own data set, which starts at the spec's folder. */
static AugStatus check_place_of_spec(const char *output, const AugSpec *spec, AugError *error)
{
    const AugiTree *path = spec->dataset_map ? augi_tree_get(spec->dataset_map, "path") : NULL;
    if (!path || path->kind != AUGI_TREE_SCALAR)
        return AUG_OK;
    char *input;
    AUG_TRY(augi_path_place(&input, path->text, spec->file, error));
    const AugStatus status = check_place(output, input, "the data set", error);
    free(input);
    return status;
}

/* Refuses options that contradict each other, or the specification. */
static AugStatus check_options(const ApplyOptions *options, const AugSpec *spec, AugError *error)
{
    if (options->strict && options->allow_errors)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "--allow-errors",
                        "it is given with --strict, which allows none; allowed is one of them");
    return options->input ? check_place(options->output, options->input, "--input", error)
                          : check_place_of_spec(options->output, spec, error);
}

static uint32_t count_threads(const ApplyOptions *options, uint64_t n_samples)
{
    const uint32_t wanted = augi_threads((uint32_t)options->threads, MAX_THREADS);
    return (uint32_t)(wanted < n_samples ? wanted : n_samples);
}

static AugStatus make_folder(const void *output, const char *name, AugError *error)
{
    return cli_apply_output_make_folder(output, name, error);
}

/* Files that a killed run left aside, here and in one folder: user is the job. */
static AugStatus sweep_folder(const void *user, const char *name, AugError *error)
{
    static const char *const lists[] = {CLI_APPLY_RUN_FILE, CLI_APPLY_LABELS_FILE,
                                        CLI_APPLY_ROWS_FILE, CLI_APPLY_ERRORS_FILE};
    const CliApplyJob *job = user;
    const char *endings[AUG_COUNT(lists) + AUG_MAX_FIELDS];
    size_t n = 0;
    for (; n < AUG_COUNT(lists); n++)
        endings[n] = lists[n];
    for (uint32_t i = 0; i < job->files.n; i++)
        endings[n++] = job->files.items[i].extension;
    return cli_apply_output_sweep(&job->output, name, endings, n, error);
}

/* Makes the folders of a run, or clears up what was left in them. */
static AugStatus prepare_folders(const CliApplyJob *job, AugError *error)
{
    AUG_TRY(cli_names_visit_folders(&job->layout, make_folder, &job->output, error));
    if (!job->output.is_used)
        return AUG_OK;
    AUG_TRY(sweep_folder(job, ".", error));
    return cli_names_visit_folders(&job->layout, sweep_folder, job, error);
}

/* The end of a run that was not interrupted: pictures and their names are on the disk before the
 * lists say that they are there. */
static AugStatus conclude(const CliApplyJob *job, CliApplyLog *log, AugError *error)
{
    AUG_TRY(cli_apply_output_flush(&job->output, error));
    return cli_apply_log_finish(log, error);
}

static void print_interruption(const CliApplyLog *log)
{
    fprintf(stderr,
            "aug apply: interrupted after %" PRIu64 " of %" PRIu64
            " samples; the same command goes on from there\n",
            log->n_done, log->options.n_samples);
}

static int report(const CmdCall *call, const CliApplyJob *job, const CliApplyLog *log,
                  const CliApplyEnd *end)
{
    AugError error = {0};
    if (end->error)
        cmd_fail(call, end->error);
    else if (end->signal)
        print_interruption(log);
    if (call->json && cli_apply_print_json(job, log, end, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json)
        cli_apply_print_summary(job, log, end);
    /* A signal that came takes effect soon. */
    fflush(stdout);
    return cli_apply_exit_code(log, end);
}

/* A sample that fails in strict mode ends the run with 1, whatever its error would otherwise count
 * as, and so does a failure of the machine. */
static int run_logged(const CmdCall *call, CliApplyJob *job, CliApplyLog *log)
{
    const ApplyOptions *options = call->options;
    AugError error = {0};
    CliApplyEnd end = {.allow_errors = options->allow_errors};
    const uint32_t n_threads = count_threads(options, log->options.n_samples);
    AugStatus status = cli_apply_run(job, log, n_threads, &end.signal, &error);
    if (status == AUG_OK && !end.signal)
        status = conclude(job, log, &error);
    cli_progress_clear(&log->progress);
    end.error = status == AUG_OK ? NULL : &error;
    return report(call, job, log, &end);
}

/* With the signals held, so that each thread finishes the file it is writing. */
static int run_job(const CmdCall *call, CliApplyJob *job)
{
    const ApplyOptions *options = call->options;
    const AugDataset *all = job->wider ? job->wider : aug_plan_dataset(job->plan);
    const CliApplyLogOptions lists = {.n_samples = aug_dataset_info(all)->n_samples,
                                      .labels = job->files.n > 0,
                                      .rows = job->has_rows,
                                      .strict = options->strict,
                                      .quiet = call->quiet};
    AugError error = {0};
    if (prepare_folders(job, &error) != AUG_OK)
        return cmd_fail(call, &error);
    sigset_t before;
    cli_signals_hold(&before);
    CliApplyLog log;
    int code;
    if (cli_apply_log_init(&log, &job->output, &lists, &error) == AUG_OK)
        code = run_logged(call, job, &log);
    else
        code = cmd_fail(call, &error);
    cli_apply_log_fini(&log);
    /* A signal that came takes effect here, so that the caller sees how the run ended. */
    cli_signals_release(&before);
    return code;
}

/* --copies, or what the pipeline asks for, which is said. */
static uint32_t count_copies(const CmdCall *call, const CliPipeline *pipeline)
{
    const ApplyOptions *options = call->options;
    const uint64_t n_samples = aug_dataset_info(pipeline->dataset)->n_samples;
    const uint32_t asked = augi_ops_copies(&pipeline->spec->pipeline, n_samples);
    if (options->copies > 0)
        return (uint32_t)options->copies;
    if (asked > 0 && !call->quiet)
        fprintf(stderr,
                "aug apply: %" PRIu32 " copies of each sample, as the pipeline asks with %" PRIu64
                " samples; another number is --copies\n",
                asked, n_samples);
    return asked > 0 ? asked : 1;
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
                       .output = {.path = options->output, .fd = -1, .flushed = options->fsync},
                       .form = {.n_copies = count_copies(call, pipeline),
                                .format = aug_image_formats[options->format.value],
                                .quality = options->quality}};
    AugError error = {0};
    if (cli_field_files_find(&job.files, job.plan, job.form.format, job.form.quality, &error) !=
        AUG_OK)
        return cmd_fail(call, &error);
    job.has_rows = needs_rows(&job.files, aug_dataset_info(pipeline->dataset));
    if (cli_apply_folder_enter(&job.output, job.plan, &job.form, &error) != AUG_OK)
        return cmd_fail(call, &error);
    int code;
    if (cli_names_init(&job.layout, pipeline->dataset, job.form.n_copies, &job.files, &error) ==
        AUG_OK)
        code = run_job(call, &job);
    else
        code = cmd_fail(call, &error);
    cli_names_fini(&job.layout);
    cli_apply_folder_leave(&job.output);
    return code;
}

/* Options that mean something for texts alone. */
static AugStatus refuse_text_options(const ApplyOptions *options, AugError *error)
{
    const char *given = options->include_original ? "--include-original"
                        : options->dedupe         ? "--dedupe"
                        : options->edits          ? "--edits"
                                                  : NULL;
    if (!given)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, given,
                    "it is for texts, and the input holds other samples; allowed are rows of tsv, "
                    "csv, jsonl or lines");
}

/* Options that mean something for pictures alone. */
static AugStatus refuse_picture_options(const CmdCall *call, AugError *error)
{
    static const char *const names[] = {"format", "quality"};
    for (size_t i = 0; i < AUG_COUNT(option_rows); i++)
        for (size_t k = 0; k < AUG_COUNT(names); k++)
            if (call->given[i] && strcmp(option_rows[i].name, names[k]) == 0)
                return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                                "--%s is for pictures, and the input holds texts; they are written "
                                "in the format that is read",
                                names[k]);
    return AUG_OK;
}

/* Rows are written in the format that they have, so a name that says another one is refused. */
static AugStatus check_ending(const char *output, const AugDataset *dataset, AugError *error)
{
    static const char *const names[] = {[AUGI_ROWS_CSV] = "csv",
                                        [AUGI_ROWS_TSV] = "tsv",
                                        [AUGI_ROWS_JSONL] = "jsonl",
                                        [AUGI_ROWS_LINES] = "lines"};
    const char *said = cli_input_text_kind(output), *kind = names[augi_row_text_form(dataset).kind];
    /* Any rows may stand in a .txt. */
    if (!said || strcmp(said, kind) == 0 || strcmp(said, "lines") == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                    "the name says %s, and the rows are %s, which they stay, since columns and "
                    "keys do not always have a place in other formats; allowed is a name that "
                    "ends in %s%s",
                    said, kind, kind[0] == 'l' ? ".txt" : ".", kind[0] == 'l' ? "" : kind);
}

static int run_of_rows(const CmdCall *call, const CliPipeline *pipeline)
{
    const ApplyOptions *options = call->options;
    AugError error = {0};
    if (refuse_picture_options(call, &error) != AUG_OK ||
        check_ending(options->output, pipeline->dataset, &error) != AUG_OK ||
        cli_output_check(call, options->output, &error) != AUG_OK)
        return cmd_fail(call, &error);
    const CliApplyRowsOptions rows = {
        .output = options->output,
        .edits = options->edits,
        .n_copies = count_copies(call, pipeline),
        .n_threads = count_threads(options, aug_dataset_info(pipeline->dataset)->n_samples),
        .with_originals = options->include_original,
        .dedupe = options->dedupe,
        .strict = options->strict,
        .allow_errors = options->allow_errors,
        .fsync = options->fsync};
    return cli_apply_rows(call, pipeline, &rows);
}

/* Whether a field belongs to the places of a picture or a text, so that it should move with them.
 */
static bool has_places(AugFieldKind kind)
{
    return kind == AUG_FIELD_IMAGE || kind == AUG_FIELD_MASK || kind == AUG_FIELD_BOXES ||
           kind == AUG_FIELD_POINTS || kind == AUG_FIELD_POLYGONS || kind == AUG_FIELD_SPANS;
}

/* What is likely to be a mistake; --quiet does not silence it. */
static void print_warnings(const CliPipeline *pipeline, const ApplyOptions *options)
{
    const char *held_out = cli_held_out(pipeline, options->input);
    if (held_out)
        fprintf(stderr, "aug apply: warning: %s\n", held_out);
    char left[CLI_LEFT_SPANS_SIZE];
    if (cli_left_spans(pipeline, left))
        fprintf(stderr, "aug apply: warning: %s\n", left);
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

/* Opens what --input names, and in *wider what that leaves out. */
static AugStatus open_given(const ApplyOptions *options, const AugSpec *spec, AugDataset **dataset,
                            AugDataset **wider, AugError *error)
{
    if (!options->input)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, spec->name,
                        "the specification has no 'dataset'; give what to augment as --input");
    AUG_TRY(cli_input_open(dataset, options->input, &spec->limits, error));
    return cli_input_open_wider(wider, options->input, *dataset, error);
}

/* Opens what is augmented: --input, or the data set of the spec, of which is said what it leaves
 * out. */
static int open_input(CliPipeline *pipeline, const CmdCall *call, AugDataset **wider)
{
    const ApplyOptions *options = call->options;
    const AugSpec *spec = pipeline->spec;
    AugError error = {0};
    if (options->input || (!spec->dataset_map && !spec->dataset_name))
        return open_given(options, spec, &pipeline->dataset, wider, &error) == AUG_OK
                   ? 0
                   : cmd_fail(call, &error);
    const int code = cli_pipeline_open_dataset(pipeline, call);
    const AugPassedOver *passed = NULL;
    const size_t n = code == 0 ? aug_dataset_passed_over(pipeline->dataset, &passed) : 0;
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "aug apply: %" PRIu64 " passed over, such as '%s': %s\n", passed[i].n,
                passed[i].example, passed[i].reason);
    return code;
}

static int run(const CmdCall *call)
{
    const ApplyOptions *options = call->options;
    CliPipeline pipeline = {0};
    AugDataset *wider = NULL;
    AugError error = {0};
    cli_signals_ignore_refusals();
    int code = cli_pipeline_load(&pipeline, call, call->arguments[0], options->seed);
    if (code == 0)
        pipeline.spec->limits.max_sample_work = (uint64_t)options->sample_work * UINT64_C(1000000);
    if (code == 0 && check_options(options, pipeline.spec, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0)
        code = open_input(&pipeline, call, &wider);
    if (code == 0)
        code = cli_pipeline_compile(&pipeline, call, true);
    if (code == 0) {
        print_warnings(&pipeline, options);
        if (!call->quiet)
            print_notes(&pipeline);
        if (augi_row_text_is(pipeline.dataset))
            code = run_of_rows(call, &pipeline);
        else if (refuse_text_options(options, &error) != AUG_OK)
            code = cmd_fail(call, &error);
        else
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
    {"spec.yaml --input reviews.csv --output more.csv --copies 4 --include-original --dedupe",
     "Each review and up to four new ones behind it, with all of its columns."},
    {"reviews.yaml --output more.csv", "The data set that the specification describes."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_apply = {
    .name = "apply",
    .summary = "Augment a data set once, to files",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details =
        "Writes a folder per class, whose names sort like the classes, labels.tsv with a line per "
        "picture (file, source, copy, label, "
        "class), and errors.tsv if a sample could not be augmented. Where samples hold more than a "
        "picture and a class, masks become PNG files in masks/, and rows.jsonl has an object per "
        "sample with all fields as they are afterwards: names of files, boxes, keypoints, values, "
        "text, labels; a data set of kind jsonl reads it. Copy c of a sample is what epoch c of "
        "the stream would show; batch operations and normalization are left out. The result does "
        "not depend on the number of threads.\n"
        "Texts become one file of the format that was read: rows in order, each with all columns "
        "or "
        "keys as they were, and the text alone augmented. The file grows as OUTPUT.part; failures "
        "are listed in OUTPUT.errors.tsv. --edits has the number of the row, of the copy (null for "
        "an original), what became of the text, and for each change the bytes [start, end) of the "
        "original, those [new_start, new_end) of the result, and the operation.\n"
        "An interrupted run goes on where it stopped when the same command is given again; a "
        "folder that holds something else is refused. The input is never changed.\n"
        "Samples that cannot be augmented are named with the reason, and the run goes on. So are "
        "pictures whose names end otherwise than the data set looks for, which no stream shows. "
        "The exit code is then 3, or 0 with --allow-errors, or 1 if nothing was written. With "
        "--strict the first one ends the run with exit code 1. So does whatever says nothing about "
        "a sample: a full disk, a file or folder that is gone or was changed, descriptors that ran "
        "out. Each sample is delivered, failed or left; the counts are said at the end, and "
        "printed by --json.\n"
        "All is flushed to the disk before the lists say that it is there; with --fsync each "
        "picture is as soon as it is made.",
    .json = "print the counts as JSON",
    .options = AUG_PARAM_TABLE(ApplyOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
