/* The queue of lines, and the thread that writes them. */
#include "augd/log_writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Room for the line about those that were lost. */
#define LOST_SIZE 256

/* Looks at a descriptor that does not block and takes nothing. */
#define RETRY_MS 100

/* head:    where the next byte goes, tail: the first that is not written yet; both only grow, and
 *          their places in the queue are theirs modulo AUGD_LOG_QUEUE
 * n_lost:  lines since the start; n_said: of which a line in the queue tells
 * drained: nothing is in the queue
 * All but fd and lost are guarded by the lock; bytes from tail to head belong to the thread. */
struct AugdLogWriter {
    int fd;
    AugdLogLost lost;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work, drained;
    uint64_t head, tail, n_lost, n_said;
    bool stopping;
    char queue[AUGD_LOG_QUEUE];
};

static size_t used(const AugdLogWriter *writer)
{
    return (size_t)(writer->head - writer->tail);
}

static void copy_in(AugdLogWriter *writer, const char *bytes, size_t size)
{
    const size_t at = writer->head % AUGD_LOG_QUEUE, end = AUGD_LOG_QUEUE - at;
    const size_t first = size < end ? size : end;
    memcpy(writer->queue + at, bytes, first);
    memcpy(writer->queue, bytes + first, size - first);
    writer->head += size;
}

/* False if there is no room. Lock held. */
static bool add(AugdLogWriter *writer, const char *line, size_t size)
{
    if (size >= AUGD_LOG_QUEUE - used(writer))
        return false;
    copy_in(writer, line, size);
    copy_in(writer, "\n", 1);
    pthread_cond_signal(&writer->work);
    return true;
}

/* Says how many lines were lost once half of the queue is free again, so that not every second line
 * is about that. Lock held. */
static void say_lost(AugdLogWriter *writer)
{
    char line[LOST_SIZE];
    if (writer->n_lost == writer->n_said || used(writer) > AUGD_LOG_QUEUE / 2)
        return;
    const size_t size = writer->lost(line, sizeof(line), writer->n_lost);
    if (add(writer, line, size))
        writer->n_said = writer->n_lost;
}

void augd_log_writer_put(AugdLogWriter *writer, const char *line, size_t size)
{
    pthread_mutex_lock(&writer->lock);
    say_lost(writer);
    if (writer->n_lost > writer->n_said || !add(writer, line, size))
        writer->n_lost++;
    pthread_mutex_unlock(&writer->lock);
}

/* Writes some of the bytes. Returns how many; 0 if the descriptor takes none, now or ever. */
static size_t write_some(int fd, const char *bytes, size_t size)
{
    for (;;) {
        const ssize_t n = write(fd, bytes, size);
        if (n >= 0)
            return (size_t)n;
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return 0;
        struct pollfd waits = {.fd = fd, .events = POLLOUT};
        (void)poll(&waits, 1, RETRY_MS);
    }
}

static uint64_t count_lines(const char *bytes, size_t size)
{
    uint64_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += bytes[i] == '\n';
    return n;
}

/* Writes what lies together in the queue. Lock held on entry and on return, given up in between. */
static void write_queued(AugdLogWriter *writer)
{
    const size_t at = writer->tail % AUGD_LOG_QUEUE, end = AUGD_LOG_QUEUE - at;
    const size_t size = used(writer) < end ? used(writer) : end;
    pthread_mutex_unlock(&writer->lock);
    const size_t n = write_some(writer->fd, writer->queue + at, size);
    pthread_mutex_lock(&writer->lock);
    if (n > 0) {
        writer->tail += n;
        say_lost(writer);
    } else {
        /* Nobody reads, or the disk is full: later lines may have more luck. */
        writer->n_lost += count_lines(writer->queue + at, size);
        writer->tail += size;
    }
    if (used(writer) == 0)
        pthread_cond_broadcast(&writer->drained);
}

static void *work(void *argument)
{
    AugdLogWriter *writer = argument;
    pthread_mutex_lock(&writer->lock);
    while (!writer->stopping || used(writer) > 0) {
        if (used(writer) > 0)
            write_queued(writer);
        else
            pthread_cond_wait(&writer->work, &writer->lock);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

/* Signals are the loop's. */
static bool start_thread(AugdLogWriter *writer)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int problem = pthread_create(&writer->thread, NULL, work, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return problem == 0;
}

static void writer_delete(AugdLogWriter *writer)
{
    pthread_cond_destroy(&writer->drained);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

AugdLogWriter *augd_log_writer_new(int fd, AugdLogLost lost)
{
    AugdLogWriter *writer = calloc(1, sizeof(*writer));
    if (!writer)
        return NULL;
    writer->fd = fd;
    writer->lost = lost;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->work, NULL);
    pthread_cond_init(&writer->drained, &clock);
    pthread_condattr_destroy(&clock);
    if (start_thread(writer))
        return writer;
    writer_delete(writer);
    return NULL;
}

bool augd_log_writer_flush(AugdLogWriter *writer, uint32_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    until.tv_sec += wait_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&writer->lock);
    int problem = 0;
    while (used(writer) > 0 && problem == 0)
        problem = pthread_cond_timedwait(&writer->drained, &writer->lock, &until);
    const bool done = used(writer) == 0;
    pthread_mutex_unlock(&writer->lock);
    return done;
}

void augd_log_writer_free(AugdLogWriter *writer, uint32_t wait_ms)
{
    if (!writer)
        return;
    const bool done = augd_log_writer_flush(writer, wait_ms);
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    if (!done) {
        pthread_detach(writer->thread);
        return;
    }
    pthread_join(writer->thread, NULL);
    writer_delete(writer);
}
