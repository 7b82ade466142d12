/* Starts augd as a process of its own, waits for words in its log, and connects to it. */
#include "tests/support/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/address.h"
#include "protocol/socket.h"

/* Time for anything that should happen soon; only a failure takes it. */
#define PATIENCE_MS 20000

static void pause_ms(int ms)
{
    usleep((useconds_t)ms * 1000);
}

pid_t test_daemon_spawn_to(const char *const *arguments, int log)
{
    const char *build = getenv("AUGD_BUILD");
    char *program = test_path("%s/augd/augd", build ? build : "build/release");
    const char *argv[64] = {program};
    for (int i = 0; arguments[i]; i++) {
        ck_assert_int_lt(i, 60);
        argv[i + 1] = arguments[i];
    }
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(log, STDERR_FILENO);
        dup2(log, STDOUT_FILENO);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    free(program);
    return pid;
}

pid_t test_daemon_spawn(const char *const *arguments, const char *log_path)
{
    int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(log, 0);
    pid_t pid = test_daemon_spawn_to(arguments, log);
    close(log);
    return pid;
}

static char *read_log(const TestDaemon *daemon)
{
    size_t size;
    return (char *)test_read_file(daemon->log_path, &size);
}

int test_daemon_count(const TestDaemon *daemon, const char *words)
{
    char *text = read_log(daemon);
    int n = 0;
    for (const char *at = text; (at = strstr(at, words)); at++)
        n++;
    free(text);
    return n;
}

void test_daemon_await(const TestDaemon *daemon, const char *words)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        if (test_daemon_count(daemon, words) > 0)
            return;
        pause_ms(10);
    }
    char *text = read_log(daemon);
    ck_abort_msg("the daemon does not say \"%s\" but:\n%s", words, text);
}

/* The n-th address that the daemon listens on, from its log. */
static void read_address(const TestDaemon *daemon, int n, char *out, size_t size)
{
    static const char before[] = "\"event\":\"listening\",\"address\":\"";
    char *text = read_log(daemon);
    const char *at = text;
    for (int i = 0; i <= n; i++) {
        at = strstr(i ? at + 1 : at, before);
        ck_assert_ptr_nonnull(at);
    }
    at += strlen(before);
    snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
    free(text);
}

static bool has_ipv6(void)
{
    return access("/proc/net/if_inet6", R_OK) == 0;
}

void test_daemon_start(TestDaemon *daemon, const char *const *options)
{
    memset(daemon, 0, sizeof(*daemon));
    snprintf(daemon->log_path, sizeof(daemon->log_path), "%s/augd.log", test_folder());
    char *listen = test_path("unix:%s/augd.sock", test_folder());
    const char *arguments[64] = {
        "--listen",  listen,
        "--listen",  "tcp:127.0.0.1:0",
        "--threads", "2",
        "--dataset", "syn=synthetic:count=100",
        "--dataset", "big=synthetic:count=100000,size=256",
    };
    int n = 10;
    if (has_ipv6()) {
        arguments[n++] = "--listen";
        arguments[n++] = "tcp:[::1]:0";
    }
    for (int i = 0; options && options[i]; i++)
        arguments[n++] = options[i];
    daemon->pid = test_daemon_spawn(arguments, daemon->log_path);
    int n_listeners = has_ipv6() ? 3 : 2;
    for (int waited = 0; test_daemon_count(daemon, "\"listening\"") < n_listeners; waited += 10) {
        if (waited > PATIENCE_MS || waitpid(daemon->pid, NULL, WNOHANG) != 0)
            ck_abort_msg("the daemon does not start: %s", read_log(daemon));
        pause_ms(10);
    }
    read_address(daemon, 0, daemon->unix_address, sizeof(daemon->unix_address));
    read_address(daemon, 1, daemon->tcp_address, sizeof(daemon->tcp_address));
    if (has_ipv6())
        read_address(daemon, 2, daemon->tcp6_address, sizeof(daemon->tcp6_address));
    free(listen);
}

int test_wait_exit(pid_t pid)
{
    int status = 0;
    for (int waited = 0; waited < PATIENCE_MS; waited += 5) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        ck_assert_int_eq(ended, 0);
        pause_ms(5);
    }
    kill(pid, SIGKILL);
    ck_abort_msg("process %d does not end", (int)pid);
}

void test_daemon_stop(TestDaemon *daemon, int signal_number)
{
    ck_assert_int_eq(kill(daemon->pid, signal_number), 0);
    int code = test_wait_exit(daemon->pid);
    if (code != 0)
        ck_abort_msg("the daemon ends with %d:\n%s", code, read_log(daemon));
}

size_t test_resident(pid_t pid)
{
    char *path = test_path("/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");
    unsigned long total = 0, resident = 0;
    ck_assert(file && fscanf(file, "%lu %lu", &total, &resident) == 2);
    fclose(file);
    free(path);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

AugpClient *test_client(const char *address, const AugpClientRequest *request)
{
    AugpClient *client;
    AugpError error = {0};
    ck_assert_msg(augp_client_new(&client, address, NULL, &error) == AUGP_OK, "%s: %s", error.where,
                  error.message);
    ck_assert_msg(augp_client_open(client, request, &error) == AUGP_OK, "%s: %s", error.where,
                  error.message);
    return client;
}

int test_raw_connect(const TestDaemon *daemon)
{
    AugpAddress address;
    AugpError error = {0};
    int fd;
    ck_assert_int_eq(augp_address_parse(&address, daemon->unix_address, &error), AUGP_OK);
    AugpStatus status =
        augp_socket_connect(&fd, &address, daemon->unix_address, PATIENCE_MS, &error);
    ck_assert_msg(status == AUGP_OK, "%s: %s", error.where, error.message);
    ck_assert_int_eq(augp_socket_set_timeout(fd, 10000, NULL), AUGP_OK);
    return fd;
}

bool test_raw_send(int fd, AugpFrame frame, const char *payload)
{
    uint8_t header[AUGP_HEADER_SIZE];
    if (payload && frame.length == 0)
        frame.length = strlen(payload);
    augp_frame_encode(&frame, header);
    return augp_socket_write(fd, header, sizeof(header), NULL) == AUGP_OK &&
           (!payload || augp_socket_write(fd, payload, strlen(payload), NULL) == AUGP_OK);
}

bool test_raw_read(int fd, AugpFrame *frame, char *text, size_t size)
{
    uint8_t header[AUGP_HEADER_SIZE];
    size_t n;
    if (augp_socket_read(fd, header, sizeof(header), &n, NULL) != AUGP_OK)
        return false;
    ck_assert_int_eq(augp_frame_decode(frame, header, NULL), AUGP_OK);
    char *payload = malloc((size_t)frame->length + 1);
    bool complete = augp_socket_read(fd, payload, (size_t)frame->length, &n, NULL) == AUGP_OK;
    payload[n] = 0;
    if (size > 0)
        snprintf(text, size, "%s", payload);
    free(payload);
    return complete;
}

int test_raw_greet(const TestDaemon *daemon)
{
    int fd = test_raw_connect(daemon);
    AugpFrame frame;
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_HELLO}, "{\"proto\":[1,1]}");
    ck_assert(test_raw_read(fd, &frame, NULL, 0));
    ck_assert_uint_eq(frame.type, AUGP_TYPE_HELLO_OK);
    return fd;
}

void test_raw_open(int fd, const char *request)
{
    test_raw_send(fd, (AugpFrame){.type = AUGP_TYPE_OPEN, .stream = 1}, request);
}

uint32_t test_raw_error(int fd)
{
    AugpFrame frame;
    char text[256];
    while (test_raw_read(fd, &frame, text, sizeof(text))) {
        if (frame.type == AUGP_TYPE_ERROR)
            return (uint32_t)frame.arg;
    }
    return 0;
}
