/* aug digest: SHA-256 of a stream, to compare machines, servers and versions. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/describe.h"
#include "cli/pipeline.h"
#include "cli/program.h"
#include "command/marks.h"
#include "libaug/base/hash.h"

typedef struct DigestOptions {
    AugText from, seed;
    int32_t epoch, epochs, rank, world, threads;
    uint64_t step, steps;
    bool names, class_names;
    AugChoice marks;
} DigestOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(DigestOptions, epochs, .fallback = "1", .low = 1, .high = INT32_MAX,
              .help = "how many epochs"),
    AUG_PARAM(DigestOptions, steps, .fallback = "0",
              .help = "how many batches at most, 0 for no limit"),
    AUG_PARAM(DigestOptions, epoch, .fallback = "0", .low = 0, .high = INT32_MAX,
              .help = "first epoch, from 0"),
    AUG_PARAM(DigestOptions, step, .fallback = "0", .help = "first step in it, from 0"),
    AUG_PARAM(DigestOptions, rank, .fallback = "0", .low = 0, .high = AUG_MAX_BATCH - 1,
              .help = "which of the ranks that share every batch, from 0"),
    AUG_PARAM(DigestOptions, world, .fallback = "1", .low = 1, .high = AUG_MAX_BATCH,
              .help = "how many ranks share every batch"),
    AUG_PARAM(DigestOptions, threads, .fallback = "0", .low = 0, .high = 1024,
              .help = "worker threads, 0 for one per processor"),
    CMD_MARKS_ROW(DigestOptions),
    AUG_PARAM(DigestOptions, from, .optional = true, .unit = "address",
              .help = "take the batches from a server, unix:PATH or tcp:HOST:PORT"),
    AUG_PARAM(DigestOptions, seed, .optional = true, .unit = "n",
              .help = "another seed than the specification's"),
    AUG_PARAM(DigestOptions, names, .fallback = "false",
              .help = "with the tensor name: the names of the samples"),
    AUG_PARAM(DigestOptions, class_names, .fallback = "false",
              .help = "with the names of the classes in the metadata of each batch"),
};

/* What was hashed. */
typedef struct Digest {
    char hex[65];
    uint64_t n_batches, size, n_replaced;
} Digest;

static AugStatus add_batches(Stream *stream, uint64_t most, AugiHash *hash, Digest *digest,
                             AugError *error)
{
    while (most == 0 || digest->n_batches < most) {
        StreamBatch batch;
        const AugStatus status = stream_next(stream, &batch, error);
        if (status == AUG_END)
            break;
        AUG_TRY(status);
        augi_hash_add(hash, batch.bytes, batch.size);
        digest->n_batches++;
        digest->size += batch.size;
        digest->n_replaced += batch.n_replaced;
    }
    return AUG_OK;
}

static AugStatus compute(Stream *stream, uint64_t most, Digest *digest, AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    const AugStatus status = add_batches(stream, most, &hash, digest, error);
    if (status == AUG_OK)
        augi_hash_hex(&hash, digest->hex);
    augi_hash_fini(&hash);
    return status;
}

static AugStatus print(const Digest *digest, bool json, AugError *error)
{
    if (!json) {
        puts(digest->hex);
        if (digest->n_replaced > 0)
            fprintf(stderr, "%" PRIu64 " damaged samples were replaced\n", digest->n_replaced);
        return AUG_OK;
    }
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "sha256", digest->hex);
    augi_json_key(&writer, "batches");
    augi_json_unsigned(&writer, digest->n_batches);
    augi_json_key(&writer, "bytes");
    augi_json_unsigned(&writer, digest->size);
    augi_json_unsigned_member(&writer, "replaced", digest->n_replaced);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static int run(const CmdCall *call)
{
    const DigestOptions *options = call->options;
    const StreamOptions how = {.epoch = (uint32_t)options->epoch,
                               .step = options->step,
                               .epochs = (uint32_t)options->epochs,
                               .rank = (uint32_t)options->rank,
                               .world = (uint32_t)options->world,
                               .threads = (uint32_t)options->threads,
                               .names = options->names,
                               .class_names = options->class_names};
    CliPipeline pipeline;
    Stream *stream;
    Digest digest = {0};
    AugError error = {0};
    int code =
        cli_pipeline_open_stream(&pipeline, call, options->seed, options->from, &how, &stream);
    if (code == 0 && (compute(stream, options->steps, &digest, &error) != AUG_OK ||
                      print(&digest, call->json, &error) != AUG_OK))
        code = cmd_fail(call, &error);
    stream_free(stream);
    cli_pipeline_fini(&pipeline);
    return code;
}

static const CmdExample examples[] = {
    {"spec.yaml", "SHA-256 over all batches of epoch 0."},
    {"spec.yaml --epochs 3 --threads 8", "Three epochs; the digest does not depend on threads."},
    {"spec.yaml --rank 1 --world 8", "The parts that the second of eight ranks gets."},
    {"spec.yaml --from tcp:trainhost:4711", "The same stream as a server sends it."},
};

static const CmdArgument arguments[] = {CLI_SPEC_ARGUMENT};

static const CmdRepeat *const repeats[] = {&cli_dataset};

const CmdCommand cli_command_digest = {
    .name = "digest",
    .summary = "SHA-256 of the bytes of a stream",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .details = "Hashes every batch, a whole safetensors file each, in order. Equal digests mean "
               "equal batches on any machine, with any number of threads, in process or through a "
               "server. With --world W a batch is the part of it that one rank gets: of n samples "
               "rank R has those from n * R / W to n * (R + 1) / W - 1.",
    .json = "print JSON with sizes",
    .options = AUG_PARAM_TABLE(DigestOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
