/* The daemon's loop waits for nobody: not for large batches, not for whoever should read its log;
 * and what it says of a stream's end is true when it says it. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "protocol/crc32c.h"
#include "protocol/errors.h"
#include "tests/support/daemon.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

/* A client that takes batches until it is told to stop. */
typedef struct Taker {
    AugpClient *client;
    pthread_t thread;
    atomic_int n_taken;
    atomic_bool stops;
    bool failed;
} Taker;

static void *take_batches(void *argument)
{
    Taker *taker = argument;
    AugpClientBatch batch;
    while (!atomic_load(&taker->stops)) {
        taker->failed = augp_client_next(taker->client, &batch, NULL) != AUGP_OK;
        if (taker->failed)
            break;
        atomic_fetch_add(&taker->n_taken, 1);
    }
    return NULL;
}

static void taker_start(Taker *taker, const char *address, const char *spec)
{
    const AugpClientOptions options = {.checksum = AUGP_CHECKSUM_ON};
    const AugpClientRequest request = {.dataset = "huge", .spec = spec, .window = 2};
    AugpError error = {0};
    memset(taker, 0, sizeof(*taker));
    ck_assert_int_eq(augp_client_new(&taker->client, address, &options, &error), AUGP_OK);
    ck_assert_msg(augp_client_open(taker->client, &request, &error) == AUGP_OK, "%s",
                  error.message);
    ck_assert_int_eq(pthread_create(&taker->thread, NULL, take_batches, taker), 0);
}

static void taker_stop(Taker *taker)
{
    atomic_store(&taker->stops, true);
    pthread_join(taker->thread, NULL);
    augp_client_free(taker->client);
    ck_assert(!taker->failed);
}

/* For how long the daemon's loop has worked: its main thread's time on a processor, which does not
 * depend on what else the machine does. Where the system does not tell, the time of the day. */
static double loop_ms(const TestDaemon *daemon)
{
    unsigned long long ns;
    char *path = test_path("/proc/%d/schedstat", (int)daemon->pid);
    FILE *file = fopen(path, "r");
    const bool is_known = file && fscanf(file, "%llu", &ns) == 1;
    if (file)
        fclose(file);
    free(path);
    return is_known ? 1e-6 * (double)ns : now_ms();
}

/* Of that the part in its own code, and not in the kernel's, which copies what is sent. */
static double own_ms(const TestDaemon *daemon)
{
    unsigned long ticks;
    char *path = test_path("/proc/%d/task/%d/stat", (int)daemon->pid, (int)daemon->pid);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(
        fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &ticks), 1);
    fclose(file);
    free(path);
    return 1e3 * (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

/* What the loop does between PING and PONG. */
static double ping_ms(const TestDaemon *daemon, int fd)
{
    AugpFrame frame;
    const double start = loop_ms(daemon);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING, .arg = 5}, NULL);
    ck_assert(test_raw_read(fd, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_PONG);
    return loop_ms(daemon) - start;
}

/* So much may be done before an answer to PING. Instrumented builds take their time, so that of
 * theirs it says nothing, and batches of a few pieces are as good as large ones. */
#define ANSWER_MS 50
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_INSTRUMENTED true
#define N_PICTURES "4"
#else
#define IS_INSTRUMENTED false
#define N_PICTURES "84"
#endif

/* How many of the answers while n batches go by took too long. */
static int count_slow(const TestDaemon *daemon, Taker *taker, int fd, int n)
{
    int n_slow = 0;
    double worst = 0;
    const int end = atomic_load(&taker->n_taken) + n;
    while (atomic_load(&taker->n_taken) < end) {
        const double ms = ping_ms(daemon, fd);
        n_slow += ms > ANSWER_MS;
        worst = ms > worst ? ms : worst;
        usleep(500);
    }
    printf("most work before an answer: %.1f ms, above %d ms: %d\n", worst, ANSWER_MS, n_slow);
    return n_slow;
}

/* What a checksum of half of 252 MB takes here. */
static double half_ms(void)
{
    const size_t size = (size_t)126 * 1000 * 1000;
    uint8_t *bytes = malloc(size);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 3, size);
    struct timespec start, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    ck_assert_uint_ne(augp_crc32c(0, bytes, size), 0);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    free(bytes);
    return 1e3 * (double)(end.tv_sec - start.tv_sec) + 1e-6 * (double)(end.tv_nsec - start.tv_nsec);
}

/* Batches of 252 MB with checksums. What the loop does with a batch it does with each of them; a
 * few late answers are those of a machine whose memory is busy with other things. Beside what the
 * kernel copies, and the answers, it does next to nothing, so it makes no checksums. */
START_TEST(large_batches_hold_up_nobody)
{
    static const char spec[] =
        "augd: 1\npipeline:\n  - HorizontalFlip: {}\nbatch: {size: " N_PICTURES "}\n"
        "output: {dtype: uint8}\n";
    enum { BATCHES = 8, MOST_SLOW = 3 };
    TestDaemon daemon;
    test_daemon_start(&daemon,
                      (const char *[]){"--dataset", "huge=synthetic:count=" N_PICTURES ",size=1000",
                                       "--max-memory", "2GiB", "--depth", "2", NULL});
    Taker taker;
    taker_start(&taker, _i ? daemon.tcp_address : daemon.unix_address, spec);
    int fd = test_raw_greet(&daemon), n_slow = BATCHES;
    const int taken = atomic_load(&taker.n_taken);
    const double before = own_ms(&daemon);
    for (int look = 0; look < (IS_INSTRUMENTED ? 1 : 5) && n_slow > MOST_SLOW; look++)
        n_slow = count_slow(&daemon, &taker, fd, BATCHES);
    const double own = (own_ms(&daemon) - before) / (atomic_load(&taker.n_taken) - taken);
    const double most = half_ms();
    printf("the loop's own work for a batch: %.1f ms; less than %.1f ms is due\n", own, most);
    ck_assert_msg(IS_INSTRUMENTED || n_slow <= MOST_SLOW, "%d answers take more than %d ms", n_slow,
                  ANSWER_MS);
    ck_assert_msg(IS_INSTRUMENTED || own < most, "it takes %.1f ms; due are %.1f ms", own, most);
    close(fd);
    taker_stop(&taker);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* A daemon whose standard error is a pipe of one page that nobody reads. Returns the reading end. */
static int start_unread(TestDaemon *daemon)
{
    int ends[2];
    memset(daemon, 0, sizeof(*daemon));
    snprintf(daemon->unix_address, sizeof(daemon->unix_address), "unix:%s/augd.sock",
             test_folder());
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_gt(fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
    daemon->pid =
        test_daemon_spawn_to((const char *[]){"--listen", daemon->unix_address, "--dataset",
                                              "syn=synthetic:count=100", "--verbose", NULL},
                             ends[1]);
    close(ends[1]);
    /* The first bytes say that it listens. */
    char text[4096];
    ck_assert_int_gt(read(ends[0], text, sizeof(text)), 0);
    for (int waited = 0; waited < 10000 && access(daemon->unix_address + 5, F_OK) != 0; waited++)
        usleep(1000);
    return ends[0];
}

/* A log that nobody reads costs lines, not clients; and SIGTERM ends the daemon all the same. */
START_TEST(a_log_that_nobody_reads_stops_nobody)
{
    TestDaemon daemon;
    int log = start_unread(&daemon);
    for (int i = 0; i < (IS_INSTRUMENTED ? 100 : 500); i++)
        close(test_raw_greet(&daemon));
    AugpClient *client =
        test_client(daemon.unix_address,
                    &(AugpClientRequest){.dataset = "syn", .spec = TEST_SPEC, .epochs = 2});
    AugpClientBatch batch;
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_END);
    augp_client_free(client);
    if (_i == 1)
        close(log);
    /* It would wait for ever. */
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
    if (_i == 0)
        close(log);
}
END_TEST

/* Room for one stream of "syn", not for two. */
#define ROOM "--worker-memory", "1MiB", "--max-memory", "4MiB"

static AugpStatus open_syn(AugpClient *client, uint32_t epochs, AugpError *error)
{
    const AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC, .epochs = epochs};
    return augp_client_open(client, &request, error);
}

/* Who knows that its stream is over opens another one at once: it gets the memory of the first, on
 * the same connection and on others, however the stream ended. */
START_TEST(memory_is_free_when_the_end_is_known)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, (const char *[]){ROOM, NULL});
    AugpClient *clients[2];
    AugpClientBatch batch;
    AugpError error = {0};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(augp_client_new(&clients[i], daemon.unix_address, NULL, NULL), AUGP_OK);
    ck_assert_int_eq(open_syn(clients[0], 0, &error), AUGP_OK);
    ck_assert_int_eq(open_syn(clients[1], 0, &error), AUGP_REFUSED);
    ck_assert_uint_eq(error.code, AUGP_CODE_RESOURCE_EXHAUSTED);
    for (int i = 0; i < (IS_INSTRUMENTED ? 60 : 300); i++) {
        AugpClient *mine = clients[i % 3 != 0], *next = clients[(i + 1) % 3 != 0];
        error = (AugpError){0};
        ck_assert_int_eq(augp_client_next(mine, &batch, NULL), AUGP_OK);
        if (i % 2 == 0)
            ck_assert_int_eq(augp_client_close(mine, NULL), AUGP_OK);
        while (i % 2 == 1 && augp_client_next(mine, &batch, &error) != AUGP_END)
            ck_assert_msg(error.status == AUGP_OK, "%s", error.message);
        ck_assert_msg(open_syn(next, i % 2 == 0 ? 1 : 0, &error) == AUGP_OK, "opening %d: %s", i,
                      error.message);
    }
    for (int i = 0; i < 2; i++)
        augp_client_free(clients[i]);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* The next frame, which must be of a type and say what it is about; gives its payload. */
static void expect_frame(int fd, AugpFrame *frame, const AugpFrame *due, char text[512])
{
    ck_assert(test_raw_read(fd, frame, text, 512));
    ck_assert_msg(frame->type == due->type, "type %d came: %s", frame->type, text);
    ck_assert_uint_eq(frame->stream, due->stream);
    ck_assert_uint_eq(frame->ident, due->ident);
    ck_assert_uint_eq(frame->arg, due->arg);
}

static void expect_refusal(int fd, const char *request, uint32_t code, AugpFrame due)
{
    char text[512];
    AugpFrame frame;
    due.type = AUGP_TYPE_ERROR;
    due.arg = code;
    test_raw_open(fd, request);
    expect_frame(fd, &frame, &due, text);
}

#define TINY                                                                                     \
    "\"dataset\":\"syn\",\"spec\":{\"augd\":1,\"pipeline\":[{\"HorizontalFlip\":{}}],\"batch\":" \
    "{\"size\":50}}"

/* Stream number and ident of every frame that the server sends are those of SPEC.md: a frame about
 * the connection has 0 and 0, one about the open stream 1 and its ident, and the refusal of an OPEN
 * 1 and 0, also of one behind another stream. */
START_TEST(idents)
{
    TestDaemon daemon;
    char text[512];
    AugpFrame frame;
    const AugpFrame refused = {.stream = 1}, of_connection = {0};
    test_daemon_start(&daemon, NULL);
    int fd = test_raw_greet(&daemon);
    expect_refusal(fd, "{\"dataset\":\"no\",\"spec\":{}}", AUGP_CODE_BAD_SPEC, refused);
    test_raw_open(fd, "{\"epochs\":1," TINY "}");
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_OPEN_OK);
    const uint64_t ident = frame.ident;
    ck_assert_uint_ne(ident, 0);
    const AugpFrame batch = {.type = AUGP_TYPE_BATCH, .stream = 1, .ident = ident};
    const AugpFrame end = {.type = AUGP_TYPE_END_OF_EPOCH, .stream = 1, .ident = ident};
    const AugpFrame closed = {.type = AUGP_TYPE_CLOSED, .stream = 1, .ident = ident};
    for (int i = 0; i < 2; i++)
        expect_frame(fd, &frame, &batch, text);
    expect_frame(fd, &frame, &end, text);
    expect_frame(fd, &frame, &closed, text);
    /* Of every kind of refusal: of the spec, of the name, of the position, of the memory. */
    expect_refusal(fd, "{\"dataset\":\"syn\",\"spec\":{}}", AUGP_CODE_BAD_SPEC, refused);
    expect_refusal(fd, "{\"dataset\":\"no\",\"spec\":{\"augd\":1,\"batch\":{\"size\":1}}}",
                   AUGP_CODE_NO_DATASET, refused);
    expect_refusal(fd, "{\"step\":9," TINY "}", AUGP_CODE_BAD_POSITION, refused);
    expect_refusal(fd, "{\"rank\":1,\"world\":1," TINY "}", AUGP_CODE_BAD_POSITION, refused);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING, .arg = 7}, NULL);
    expect_frame(fd, &frame, &(AugpFrame){.type = AUGP_TYPE_PONG, .arg = 7}, text);
    test_raw_open(fd, "{\"window\":1," TINY "}");
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_uint_eq(frame.ident, ident);
    expect_frame(fd, &frame, &batch, text);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_CLOSE, .stream = 1, .ident = ident}, NULL);
    expect_frame(fd, &frame, &closed, text);
    expect_refusal(fd, "{\"window\":0," TINY "}", AUGP_CODE_BAD_MESSAGE, of_connection);
    ck_assert(!test_raw_read(fd, &frame, text, sizeof(text)));
    close(fd);
    fd = test_raw_greet(&daemon);
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    expect_frame(fd, &frame, &(AugpFrame){.type = AUGP_TYPE_GOAWAY}, text);
    close(fd);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
}
END_TEST

/* An ERROR that ends an open stream has its ident, and is the end: no CLOSED follows. */
START_TEST(ident_of_a_stream_that_fails)
{
    TestDaemon daemon;
    char text[512];
    AugpFrame frame;
    char *top = test_path("%s/bad", test_folder()), *folder = test_path("%s/c", top);
    char *file = test_path("%s/a.jpg", folder), *dataset = test_path("bad=image_folder:%s", top);
    ck_assert_int_eq(mkdir(top, 0700) + mkdir(folder, 0700), 0);
    test_write_file(file, "\xff\xd8\xff\xe0 no picture", 15);
    test_daemon_start(&daemon, (const char *[]){"--dataset", dataset, NULL});
    int fd = test_raw_greet(&daemon);
    test_raw_open(fd, "{\"dataset\":\"bad\",\"spec\":{\"augd\":1,\"pipeline\":[{\"Resize\":{"
                      "\"size\":[8,8]}}],\"batch\":{\"size\":1}}}");
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_msg(frame.type == AUGP_TYPE_OPEN_OK, "%s", text);
    const AugpFrame failed = {
        .type = AUGP_TYPE_ERROR, .stream = 1, .ident = frame.ident, .arg = AUGP_CODE_DATA_CORRUPT};
    expect_frame(fd, &frame, &failed, text);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING}, NULL);
    expect_frame(fd, &frame, &(AugpFrame){.type = AUGP_TYPE_PONG}, text);
    close(fd);
    test_daemon_stop(&daemon, SIGTERM);
    free(top);
    free(folder);
    free(file);
    free(dataset);
}
END_TEST

/* Signals that would end it by default are named and ignored, all of them at once, too; a stream
 * goes on. */
START_TEST(signals_are_ignored_by_name)
{
    static const struct {
        int number;
        const char *line;
    } signals[] = {
        {SIGHUP, "\"signal_ignored\",\"signal\":\"SIGHUP\""},
        {SIGUSR1, "\"signal_ignored\",\"signal\":\"SIGUSR1\""},
        {SIGUSR2, "\"signal_ignored\",\"signal\":\"SIGUSR2\""},
    };
    TestDaemon daemon;
    AugpClientBatch batch;
    test_daemon_start(&daemon, NULL);
    AugpClient *client =
        test_client(daemon.unix_address, &(AugpClientRequest){.dataset = "syn", .spec = TEST_SPEC});
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
        ck_assert_int_eq(kill(daemon.pid, signals[i].number), 0);
        test_daemon_await(&daemon, signals[i].line);
    }
    ck_assert_int_eq(kill(daemon.pid, SIGPIPE) + kill(daemon.pid, SIGXFSZ), 0);
    ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
    augp_client_free(client);
    /* Also while it stops. */
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    for (int i = 0; i < 100; i++)
        (void)kill(daemon.pid, SIGHUP);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
}
END_TEST

/* What a daemon says of itself: what it is, what it serves, and what went over a stream. */
START_TEST(the_log_says_what_runs)
{
    TestDaemon daemon;
    AugpClientBatch batch;
    test_daemon_start(&daemon, NULL);
    test_daemon_await(&daemon, "\"event\":\"started\",\"version\":\"");
    test_daemon_await(&daemon, "\"threads\":2,\"datasets\":2,");
    test_daemon_await(&daemon, "\"event\":\"serving\",\"dataset\":\"big\",\"kind\":"
                               "\"synthetic\",\"samples\":100000,\"classes\":10}");
    test_daemon_await(&daemon, "\"event\":\"serving\",\"dataset\":\"syn\",\"kind\":"
                               "\"synthetic\",\"samples\":100,\"classes\":10}");
    AugpClient *client = test_client(
        daemon.unix_address,
        &(AugpClientRequest){.dataset = "syn", .spec = TEST_SPEC, .epochs = 1, .step = 2});
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(augp_client_next(client, &batch, NULL), AUGP_OK);
    /* The epoch's last two batches have 32 and 4 samples. */
    test_daemon_await(&daemon, "\"batches\":2,\"samples\":36,");
    test_daemon_await(&daemon, "\"samples_per_second\":");
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Starts a daemon with n data sets more. */
static void start_with_many(TestDaemon *daemon, int n)
{
    char texts[42][48];
    const char *options[45] = {"--max-memory", "1GiB"};
    ck_assert_int_le(n, 42);
    for (int i = 0; i < n; i++) {
        snprintf(texts[i], sizeof(texts[i]), "--dataset=d%03d=synthetic:count=%d", i, i + 1);
        options[2 + i] = texts[i];
    }
    test_daemon_start(daemon, options);
}

static AugpClient *listing_client(const TestDaemon *daemon)
{
    AugpClient *client;
    const AugpClientOptions options = {.list = true};
    ck_assert_int_eq(augp_client_new(&client, daemon->tcp_address, &options, NULL), AUGP_OK);
    return client;
}

/* All data sets with their numbers, in the order of their names; between streams, too, and not
 * while one is open. */
START_TEST(served_is_listed)
{
    TestDaemon daemon;
    AugpListing listing;
    AugpError error = {0};
    start_with_many(&daemon, 40);
    AugpClient *client = listing_client(&daemon);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(augp_client_list(client, &listing, &error), AUGP_OK);
        ck_assert_uint_eq(listing.n_items, 42);
        ck_assert_str_eq(listing.items[0].name, "big");
        ck_assert_str_eq(listing.items[41].name, "syn");
        ck_assert_uint_eq(listing.items[41].n_samples, 100);
        for (uint32_t i = 1; i < 41; i++) {
            ck_assert_uint_eq(listing.items[i].n_samples, i);
            ck_assert_str_eq(listing.items[i].kind, "synthetic");
            ck_assert_str_eq(listing.items[i].fingerprint, "");
        }
        ck_assert_int_eq(open_syn(client, 1, &error), AUGP_OK);
        /* It is known once the data were opened. */
        ck_assert_str_eq(listing.items[41].fingerprint,
                         round == 0 ? "" : augp_client_info(client)->fingerprint);
        augp_listing_fini(&listing);
        ck_assert_int_eq(augp_client_list(client, &listing, &error), AUGP_BAD_ARGUMENT);
        ck_assert_int_eq(augp_client_close(client, NULL), AUGP_OK);
    }
    augp_client_free(client);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* The pages as they are on the wire, and what is no LIST. */
START_TEST(listing_frames)
{
    TestDaemon daemon;
    char text[2048];
    AugpFrame frame;
    test_daemon_start(&daemon, NULL);
    int fd = test_raw_greet(&daemon);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_LIST}, "{\"after\":\"big\",\"later\":1}");
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_LISTING);
    ck_assert_uint_eq(frame.stream, 0);
    ck_assert_uint_eq(frame.ident, 0);
    ck_assert_ptr_eq(strstr(text, "{\"n\":\"2\",\"more\":false,\"datasets\":[{\"name\":\"syn\","),
                     text);
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_LIST}, "{\"after\":\"z\"}");
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_str_eq(text, "{\"n\":\"2\",\"more\":false,\"datasets\":[]}");
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_LIST}, "[]");
    ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_BAD_MESSAGE);
    close(fd);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    Suite *suite = suite_create("daemon_loop");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, large_batches_hold_up_nobody, 0, 2);
    tcase_add_loop_test(all, a_log_that_nobody_reads_stops_nobody, 0, 2);
    tcase_add_test(all, memory_is_free_when_the_end_is_known);
    tcase_add_test(all, idents);
    tcase_add_test(all, ident_of_a_stream_that_fails);
    tcase_add_test(all, signals_are_ignored_by_name);
    tcase_add_test(all, the_log_says_what_runs);
    tcase_add_test(all, served_is_listed);
    tcase_add_test(all, listing_frames);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
