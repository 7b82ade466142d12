/* A real augd process for tests, and clients of it: the ordinary one, and raw sockets for clients
 * that do what no good client does. */
#ifndef TEST_DAEMON_H
#define TEST_DAEMON_H

#include <sys/types.h>

#include "protocol/client.h"
#include "protocol/frame.h"
#include "tests/support/support.h"

/* A running daemon. It dies with the test's process.
 *
 * unix_address, tcp_address, tcp6_address: where it listens; the last is empty where the machine
 * has no IPv6 log_path: its standard error
 */
typedef struct TestDaemon {
    pid_t pid;
    char unix_address[256], tcp_address[256], tcp6_address[256];
    char log_path[256];
} TestDaemon;

/* Starts augd with these arguments (NULL-terminated); its standard error is a descriptor, or goes
 * to a file. */
pid_t test_daemon_spawn_to(const char *const *arguments, int log);
pid_t test_daemon_spawn(const char *const *arguments, const char *log_path);

/* Starts a daemon on a Unix socket and on TCP, with two workers and the data sets "syn" (100
 * pictures of 32 x 32) and "big" (100,000 of 256 x 256), and with more options (NULL-terminated;
 * NULL: none); waits until it listens. */
void test_daemon_start(TestDaemon *daemon, const char *const *options);

/* Waits until the log holds words, or ends the test after ten seconds. */
void test_daemon_await(const TestDaemon *daemon, const char *words);

/* How often words occur in the log so far. */
int test_daemon_count(const TestDaemon *daemon, const char *words);

/* Exit code of a process that should end by itself within 20 seconds; 128 + signal if it was
 * killed. */
int test_wait_exit(pid_t pid);

/* Sends a signal, waits, and expects exit code 0: no error, no leak. */
void test_daemon_stop(TestDaemon *daemon, int signal_number);

/* Resident memory of a process, in bytes. */
size_t test_resident(pid_t pid);

/* Connects and opens, or ends the test. */
AugpClient *test_client(const char *address, const AugpClientRequest *request);

/* A raw connection to the Unix socket, and one that has greeted. Reads wait ten seconds at most. */
int test_raw_connect(const TestDaemon *daemon);
int test_raw_greet(const TestDaemon *daemon);

/* Sends one frame. Returns false if the daemon closed the connection. */
bool test_raw_send(int fd, AugpFrame frame, const char *payload);

/* Sends OPEN for a data set with the small spec, or with one of its own. */
void test_raw_open(int fd, const char *request);

/* Reads one frame; its payload (NUL-terminated, cut to size) goes to text. False at the end of the
 * connection. */
bool test_raw_read(int fd, AugpFrame *frame, char *text, size_t size);

/* Reads until ERROR comes and returns its code; 0 if the connection ended without. */
uint32_t test_raw_error(int fd);

/* A spec for "syn": crops and flips, batches of 32. */
#define TEST_SPEC                                                                              \
    "augd: 1\nseed: 42\npipeline:\n  - RandomCrop: {size: 28}\n  - HorizontalFlip: {p: 0.5}\n" \
    "batch: {size: 32}\n"

/* A spec for "big": batches of 16, 12.6 MB each. */
#define TEST_BIG_SPEC \
    "augd: 1\nseed: 1\npipeline:\n  - HorizontalFlip: {p: 0.5}\nbatch: {size: 16}\n"

#endif
