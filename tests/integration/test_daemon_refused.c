/* More connections than a daemon takes: whoever has to go hears why, a good client gets in beside
 * those that say nothing, and none of them takes a descriptor or memory that is not its own. */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "protocol/address.h"
#include "protocol/errors.h"
#include "protocol/socket.h"
#include "tests/support/daemon.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

/* Sanitizers keep what was freed, so they say nothing of how much is held. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_MEASURED false
#else
#define IS_MEASURED true
#endif

#define MANY 400

#define HELLO "{\"proto\":[1,1]}"

/* A connection to any of its addresses. */
static int connect_to(const char *text)
{
    AugpAddress address;
    int fd;
    ck_assert_int_eq(augp_address_parse(&address, text, NULL), AUGP_OK);
    AugpError error = {0};
    const AugpStatus status = augp_socket_connect(&fd, &address, text, 20000, &error);
    ck_assert_msg(status == AUGP_OK, "%s: %s", error.where, error.message);
    ck_assert_int_eq(augp_socket_set_timeout(fd, 10000, NULL), AUGP_OK);
    return fd;
}

static void close_all(const int *fds, int n)
{
    for (int i = 0; i < n; i++)
        close(fds[i]);
}

/* A greeted connection is answered. */
static void check_ping(int fd)
{
    AugpFrame frame;
    ck_assert(test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING, .arg = 7}, NULL));
    ck_assert(test_raw_read(fd, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_PONG);
}

/* A good client gets its batches. */
static void check_service(const TestDaemon *daemon)
{
    const AugpClientRequest request = {.dataset = "syn", .spec = TEST_SPEC, .epochs = 1};
    AugpClient *client = test_client(daemon->unix_address, &request);
    AugpClientBatch batch;
    int n = 0;
    while (augp_client_next(client, &batch, NULL) == AUGP_OK)
        n++;
    ck_assert_int_eq(n, 4);
    augp_client_free(client);
}

/* Whether a frame lies in a socket. */
static bool has_frame(int fd)
{
    uint8_t header[AUGP_HEADER_SIZE];
    const ssize_t n = recv(fd, header, sizeof(header), MSG_PEEK | MSG_DONTWAIT);
    return n == (ssize_t)sizeof(header);
}

/* 400 connections that say nothing, or begin to, hang on, 20 are allowed: the oldest ones go, with a
 * sentence, and a good client is served as if they were not there. */
START_TEST(silent_ones_make_room)
{
    const char *options[] = {"--max-connections", "20", "--handshake-ms", "30000", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    const int greeted = test_raw_greet(&daemon);
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = connect_to(i % 4 ? daemon.unix_address : daemon.tcp_address);
        if (i % 3 == 0)
            ck_assert_int_eq(send(fds[i], "AUGG", 4, MSG_NOSIGNAL), 4);
    }
    check_ping(greeted);
    check_service(&daemon);
    int n_told = 0;
    for (int i = 0; i < MANY; i++) {
        if (!has_frame(fds[i]))
            continue;
        ck_assert_uint_eq(test_raw_error(fds[i]), AUGP_CODE_TOO_MANY_CONNECTIONS);
        n_told++;
    }
    /* Beside the one that greeted, and the good client while it was there. */
    ck_assert_int_ge(n_told, MANY - 19);
    ck_assert_int_le(n_told, MANY - 18);
    check_service(&daemon);
    check_ping(greeted);
    close_all(fds, MANY);
    close(greeted);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Where all allowed ones have greeted, whoever comes hears that there are too many: 400 at once who
 * greet before they read. i: the transport. */
START_TEST(refused_ones_hear_why)
{
    const char *options[] = {"--max-connections", "5", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    const char *address = _i ? daemon.tcp_address : daemon.unix_address;
    int greeted[5], fds[MANY];
    for (int i = 0; i < 5; i++)
        greeted[i] = test_raw_greet(&daemon);
    for (int i = 0; i < MANY; i++) {
        fds[i] = connect_to(address);
        (void)test_raw_send(fds[i], (AugpFrame){.type = AUGP_TYPE_HELLO}, HELLO);
    }
    for (int i = 0; i < MANY; i++)
        ck_assert_uint_eq(test_raw_error(fds[i]), AUGP_CODE_TOO_MANY_CONNECTIONS);
    for (int i = 0; i < 5; i++)
        check_ping(greeted[i]);
    close_all(fds, MANY);
    close_all(greeted, 5);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* What a foreign protocol sends behind its first bytes does not take the answer away from it, also
 * where 400 come at once. */
START_TEST(foreign_ones_hear_why)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    int fds[MANY];
    char *bytes = malloc(100000);
    memset(bytes, 'G', 100000);
    for (int i = 0; i < MANY; i++) {
        fds[i] = connect_to(daemon.tcp_address);
        (void)send(fds[i], bytes, 100000, MSG_NOSIGNAL);
    }
    for (int i = 0; i < MANY; i++)
        ck_assert_uint_eq(test_raw_error(fds[i]), AUGP_CODE_BAD_MAGIC);
    free(bytes);
    close_all(fds, MANY);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Those that wait to be accepted when the signal comes are told that the server is about to stop.
 * It is held meanwhile, so that it finds all of them and the signal at once. */
START_TEST(waiting_ones_hear_of_the_drain)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    int fds[100];
    ck_assert_int_eq(kill(daemon.pid, SIGSTOP), 0);
    for (int i = 0; i < 100; i++)
        fds[i] = connect_to(i % 2 ? daemon.unix_address : daemon.tcp_address);
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    ck_assert_int_eq(kill(daemon.pid, SIGCONT), 0);
    for (int i = 0; i < 100; i++) {
        AugpFrame frame;
        ck_assert_msg(test_raw_read(fds[i], &frame, NULL, 0), "connection %d hears nothing", i);
        ck_assert(frame.type == AUGP_TYPE_GOAWAY || frame.arg == AUGP_CODE_DRAINING);
    }
    close_all(fds, 100);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
}
END_TEST

/* Frames that 600 clients begin and do not finish: memory for a part of them, and the others are
 * refused with the figure. Short requests are read nevertheless. */
START_TEST(unfinished_frames_are_bounded)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    const size_t before = test_resident(daemon.pid);
    int fds[600];
    char *bytes = malloc(60000);
    memset(bytes, ' ', 60000);
    uint8_t header[AUGP_HEADER_SIZE];
    augp_frame_encode(&(AugpFrame){.type = AUGP_TYPE_OPEN, .stream = 1, .length = 65536}, header);
    for (int i = 0; i < 600; i++) {
        fds[i] = test_raw_greet(&daemon);
        ck_assert_int_eq(send(fds[i], header, sizeof(header), MSG_NOSIGNAL), sizeof(header));
        (void)send(fds[i], bytes, 60000, MSG_NOSIGNAL);
    }
    free(bytes);
    check_service(&daemon);
    AugpFrame frame;
    char text[256];
    ck_assert(test_raw_read(fds[599], &frame, text, sizeof(text)));
    ck_assert_uint_eq(frame.arg, AUGP_CODE_RESOURCE_EXHAUSTED);
    ck_assert_msg(strstr(text, "allowed are 8388608"), "%s", text);
    const size_t grown = test_resident(daemon.pid) - before;
    ck_assert_msg(!IS_MEASURED || grown < 24 << 20, "%zu bytes", grown);
    close_all(fds, 600);
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

#define N_DATASETS 40

/* Starts a daemon with data sets whose list has some 7 KB. */
static void start_with_long_list(TestDaemon *daemon)
{
    char texts[N_DATASETS][256];
    const char *options[N_DATASETS + 1] = {NULL};
    for (int i = 0; i < N_DATASETS; i++) {
        snprintf(texts[i], sizeof(texts[i]), "--dataset=n%050d=synthetic:count=1", i);
        options[i] = texts[i];
    }
    test_daemon_start(daemon, options);
}

/* 500 clients that ask again and again what is answered at length, and never read: without a bound
 * their answers would be 100 MB. */
START_TEST(unread_answers_are_bounded)
{
    TestDaemon daemon;
    start_with_long_list(&daemon);
    const size_t before = test_resident(daemon.pid);
    int fds[500];
    uint8_t bytes[AUGP_HEADER_SIZE + 2];
    augp_frame_encode(&(AugpFrame){.type = AUGP_TYPE_LIST, .length = 2}, bytes);
    memcpy(bytes + AUGP_HEADER_SIZE, "{}", 2);
    for (int i = 0; i < 500; i++)
        fds[i] = test_raw_greet(&daemon);
    for (uint64_t k = 0; k < test_rounds(30); k++) {
        /* One that is not read from any more is full at some time. */
        for (int i = 0; i < 500; i++)
            (void)send(fds[i], bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
        check_service(&daemon);
    }
    const size_t grown = test_resident(daemon.pid) - before;
    ck_assert_msg(!IS_MEASURED || grown < 32 << 20, "%zu bytes", grown);
    close_all(fds, 500);
    check_service(&daemon);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

#define N_FLOODERS 8

/* An OPEN of 60 KB that is refused; the caller frees its bytes. */
static uint8_t *bad_open(size_t *size)
{
    const size_t length = 60000;
    uint8_t *bytes = malloc(AUGP_HEADER_SIZE + length);
    ck_assert_ptr_nonnull(bytes);
    char *text = (char *)bytes + AUGP_HEADER_SIZE;
    memset(text, '{', length);
    const int n = snprintf(text, length, "{\"dataset\":\"syn\",\"spec\":\"");
    text[n] = '{';
    text[length - 2] = '"';
    text[length - 1] = '}';
    augp_frame_encode(&(AugpFrame){.type = AUGP_TYPE_OPEN, .stream = 1, .length = length}, bytes);
    *size = AUGP_HEADER_SIZE + length;
    return bytes;
}

/* Seconds of processors that a process has used. */
static double used_seconds(pid_t pid)
{
    unsigned long user, system;
    char *path = test_path("/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file,
                            "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                            &user, &system),
                     2);
    fclose(file);
    free(path);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/* Sends what a socket takes of the OPEN whose first *at bytes it took; and when it was refused, the
 * next one. */
static void flood(int fd, const uint8_t *bytes, size_t size, size_t *at)
{
    char text[16384];
    if (*at < size) {
        const ssize_t n = send(fd, bytes + *at, size - *at, MSG_NOSIGNAL | MSG_DONTWAIT);
        *at += n > 0 ? (size_t)n : 0;
    } else if (recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0) {
        *at = 0;
    }
}

/* Clients whose OPENs are refused, as fast as they can send them for three seconds, take a quarter of
 * a second and a 32nd of one core; what reading and waiting takes is in the bound, too. Without end
 * they would take all that there is. Others are served meanwhile, and what is refused is told at
 * once. Whoever leaves while he has to wait leaves his place to others. */
START_TEST(refused_opens_have_to_wait)
{
    enum { SECONDS = 3, MAX = 30 };
    const double most = IS_MEASURED ? 1.0 : 2.5;
    TestDaemon daemon;
    test_daemon_start(&daemon, (const char *[]){"--max-connections", "30", NULL});
    int fds[N_FLOODERS], others[MAX];
    size_t size, at[N_FLOODERS] = {0};
    uint8_t *bytes = bad_open(&size);
    const int greeted = test_raw_greet(&daemon);
    for (int i = 0; i < N_FLOODERS; i++)
        fds[i] = test_raw_greet(&daemon);
    const double before = used_seconds(daemon.pid);
    const time_t end = time(NULL) + SECONDS;
    while (time(NULL) < end) {
        for (int i = 0; i < N_FLOODERS; i++)
            flood(fds[i], bytes, size, &at[i]);
        usleep(200);
    }
    const double used = used_seconds(daemon.pid) - before;
    ck_assert_msg(used > 0.1 && used < most, "they take %.2f s; allowed are %.2f s", used, most);
    free(bytes);
    check_ping(greeted);
    check_service(&daemon);
    for (int round = 0; round < 2; round++) {
        const int n = MAX - 1 - (round == 0 ? N_FLOODERS : 0);
        for (int i = 0; i < n; i++) {
            others[i] = test_raw_greet(&daemon);
            test_raw_open(others[i], "{\"dataset\":\"syn\",\"spec\":{}}");
            ck_assert_uint_eq(test_raw_error(others[i]), AUGP_CODE_BAD_SPEC);
        }
        close_all(others, n);
        if (round == 0)
            close_all(fds, N_FLOODERS);
    }
    check_service(&daemon);
    check_ping(greeted);
    close(greeted);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

#define N_SHARDS 75
#define N_PICTURES 40

/* A folder of pictures, and a folder of tar files with one picture each. */
static void make_data(void)
{
    uint64_t state = 1;
    AugImage image = test_noise(&state, 32, 32, 3);
    size_t size;
    uint8_t *bytes = test_jpeg(&image, &(TestJpeg){0}, &size);
    char *folder = test_make_folder("%s/pictures/cat", test_folder());
    char *shards = test_make_folder("%s/shards", test_folder());
    for (int i = 0; i < N_PICTURES; i++) {
        char *path = test_path("%s/%d.jpg", folder, i);
        test_write_file(path, bytes, size);
        free(path);
    }
    for (int i = 0; i < N_SHARDS; i++) {
        char *path = test_path("%s/%02d.tar", shards, i);
        FILE *tar = fopen(path, "w");
        ck_assert_ptr_nonnull(tar);
        test_tar_add(tar, "0.jpg", '0', bytes, size);
        test_tar_end(tar);
        free(path);
    }
    free(folder);
    free(shards);
    free(bytes);
    free(image.pixels);
}

/* Shards stay open, and pictures in a folder are opened one by one: connections up to the last
 * descriptor leave both alone. */
START_TEST(descriptors_of_data_are_kept)
{
    make_data();
    const struct rlimit few = {.rlim_cur = 230, .rlim_max = 230};
    char *pictures = test_path("folder=image_folder:%s/pictures", test_folder());
    char *shards = test_path("tar=tar:%s/shards", test_folder());
    const char *options[] = {"--dataset", pictures, "--dataset", shards, NULL};
    TestDaemon daemon;
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    test_daemon_start(&daemon, options);
    const struct rlimit own = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
    (void)setrlimit(RLIMIT_NOFILE, &own);
    const AugpClientRequest request = {
        .dataset = "folder",
        .spec = "augd: 1\npipeline: [Resize: {size: [16, 16]}]\nbatch: {size: 8}\n",
        .epochs = 1000};
    AugpClient *client = test_client(daemon.unix_address, &request);
    int fds[170];
    AugpClientBatch batch;
    AugpError error = {0};
    for (int i = 0; i < 170; i++) {
        fds[i] = connect_to(daemon.unix_address);
        ck_assert_msg(augp_client_next(client, &batch, &error) == AUGP_OK, "%s", error.message);
    }
    for (int i = 0; i < 500; i++)
        ck_assert_msg(augp_client_next(client, &batch, &error) == AUGP_OK, "%s", error.message);
    ck_assert_int_eq(test_daemon_count(&daemon, "accept_failed"), 0);
    augp_client_free(client);
    close_all(fds, 170);
    test_daemon_stop(&daemon, SIGTERM);
    free(pictures);
    free(shards);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_refused");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, silent_ones_make_room);
    tcase_add_loop_test(all, refused_ones_hear_why, 0, 2);
    tcase_add_test(all, foreign_ones_hear_why);
    tcase_add_test(all, waiting_ones_hear_of_the_drain);
    tcase_add_test(all, unfinished_frames_are_bounded);
    tcase_add_test(all, unread_answers_are_bounded);
    tcase_add_test(all, refused_opens_have_to_wait);
    tcase_add_test(all, descriptors_of_data_are_kept);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
