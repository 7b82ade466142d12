/* Starting and stopping: options, addresses in use, sockets of dead daemons, draining. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "protocol/errors.h"
#include "tests/support/daemon.h"
#include "tests/support/datasets.h"

#define SYN "--dataset", "syn=synthetic:count=100"

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Runs augd with arguments that it refuses; returns the exit code and its words. */
static int refused(const char *const *arguments, char **words)
{
    char *log = test_path("%s/refused.log", test_folder());
    int code = test_wait_exit(test_daemon_spawn(arguments, log));
    size_t size;
    *words = (char *)test_read_file(log, &size);
    free(log);
    return code;
}

typedef struct BadLine {
    const char *arguments[9];
    const char *words;
} BadLine;

static const BadLine bad_lines[] = {
    {{NULL}, "nothing to listen on"},
    {{"--listen", "tcp:127.0.0.1:0", NULL}, "nothing to serve"},
    {{"--lisen", "unix:x", NULL}, "--lisen is not an option of augd; did you mean --listen?"},
    {{"serve", NULL}, "'serve' is one argument too many"},
    {{"--threads", NULL}, "--threads needs a value: --threads N"},
    {{"--threads", "many", NULL}, "--threads is many; allowed is integer from 0 to 1024"},
    {{"--depth=0", NULL}, "--depth is 0; allowed is integer from 1 to 64"},
    {{"--quiet=yes", NULL}, "--quiet takes no value"},
    {{"--max-memory", "90%", NULL}, "or from 1% to 80%"},
    {{"--max-memory", "5 GB", NULL}, "--max-memory is \"5 GB\""},
    {{"--listen", "127.0.0.1:1", SYN, NULL}, "allowed are unix:PATH and tcp:HOST:PORT"},
    {{"--listen", "tcp:no.such.host.invalid:1", SYN, NULL}, "the host is not known"},
    {{"--listen", "unix:/no/such/folder/a.sock", SYN, NULL}, "cannot listen: No such file"},
    {{"--listen", "tcp:192.0.2.1:0", SYN, NULL}, "cannot listen: Cannot assign"},
    {{"--listen", "tcp:127.0.0.1:0", "--dataset", "x=idx:/no/such/file", NULL}, "/no/such/file"},
    {{"--listen", "tcp:127.0.0.1:0", SYN, SYN, NULL}, "syn"},
    {{"--listen", "tcp:127.0.0.1:0", SYN, "--max-memory", "1MiB", "--worker-memory", "2MiB", NULL},
     "leaves nothing for streams"},
};

START_TEST(bad_command_lines)
{
    for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
        char *words;
        int code = refused(bad_lines[i].arguments, &words);
        ck_assert_msg(code == 2 && strstr(words, bad_lines[i].words),
                      "row %zu: exit code %d, \"%s\" lacks \"%s\"", i, code, words,
                      bad_lines[i].words);
        ck_assert_msg(strncmp(words, "augd: ", 6) == 0 &&
                          strchr(words, '\n') == strrchr(words, '\n'),
                      "row %zu is not one line of augd: %s", i, words);
        free(words);
    }
}
END_TEST

START_TEST(help_and_version)
{
    char *words;
    ck_assert_int_eq(refused((const char *[]){"--help", NULL}, &words), 0);
    ck_assert_ptr_nonnull(strstr(words, "--max-memory SIZE"));
    free(words);
    ck_assert_int_eq(refused((const char *[]){"--version", NULL}, &words), 0);
    ck_assert_ptr_nonnull(strstr(words, "augd 0.1.0"));
    free(words);
}
END_TEST

/* The number behind words in the log. */
static int logged_number(const TestDaemon *daemon, const char *words)
{
    size_t size;
    char *text = (char *)test_read_file(daemon->log_path, &size);
    const char *at = strstr(text, words);
    ck_assert_ptr_nonnull(at);
    const int number = (int)strtol(at + strlen(words), NULL, 10);
    free(text);
    return number;
}

/* Few descriptors mean few connections, and the rest is refused with a word instead of failing. */
START_TEST(few_descriptors)
{
    const struct rlimit few = {.rlim_cur = 100, .rlim_max = 160};
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    test_daemon_await(&daemon, "\"limited\"");
    const int n = logged_number(&daemon, "\"max_connections\":");
    /* Two workers and sixteen other threads may need 3 each; 64 refused connections and 8 for what
     * comes for a moment; and the daemon has a dozen itself, which depends on libuv. */
    ck_assert_int_ge(n, 5);
    ck_assert_int_lt(n, 160 - 18 * 3 - 64 - 8 - 8);
    int fds[40];
    for (int i = 0; i < n; i++)
        fds[i] = test_raw_greet(&daemon);
    for (int i = 0; i < 20; i++) {
        int fd = test_raw_connect(&daemon);
        ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_TOO_MANY_CONNECTIONS);
        close(fd);
    }
    for (int i = 0; i < n; i++)
        close(fds[i]);
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* Too few for anybody are the user's mistake. */
START_TEST(too_few_descriptors)
{
    const struct rlimit few = {.rlim_cur = 100, .rlim_max = 100};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    char *words;
    ck_assert_int_eq(refused((const char *[]){"--listen", "tcp:127.0.0.1:0", SYN, NULL}, &words),
                     2);
    ck_assert_msg(strstr(words, "may open 100 files (ulimit -n)") &&
                      strstr(words, "which leaves none for connections"),
                  "%s", words);
    free(words);
}
END_TEST

/* A second daemon on the same address is the user's mistake, and does the first one no harm. */
START_TEST(address_in_use)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    const char *addresses[] = {daemon.unix_address, daemon.tcp_address};
    for (int i = 0; i < 2; i++) {
        const char *arguments[] = {"--listen", addresses[i], SYN, NULL};
        char *words;
        ck_assert_int_eq(refused(arguments, &words), 2);
        ck_assert_msg(strstr(words, "the address is in use") && strstr(words, addresses[i]), "%s",
                      words);
        free(words);
        close(test_raw_greet(&daemon));
    }
    test_daemon_stop(&daemon, SIGTERM);
}
END_TEST

/* The file of a daemon that was killed is replaced; a file that is no socket is left alone. */
START_TEST(stale_socket)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    struct stat status;
    const char *path = daemon.unix_address + 5;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0660);
    kill(daemon.pid, SIGKILL);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 128 + SIGKILL);
    ck_assert_int_eq(stat(path, &status), 0);
    test_daemon_start(&daemon, NULL);
    close(test_raw_greet(&daemon));
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_ne(stat(path, &status), 0);
    test_write_file(path, "precious", 8);
    char *words;
    const char *arguments[] = {"--listen", daemon.unix_address, SYN, NULL};
    ck_assert_int_eq(refused(arguments, &words), 2);
    ck_assert_msg(strstr(words, "is not a socket") != NULL, "%s", words);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_size, 8);
    free(words);
}
END_TEST

/* The socket's file that another put in the place of ours is not ours to remove. */
START_TEST(replaced_socket)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    const char *path = daemon.unix_address + 5;
    unlink(path);
    test_write_file(path, "other", 5);
    test_daemon_stop(&daemon, SIGTERM);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_size, 5);
}
END_TEST

/* SIGTERM: the batch on the wire arrives whole, then GOAWAY, then the end; idle connections are
 * told at once. */
START_TEST(drain)
{
    TestDaemon daemon;
    test_daemon_start(&daemon, NULL);
    const AugpClientRequest request = {.dataset = "big", .spec = TEST_BIG_SPEC, .window = 64};
    AugpClient *client = test_client(_i ? daemon.tcp_address : daemon.unix_address, &request);
    int idle = test_raw_greet(&daemon);
    int fresh = test_raw_connect(&daemon);
    AugpClientBatch batch;
    AugpError error = {0};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(augp_client_next(client, &batch, &error), AUGP_OK);
    double start = now_seconds();
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    test_daemon_await(&daemon, "\"draining\"");
    ck_assert_int_ne(access(daemon.unix_address + 5, F_OK), 0);
    AugpFrame frame;
    char text[64];
    ck_assert(test_raw_read(idle, &frame, text, sizeof(text)));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_GOAWAY);
    ck_assert_str_eq(text, "{\"reason\":\"drain\",\"grace_ms\":10000}");
    ck_assert(!test_raw_read(idle, &frame, NULL, 0));
    ck_assert(test_raw_read(fresh, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_GOAWAY);
    close(idle);
    close(fresh);
    int n = 0;
    AugpStatus status = AUGP_OK;
    while (status == AUGP_OK) {
        status = augp_client_next(client, &batch, &error);
        n += status == AUGP_OK;
    }
    ck_assert_msg(status == AUGP_GOAWAY, "%s: %s", augp_status_name(status), error.message);
    ck_assert(error.retry);
    /* What was on the wire, in socket buffers or with the kernel, and not the whole window. */
    ck_assert_int_le(n, 3);
    augp_client_free(client);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
    ck_assert_msg(now_seconds() - start < 8, "draining took %.1f s", now_seconds() - start);
}
END_TEST

/* A client that does not take its batch has the time of the drain, then the daemon ends anyway; a
 * second signal ends it at once. */
START_TEST(drain_is_bounded)
{
    const char *options[] = {"--drain-ms", _i ? "60000" : "500", NULL};
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    int fd = test_raw_greet(&daemon);
    test_raw_open(fd, "{\"dataset\":\"big\",\"spec\":{\"augd\":1,\"pipeline\":[],"
                      "\"batch\":{\"size\":16}}}");
    AugpFrame frame;
    ck_assert(test_raw_read(fd, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_OPEN_OK);
    usleep(300000);
    double start = now_seconds();
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    test_daemon_await(&daemon, "\"draining\"");
    if (_i)
        ck_assert_int_eq(kill(daemon.pid, SIGINT), 0);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
    ck_assert_msg(now_seconds() - start < 6, "it took %.1f s", now_seconds() - start);
    close(fd);
}
END_TEST

/* A tar file of pictures with 16 GiB of holes: it opens at once, but reading it for the id of its
 * content takes longer than the test. */
static void write_slow_tar(const char *path)
{
    enum { N_MEMBERS = 256 };
    const size_t size = (size_t)64 << 20;
    FILE *tar = fopen(path, "wb");
    ck_assert_ptr_nonnull(tar);
    for (int i = 0; i < N_MEMBERS; i++) {
        uint8_t block[512];
        char name[32];
        snprintf(name, sizeof(name), "%03d.png", i);
        test_tar_header(block, name, '0', size);
        ck_assert_uint_eq(fwrite(block, 1, sizeof(block), tar), sizeof(block));
        ck_assert_int_eq(fseek(tar, (long)size, SEEK_CUR), 0);
    }
    test_tar_end(tar);
}

/* A stream that is being opened when the daemon stops is refused with DRAINING, and the daemon does
 * not wait for what it cannot interrupt. */
START_TEST(drain_while_opening)
{
    char *path = test_path("%s/slow.tar", test_folder());
    char *definition = test_path("slow=tar:%s", path);
    const char *options[] = {"--drain-ms", "500", "--dataset", definition, NULL};
    write_slow_tar(path);
    TestDaemon daemon;
    test_daemon_start(&daemon, options);
    int fd = test_raw_greet(&daemon);
    test_raw_open(
        fd,
        "{\"dataset\":\"slow\",\"spec\":{\"augd\":1,\"pipeline\":[{\"Resize\":{\"size\":[8,8]}}],"
        "\"batch\":{\"size\":16}},\"expect\":{\"content\":"
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}}");
    AugpFrame frame;
    char text[256];
    ck_assert(test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_PING}, NULL));
    ck_assert(test_raw_read(fd, &frame, text, sizeof(text)));
    ck_assert_msg(frame.type == AUGP_TYPE_PONG, "type %d: %s", frame.type, text);
    /* The loop serves others while the data is read. */
    close(test_raw_greet(&daemon));
    double start = now_seconds();
    ck_assert_int_eq(kill(daemon.pid, SIGTERM), 0);
    ck_assert_uint_eq(test_raw_error(fd), AUGP_CODE_DRAINING);
    close(fd);
    ck_assert_int_eq(test_wait_exit(daemon.pid), 0);
    ck_assert_msg(now_seconds() - start < 6, "it took %.1f s", now_seconds() - start);
    ck_assert_int_ne(access(daemon.unix_address + 5, F_OK), 0);
    test_daemon_await(&daemon, "\"event\":\"stopped\"");
    free(path);
    free(definition);
}
END_TEST

/* --quiet leaves only what needs attention; a warning about an open address does. */
START_TEST(quiet_log)
{
    char *log = test_path("%s/quiet.log", test_folder());
    char *listen = test_path("unix:%s/quiet.sock", test_folder());
    const char *arguments[] = {"--quiet",       "--listen", listen, "--listen",
                               "tcp:0.0.0.0:0", SYN,        NULL};
    TestDaemon daemon = {.pid = test_daemon_spawn(arguments, log)};
    snprintf(daemon.log_path, sizeof(daemon.log_path), "%s", log);
    snprintf(daemon.unix_address, sizeof(daemon.unix_address), "%s", listen);
    test_daemon_await(&daemon, "\"event\":\"unprotected\",\"address\":\"tcp:0.0.0.0:");
    close(test_raw_greet(&daemon));
    test_daemon_stop(&daemon, SIGTERM);
    ck_assert_int_eq(test_daemon_count(&daemon, "\n"), 1);
    free(log);
    free(listen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon_life");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, bad_command_lines);
    tcase_add_test(all, help_and_version);
    tcase_add_test(all, few_descriptors);
    tcase_add_test(all, too_few_descriptors);
    tcase_add_test(all, address_in_use);
    tcase_add_test(all, stale_socket);
    tcase_add_test(all, replaced_socket);
    tcase_add_loop_test(all, drain, 0, 2);
    tcase_add_loop_test(all, drain_is_bounded, 0, 2);
    tcase_add_test(all, drain_while_opening);
    tcase_add_test(all, quiet_log);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
