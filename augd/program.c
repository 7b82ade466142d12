/* The table of augd: its options and what is said about them, and serving until a signal. */
#include "augd/program.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "aug/version.h"
#include "augd/server.h"
#include "augd/settings.h"
#include "command/marks.h"
#include "protocol/frame.h"

/* Blocks from this size on go back to the system when they are freed. */
#define RETURNED_SIZE (1 << 20)

/* glibc learns from large blocks that are freed to keep such ones; with blocks of every size coming
 * and going, a process then holds a tenth more than it uses. */
static void return_freed_memory(void)
{
#ifdef M_MMAP_THRESHOLD
    (void)mallopt(M_MMAP_THRESHOLD, RETURNED_SIZE);
#endif
}

static int serve(const CmdCall *call)
{
    return_freed_memory();
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        fputs("augd: the event loop cannot start\n", stderr);
        return EXIT_FAILURE;
    }
    AugdServer *server = calloc(1, sizeof(*server));
    if (!server) {
        fputs("augd: memory is exhausted\n", stderr);
        return EXIT_FAILURE;
    }
    AugError error = {0};
    const AugStatus status = augd_server_start(server, &loop, call->options, &error);
    if (status == AUG_OK && !augd_server_run(server)) {
        /* A job in libuv's pool cannot be interrupted, and waiting for it could take minutes. */
        augd_server_unlink(server);
        augd_loop_fini(&server->loop);
        _exit(EXIT_SUCCESS);
    }
    augd_server_fini(server);
    free(server);
    uv_loop_close(&loop);
    /* Behind what the log has said. */
    return status == AUG_OK ? EXIT_SUCCESS : cmd_fail(call, &error);
}

static const AugParamDesc rows[] = {
    AUG_PARAM(AugdSettings, threads, .fallback = "0", .low = 0, .high = 1024,
              .help = "worker threads, shared by all streams, 0 for one per processor; they never "
                      "change a byte of a batch"),
    /* One batch being filled, one finished, one being written, and one more so that a slow reader
     * does not stop the fill of the next. */
    AUG_PARAM(AugdSettings, depth, .fallback = "4", .low = 1, .high = AUGP_MAX_WINDOW,
              .help = "batches in existence per stream, the one being sent included"),
    AUG_PARAM(
        AugdSettings, max_connections, .fallback = "1024", .low = 1, .high = 1000000,
        .help = "connections at once; where one more comes, the oldest that did not greet yet has "
                "to go, or else the one that came, with TOO_MANY_CONNECTIONS"),
    AUG_PARAM(AugdSettings, max_memory, .fallback = "50%", .unit = "size",
              .help =
                  "what data sets, workers and streams may take together, as bytes, or a number "
                  "with KiB, MiB, GiB or % of the memory; streams for which there is no room "
                  "are refused with RESOURCE_EXHAUSTED. The program itself, and its "
                  "connections, take up to 64 MiB beside it"),
    AUG_PARAM(AugdSettings, worker_memory, .fallback = "auto", .unit = "size",
              .help = "what one worker may hold to make a sample: the file, decoders, pictures "
                      "between two operations; a sample that needs more ends its stream with "
                      "RESOURCE_EXHAUSTED. auto gives the workers together a quarter of "
                      "--max-memory, each up to 512 MiB, and more where that is little"),
    AUG_PARAM(AugdSettings, sample_work, .fallback = "4000", .low = 1, .high = 1000000,
              .unit = "megapixel-passes",
              .help = "what one sample may take of a worker: its pixels times the passes over them "
                      "that its spec asks for, decoding, views and mixing included. A thousand are "
                      "1 to 2 seconds of one core. A spec that asks for more is refused with "
                      "BAD_SPEC; where that depends on the picture, the sample"),
    CMD_MARKS_ROW(AugdSettings),
    AUG_PARAM(AugdSettings, handshake_ms, .fallback = "5000", .low = 10, .high = 30000,
              .unit = "ms", .help = "time in which a new connection must greet"),
    AUG_PARAM(AugdSettings, stall_ms, .fallback = "120000", .low = 100, .high = 3600000,
              .unit = "ms",
              .help = "time after which a client that takes none of the bytes waiting for it is "
                      "cut off"),
    AUG_PARAM(AugdSettings, drain_ms, .fallback = "10000", .low = 100, .high = 600000, .unit = "ms",
              .help = "time that batches on their way get after SIGTERM or SIGINT; a second signal "
                      "ends it"),
    AUG_PARAM(AugdSettings, files, .optional = true, .unit = "folder",
              .help = "folder below which a job's spec may name files: vocabularies, tokenizers, "
                      "lexicons, lists; they are opened as the daemon's user. Without it a job may "
                      "name none, beside lexicons by their names"),
    AUG_PARAM(AugdSettings, verbose, .fallback = "false", .help = "log every connection, too"),
};

static const CmdRepeat *const repeats[] = {&augd_settings_listen, &augd_settings_dataset};

static const CmdExample examples[] = {
    {"--listen unix:/run/augd.sock --dataset train=image_folder:/data/train",
     "One data set for jobs on this machine."},
    {"--listen tcp:127.0.0.1:4711 --dataset a=tar:a.tar --dataset b=idx:b.gz,split=test",
     "Two, for jobs that can reach the address, which is this machine's own here."},
};

static const CmdCommand command = {
    .summary = "Serve until a signal",
    .options = AUG_PARAM_TABLE(AugdSettings, rows),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = augd_settings_check,
    .run = serve,
};

static const CmdCommand *const commands[] = {&command};

static const CmdLetter letters[] = {{'v', "verbose"}};

static const CmdTerm variables[] = {
    {"UV_THREADPOOL_SIZE",
     "threads in which streams are opened and taken down; 16 if it is not set"},
};

const CmdProgram augd_program = {
    .name = "augd",
    .summary = "serve augmented training data over sockets",
    .version = AUG_VERSION " (" AUG_ENGINE ")",
    .details =
        "augd reads data sets, augments them on all cores and streams ready batches to training "
        "jobs. It serves names: the job brings its own specification, see aug-spec(5), which says "
        "'dataset: NAME'; where the data lies is the daemon's matter. The bytes are those that "
        "aug(1) would have made from the same data.\n"
        "Several clients are served at once and fairly. A client that does not take its batches "
        "stops its own stream only. Positions are kept by the clients, so a restarted daemon goes "
        "on where they ask.\n"
        "The protocol has no authentication: a TCP address is for networks that are trusted.",
    .commands = commands,
    .n_commands = AUG_COUNT(commands),
    .letters = letters,
    .n_letters = AUG_COUNT(letters),
    .variables = variables,
    .n_variables = AUG_COUNT(variables),
    .see_also = "aug(1), augtrain(1), aug-spec(5)",
};
