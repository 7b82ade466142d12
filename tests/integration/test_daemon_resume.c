/* Exactly once, whatever dies: a job that keeps its position receives every batch of its epochs in
 * order and with the right bytes while daemons are killed under it, stop politely, or take turns.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/aug.h"
#include "protocol/errors.h"
#include "tests/support/daemon.h"

/* 100 samples in batches of 4 are 25 batches an epoch. */
#define SPEC                                                                                      \
    "augd: 1\nseed: 9\npipeline:\n  - RandomCrop: {size: 24}\n  - Cutout: 6\nbatch:\n  size: 4\n" \
    "  mix:\n    - MixUp: {alpha: 0.4}\n"
#define STEPS 25
#define EPOCHS 8

/* FNV-1a over what a batch is and where it stands. */
static uint64_t fold(uint64_t digest, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ at[i]) * UINT64_C(1099511628211);
    return digest;
}

static uint64_t fold_batch(uint64_t digest, uint32_t epoch, uint64_t step, const void *bytes,
                           size_t size)
{
    digest = fold(digest, &epoch, sizeof(epoch));
    digest = fold(digest, &step, sizeof(step));
    return fold(digest, bytes, size);
}

/* The stream without any server. */
static uint64_t expected_digest(void)
{
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugLoader *loader;
    AugProblems problems = {0};
    const AugLoaderOptions options = {.threads = 1, .epochs = EPOCHS};
    ck_assert_int_eq(aug_spec_parse(&spec, SPEC, strlen(SPEC), "spec", NULL, &problems), AUG_OK);
    ck_assert_int_eq(aug_dataset_open(&dataset, "synthetic:count=100", NULL, NULL), AUG_OK);
    ck_assert_int_eq(aug_plan_new(&plan, spec, dataset, NULL, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&loader, plan, &options, NULL), AUG_OK);
    uint64_t digest = 0;
    AugBatch *batch;
    int n = 0;
    while (aug_loader_next(loader, &batch, NULL) == AUG_OK) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        digest = fold_batch(digest, aug_batch_epoch(batch), aug_batch_step(batch), bytes, size);
        aug_batch_free(batch);
        n++;
    }
    ck_assert_int_eq(n, STEPS * EPOCHS);
    aug_loader_free(loader);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return digest;
}

/* What a job keeps in its checkpoint. */
typedef struct Position {
    uint32_t epoch;
    uint64_t step;
    AugpDigest stream_id;
    uint64_t digest;
    int n_batches, n_failures;
} Position;

static void advance(Position *position, const AugpClientBatch *batch)
{
    ck_assert_uint_eq(batch->epoch, position->epoch);
    ck_assert_uint_eq(batch->step, position->step);
    position->digest =
        fold_batch(position->digest, batch->epoch, batch->step, batch->bytes, batch->size);
    position->n_batches++;
    position->step = batch->last ? 0 : batch->step + 1;
    position->epoch += batch->last;
}

/* Reads up to most batches from where the job stands; true when the stream is over. Any failure
 * must be one that a new connection can mend. */
static bool read_some(const char *address, Position *position, int most)
{
    /* Everything came, and the daemon died before it could say so. */
    if (position->epoch == EPOCHS)
        return true;
    AugpClient *client;
    AugpClientBatch batch;
    AugpError error = {0};
    const AugpClientRequest request = {
        .dataset = "syn",
        .spec = SPEC,
        .epoch = position->epoch,
        .step = position->step,
        .epochs = EPOCHS - position->epoch,
        .expect_stream_id = position->stream_id[0] ? position->stream_id : NULL,
    };
    AugpStatus status = augp_client_new(&client, address, NULL, &error);
    if (status == AUGP_OK)
        status = augp_client_open(client, &request, &error);
    if (status == AUGP_OK)
        memcpy(position->stream_id, augp_client_info(client)->stream_id, sizeof(AugpDigest));
    for (int i = 0; status == AUGP_OK && i < most; i++) {
        status = augp_client_next(client, &batch, &error);
        if (status == AUGP_OK)
            advance(position, &batch);
    }
    augp_client_free(client);
    bool failed = status != AUGP_OK && status != AUGP_END;
    ck_assert_msg(!failed || error.retry, "%s: %s", augp_status_name(status), error.message);
    position->n_failures += failed;
    return status == AUGP_END;
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

/* Daemons are killed, or asked to stop, again and again while the job reads. */
START_TEST(daemons_die)
{
    const int number = _i ? SIGTERM : SIGKILL;
    Position position = {0};
    bool over = false;
    int n_daemons = 0;
    for (; !over && n_daemons < 200; n_daemons++) {
        TestDaemon daemon;
        test_daemon_start(&daemon, NULL);
        /* The first ones live for a few batches only, the last until the end. */
        bool last = n_daemons >= 12;
        if (!last)
            kill_later(daemon.pid, 2000 * (unsigned)(n_daemons % 6 + 1), number);
        over = read_some(daemon.unix_address, &position, STEPS * EPOCHS + 1);
        if (last)
            kill(daemon.pid, SIGTERM);
        int code = test_wait_exit(daemon.pid);
        ck_assert_int_eq(code, last || number == SIGTERM ? 0 : 128 + SIGKILL);
    }
    ck_assert(over);
    ck_assert_int_gt(position.n_failures, 0);
    ck_assert_int_eq(position.n_batches, STEPS * EPOCHS);
    ck_assert_uint_eq(position.digest, expected_digest());
}
END_TEST

/* Two daemons with different threads and depths take turns of seven batches: the job cannot tell.
 */
START_TEST(daemons_take_turns)
{
    TestDaemon first;
    test_daemon_start(&first, NULL);
    char *log = test_path("%s/second.log", test_folder());
    const char *arguments[] = {
        "--listen",  "tcp:127.0.0.1:0",         "--threads", "1", "--depth", "1",
        "--dataset", "syn=synthetic:count=100", NULL};
    TestDaemon second = {.pid = test_daemon_spawn(arguments, log)};
    snprintf(second.log_path, sizeof(second.log_path), "%s", log);
    test_daemon_await(&second, "\"listening\"");
    size_t size;
    char *text = (char *)test_read_file(log, &size);
    const char *address = strstr(text, "tcp:");
    ck_assert_ptr_nonnull(address);
    snprintf(second.tcp_address, sizeof(second.tcp_address), "%.*s", (int)strcspn(address, "\""),
             address);
    Position position = {0};
    int n_turns = 0;
    while (!read_some(n_turns % 2 ? second.tcp_address : first.unix_address, &position, 7))
        ck_assert_int_lt(++n_turns, 100);
    ck_assert_int_eq(position.n_batches, STEPS * EPOCHS);
    ck_assert_int_eq(position.n_failures, 0);
    ck_assert_uint_eq(position.digest, expected_digest());
    test_daemon_stop(&first, SIGTERM);
    test_daemon_stop(&second, SIGTERM);
    free(text);
    free(log);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_resume");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 200);
    tcase_add_loop_test(all, daemons_die, 0, 2);
    tcase_add_test(all, daemons_take_turns);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
