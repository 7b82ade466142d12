/* The server inside of the test's process: what streams reserve and give back, when they are given
 * up at every moment of their life. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "augd/program.h"
#include "augd/server.h"
#include "augd/stream.h"
#include "protocol/crc32c.h"
#include "protocol/errors.h"
#include "protocol/frame.h"
#include "tests/support/support.h"

#define SPEC \
    "augd: 1\npipeline:\n  - HorizontalFlip: {}\nbatch: {size: 10}\noutput: {dtype: uint8}\n"

/* A server on its own loop. the call points into words. */
typedef struct Fixture {
    uv_loop_t loop;
    CmdCall call;
    AugdServer *server;
    char *listen;
    AugdStream *stream; /* as on_done saw it */
    int n_done, n_refused;
} Fixture;

#define WORKER_MEMORY "1MiB"

static void ignore_ready(void *owner)
{
    (void)owner;
}

static void start(Fixture *fixture, const char *memory)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture->listen = test_path("unix:%s/server.sock", test_folder());
    const char *words[] = {"--quiet",
                           "--listen",
                           fixture->listen,
                           "--threads",
                           "2",
                           "--depth",
                           "3",
                           "--dataset",
                           "syn=synthetic:count=95",
                           "--max-memory",
                           memory,
                           "--worker-memory",
                           WORKER_MEMORY};
    AugError error = {0};
    ck_assert_int_eq(uv_loop_init(&fixture->loop), 0);
    ck_assert_int_eq(cmd_call_init(&fixture->call, &augd_program, words,
                                   sizeof(words) / sizeof(words[0]), &error),
                     AUG_OK);
    fixture->server = calloc(1, sizeof(*fixture->server));
    ck_assert_msg(
        augd_server_start(fixture->server, &fixture->loop, fixture->call.options, &error) == AUG_OK,
        "%s", error.message);
    /* Owners are no dialogs here; take() looks by itself. */
    fixture->server->streams.on_ready = ignore_ready;
}

static void stop(Fixture *fixture)
{
    augd_server_fini(fixture->server);
    ck_assert_int_eq(uv_loop_close(&fixture->loop), 0);
    cmd_call_fini(&fixture->call);
    free(fixture->server);
    free(fixture->listen);
}

static void on_done(void *owner, AugdStream *stream)
{
    Fixture *fixture = owner;
    fixture->stream = stream;
    fixture->n_done++;
}

static AugdStream *begin_with(Fixture *fixture, const char *dataset, uint64_t step,
                              uint32_t features)
{
    AugpOpen open = {
        .spec = strdup(SPEC), .spec_size = strlen(SPEC), .step = step, .epochs = 2, .window = 4};
    snprintf(open.dataset, sizeof(open.dataset), "%s", dataset);
    AugpFailure failure;
    AugdStream *stream =
        augd_stream_open(&fixture->server->streams, &open, features, on_done, fixture, &failure);
    ck_assert_ptr_nonnull(stream);
    ck_assert_ptr_null(open.spec);
    return stream;
}

static AugdStream *begin(Fixture *fixture, const char *dataset, uint64_t step)
{
    return begin_with(fixture, dataset, step, 0);
}

/* Lets the loop run until n streams were answered. */
static void await_done(Fixture *fixture, int n)
{
    while (fixture->n_done < n)
        uv_run(&fixture->loop, UV_RUN_ONCE);
}

/* Lets the loop run until no stream is left. */
static void await_none(Fixture *fixture)
{
    while (fixture->server->streams.n > 0)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    ck_assert_uint_eq(fixture->server->streams.memory.reserved, 0);
}

/* The next batch, waited for; NULL at a failure. */
static AugBatch *take(Fixture *fixture, AugdStream *stream)
{
    AugBatch *batch = NULL;
    AugpFailure failure;
    while (augd_stream_take(stream, &batch, &failure) == AUG_OK && !batch)
        uv_run(&fixture->loop, UV_RUN_ONCE);
    return batch;
}

START_TEST(whole_life)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    AugdStream *stream = begin(&fixture, "syn", 3);
    await_done(&fixture, 1);
    ck_assert_ptr_eq(fixture.stream, stream);
    AugpFailure failure;
    ck_assert(!augd_stream_take_refusal(stream, &failure));
    const AugpOpenOk *info = augd_stream_info(stream);
    ck_assert_uint_eq(info->batch, 10);
    ck_assert_uint_eq(info->steps_per_epoch, 10);
    /* Three batches, with what is needed to make them and for the stream itself. */
    ck_assert_uint_gt(fixture.server->streams.memory.reserved, 3 * info->batch_size);
    ck_assert_uint_lt(fixture.server->streams.memory.reserved, 6 * info->batch_size + (256 << 10));
    ck_assert_str_eq(augd_stream_request(stream)->dataset, "syn");
    /* Seven batches of the first epoch, of which the last is short, and ten of the second. */
    for (int i = 0; i < 17; i++) {
        AugBatch *batch = take(&fixture, stream);
        ck_assert_ptr_nonnull(batch);
        ck_assert_uint_eq(aug_batch_epoch(batch), i >= 7);
        ck_assert_uint_eq(aug_batch_step(batch), (uint64_t)(i + 3) % 10);
        ck_assert_uint_eq(aug_batch_count(batch), (i + 3) % 10 == 9 ? 5 : 10);
        augd_stream_give_back(stream, batch);
    }
    ck_assert_ptr_null(take(&fixture, stream));
    augd_stream_abandon(stream);
    await_none(&fixture);
    stop(&fixture);
}
END_TEST

/* Batches come with the checksums that workers made of them; none is made for a client that wants
 * none. */
START_TEST(checksums)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    for (int wanted = 0; wanted < 2; wanted++) {
        AugdStream *stream = begin_with(&fixture, "syn", 0, wanted ? AUGP_FEATURE_CRC : 0);
        await_done(&fixture, wanted + 1);
        for (int i = 0; i < 20; i++) {
            size_t size;
            AugBatch *batch = take(&fixture, stream);
            ck_assert_ptr_nonnull(batch);
            const void *bytes = aug_batch_bytes(batch, &size);
            ck_assert_uint_eq(aug_batch_mark(batch),
                              wanted ? augp_crc32c_table(0, bytes, size) : 0);
            augd_stream_give_back(stream, batch);
        }
        augd_stream_abandon(stream);
        await_none(&fixture);
    }
    stop(&fixture);
}
END_TEST

/* Given up before, while and after it opens, with and without batches taken: memory and callbacks
 * are right every time. */
START_TEST(abandoned)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    for (int round = 0; round < 30; round++) {
        AugdStream *stream = begin(&fixture, "syn", 0);
        int n_done = fixture.n_done;
        AugBatch *batches[3] = {NULL};
        if (round % 3 > 0)
            await_done(&fixture, n_done + 1);
        for (int i = 0; round % 3 == 2 && i < round / 3 % 4; i++)
            batches[i] = take(&fixture, stream);
        augd_stream_abandon(stream);
        /* Batches outlive the giving up, and the stream waits for them. */
        if (batches[0]) {
            uv_run(&fixture.loop, UV_RUN_NOWAIT);
            ck_assert_uint_eq(fixture.server->streams.n, 1);
            size_t size;
            ck_assert_ptr_nonnull(aug_batch_bytes(batches[0], &size));
        }
        for (int i = 0; i < 3 && batches[i]; i++)
            augd_stream_give_back(stream, batches[i]);
        await_none(&fixture);
        ck_assert_int_eq(fixture.n_done, n_done + (round % 3 > 0));
    }
    augd_stream_abandon(NULL);
    stop(&fixture);
}
END_TEST

/* What one stream reserves. */
static int stream_memory(void)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    AugdStream *stream = begin(&fixture, "syn", 0);
    await_done(&fixture, 1);
    const int size = (int)fixture.server->streams.memory.reserved;
    augd_stream_abandon(stream);
    await_none(&fixture);
    stop(&fixture);
    return size;
}

/* What a stream takes beside its batches is most of such a small one: there is no room for it, so it
 * is refused before anything of it is looked at. */
static void refuse_third(Fixture *fixture)
{
    AugpOpen open = {.spec = strdup("{"), .spec_size = 1, .window = 4};
    AugpFailure failure;
    ck_assert_ptr_null(
        augd_stream_open(&fixture->server->streams, &open, 0, on_done, fixture, &failure));
    ck_assert_uint_eq(failure.code, AUGP_CODE_RESOURCE_EXHAUSTED);
    ck_assert(failure.retry);
    ck_assert_uint_eq(failure.retry_after_ms, 1000);
    ck_assert_str_eq(open.spec, "{");
    augp_open_fini(&open);
}

/* An owner that lets go of whatever it is told about. */
static void on_done_let_go(void *owner, AugdStream *stream)
{
    AugpFailure failure;
    if (augd_stream_take_refusal(stream, &failure))
        ((Fixture *)owner)->n_refused++;
    ((Fixture *)owner)->n_done++;
    augd_stream_abandon(stream);
}

/* OPENs that come while memory is being given back wait for it without having reserved any, in their
 * order; so many wait as their specs take 8 MiB, the others are refused at once. All that wait are
 * answered when the memory is there, those that lack it, too. */
START_TEST(waiting_is_bounded)
{
    enum { ALL = 4000, SPEC_FACTOR = 128 };
    Fixture fixture;
    char memory[32];
    snprintf(memory, sizeof(memory), "%d", (2 << 20) + 5 * stream_memory() / 4);
    start(&fixture, memory);
    AugdStream *first = begin(&fixture, "syn", 0);
    await_done(&fixture, 1);
    fixture.n_done = 0;
    augd_stream_abandon(first);
    int n_waiting = 0;
    for (int i = 0; i < ALL; i++) {
        AugpOpen open = {.spec = strdup(SPEC), .spec_size = strlen(SPEC), .window = 4};
        snprintf(open.dataset, sizeof(open.dataset), "syn");
        AugpFailure failure;
        if (augd_stream_open(&fixture.server->streams, &open, 0, on_done_let_go, &fixture,
                             &failure)) {
            n_waiting++;
            continue;
        }
        ck_assert_uint_eq(failure.code, AUGP_CODE_RESOURCE_EXHAUSTED);
        ck_assert(failure.retry);
        augp_open_fini(&open);
    }
    ck_assert_int_eq(n_waiting, (int)((8 << 20) / (SPEC_FACTOR * strlen(SPEC))));
    await_none(&fixture);
    ck_assert_int_eq(fixture.n_done, n_waiting);
    ck_assert_int_lt(fixture.n_refused, n_waiting);
    ck_assert_uint_eq(fixture.server->streams.unreserved, 0);
    ck_assert_ptr_null(fixture.server->streams.waiting);
    ck_assert_ptr_null(fixture.server->streams.last_waiting);
    stop(&fixture);
}
END_TEST

/* With room for two streams the third is refused, until one is gone. */
START_TEST(reservation)
{
    Fixture fixture;
    char memory[32];
    snprintf(memory, sizeof(memory), "%d", (2 << 20) + 5 * stream_memory() / 2);
    start(&fixture, memory);
    AugdStream *streams[2];
    AugpFailure failure;
    for (int i = 0; i < 2; i++) {
        streams[i] = begin(&fixture, "syn", 0);
        await_done(&fixture, i + 1);
        ck_assert(!augd_stream_take_refusal(streams[i], &failure));
    }
    refuse_third(&fixture);
    augd_stream_abandon(streams[0]);
    while (fixture.server->streams.n > 1)
        uv_run(&fixture.loop, UV_RUN_ONCE);
    streams[0] = begin(&fixture, "syn", 0);
    await_done(&fixture, 3);
    ck_assert(!augd_stream_take_refusal(streams[0], &failure));
    augd_stream_abandon(streams[0]);
    augd_stream_abandon(streams[1]);
    await_none(&fixture);
    stop(&fixture);
}
END_TEST

START_TEST(refused)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    AugdStream *stream = begin(&fixture, "sny", 0);
    await_done(&fixture, 1);
    AugpFailure failure;
    ck_assert(augd_stream_take_refusal(stream, &failure));
    ck_assert_uint_eq(failure.code, AUGP_CODE_NO_DATASET);
    augd_stream_abandon(stream);
    await_none(&fixture);
    stream = begin(&fixture, "syn", 11);
    await_done(&fixture, 2);
    ck_assert(augd_stream_take_refusal(stream, &failure));
    ck_assert_uint_eq(failure.code, AUGP_CODE_BAD_POSITION);
    augd_stream_abandon(stream);
    await_none(&fixture);
    stop(&fixture);
}
END_TEST

static bool is_greeted(int fd)
{
    uint8_t header[AUGP_HEADER_SIZE];
    return recv(fd, header, sizeof(header), MSG_DONTWAIT) == (ssize_t)sizeof(header);
}

/* When no descriptor is left those who connect wait, the loop sleeps meanwhile, and they are served
 * when there is one again. */
START_TEST(held_without_descriptors)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof(name.sun_path), "%s", fixture.listen + 5);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct rlimit before, none;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&name, sizeof(name)), 0);
    static const char text[] = "{\"proto\":[1,1]}";
    const AugpFrame hello = {.type = AUGP_TYPE_HELLO, .length = strlen(text)};
    uint8_t header[AUGP_HEADER_SIZE];
    augp_frame_encode(&hello, header);
    ck_assert_int_eq(send(fd, header, sizeof(header), 0), sizeof(header));
    ck_assert_int_eq(send(fd, text, strlen(text), 0), (int)strlen(text));
    int n_turns = 0;
    for (const uint64_t end = uv_hrtime() + 350000000; uv_hrtime() < end; n_turns++)
        uv_run(&fixture.loop, UV_RUN_ONCE);
    /* It looks ten times a second. */
    ck_assert_int_le(n_turns, 12);
    ck_assert(!is_greeted(fd));
    ck_assert_uint_eq(fixture.server->connections.n, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 20 && fixture.server->connections.silent.n == 0; i++)
        uv_run(&fixture.loop, UV_RUN_ONCE);
    for (int i = 0; i < 20 && fixture.server->connections.silent.n > 0; i++)
        uv_run(&fixture.loop, UV_RUN_ONCE);
    ck_assert(is_greeted(fd));
    close(fd);
    while (fixture.server->connections.n > 0)
        uv_run(&fixture.loop, UV_RUN_ONCE);
    stop(&fixture);
}
END_TEST

/* A server that never ran its loop is taken down as well, and its socket's file with it. */
START_TEST(never_run)
{
    Fixture fixture;
    start(&fixture, "1GiB");
    ck_assert(augd_loop_is_current(&fixture.server->loop));
    char *path = test_path("%s", fixture.listen + 5);
    ck_assert_int_eq(access(path, F_OK), 0);
    stop(&fixture);
    ck_assert_int_ne(access(path, F_OK), 0);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_server");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, checksums);
    tcase_add_test(all, whole_life);
    tcase_add_test(all, abandoned);
    tcase_add_test(all, reservation);
    tcase_add_test(all, waiting_is_bounded);
    tcase_add_test(all, refused);
    tcase_add_test(all, held_without_descriptors);
    tcase_add_test(all, never_run);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
