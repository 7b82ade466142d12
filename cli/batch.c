/* aug batch: one batch of the stream as a safetensors file. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/describe.h"
#include "cli/files.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "command/marks.h"

typedef struct BatchOptions {
    AugText output, from, seed;
    int32_t epoch, rank, world, threads;
    uint64_t step;
    bool names, class_names;
    AugChoice marks;
} BatchOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(BatchOptions, output, .unit = "file",
              .help = "safetensors file to write, - for standard output"),
    AUG_PARAM(BatchOptions, epoch, .fallback = "0", .low = 0, .high = INT32_MAX,
              .help = "epoch, from 0"),
    AUG_PARAM(BatchOptions, step, .fallback = "0", .help = "step in the epoch, from 0"),
    AUG_PARAM(BatchOptions, rank, .fallback = "0", .low = 0, .high = AUG_MAX_BATCH - 1,
              .help = "which of the ranks that share every batch, from 0"),
    AUG_PARAM(BatchOptions, world, .fallback = "1", .low = 1, .high = AUG_MAX_BATCH,
              .help = "how many ranks share every batch"),
    AUG_PARAM(BatchOptions, from, .optional = true, .unit = "address",
              .help = "fetch it from a server, unix:PATH or tcp:HOST:PORT"),
    AUG_PARAM(BatchOptions, threads, .fallback = "0", .low = 0, .high = 1024,
              .help = "worker threads, 0 for one per processor"),
    CMD_MARKS_ROW(BatchOptions),
    AUG_PARAM(BatchOptions, seed, .optional = true, .unit = "n",
              .help = "another seed than the specification's"),
    AUG_PARAM(BatchOptions, names, .fallback = "false",
              .help = "with the tensor name: the names of the samples"),
    AUG_PARAM(BatchOptions, class_names, .fallback = "false",
              .help = "with the names of the classes in the metadata of each batch"),
};

/* What stands in for damaged samples, as a warning; a server does not say why. */
static void warn_of_replaced(const StreamBatch *batch)
{
    for (uint32_t i = 0; i < batch->n_replaced; i++) {
        const AugReplaced *item = &batch->replaced[i];
        fprintf(stderr,
                "  row %" PRIu32 ": %s %" PRIu64 " is damaged, %" PRIu64 " stands in for it%s%s\n",
                item->row, item->of_partner ? "partner" : "sample", item->index, item->replacement,
                item->reason[0] ? ": " : "", item->reason);
    }
}

static void write_replaced(AugiJsonWriter *writer, const StreamBatch *batch)
{
    augi_json_key(writer, "replaced");
    augi_json_list(writer);
    for (uint32_t i = 0; i < batch->n_replaced; i++) {
        const AugReplaced *item = &batch->replaced[i];
        augi_json_object(writer);
        augi_json_unsigned_member(writer, "row", item->row);
        augi_json_key(writer, "of_partner");
        augi_json_bool(writer, item->of_partner);
        augi_json_unsigned_member(writer, "index", item->index);
        augi_json_unsigned_member(writer, "replacement", item->replacement);
        augi_json_text_member(writer, "reason", item->reason);
        augi_json_object_end(writer);
    }
    augi_json_list_end(writer);
}

static AugStatus print_json(const char *path, const StreamBatch *batch, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", path);
    augi_json_unsigned_member(&writer, "epoch", batch->epoch);
    augi_json_unsigned_member(&writer, "step", batch->step);
    augi_json_unsigned_member(&writer, "samples", batch->n_samples);
    augi_json_unsigned_member(&writer, "bytes", batch->size);
    write_replaced(&writer, batch);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus write_batch(const CmdCall *call, Stream *stream, const char *path, AugError *error)
{
    StreamBatch batch;
    AUG_TRY(stream_next(stream, &batch, error));
    AUG_TRY(cli_output_write(path, batch.bytes, batch.size, error));
    if (call->json)
        return print_json(path, &batch, error);
    cmd_say(call, "%s: epoch %" PRIu32 ", step %" PRIu64 ", %zu bytes",
            cli_is_standard(path) ? "standard output" : path, batch.epoch, batch.step, batch.size);
    warn_of_replaced(&batch);
    return AUG_OK;
}

static AugStatus check(CmdCall *call, AugError *error)
{
    const BatchOptions *options = call->options;
    return cli_output_check(call, options->output, error);
}

static int run(const CmdCall *call)
{
    const BatchOptions *options = call->options;
    /* One batch in existence: the one that is written. */
    const StreamOptions how = {.epoch = (uint32_t)options->epoch,
                               .step = options->step,
                               .epochs = 1,
                               .rank = (uint32_t)options->rank,
                               .world = (uint32_t)options->world,
                               .threads = (uint32_t)options->threads,
                               .depth = 1,
                               .names = options->names,
                               .class_names = options->class_names};
    CliPipeline pipeline;
    Stream *stream;
    AugError error = {0};
    int code =
        cli_pipeline_open_stream(&pipeline, call, options->seed, options->from, &how, &stream);
    if (code == 0 && write_batch(call, stream, options->output, &error) != AUG_OK)
        code = cmd_fail(call, &error);
    stream_free(stream);
    cli_pipeline_fini(&pipeline);
    return code;
}

static const CmdExample examples[] = {
    {"spec.yaml --epoch 3 --step 117 -o b.safetensors",
     "The batch that a training job gets at step 117 of epoch 3."},
    {"spec.yaml --rank 1 --world 8 -o part.safetensors",
     "What the second of eight ranks gets of the first batch."},
    {"spec.yaml -o - | sha256sum", "The first batch, to another program."},
    {"spec.yaml --from unix:/run/augd.sock -o b.safetensors",
     "The first batch, made by a running server; the same bytes."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_batch = {
    .name = "batch",
    .summary = "Write one batch of the stream to a safetensors file",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details = "A batch depends on data, specification, seed, epoch and step alone, so this is the "
               "batch of the running stream, whoever makes it. Its tensors are those that aug "
               "check lists. With --world W it is the part that one rank gets: of n samples rank "
               "R has those from n * R / W to n * (R + 1) / W - 1, and all parts one after another "
               "are the batch.",
    .json = "print where it went, its size and what was replaced as JSON",
    .options = AUG_PARAM_TABLE(BatchOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
