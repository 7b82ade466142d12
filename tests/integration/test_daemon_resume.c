/* Exactly once, whatever dies: a job that keeps its position receives every batch of its epochs in
 * order and with the right bytes while daemons are killed under it, stop politely, or take turns.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/aug.h"
#include "aug/image.h"
#include "protocol/errors.h"
#include "tests/support/daemon.h"

/* Batches of a job, whole epochs. */
#define TOTAL 600

/* A stream and what it is made of: "job" on the daemon's command line. FOLDER stands for the test's
 * folder. */
typedef struct Job {
    const char *dataset, *spec;
} Job;

/* Mixed pictures; then what has more than a picture: rows of boxes and points, masks, several views
 * of a sample, masks that are mixed. */
static const Job jobs[] = {
    {"synthetic:count=100",
     "augd: 1\nseed: 9\npipeline:\n  - RandomCrop: {size: 24}\n  - Cutout: 6\nbatch:\n  size: 4\n"
     "  mix:\n    - MixUp: {alpha: 0.4}\n"},
    {"jsonl:FOLDER/scenes.jsonl,mask=mask,boxes=boxes,box_labels=kinds,keypoints=points",
     "augd: 1\nseed: 5\npipeline:\n  - Rotate: {limit: 40, p: 1}\n  - HorizontalFlip\n"
     "  - RandomCrop: {size: 20}\n  - GaussNoise: {p: 1}\nbatch: {size: 4, views: 2}\n"},
    {"jsonl:FOLDER/scenes.jsonl,mask=mask",
     "augd: 1\nseed: 6\npipeline:\n  - RandomResizedCrop: {size: 16}\n"
     "batch: {size: 4, views: 2, mix: [CutMix]}\n"},
};
#define N_JOBS (int)(sizeof(jobs) / sizeof(jobs[0]))

/* Samples of scenes.jsonl. */
#define N_SCENES 40

static void write_png(const char *name, int number, int32_t channels)
{
    enum { SIDE = 32 };
    uint8_t pixels[SIDE * SIDE * 3];
    for (int i = 0; i < SIDE * SIDE * channels; i++)
        pixels[i] = (uint8_t)(channels == 1 ? (i / 5 + i / SIDE / 7 + number) % 4
                                            : (i * (number + 3)) % 251);
    const AugImage image = {.pixels = pixels,
                            .height = SIDE,
                            .width = SIDE,
                            .channels = channels,
                            .row_size = (size_t)SIDE * (size_t)channels};
    uint8_t *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(aug_image_encode_png(&image, &bytes, &size, NULL), AUG_OK);
    char *path = test_path("%s/%s%d.png", test_folder(), name, number);
    test_write_file(path, bytes, size);
    free(path);
    free(bytes);
}

/* scenes.jsonl: pictures with a mask, none to two boxes, three points and a class. */
static void write_scenes(void)
{
    char *path = test_path("%s/scenes.jsonl", test_folder());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < N_SCENES; i++) {
        static const char *const boxes[] = {"[]", "[[2, 3, 20, 18.5]]",
                                            "[[1, 1, 9, 30], [12.25, 8, 31, 24]]"};
        static const char *const kinds[] = {"[]", "[1]", "[0, 2]"};
        fprintf(file,
                "{\"image\": \"image%d.png\", \"mask\": \"mask%d.png\", \"boxes\": %s, "
                "\"kinds\": %s, \"points\": [[4, %d], [16.5, 16.5], [30, 2]], \"label\": %d}\n",
                i, i, boxes[i % 3], kinds[i % 3], i % 32, i % 3);
        write_png("image", i, 3);
        write_png("mask", i, 1);
    }
    fclose(file);
    free(path);
}

/* The job's data set in short form, behind a prefix; the caller frees it. */
static char *dataset_of(const Job *job, const char *prefix)
{
    const char *folder = strstr(job->dataset, "FOLDER");
    if (!folder)
        return test_path("%s%s", prefix, job->dataset);
    return test_path("%s%.*s%s%s", prefix, (int)(folder - job->dataset), job->dataset,
                     test_folder(), folder + strlen("FOLDER"));
}

/* FNV-1a. */
static uint64_t digest_of(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ at[i]) * UINT64_C(1099511628211);
    return digest;
}

/* A job's stream without any server: a digest for each batch, in order. */
typedef struct Expected {
    const Job *job;
    uint64_t steps; /* of an epoch */
    uint64_t digests[TOTAL];
} Expected;

static void expect_job(Expected *expected, int number)
{
    const Job *job = &jobs[number];
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugLoader *loader;
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    if (strstr(job->dataset, "FOLDER"))
        write_scenes();
    char *location = dataset_of(job, "");
    const AugLoaderOptions options = {.threads = 1};
    ck_assert_msg(aug_spec_parse(&spec, job->spec, strlen(job->spec), "spec", NULL, &problems) ==
                          AUG_OK &&
                      aug_dataset_open(&dataset, location, NULL, &error) == AUG_OK &&
                      aug_plan_new(&plan, spec, dataset, NULL, &error) == AUG_OK &&
                      aug_loader_new(&loader, plan, &options, &error) == AUG_OK,
                  "%s: %s: %s", location, error.where, error.message);
    *expected = (Expected){.job = job};
    for (int n = 0; n < TOTAL; n++) {
        AugBatch *batch;
        size_t size;
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        expected->steps += aug_batch_epoch(batch) == 0;
        const void *bytes = aug_batch_bytes(batch, &size);
        expected->digests[n] = digest_of(bytes, size);
        aug_batch_free(batch);
    }
    ck_assert_uint_eq(TOTAL % expected->steps, 0);
    aug_loader_free(loader);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    free(location);
}

/* A daemon that serves the job. */
static void start_daemon(TestDaemon *daemon, const Job *job, int n_threads)
{
    char *definition = dataset_of(job, "job=");
    char *threads = test_path("%d", n_threads);
    const char *options[] = {"--dataset", definition, "--threads", threads, NULL};
    test_daemon_start(daemon, options);
    free(threads);
    free(definition);
}

/* What a job keeps in its checkpoint, and what it knows to be right. window: batches on their way. */
typedef struct Position {
    const Expected *expected;
    uint32_t window;
    uint32_t epoch;
    uint64_t step;
    AugpDigest stream_id;
    int n_batches, n_failures;
} Position;

static void advance(Position *position, const AugpClientBatch *batch)
{
    const Expected *expected = position->expected;
    ck_assert_uint_eq(batch->epoch, position->epoch);
    ck_assert_uint_eq(batch->step, position->step);
    ck_assert_int_eq(batch->last, batch->step + 1 == expected->steps);
    ck_assert_msg(digest_of(batch->bytes, batch->size) ==
                      expected->digests[batch->epoch * expected->steps + batch->step],
                  "%s: epoch %u, step %u has other bytes", expected->job->dataset, batch->epoch,
                  (unsigned)batch->step);
    position->n_batches++;
    position->step = batch->last ? 0 : batch->step + 1;
    position->epoch += batch->last;
}

/* A stream from where the job stands until the end of that many epochs. NULL, with a failure counted
 * that a new connection can mend, if the daemon is gone. */
static AugpClient *open_job(const char *address, Position *position, uint32_t epochs)
{
    AugpClient *client = NULL;
    AugpError error = {0};
    const AugpClientOptions options = {.tensors = true};
    const AugpClientRequest request = {
        .dataset = "job",
        .spec = position->expected->job->spec,
        .epoch = position->epoch,
        .step = position->step,
        .epochs = epochs,
        .window = position->window,
        .expect_stream_id = position->stream_id[0] ? position->stream_id : NULL,
    };
    AugpStatus status = augp_client_new(&client, address, &options, &error);
    if (status == AUGP_OK)
        status = augp_client_open(client, &request, &error);
    ck_assert_msg(status == AUGP_OK || error.retry, "%s: %s", augp_status_name(status),
                  error.message);
    if (status == AUGP_OK) {
        memcpy(position->stream_id, augp_client_info(client)->stream_id, sizeof(AugpDigest));
        return client;
    }
    position->n_failures++;
    augp_client_free(client);
    return NULL;
}

/* Reads up to most batches; true when the stream is over or has failed. Any failure must be one that
 * a new connection can mend. */
static bool read_batches(AugpClient *client, Position *position, int most)
{
    AugpStatus status = AUGP_OK;
    AugpError error = {0};
    for (int i = 0; status == AUGP_OK && i < most; i++) {
        AugpClientBatch batch;
        status = augp_client_next(client, &batch, &error);
        if (status == AUGP_OK)
            advance(position, &batch);
    }
    const bool failed = status != AUGP_OK && status != AUGP_END;
    ck_assert_msg(!failed || error.retry, "%s: %s", augp_status_name(status), error.message);
    position->n_failures += failed;
    return status != AUGP_OK;
}

static bool is_over(const Position *position)
{
    return position->epoch * position->expected->steps == TOTAL;
}

/* Reads up to most batches from where the job stands, with a connection of its own; true when the
 * job is over. */
static bool read_some(const char *address, Position *position, int most)
{
    /* Everything came, and the daemon died before it could say so. */
    if (is_over(position))
        return true;
    const uint32_t epochs = (uint32_t)(TOTAL / position->expected->steps) - position->epoch;
    AugpClient *client = open_job(address, position, epochs);
    if (client)
        read_batches(client, position, most);
    augp_client_free(client);
    return is_over(position);
}

/* A process that kills a daemon after a while: the job does not know when. */
static void kill_later(pid_t pid, unsigned delay_us, int number)
{
    if (fork() == 0) {
        usleep(delay_us);
        kill(pid, number);
        _exit(0);
    }
}

/* Daemons are killed, or asked to stop, at moments that the job does not know, again and again. */
START_TEST(daemons_die)
{
    const int number = _i % 2 ? SIGTERM : SIGKILL;
    Expected expected;
    expect_job(&expected, _i / 2);
    Position position = {.expected = &expected};
    bool over = false;
    int n_daemons = 0;
    for (; !over && n_daemons < 200; n_daemons++) {
        TestDaemon daemon;
        start_daemon(&daemon, expected.job, 2);
        /* The first ones live for a few batches only, the last until the end. */
        bool last = n_daemons >= 12;
        if (!last)
            kill_later(daemon.pid, 2000 * (unsigned)(n_daemons % 6 + 1), number);
        over = read_some(daemon.unix_address, &position, TOTAL + 1);
        if (last)
            kill(daemon.pid, SIGTERM);
        int code = test_wait_exit(daemon.pid);
        ck_assert_int_eq(code, last || number == SIGTERM ? 0 : 128 + SIGKILL);
    }
    ck_assert(over);
    ck_assert_int_gt(position.n_failures, 0);
    ck_assert_int_eq(position.n_batches, TOTAL);
}
END_TEST

/* Fifty daemons, of other threads each and on the Unix socket or TCP, are killed in the middle of a
 * stream; the fifty-first brings it to its end. Two batches are on their way at most, so that fifty
 * daemons cannot deliver the whole of it. */
START_TEST(fifty_daemons_are_killed)
{
    enum { N_KILLED = 50 };
    static const int n_threads[] = {1, 2, 3, 8};
    Expected expected;
    expect_job(&expected, _i);
    Position position = {.expected = &expected, .window = 2};
    for (int n = 0; n <= N_KILLED; n++) {
        TestDaemon daemon;
        start_daemon(&daemon, expected.job, n_threads[n % 4]);
        const char *address = n / 4 % 2 ? daemon.tcp_address : daemon.unix_address;
        if (n == N_KILLED) {
            ck_assert(read_some(address, &position, TOTAL + 1));
            test_daemon_stop(&daemon, SIGTERM);
            break;
        }
        AugpClient *client =
            open_job(address, &position, (uint32_t)(TOTAL / expected.steps) - position.epoch);
        ck_assert_ptr_nonnull(client);
        ck_assert(!read_batches(client, &position, n % 6));
        ck_assert_int_eq(kill(daemon.pid, SIGKILL), 0);
        ck_assert_int_eq(test_wait_exit(daemon.pid), 128 + SIGKILL);
        /* What was on its way still arrives, or does not; then the stream fails. */
        ck_assert(read_batches(client, &position, TOTAL));
        augp_client_free(client);
        ck_assert_int_eq(position.n_failures, n + 1);
    }
    ck_assert_int_eq(position.n_batches, TOTAL);
}
END_TEST

/* An epoch is opened at each of its steps, on both sockets and with any threads: what follows is the
 * rest of that epoch. */
START_TEST(every_step_is_a_beginning)
{
    static const int n_threads[] = {1, 2, 3, 8};
    Expected expected;
    expect_job(&expected, _i);
    for (int t = 0; t < 4; t++) {
        TestDaemon daemon;
        start_daemon(&daemon, expected.job, n_threads[t]);
        for (uint64_t i = 0; i < 2 * expected.steps; i++) {
            const char *address = i % 2 ? daemon.tcp_address : daemon.unix_address;
            Position position = {.expected = &expected, .epoch = 1, .step = i / 2};
            AugpClient *client = open_job(address, &position, 1);
            ck_assert_ptr_nonnull(client);
            ck_assert(read_batches(client, &position, TOTAL));
            ck_assert_int_eq(position.n_failures, 0);
            ck_assert_uint_eq((uint64_t)position.n_batches, expected.steps - i / 2);
            augp_client_free(client);
        }
        test_daemon_stop(&daemon, SIGTERM);
    }
}
END_TEST

/* Two daemons with different threads and depths take turns of seven batches: the job cannot tell.
 */
START_TEST(daemons_take_turns)
{
    Expected expected;
    expect_job(&expected, _i);
    TestDaemon first;
    start_daemon(&first, expected.job, 2);
    char *definition = dataset_of(expected.job, "job=");
    char *log = test_path("%s/second.log", test_folder());
    const char *arguments[] = {"--listen", "tcp:127.0.0.1:0", "--threads", "1", "--depth",
                               "1",        "--dataset",       definition,  NULL};
    TestDaemon second = {.pid = test_daemon_spawn(arguments, log)};
    snprintf(second.log_path, sizeof(second.log_path), "%s", log);
    test_daemon_await(&second, "\"listening\"");
    size_t size;
    char *text = (char *)test_read_file(log, &size);
    const char *address = strstr(text, "tcp:");
    ck_assert_ptr_nonnull(address);
    snprintf(second.tcp_address, sizeof(second.tcp_address), "%.*s", (int)strcspn(address, "\""),
             address);
    Position position = {.expected = &expected};
    int n_turns = 0;
    while (!read_some(n_turns % 2 ? second.tcp_address : first.unix_address, &position, 7))
        ck_assert_int_lt(++n_turns, 100);
    ck_assert_int_eq(position.n_batches, TOTAL);
    ck_assert_int_eq(position.n_failures, 0);
    test_daemon_stop(&first, SIGTERM);
    test_daemon_stop(&second, SIGTERM);
    free(text);
    free(definition);
    free(log);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_resume");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 200);
    tcase_add_loop_test(all, daemons_die, 0, 2 * N_JOBS);
    tcase_add_loop_test(all, fifty_daemons_are_killed, 0, N_JOBS);
    tcase_add_loop_test(all, every_step_is_a_beginning, 0, N_JOBS);
    tcase_add_loop_test(all, daemons_take_turns, 0, N_JOBS);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
