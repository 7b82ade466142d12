/* aug check: whether a specification is right, and fits its data. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check_decode.h"
#include "cli/describe.h"
#include "cli/outcome.h"
#include "cli/part.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "libaug/spec/spec.h"

/* Mistakes that are printed; more are counted. */
#define MAX_PROBLEMS 1000

typedef struct CheckOptions {
    int32_t world, threads;
    bool expand, canonical, decode, json;
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
    AUG_PARAM(CheckOptions, json, .fallback = "false",
              .help = "print the result as JSON, mistakes included, for editors"),
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

static void print_summary(const CmdCall *call, const CliPipeline *pipeline, size_t batch_bytes)
{
    const CheckOptions *options = call->options;
    const AugSpec *spec = pipeline->spec;
    printf("%s: the specification is valid\n", call->arguments[0]);
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

/* Line and column from the end of "name:line:column"; 0 where there are none. */
static void split_place(const char *where, int *line, int *column)
{
    *line = *column = 0;
    for (const char *colon = strchr(where, ':'); colon; colon = strchr(colon + 1, ':')) {
        int end = 0;
        if (sscanf(colon, ":%9d:%9d%n", line, column, &end) == 2 && colon[end] == 0)
            return;
    }
    *line = *column = 0;
}

static void write_problem(AugiJsonWriter *writer, const AugError *problem)
{
    int line;
    int column;
    split_place(problem->where, &line, &column);
    augi_json_object(writer);
    augi_json_text_member(writer, "where", problem->where);
    augi_json_key(writer, "line");
    augi_json_integer(writer, line);
    augi_json_key(writer, "column");
    augi_json_integer(writer, column);
    augi_json_text_member(writer, "message", problem->message);
    augi_json_object_end(writer);
}

/* What becomes of a check beside its problems.
 *
 * is_wanted: --decode, and there is something to decode; found: what became of it
 */
typedef struct Outcome {
    bool is_wanted;
    CliDecoded found;
    CliPartWarnings warnings;
} Outcome;

static AugStatus write_decoded(const CmdCall *call, const CliPipeline *pipeline,
                               AugiJsonWriter *writer, CliDecoded *found, AugError *error)
{
    const CheckOptions *options = call->options;
    augi_json_key(writer, "failures");
    augi_json_list(writer);
    AUG_TRY(cli_decode_all(pipeline, (uint32_t)options->threads, writer, found, error));
    augi_json_list_end(writer);
    augi_json_unsigned_member(writer, "decoded", found->n_samples);
    augi_json_unsigned_member(writer, "damaged", found->n_damaged);
    augi_json_unsigned_member(writer, "failed", found->n_failed);
    augi_json_key(writer, "usable");
    augi_json_bool(writer, cli_decoded_is_usable(pipeline, found));
    return AUG_OK;
}

static AugStatus write_result(const CmdCall *call, const CliPipeline *pipeline,
                              const AugProblems *problems, Outcome *outcome, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_key(&writer, "valid");
    augi_json_bool(&writer, problems->n == 0);
    augi_json_key(&writer, "problems");
    augi_json_list(&writer);
    for (size_t i = 0; i < problems->n && i < problems->capacity; i++)
        write_problem(&writer, &problems->items[i]);
    augi_json_list_end(&writer);
    augi_json_key(&writer, "warnings");
    augi_json_list(&writer);
    for (size_t i = 0; i < outcome->warnings.n; i++)
        augi_json_string(&writer, outcome->warnings.texts[i]);
    augi_json_list_end(&writer);
    AugStatus status = AUG_OK;
    if (outcome->is_wanted)
        status = write_decoded(call, pipeline, &writer, &outcome->found, error);
    if (status != AUG_OK) {
        free(augi_json_take(&writer));
        return status;
    }
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus print_decoded(const CmdCall *call, const CliPipeline *pipeline, Outcome *outcome,
                               AugError *error)
{
    const CheckOptions *options = call->options;
    AUG_TRY(cli_decode_all(pipeline, (uint32_t)options->threads, NULL, &outcome->found, error));
    cli_decoded_print(pipeline, &outcome->found);
    return AUG_OK;
}

/* Opens the data set where that is possible, and compiles for it. batch_bytes: of the largest batch
 * that a rank gets. */
static AugStatus check_data(const CmdCall *call, CliPipeline *pipeline, size_t *batch_bytes,
                            AugError *error)
{
    const CheckOptions *options = call->options;
    const AugSpec *spec = pipeline->spec;
    if (!options->decode && !spec->dataset_map &&
        (!aug_spec_dataset_name(spec) || cmd_call_texts(call, &cli_dataset).n == 0))
        return AUG_OK;
    AUG_TRY(cli_dataset_open(&pipeline->dataset, spec, call, error));
    AUG_TRY(aug_plan_new(&pipeline->plan, spec, pipeline->dataset, NULL, error));
    return aug_plan_slice_bytes(pipeline->plan, (uint32_t)options->world, batch_bytes, error);
}

/* Everything that is wrong, and what is likely to be; returns the status of the first mistake. */
static AugStatus check(const CmdCall *call, CliPipeline *pipeline, size_t *batch_bytes,
                       AugProblems *problems, CliPartWarnings *warnings)
{
    AUG_TRY(aug_spec_load(&pipeline->spec, call->arguments[0], NULL, problems));
    AugError error = {0};
    AugStatus status = check_data(call, pipeline, batch_bytes, &error);
    if (status == AUG_OK && pipeline->dataset)
        status = cli_part_warn(warnings, pipeline->dataset, &error);
    if (status != AUG_OK)
        aug_problems_add(problems, status, error.where, "%s", error.message);
    return status;
}

static int print_result(const CmdCall *call, const CliPipeline *pipeline, size_t batch_bytes,
                        const AugProblems *problems, Outcome *outcome)
{
    const CheckOptions *options = call->options;
    AugError error = {0};
    int code = 0;
    if (options->json)
        return write_result(call, pipeline, problems, outcome, &error) == AUG_OK
                   ? 0
                   : cmd_fail(call, &error);
    for (size_t i = 0; i < outcome->warnings.n; i++)
        fprintf(stderr, "%s: warning: %s\n", call->arguments[0], outcome->warnings.texts[i]);
    if (problems->n > 0)
        cli_print_problems(problems);
    else if (!options->expand && !options->canonical)
        print_summary(call, pipeline, batch_bytes);
    if (problems->n == 0 && options->expand)
        code = print_text(call, aug_spec_expanded(pipeline->spec));
    if (problems->n == 0 && options->canonical && code == 0)
        code = print_text(call, aug_spec_canonical(pipeline->spec));
    if (code == 0 && outcome->is_wanted && print_decoded(call, pipeline, outcome, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    return code;
}

static int run(const CmdCall *call)
{
    CliPipeline pipeline = {0};
    AugProblems problems = {.items = calloc(MAX_PROBLEMS, sizeof(AugError)),
                            .capacity = MAX_PROBLEMS};
    if (!problems.items)
        problems.capacity = 0;
    size_t batch_bytes = 0;
    Outcome outcome = {0};
    const AugStatus status = check(call, &pipeline, &batch_bytes, &problems, &outcome.warnings);
    outcome.is_wanted = ((const CheckOptions *)call->options)->decode && status == AUG_OK;
    int code = print_result(call, &pipeline, batch_bytes, &problems, &outcome);
    if (code == 0 && outcome.is_wanted && !cli_decoded_is_usable(&pipeline, &outcome.found))
        code = aug_status_exit_code(AUG_CORRUPT);
    cli_part_warnings_fini(&outcome.warnings);
    cli_pipeline_fini(&pipeline);
    free(problems.items);
    return code ? code : aug_status_exit_code(status);
}

static const CmdExample examples[] = {
    {"spec.yaml", "All mistakes at once, or a summary; the data set is opened if the "
                  "specification describes one."},
    {"spec.yaml --dataset train=image_folder:data/train",
     "Also whether the specification fits the data set it names."},
    {"spec.yaml --world 8", "What each of eight ranks gets of a batch."},
    {"spec.yaml --decode", "Which samples of the data set are damaged, and why."},
    {"spec.yaml --expand", "Every parameter with its value, as it will be used."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_check = {
    .name = "check",
    .summary = "Check a specification: all mistakes at once",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details = "Prints every mistake as FILE:LINE:COLUMN: SENTENCE on standard error and exits "
               "with 2. With --decode it exits with 1 if a stream of the specification would end "
               "at a sample. SPEC may be '-' for standard input.",
    .options = AUG_PARAM_TABLE(CheckOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
