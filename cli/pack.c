/* aug pack: rewrites a data set of pictures, without loss, as an archive for random access. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/describe.h"
#include "cli/files.h"
#include "cli/input.h"
#include "cli/outcome.h"
#include "cli/pack_head.h"
#include "cli/pack_verify.h"
#include "cli/program.h"
#include "cli/signals.h"
#include "libaug/base/processors.h"
#include "libaug/data/dataset.h"

/* More wait for each other and for the disk. */
#define MAX_THREADS 1024

/* MCUs between two restart markers. A marker costs about three bytes and resets the predictors, which
 * tables of each picture's own make up for; at 4 it would cost twice as much, at 16 a window would
 * decode more that it does not show. */
#define INTERVAL 8

/* Exit code of a run that went through all samples, some of which were left out. */
#define SOME_LEFT_OUT 3

typedef struct PackOptions {
    AugText output;
    bool verify, skip_bad, fsync;
    int32_t max_side, quality, threads;
} PackOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(PackOptions, output, .unit = "file",
              .help = "new archive, or that of an interrupted run"),
    AUG_PARAM(PackOptions, verify, .fallback = "false",
              .help = "read the archive once more before it gets its name, and compare every pixel "
                      "with the input"),
    AUG_PARAM(PackOptions, skip_bad, .fallback = "false",
              .help = "name samples that cannot be packed and leave them out, instead of stopping "
                      "at the first"),
    AUG_PARAM(PackOptions, max_side, .optional = true, .low = 1, .high = 65535, .unit = "pixels",
              .help = "with loss: scale larger pictures down until no side is longer"),
    AUG_PARAM(PackOptions, quality, .optional = true, .low = 1, .high = 100,
              .help = "with loss: encode every JPEG anew with this quality; with --max-side alone "
                      "those that are scaled get 95"),
    AUG_PARAM(PackOptions, fsync, .fallback = "false",
              .help =
                  "flush the archive to the disk before saying how far it is, so that a run can "
                  "go on after a power cut"),
    AUG_PARAM(PackOptions, threads, .fallback = "0", .low = 0, .high = MAX_THREADS,
              .help = "worker threads, 0 for one per processor"),
};

/* How a run ended. error NULL: not by a failure; signal 0: not by a signal. is_verified: all pixels
 * were compared. */
typedef struct End {
    const CliPackRun *run;
    const AugError *error;
    int signal;
    bool is_verified;
} End;

static uint64_t count_samples(const End *end)
{
    return aug_dataset_info(end->run->job->dataset)->n_samples;
}

static bool is_finished(const End *end)
{
    return !end->error && !end->signal;
}

/* Bytes of the input's pictures. */
static uint64_t input_size(const CliPackJob *job)
{
    uint64_t size = 0;
    for (uint64_t i = 0; i < aug_dataset_info(job->dataset)->n_samples; i++)
        size += aug_dataset_stored_size(job->dataset, i);
    return size;
}

static void print_summary(const End *end)
{
    const CliPackFiles *files = end->run->files;
    const uint64_t n = count_samples(end);
    if (!is_finished(end)) {
        printf("stopped after %" PRIu64 " of %" PRIu64 " samples: %" PRIu64 " packed, %" PRIu64
               " left out, %" PRIu64 " to go\n",
               files->next, n, files->next - files->n_failed, files->n_failed, n - files->next);
        return;
    }
    printf("%" PRIu64 " samples packed into %s, %" PRIu64 " bytes", files->next - files->n_failed,
           files->output, files->archive.size);
    if (files->n_stored > 0)
        printf("; %" PRIu64 " pictures stayed as they are", files->n_stored);
    if (files->n_before > 0)
        printf("; the first %" PRIu64 " samples were done already", files->n_before);
    if (files->n_failed > 0)
        printf("; %" PRIu64 " of %" PRIu64 " samples were left out, see %s", files->n_failed, n,
               files->errors_path);
    puts(end->is_verified ? "; every pixel is equal" : "");
}

static AugStatus print_json(const End *end, AugError *error)
{
    const CliPackFiles *files = end->run->files;
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", files->output);
    augi_json_unsigned_member(&writer, "samples", count_samples(end));
    augi_json_unsigned_member(&writer, "packed", files->next - files->n_failed);
    augi_json_unsigned_member(&writer, "left_out", files->n_failed);
    augi_json_unsigned_member(&writer, "left", count_samples(end) - files->next);
    augi_json_unsigned_member(&writer, "stored", files->n_stored);
    augi_json_unsigned_member(&writer, "renamed", end->run->job->names.n_changed);
    augi_json_unsigned_member(&writer, "kept", files->n_before);
    augi_json_unsigned_member(&writer, "size", files->archive.size);
    augi_json_unsigned_member(&writer, "input_size", input_size(end->run->job));
    augi_json_key(&writer, "verified");
    augi_json_bool(&writer, end->is_verified);
    augi_json_key(&writer, "interrupted");
    augi_json_bool(&writer, end->signal != 0);
    if (end->error) {
        augi_json_key(&writer, "error");
        augi_json_object(&writer);
        augi_json_text_member(&writer, "where", end->error->where);
        augi_json_text_member(&writer, "status", aug_status_name(end->error->status));
        augi_json_text_member(&writer, "message", end->error->message);
        augi_json_object_end(&writer);
    }
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static int exit_code(const End *end)
{
    const CliPackFiles *files = end->run->files;
    if (!is_finished(end) || files->n_failed == files->next)
        return 1;
    return files->n_failed > 0 ? SOME_LEFT_OUT : 0;
}

static int report(const CmdCall *call, const End *end)
{
    const CliPackFiles *files = end->run->files;
    AugError error = {0};
    if (end->error)
        cmd_fail(call, end->error);
    else if (end->signal)
        fprintf(stderr,
                "aug pack: interrupted after %" PRIu64 " of %" PRIu64
                " samples%s; the same command goes on from there\n",
                files->next, count_samples(end),
                files->is_whole ? ", while they were verified" : "");
    if (call->json && print_json(end, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json)
        print_summary(end);
    /* A signal that came takes effect soon. */
    fflush(stdout);
    return exit_code(end);
}

/* All that follows when the files are open. */
static AugStatus work(const CmdCall *call, CliPackRun *run, End *end, AugError *error)
{
    const PackOptions *options = call->options;
    CliPackFiles *files = run->files;
    if (!files->is_whole)
        AUG_TRY(cli_pack_run(run, &end->signal, error));
    if (end->signal)
        return AUG_OK;
    AUG_TRY(cli_pack_files_complete(files, error));
    if (options->verify) {
        cli_progress_clear(run->progress);
        if (!call->quiet)
            cli_progress_start(run->progress, "samples verified", count_samples(end));
        AUG_TRY(cli_pack_verify(run, &end->signal, error));
        end->is_verified = !end->signal;
    }
    return end->signal ? AUG_OK : cli_pack_files_publish(files, error);
}

/* With the signals held. */
static int run_held(const CmdCall *call, const CliPackJob *job, CliPackFiles *files)
{
    const PackOptions *options = call->options;
    AugError error = {0};
    CliProgress progress = {0};
    const uint64_t n = aug_dataset_info(job->dataset)->n_samples;
    const uint32_t wanted = augi_threads((uint32_t)options->threads, MAX_THREADS);
    CliPackRun run = {.job = job,
                      .files = files,
                      .progress = &progress,
                      .n_threads = wanted < n ? wanted : (uint32_t)n,
                      .skip_bad = options->skip_bad,
                      .quiet = call->quiet};
    End end = {.run = &run};
    if (cli_pack_files_open(files, job, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (files->n_failed > 0 && !options->skip_bad) {
        AUG_FAIL(&error, AUG_BAD_ARGUMENT, files->output,
                 "the interrupted run left %" PRIu64 " samples out that could not be packed; "
                 "allowed is the command with --skip-bad",
                 files->n_failed);
        return cmd_fail(call, &error);
    }
    if (!call->quiet)
        cli_progress_start(&progress, "samples", n);
    const AugStatus status = work(call, &run, &end, &error);
    cli_progress_clear(&progress);
    end.error = status == AUG_OK ? NULL : &error;
    return report(call, &end);
}

static int run_job(const CmdCall *call, const CliPackJob *job)
{
    const PackOptions *options = call->options;
    CliPackFiles files = {.output = options->output, .flushed = options->fsync};
    sigset_t before;
    cli_signals_hold(&before);
    const int code = run_held(call, job, &files);
    cli_pack_files_fini(&files);
    /* A signal that came takes effect here, so that the caller sees how the run ended. */
    cli_signals_release(&before);
    return code;
}

/* Options that each are allowed. */
static AugStatus check(CmdCall *call, AugError *error)
{
    const PackOptions *options = call->options;
    const char *lossy = options->max_side > 0 ? "--max-side" : "--quality";
    if (options->verify && (options->max_side > 0 || options->quality > 0))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--verify and %s are given, and pixels that are made anew are not equal; "
                        "allowed is one of them",
                        lossy);
    if (options->output && cli_is_standard(options->output))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output is -, and an archive that is gone on with needs a place; allowed "
                        "is a file");
    return AUG_OK;
}

/* Refuses an output in the folder that is read, where the next run would read it. */
static AugStatus check_place(const char *output, const AugDataset *dataset, AugError *error)
{
    const char *input = augi_dataset_path(dataset);
    struct stat status;
    const bool is_folder = stat(input, &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_folder || !cli_path_is_inside(output, input))
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, output,
                    "--output lies in the input; allowed is a file outside, so that results and "
                    "originals do not mix");
}

/* What the input holds and is not packed. What an archive holds beside its samples goes with them. */
static void print_passed_over(const CliPackJob *job)
{
    const AugPassedOver *passed = NULL;
    const size_t n = aug_dataset_passed_over(job->dataset, &passed);
    const bool is_archive = job->dataset->kind->beside;
    for (size_t i = 0; i < n && !is_archive; i++)
        fprintf(stderr, "aug pack: %" PRIu64 " passed over, such as '%s': %s\n", passed[i].n,
                passed[i].example, passed[i].reason);
    if (job->beside.n_left > 0)
        fprintf(stderr,
                "aug pack: %" PRIu64
                " passed over, such as '%s': it is a link, or its name begins with no "
                "key of a picture\n",
                job->beside.n_left, job->beside.left);
    if (job->options.max_side > 0 && job->beside.has_others)
        fputs("aug pack: what lies beside the pictures stays as it is; places in it are those in "
              "the pictures before they were scaled\n",
              stderr);
}

/* A pipeline that does nothing, on the data set that is packed. */
static AugStatus compile(AugSpec **spec, AugPlan **plan, AugDataset *dataset, AugError *error)
{
    static const char text[] = "augd: 1\n";
    AugProblems problems = {.items = error, .capacity = 1};
    AUG_TRY(aug_spec_parse(spec, text, strlen(text), "aug pack", NULL, &problems));
    return aug_plan_new(plan, *spec, dataset, &(AugPlanOptions){.any_size = true}, error);
}

/* Before anything is written. */
static AugStatus check_head(const CliPackJob *job, AugError *error)
{
    CliBytes member;
    const AugStatus status = cli_pack_head_make(job, &member, error);
    cli_bytes_fini(&member);
    return status;
}

static AugStatus prepare(const CmdCall *call, CliPackJob *job, AugError *error)
{
    const PackOptions *options = call->options;
    if (aug_dataset_info(job->dataset)->n_samples == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, call->arguments[0],
                        "it holds no samples; allowed are one and more");
    AUG_TRY(check_place(options->output, job->dataset, error));
    AUG_TRY(cli_pack_job_choose(job, error));
    AUG_TRY(cli_pack_beside_init(&job->beside, job->dataset, error));
    AUG_TRY(check_head(job, error));
    return cli_pack_names_init(&job->names, job->dataset, error);
}

static int run(const CmdCall *call)
{
    const PackOptions *options = call->options;
    CliPackJob job = {.options = {.interval = INTERVAL,
                                  .max_side = (uint32_t)options->max_side,
                                  .quality = (uint32_t)options->quality}};
    AugError error = {0};
    AugDataset *dataset = NULL;
    AugSpec *spec = NULL;
    AugPlan *plan = NULL;
    cli_signals_ignore_refusals();
    AugStatus status = cli_input_open(&dataset, call->arguments[0], NULL, &error);
    if (status == AUG_OK) {
        job.dataset = dataset;
        status = prepare(call, &job, &error);
    }
    if (status == AUG_OK)
        status = compile(&spec, &plan, dataset, &error);
    int code;
    if (status == AUG_OK) {
        job.plan = plan;
        print_passed_over(&job);
        code = run_job(call, &job);
        cli_print_note(dataset);
    } else {
        code = cmd_fail(call, &error);
    }
    cli_pack_names_fini(&job.names);
    cli_pack_beside_fini(&job.beside);
    aug_plan_free(plan);
    aug_spec_free(spec);
    aug_dataset_unref(dataset);
    return code;
}

static const CmdExample examples[] = {
    {"photos -o photos.tar --verify",
     "A folder of pictures, a folder per class, as one archive; every pixel is proved equal."},
    {"tar:shards -o all.tar --skip-bad",
     "All shards in one; damaged pictures are named and left out."},
    {"photos -o small.tar --max-side 512 --quality 90", "With loss: no side above 512 pixels."},
};

static const CmdArgument arguments[] = {{.name = "INPUT", .words = CMD_WORDS_FILES}};

const CmdCommand cli_command_pack = {
    .name = "pack",
    .summary = "Rewrite a data set without loss for random access",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "INPUT is a folder of pictures (a folder per class), a tar, an IDX file, a single picture, "
        "rows that name pictures (csv, tsv, jsonl), or KIND:PATH[,key=value...], see 'aug "
        "datasets'. OUTPUT is an ordinary tar of ordinary pictures in the naming of WebDataset: "
        "KEY.jpg or KEY.png, KEY.cls with the class number, KEY.FIELD.png for masks and further "
        "pictures, KEY.json with all other fields; of a tar all that lies beside the pictures, "
        "byte for byte. A key is the name of the sample without its "
        "ending; dots in it become '_', and one that is taken gets a number.\n"
        "A JPEG becomes a baseline file of one scan, also if it was progressive or arithmetic, "
        "with "
        "Huffman tables made for it and a restart marker every 8 MCUs, at which decoding can "
        "begin. "
        "Its coefficients, and so its pixels, stay; so do its marker segments with orientation, "
        "profile and comments, but not what stands behind its end marker. Pictures of other "
        "formats "
        "stay as they are, as does a JPEG that no baseline file can hold, which is named.\n"
        "The last member, .augd-index.tsv.gz, has offset, size and name of every other one. Where "
        "classes have names, or are more than the samples show, or samples have further pictures, "
        "the "
        "first one, .augd-pack.json, says so. "
        "Readers pass over both.\n"
        "A file that is damaged ends the run and is named; with --skip-bad it is named, left out "
        "and "
        "listed in OUTPUT.errors.tsv, and the exit code is 3.\n"
        "The archive grows as OUTPUT.part. An interrupted run goes on where it stopped when the "
        "same "
        "command is given again. The bytes are a function of input and options: they depend "
        "neither "
        "on the number of threads nor on interruptions. The input is never changed.",
    .json = "print the counts as JSON",
    .options = AUG_PARAM_TABLE(PackOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
