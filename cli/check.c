/* aug check: whether a specification is right, and fits its data. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check_decode.h"
#include "cli/describe.h"
#include "cli/held_out.h"
#include "cli/left_spans.h"
#include "cli/outcome.h"
#include "cli/part.h"
#include "cli/passed_over.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "cli/texts.h"
#include "libaug/spec/spec.h"

/* Mistakes that are printed; more are counted. */
#define MAX_PROBLEMS 1000

typedef struct CheckOptions {
    int32_t world, threads;
    bool expand, canonical, decode;
} CheckOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(CheckOptions, expand, .fallback = "false",
              .help = "print the specification with every default spelt out"),
    AUG_PARAM(CheckOptions, canonical, .fallback = "false",
              .help = "print the canonical form, which is part of the stream's identity"),
    AUG_PARAM(CheckOptions, world, .fallback = "1", .low = 1, .high = AUG_MAX_BATCH,
              .help =
                  "how many ranks shall share every batch: sizes are those of the largest part"),
    AUG_PARAM(CheckOptions, decode, .fallback = "false",
              .help = "also read and decode every sample, and list those that are damaged"),
    AUG_PARAM(CheckOptions, threads, .fallback = "0", .low = 0, .high = 1024,
              .help = "worker threads of --decode, 0 for one per processor"),
};

static size_t count_ops(const AugOpList *list)
{
    size_t n = list->n;
    for (size_t i = 0; i < list->n; i++) {
        const AugOpList children = {list->ops[i].children, list->ops[i].n_children};
        n += count_ops(&children);
    }
    return n;
}

static void print_tensor(const AugTensorSpec *spec, uint32_t n)
{
    const AugTensorDesc desc = aug_tensor_spec_batch(spec, n);
    printf("  %-8s %s [", spec->name, aug_dtype_name(desc.dtype));
    for (uint32_t i = 0; i < desc.n_dims; i++)
        printf("%s%s%" PRIu64, i ? ", " : "", i == 0 && spec->ragged ? "up to " : "",
               desc.shape[i]);
    puts("]");
}

static void print_plan(const AugPlan *plan, uint32_t world, size_t batch_bytes)
{
    const AugDatasetInfo *info = aug_dataset_info(aug_plan_dataset(plan));
    printf("  samples  %" PRIu64 ", %" PRIu32 " classes\n", info->n_samples, info->n_classes);
    cli_texts_print(aug_plan_dataset(plan));
    cli_passed_over_print(aug_plan_dataset(plan));
    cli_part_print(aug_plan_dataset(plan));
    printf("  epoch    %" PRIu64 " steps, batches of %zu bytes\n", aug_plan_steps_per_epoch(plan),
           batch_bytes);
    if (world > 1)
        printf("  world    %" PRIu32 " ranks, up to %" PRIu32 " samples of a batch each\n", world,
               aug_plan_slice_size(plan, world));
    uint32_t n;
    const AugTensorSpec *tensors = aug_plan_tensors(plan, &n);
    for (uint32_t i = 0; i < n; i++)
        print_tensor(&tensors[i], aug_plan_slice_size(plan, world));
}

static void print_summary(const CmdCall *call, const char *path, const CliPipeline *pipeline,
                          size_t batch_bytes)
{
    const CheckOptions *options = call->options;
    const AugSpec *spec = pipeline->spec;
    printf("%s: the specification is valid\n", path);
    printf("  ops      %zu in the pipeline, %zu on batches\n", count_ops(&spec->pipeline),
           count_ops(&spec->mix));
    printf("  batch    %" PRId32 " samples, seed %" PRIu64 "\n", spec->batch.size,
           aug_spec_seed(spec));
    if (pipeline->plan)
        print_plan(pipeline->plan, (uint32_t)options->world, batch_bytes);
    else if (aug_spec_dataset_name(spec))
        printf("  dataset  '%s', not opened: give --dataset %s=KIND:PATH to check against it\n",
               aug_spec_dataset_name(spec), aug_spec_dataset_name(spec));
    else
        puts("  dataset  none given");
}

static int print_text(const CmdCall *call, char *text)
{
    AugError error = {0};
    if (!text) {
        AUG_FAIL(&error, AUG_NO_MEMORY, NULL, "no memory for the text");
        return cmd_fail(call, &error);
    }
    puts(text);
    free(text);
    return 0;
}

static void write_problem(AugiJsonWriter *writer, const AugError *problem)
{
    int line;
    int column;
    cli_split_place(problem->where, &line, &column);
    augi_json_object(writer);
    augi_json_text_member(writer, "where", problem->where);
    augi_json_key(writer, "line");
    augi_json_integer(writer, line);
    augi_json_key(writer, "column");
    augi_json_integer(writer, column);
    augi_json_text_member(writer, "message", problem->message);
    augi_json_object_end(writer);
}

/* The check of one specification.
 *
 * batch_bytes: of the largest batch that a rank gets
 * is_wanted:   --decode, and there is something to decode; found: what became of it
 */
typedef struct Check {
    const CmdCall *call;
    const char *path;
    CliPipeline pipeline;
    size_t batch_bytes;
    AugProblems problems;
    CliPartWarnings warnings;
    bool is_wanted;
    CliDecoded found;
} Check;

static AugStatus write_decoded(Check *check, AugiJsonWriter *writer, AugError *error)
{
    const CheckOptions *options = check->call->options;
    CliDecoded *found = &check->found;
    augi_json_key(writer, "failures");
    augi_json_list(writer);
    AUG_TRY(cli_decode_all(&check->pipeline, (uint32_t)options->threads, check->call->quiet, writer,
                           found, error));
    augi_json_list_end(writer);
    augi_json_unsigned_member(writer, "decoded", found->n_samples);
    augi_json_unsigned_member(writer, "damaged", found->n_damaged);
    augi_json_unsigned_member(writer, "failed", found->n_failed);
    augi_json_key(writer, "usable");
    augi_json_bool(writer, cli_decoded_is_usable(&check->pipeline, found));
    return AUG_OK;
}

static AugStatus write_result(Check *check, AugiJsonWriter *writer, AugError *error)
{
    const AugProblems *problems = &check->problems;
    augi_json_object(writer);
    augi_json_text_member(writer, "file", check->path);
    augi_json_key(writer, "valid");
    augi_json_bool(writer, problems->n == 0);
    augi_json_key(writer, "problems");
    augi_json_list(writer);
    for (size_t i = 0; i < problems->n && i < problems->capacity; i++)
        write_problem(writer, &problems->items[i]);
    augi_json_list_end(writer);
    augi_json_key(writer, "warnings");
    augi_json_list(writer);
    for (size_t i = 0; i < check->warnings.n; i++)
        augi_json_string(writer, check->warnings.texts[i]);
    augi_json_list_end(writer);
    augi_json_key(writer, "passed_over");
    cli_passed_over_write(check->pipeline.dataset, writer);
    cli_texts_write(check->pipeline.dataset, writer);
    if (check->is_wanted)
        AUG_TRY(write_decoded(check, writer, error));
    augi_json_object_end(writer);
    return AUG_OK;
}

static AugStatus print_decoded(Check *check, AugError *error)
{
    const CheckOptions *options = check->call->options;
    AUG_TRY(cli_decode_all(&check->pipeline, (uint32_t)options->threads, check->call->quiet, NULL,
                           &check->found, error));
    cli_decoded_print(&check->pipeline, &check->found);
    return AUG_OK;
}

/* Opens the data set where that is possible. */
static AugStatus open_data(Check *check, AugError *error)
{
    const CmdCall *call = check->call;
    const CheckOptions *options = call->options;
    CliPipeline *pipeline = &check->pipeline;
    const AugSpec *spec = pipeline->spec;
    if (!options->decode && !spec->dataset_map &&
        (!aug_spec_dataset_name(spec) || cmd_call_texts(call, &cli_dataset).n == 0))
        return AUG_OK;
    return cli_dataset_open(&pipeline->dataset, spec, call, error);
}

/* The name of a spec's data set, or the path that its map gives; NULL where there is neither. */
static const char *dataset_name(const AugSpec *spec)
{
    const AugiTree *path = spec->dataset_map ? augi_tree_get(spec->dataset_map, "path") : NULL;
    return path && path->kind == AUGI_TREE_SCALAR ? path->text : aug_spec_dataset_name(spec);
}

/* Compiles for the data set. */
static AugStatus check_fit(Check *check, AugError *error)
{
    const CheckOptions *options = check->call->options;
    CliPipeline *pipeline = &check->pipeline;
    if (!pipeline->dataset)
        return AUG_OK;
    AUG_TRY(aug_plan_new(&pipeline->plan, pipeline->spec, pipeline->dataset, NULL, error));
    AUG_TRY(
        aug_plan_slice_bytes(pipeline->plan, (uint32_t)options->world, &check->batch_bytes, error));
    const char *held_out = cli_held_out(pipeline, dataset_name(pipeline->spec));
    if (held_out)
        AUG_TRY(cli_part_warnings_add(&check->warnings, strdup(held_out), error));
    char left[CLI_LEFT_SPANS_SIZE];
    if (cli_left_spans(pipeline, left))
        AUG_TRY(cli_part_warnings_add(&check->warnings, strdup(left), error));
    char *too_long;
    AUG_TRY(cli_texts_too_long(pipeline->plan, &too_long, error));
    if (too_long)
        AUG_TRY(cli_part_warnings_add(&check->warnings, too_long, error));
    return cli_part_warn(&check->warnings, pipeline->dataset, error);
}

/* Everything that is wrong, and what is likely to be; returns the status of the first mistake. */
static AugStatus find_mistakes(Check *check)
{
    CliPipeline *pipeline = &check->pipeline;
    AUG_TRY(cli_spec_read(&pipeline->spec, check->call, check->path, &check->problems));
    AugError error = {0};
    AugStatus status = open_data(check, &error);
    if (status != AUG_OK) {
        cli_dataset_problem(&check->problems, pipeline->spec->dataset_map, &error);
        return status;
    }
    status = check_fit(check, &error);
    if (status != AUG_OK)
        aug_problems_add(&check->problems, status, error.where, "%s", error.message);
    return status;
}

/* The forms that were asked for, or the summary. */
static int print_right(const Check *check)
{
    const CmdCall *call = check->call;
    const CheckOptions *options = call->options;
    const CliPipeline *pipeline = &check->pipeline;
    int code = 0;
    if (!options->expand && !options->canonical && !call->quiet)
        print_summary(call, check->path, pipeline, check->batch_bytes);
    if (options->expand)
        code = print_text(call, aug_spec_expanded(pipeline->spec));
    if (options->canonical && code == 0)
        code = print_text(call, aug_spec_canonical(pipeline->spec));
    return code;
}

static int print_result(Check *check)
{
    AugError error = {0};
    for (size_t i = 0; i < check->warnings.n; i++)
        fprintf(stderr, "%s: warning: %s\n", check->path, check->warnings.texts[i]);
    if (check->problems.n > 0) {
        fflush(stdout);
        cli_print_problems(&check->problems);
        return 0;
    }
    int code = print_right(check);
    if (code == 0 && check->is_wanted && print_decoded(check, &error) != AUG_OK)
        code = cmd_fail(check->call, &error);
    return code;
}

/* Checks one specification and prints the result, or writes it as an object if there is a writer.
 * Returns the exit code. */
static int check_one(const CmdCall *call, const char *path, AugiJsonWriter *writer)
{
    const CheckOptions *options = call->options;
    AugError error = {0};
    Check check = {.call = call, .path = path};
    check.problems =
        (AugProblems){.items = calloc(MAX_PROBLEMS, sizeof(AugError)), .capacity = MAX_PROBLEMS};
    if (!check.problems.items)
        check.problems.capacity = 0;
    const AugStatus status = find_mistakes(&check);
    check.is_wanted = options->decode && status == AUG_OK;
    int code = 0;
    if (!writer)
        code = print_result(&check);
    else if (write_result(&check, writer, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0 && check.is_wanted && !cli_decoded_is_usable(&check.pipeline, &check.found))
        code = aug_status_exit_code(AUG_CORRUPT);
    cli_part_warnings_fini(&check.warnings);
    cli_pipeline_fini(&check.pipeline);
    free(check.problems.items);
    return code ? code : aug_status_exit_code(status);
}

/* All of them; the exit code is the worst, and a mistake is worse than a damaged sample. */
static int check_all(const CmdCall *call, AugiJsonWriter *writer)
{
    int worst = 0;
    for (size_t i = 0; i < call->n_arguments; i++) {
        const int code = check_one(call, call->arguments[i], writer);
        worst = code > worst ? code : worst;
    }
    return worst;
}

/* An object for one specification, a list for several. */
static int check_as_json(const CmdCall *call)
{
    AugiJsonWriter writer = {.indent = 2};
    AugError error = {0};
    if (call->n_arguments > 1)
        augi_json_list(&writer);
    const int code = check_all(call, &writer);
    if (call->n_arguments > 1)
        augi_json_list_end(&writer);
    return cli_describe_print(&writer, &error) == AUG_OK ? code : cmd_fail(call, &error);
}

static int run(const CmdCall *call)
{
    return call->json ? check_as_json(call) : check_all(call, NULL);
}

/* Standard input can be read once, and what is printed for another program is one specification. */
static AugStatus check_call(CmdCall *call, AugError *error)
{
    const CheckOptions *options = call->options;
    size_t n_standard = 0;
    for (size_t i = 0; i < call->n_arguments; i++)
        n_standard += strcmp(call->arguments[i], "-") == 0;
    if (call->json && (options->expand || options->canonical))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "%s and --json print different things; give one of them",
                        options->expand ? "--expand" : "--canonical");
    if (options->expand && options->canonical)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--expand and --canonical print different things; give one of them");
    if (n_standard > 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'-', standard input, stands there %zu times; allowed is once", n_standard);
    if (call->n_arguments > 1 && (options->expand || options->canonical))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s prints one specification; there are %zu",
                        options->expand ? "--expand" : "--canonical", call->n_arguments);
    return AUG_OK;
}

static const CmdExample examples[] = {
    {"spec.yaml", "All mistakes at once, or a summary; the data set is opened if the "
                  "specification describes one."},
    {"spec.yaml --dataset train=image_folder:data/train",
     "Also whether the specification fits the data set it names."},
    {"*.yaml --quiet", "The mistakes of many specifications."},
    {"spec.yaml --world 8", "What each of eight ranks gets of a batch."},
    {"spec.yaml --decode", "Which samples of the data set are damaged, and why."},
    {"spec.yaml --expand", "Every parameter with its value, as it will be used."},
};

static const CmdArgument arguments[] = {
    {.name = "SPEC", .repeats = true, .words = CMD_WORDS_FILES}};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_check = {
    .name = "check",
    .summary = "Check a specification: all mistakes at once",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details = "Prints every mistake as FILE:LINE:COLUMN: SENTENCE on standard error and exits "
               "with 2, those of the data set among them. With --decode it exits with 1 if a "
               "stream of the specification would end at a sample. Of several specifications the "
               "exit code is the worst. SPEC may be '-' for standard input. With --quiet nothing "
               "but mistakes and warnings is printed.",
    .json = "print the result as JSON, mistakes included, for editors; a list if there are several "
            "specifications",
    .options = AUG_PARAM_TABLE(CheckOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check_call,
    .run = run,
};
