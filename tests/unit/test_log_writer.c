/* The writer of the log: lines in order, none lost in silence, and nobody waits for the reader. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "augd/log_writer.h"
#include "tests/support/support.h"

/* Lines of this length, so that many fill the queue. */
#define LINE_SIZE 100

static size_t say_lost(char *text, size_t size, uint64_t n)
{
    return (size_t)snprintf(text, size, "lost %" PRIu64, n);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void put(AugdLogWriter *writer, int number)
{
    char line[LINE_SIZE + 1];
    snprintf(line, sizeof(line), "%0*d", LINE_SIZE, number);
    augd_log_writer_put(writer, line, LINE_SIZE);
}

/* A pipe that holds a page. */
static void open_pipe(int ends[2])
{
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_gt(fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
}

/* What came through a pipe: numbers, which must grow, and the last word about lost lines. */
typedef struct Received {
    int last, n;
    uint64_t n_lost;
    char rest[2 * LINE_SIZE];
    size_t n_rest;
} Received;

static void take_line(Received *received, const char *line)
{
    if (sscanf(line, "lost %" SCNu64, &received->n_lost) == 1)
        return;
    const int number = (int)strtol(line, NULL, 10);
    ck_assert_uint_eq(strlen(line), LINE_SIZE);
    ck_assert_int_gt(number, received->last);
    received->last = number;
    received->n++;
}

static void take_byte(Received *received, char byte)
{
    ck_assert_uint_lt(received->n_rest, sizeof(received->rest));
    received->rest[received->n_rest++] = byte;
    if (byte != '\n')
        return;
    received->rest[received->n_rest - 1] = 0;
    take_line(received, received->rest);
    received->n_rest = 0;
}

/* Reads until so many lines came or were told as lost; gives up when nothing more comes. */
static void receive(Received *received, int fd, uint64_t n)
{
    enum { PATIENCE_MS = 20000 };
    struct pollfd waits = {.fd = fd, .events = POLLIN};
    char bytes[4096];
    ssize_t size;
    while ((uint64_t)received->n + received->n_lost < n && poll(&waits, 1, PATIENCE_MS) == 1 &&
           (size = read(fd, bytes, sizeof(bytes))) > 0)
        for (ssize_t i = 0; i < size; i++)
            take_byte(received, bytes[i]);
}

START_TEST(lines_come_in_order)
{
    int ends[2];
    open_pipe(ends);
    AugdLogWriter *writer = augd_log_writer_new(ends[1], say_lost);
    Received received = {.last = -1};
    for (int i = 0; i < 2000; i++)
        put(writer, i);
    receive(&received, ends[0], 2000);
    ck_assert_int_eq(received.n, 2000);
    ck_assert_uint_eq(received.n_lost, 0);
    ck_assert(augd_log_writer_flush(writer, 10000));
    augd_log_writer_free(writer, 10000);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* Nobody reads: lines are lost, nobody waits; when somebody reads, every line came or was counted,
 * without another line that would ask for the count. Twice, as the count is of all so far. */
START_TEST(lost_lines_are_counted)
{
    enum { ALL = 20000 };
    int ends[2];
    open_pipe(ends);
    AugdLogWriter *writer = augd_log_writer_new(ends[1], say_lost);
    Received received = {.last = -1};
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < ALL; i++)
            put(writer, round * ALL + i);
        ck_assert(!augd_log_writer_flush(writer, 10));
        receive(&received, ends[0], (uint64_t)(round + 1) * ALL);
        ck_assert_int_ge(received.n, (round + 1) * (int)(AUGD_LOG_QUEUE / (LINE_SIZE + 1)));
        ck_assert_uint_eq((uint64_t)received.n + received.n_lost, (uint64_t)(round + 1) * ALL);
    }
    put(writer, 2 * ALL);
    receive(&received, ends[0], 2 * ALL + 1);
    ck_assert_int_eq(received.last, 2 * ALL);
    augd_log_writer_free(writer, 10000);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* The end waits for a reader that is stuck as long as it was told, and no longer. */
START_TEST(the_end_is_bounded)
{
    int ends[2];
    open_pipe(ends);
    AugdLogWriter *writer = augd_log_writer_new(ends[1], say_lost);
    for (int i = 0; i < 1000; i++)
        put(writer, i);
    const double start = now_ms();
    augd_log_writer_free(writer, 100);
    ck_assert_msg(now_ms() - start >= 100, "it took %.0f ms", now_ms() - start);
    ck_assert_msg(now_ms() - start < 20000, "it took %.0f ms", now_ms() - start);
}
END_TEST

/* A reader that has gone costs the lines and nothing else; so does a descriptor that does not
 * block, until there is room. */
START_TEST(odd_descriptors)
{
    int ends[2];
    open_pipe(ends);
    AugdLogWriter *writer = augd_log_writer_new(ends[1], say_lost);
    close(ends[0]);
    for (int i = 0; i < 1000; i++)
        put(writer, i);
    ck_assert(augd_log_writer_flush(writer, 10000));
    augd_log_writer_free(writer, 10000);
    close(ends[1]);
    open_pipe(ends);
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    writer = augd_log_writer_new(ends[1], say_lost);
    Received received = {.last = -1};
    for (int i = 0; i < 1000; i++)
        put(writer, i);
    ck_assert(!augd_log_writer_flush(writer, 10));
    receive(&received, ends[0], 1000);
    ck_assert_int_eq(received.n, 1000);
    augd_log_writer_free(writer, 10000);
    augd_log_writer_free(NULL, 0);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

typedef struct Putter {
    AugdLogWriter *writer;
    pthread_t thread;
    int first;
} Putter;

static void *put_many(void *argument)
{
    const Putter *putter = argument;
    for (int i = 0; i < 500; i++)
        put(putter->writer, putter->first + i);
    return NULL;
}

/* Any thread may put lines: each comes whole, and once. */
START_TEST(several_threads)
{
    enum { N = 4 };
    char *path = test_path("%s/lines", test_folder());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    AugdLogWriter *writer = augd_log_writer_new(fd, say_lost);
    Putter putters[N];
    for (int i = 0; i < N; i++) {
        putters[i] = (Putter){.writer = writer, .first = 1000 * i};
        ck_assert_int_eq(pthread_create(&putters[i].thread, NULL, put_many, &putters[i]), 0);
    }
    for (int i = 0; i < N; i++)
        pthread_join(putters[i].thread, NULL);
    augd_log_writer_free(writer, 10000);
    close(fd);
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    ck_assert_uint_eq(size, N * 500 * (LINE_SIZE + 1));
    int64_t sum = 0;
    for (const char *at = text; *at; at += LINE_SIZE + 1)
        sum += strtol(at, NULL, 10);
    ck_assert_int_eq(sum, (INT64_C(1000) * 6) * 500 + N * (499 * 500 / 2));
    free(text);
    free(path);
}
END_TEST

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    Suite *suite = suite_create("log_writer");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, lines_come_in_order);
    tcase_add_test(all, lost_lines_are_counted);
    tcase_add_test(all, the_end_is_bounded);
    tcase_add_test(all, odd_descriptors);
    tcase_add_test(all, several_threads);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
