/* aug bench: how fast a specification runs on this machine. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/bench_stages.h"
#include "cli/describe.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "command/marks.h"
#include "libaug/base/clock.h"

/* Part of the time that is spent before measuring starts, so that caches, buffers and clock rates
 * settle; and the part of the time that each stage gets. */
#define WARM_UP_SHARE 0.2
#define STAGE_SHARE 0.25
#define STAGE_NAME_WIDTH 34

typedef struct BenchOptions {
    int32_t threads;
    double seconds;
    bool rate_only, cpu;
    AugChoice marks;
} BenchOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(BenchOptions, threads, .fallback = "1", .low = 0, .high = 1024,
              .help = "worker threads, 0 for one per processor"),
    AUG_PARAM(BenchOptions, seconds, .fallback = "5", .low = 0.01, .high = 3600,
              .help = "how long to measure the stream; each stage gets a quarter of it"),
    AUG_PARAM(BenchOptions, rate_only, .fallback = "false",
              .help = "print nothing but the samples per second of the stream"),
    CMD_MARKS_ROW(BenchOptions),
    AUG_PARAM(BenchOptions, cpu, .fallback = "false",
              .help = "count the seconds that processors spent on this program, in all threads, "
                      "instead of those on the clock"),
};

/* Ids of texts in all batches that were taken, and how many places they have where the texts of a
 * batch are filled up to the longest of them, as a network that reads them wants it. */
typedef struct Padding {
    uint64_t n_ids, n_places;
} Padding;

/* What was measured. size of stream: bytes of the batches. */
typedef struct Measures {
    CliStageResult stages[CLI_N_STAGES];
    CliStageResult stream;
    Padding padding;
} Measures;

static double rate_of(const CliStageResult *result)
{
    return result->seconds > 0 ? (double)result->n_samples / result->seconds : 0;
}

static double megabytes_per_second(const CliStageResult *result)
{
    return result->seconds > 0 ? (double)result->size / 1e6 / result->seconds : 0;
}

/* Counts the ids of a batch that says of each text how many it has. */
static void count_ids(const StreamBatch *batch, Padding *padding)
{
    const AugTensor *lengths = stream_batch_tensor(batch, "length");
    if (!lengths || !stream_batch_tensor(batch, "ids") || lengths->desc.dtype != AUG_DTYPE_I32)
        return;
    const int32_t *length = lengths->bytes;
    const uint64_t n = lengths->size / sizeof(*length);
    int32_t longest = 0;
    for (uint64_t i = 0; i < n; i++) {
        padding->n_ids += (uint64_t)length[i];
        longest = length[i] > longest ? length[i] : longest;
    }
    padding->n_places += n * (uint64_t)longest;
}

/* Part of the places that holds no id. */
static double padding_share(const Padding *padding)
{
    return 1 - (double)padding->n_ids / (double)padding->n_places;
}

/* Takes batches for about so many seconds. */
static AugStatus take_batches(Stream *stream, double seconds, Measures *measures, AugError *error)
{
    CliStageResult *result = &measures->stream;
    *result = (CliStageResult){0};
    const double started = augi_clock_seconds(), cpu_started = augi_clock_cpu_seconds();
    while (result->seconds < seconds) {
        StreamBatch batch;
        AUG_TRY(stream_next(stream, &batch, error));
        result->size += batch.size;
        result->n_samples += batch.n_samples;
        count_ids(&batch, &measures->padding);
        result->seconds = augi_clock_seconds() - started;
    }
    result->cpu_seconds = augi_clock_cpu_seconds() - cpu_started;
    return AUG_OK;
}

static AugStatus measure_stream(const AugPlan *plan, const BenchOptions *options,
                                Measures *measures, AugError *error)
{
    const StreamOptions how = {.threads = (uint32_t)options->threads};
    Stream *stream;
    AUG_TRY(stream_open(&stream, plan, &how, error));
    AugStatus status = take_batches(stream, options->seconds * WARM_UP_SHARE, measures, error);
    if (status == AUG_OK)
        status = take_batches(stream, options->seconds, measures, error);
    stream_free(stream);
    return status;
}

static void count_cpu(CliStageResult *result)
{
    result->seconds = result->cpu_seconds;
}

static AugStatus measure(const AugPlan *plan, const BenchOptions *options, Measures *measures,
                         AugError *error)
{
    AUG_TRY(measure_stream(plan, options, measures, error));
    for (int stage = 0; !options->rate_only && stage < CLI_N_STAGES; stage++)
        AUG_TRY(cli_stage_measure((CliStage)stage, plan, options->seconds * STAGE_SHARE,
                                  &measures->stages[stage], error));
    for (int stage = 0; options->cpu && stage < CLI_N_STAGES; stage++)
        count_cpu(&measures->stages[stage]);
    if (options->cpu)
        count_cpu(&measures->stream);
    return AUG_OK;
}

static void print_row(const char *name, const CliStageResult *result)
{
    const double rate = rate_of(result);
    printf("%-*s %10.1f %12.1f %10.1f\n", STAGE_NAME_WIDTH, name, rate, rate > 0 ? 1e6 / rate : 0,
           megabytes_per_second(result));
}

static void print_table(const Measures *measures, int32_t threads)
{
    printf("%-*s %10s %12s %10s\n", STAGE_NAME_WIDTH, "on one thread", "samples/s", "us/sample",
           "MB/s");
    for (int stage = 0; stage < CLI_N_STAGES; stage++)
        print_row(cli_stage_name((CliStage)stage), &measures->stages[stage]);
    char name[STAGE_NAME_WIDTH + 1];
    if (threads > 0)
        snprintf(name, sizeof(name), "whole stream, %" PRId32 " thread%s", threads,
                 threads == 1 ? "" : "s");
    else
        snprintf(name, sizeof(name), "whole stream, all processors");
    print_row(name, &measures->stream);
    if (measures->padding.n_places > 0)
        printf("padding of ids: %.1f %%, where each batch is as long as its longest text\n",
               100 * padding_share(&measures->padding));
    printf("samples per second: %.1f\n", rate_of(&measures->stream));
}

static void write_result(AugiJsonWriter *writer, const CliStageResult *result)
{
    augi_json_object(writer);
    augi_json_key(writer, "samples");
    augi_json_unsigned(writer, result->n_samples);
    augi_json_key(writer, "bytes");
    augi_json_unsigned(writer, result->size);
    augi_json_key(writer, "seconds");
    augi_json_number(writer, result->seconds);
    augi_json_key(writer, "samples_per_second");
    augi_json_number(writer, rate_of(result));
    augi_json_object_end(writer);
}

static AugStatus print_json(const Measures *measures, int32_t threads, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_key(&writer, "threads");
    augi_json_integer(&writer, threads);
    augi_json_key(&writer, "stages");
    augi_json_object(&writer);
    for (int stage = 0; stage < CLI_N_STAGES; stage++) {
        augi_json_key(&writer, cli_stage_name((CliStage)stage));
        write_result(&writer, &measures->stages[stage]);
    }
    augi_json_object_end(&writer);
    augi_json_key(&writer, "stream");
    write_result(&writer, &measures->stream);
    if (measures->padding.n_places > 0)
        augi_json_number_member(&writer, "padding", padding_share(&measures->padding));
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static int report(const CmdCall *call, const Measures *measures)
{
    const BenchOptions *options = call->options;
    AugError error = {0};
    if (options->rate_only)
        printf("%.1f\n", rate_of(&measures->stream));
    else if (!call->json)
        print_table(measures, options->threads);
    else if (print_json(measures, options->threads, &error) != AUG_OK)
        return cmd_fail(call, &error);
    return 0;
}

static int run(const CmdCall *call)
{
    CliPipeline pipeline = {0};
    Measures measures = {0};
    AugError error = {0};
    int code = cli_pipeline_open(&pipeline, call, call->arguments[0], NULL, false);
    if (code == 0 && measure(pipeline.plan, call->options, &measures, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    if (code == 0)
        code = report(call, &measures);
    cli_pipeline_fini(&pipeline);
    return code;
}

static const CmdExample examples[] = {
    {"spec.yaml --threads 2", "The stream on two threads, and each stage on one."},
    {"spec.yaml --rate-only --seconds 2", "One number, for scripts."},
    {"spec.yaml --rate-only --cpu", "The same per processor second, on a busy machine."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_bench = {
    .name = "bench",
    .summary = "Measure samples per second, for the stream and per stage",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details = "Stages are cumulative: each row does all that the row before does, except that "
               "augmentation decodes only what the draws need. The last line ends with the samples "
               "per second of the whole stream.\n"
               "A picture that is read for the first time is read to its end, which takes longer; "
               "what was read before, by any command of this user, is known (see 'aug "
               "fingerprint').",
    .json = "print JSON",
    .options = AUG_PARAM_TABLE(BenchOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
