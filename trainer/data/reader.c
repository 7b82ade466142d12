/* The thread that reads, and the one that waits for it. */
#include "trainer/data/reader.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/clock.h"
#include "trainer/data/connection.h"

/* How often whoever waits looks whether it is to stop, and how long a batch that may be on its way
 * is waited for when it is. */
#define LOOK_S 0.05
#define GRACE_S 1.0

/* What the thread is doing. OPEN and NEXT are orders; DONE: the last one was carried out. */
typedef enum Work {
    WORK_NONE,
    WORK_OPEN,
    WORK_NEXT,
    WORK_DONE,
    WORK_END,
} Work;

/* lock guards work, abandoned, and note with its number; the rest belongs to the thread while an
 * order stands, and to the owner otherwise.
 *
 * changed:   of work
 * abandoned: the owner is gone; the thread frees everything
 * n_notes, n_said: notes that were made, and that the owner passed on
 */
struct TrainReader {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Work work;
    bool abandoned;
    char note[800];
    unsigned n_notes, n_said;
    TrainPatience patience;
    TrainConnection connection;
    StreamBatch batch;
    AugStatus status;
    AugError error;
    double waited_s;
};

/* --- the thread ------------------------------------------------------------------------------- */

static void free_all(TrainReader *reader)
{
    train_connection_fini(&reader->connection);
    pthread_mutex_destroy(&reader->lock);
    pthread_cond_destroy(&reader->changed);
    free(reader);
}

/* A time of the monotonic clock, some seconds from now. */
static struct timespec after(double seconds)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)seconds;
    at.tv_nsec += (long)(1e9 * (seconds - (double)(time_t)seconds));
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Waits some time, unless nobody wants the result any more. */
static bool pause_for(void *context, double seconds)
{
    TrainReader *reader = context;
    const struct timespec until = after(seconds);
    pthread_mutex_lock(&reader->lock);
    int code = 0;
    while (!reader->abandoned && code == 0)
        code = pthread_cond_timedwait(&reader->changed, &reader->lock, &until);
    const bool wanted = !reader->abandoned;
    pthread_mutex_unlock(&reader->lock);
    return wanted;
}

static void note(void *context, const char *text)
{
    TrainReader *reader = context;
    pthread_mutex_lock(&reader->lock);
    /* Behind one that was not passed on yet. */
    const size_t used = reader->n_said == reader->n_notes ? 0 : strlen(reader->note);
    snprintf(reader->note + used, sizeof(reader->note) - used, "%s%s", used ? "; " : "", text);
    reader->n_notes++;
    pthread_mutex_unlock(&reader->lock);
}

static void carry_out(TrainReader *reader, Work work)
{
    reader->error = (AugError){0};
    if (work == WORK_OPEN)
        reader->status = train_connection_open(&reader->connection, &reader->error);
    else
        reader->status = train_connection_next(&reader->connection, &reader->batch, &reader->error);
}

static void *serve(void *untyped)
{
    TrainReader *reader = untyped;
    pthread_mutex_lock(&reader->lock);
    while (!reader->abandoned && reader->work != WORK_END) {
        const Work work = reader->work;
        if (work != WORK_OPEN && work != WORK_NEXT) {
            pthread_cond_wait(&reader->changed, &reader->lock);
            continue;
        }
        pthread_mutex_unlock(&reader->lock);
        carry_out(reader, work);
        pthread_mutex_lock(&reader->lock);
        reader->work = WORK_DONE;
        pthread_cond_broadcast(&reader->changed);
    }
    const bool abandoned = reader->abandoned;
    pthread_mutex_unlock(&reader->lock);
    if (abandoned)
        free_all(reader);
    return NULL;
}

/* --- the owner -------------------------------------------------------------------------------- */

/* Passes on what the thread noted. */
static void pass_on(TrainReader *reader)
{
    if (reader->n_said == reader->n_notes)
        return;
    char text[sizeof(reader->note)];
    memcpy(text, reader->note, sizeof(text));
    reader->n_said = reader->n_notes;
    if (!reader->patience.say)
        return;
    pthread_mutex_unlock(&reader->lock);
    reader->patience.say(reader->patience.context, text);
    pthread_mutex_lock(&reader->lock);
}

static bool is_to_stop(const TrainReader *reader)
{
    return reader->patience.stop && atomic_load(reader->patience.stop) != 0;
}

/* Waits until the order is carried out; false if it is to stop before. */
static bool await(TrainReader *reader)
{
    double stop_s = 0;
    while (reader->work != WORK_DONE) {
        const double now = augi_clock_seconds();
        if (is_to_stop(reader) && stop_s == 0)
            stop_s = now + GRACE_S;
        if (stop_s > 0 && now >= stop_s)
            return false;
        const struct timespec until = after(LOOK_S);
        (void)pthread_cond_timedwait(&reader->changed, &reader->lock, &until);
        pass_on(reader);
    }
    pass_on(reader);
    reader->work = WORK_NONE;
    return true;
}

/* Gives an order, or goes on waiting for the last one. */
static AugStatus demand(TrainReader *reader, Work work, AugError *error)
{
    const double begin = augi_clock_seconds();
    pthread_mutex_lock(&reader->lock);
    if (reader->work == WORK_NONE) {
        reader->work = work;
        pthread_cond_broadcast(&reader->changed);
    }
    const bool done = await(reader);
    pthread_mutex_unlock(&reader->lock);
    reader->waited_s += augi_clock_seconds() - begin;
    if (!done)
        return AUG_FAIL(error, AUG_CLOSED, reader->connection.addresses,
                        "the daemon sent nothing until the run was to stop");
    if (reader->status != AUG_OK && error)
        *error = reader->error;
    return reader->status;
}

static AugStatus start(TrainReader *reader, AugError *error)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    const int code = pthread_create(&reader->thread, NULL, serve, reader);
    if (code == 0)
        return AUG_OK;
    const AugStatus status = AUG_FAIL(error, AUG_NO_MEMORY, reader->connection.addresses,
                                      "no thread to read from a daemon: %s", strerror(code));
    free_all(reader);
    return status;
}

AugStatus train_reader_open(TrainReader **out, const char *addresses, const StreamSpec *spec,
                            const StreamOptions *options, const TrainPatience *patience,
                            AugError *error)
{
    *out = NULL;
    TrainReader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return AUG_FAIL(error, AUG_NO_MEMORY, addresses, "no memory for a connection");
    if (patience)
        reader->patience = *patience;
    const TrainWaiting waiting = {.limit_s = reader->patience.limit_s,
                                  .insists = reader->patience.insists,
                                  .note = note,
                                  .pause = pause_for,
                                  .context = reader};
    AugStatus status =
        train_connection_init(&reader->connection, addresses, spec, options, &waiting, error);
    if (status != AUG_OK) {
        train_connection_fini(&reader->connection);
        free(reader);
        return status;
    }
    AUG_TRY(start(reader, error));
    status = demand(reader, WORK_OPEN, error);
    if (status == AUG_OK)
        *out = reader;
    else
        train_reader_free(reader);
    return status;
}

void train_reader_free(TrainReader *reader)
{
    if (!reader)
        return;
    const pthread_t thread = reader->thread;
    pthread_mutex_lock(&reader->lock);
    const bool busy = reader->work == WORK_OPEN || reader->work == WORK_NEXT;
    if (busy)
        reader->abandoned = true;
    else
        reader->work = WORK_END;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
    if (busy) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    free_all(reader);
}

const Stream *train_reader_stream(const TrainReader *reader)
{
    return reader->connection.stream;
}

AugStatus train_reader_next(TrainReader *reader, StreamBatch *batch, AugError *error)
{
    const AugStatus status = demand(reader, WORK_NEXT, error);
    *batch = status == AUG_OK ? reader->batch : (StreamBatch){0};
    return status;
}

double train_reader_waited(const TrainReader *reader)
{
    return reader->waited_s;
}
