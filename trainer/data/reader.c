/* The thread that reads, and the one that waits for it. */
#include "trainer/data/reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/clock.h"
#include "trainer/data/connection.h"
#include "trainer/data/kept_batch.h"

/* A thread that rests reads on after this time: a network may need a minute for a batch, and a server
 * takes who asks for nothing as gone. */
#define REST_S 1.0

/* How often whoever waits looks whether it is to stop, and how long a batch that may be on its way
 * is waited for when it is. */
#define LOOK_S 0.05
#define GRACE_S 1.0

/* Batches there may be, the one that the owner has included: as many as take this many bytes
 * together, but two at least, so that one is on its way while the network works on the other. More
 * than four spare no wait. */
#define AHEAD_BYTES ((size_t)8 << 20)
#define MIN_SLOTS 2
#define MAX_SLOTS 4

/* OPENING: the thread opens the stream; OPEN: it waits for the first demand; READING: it reads ahead;
 * OVER: no more comes, for the reason in status and error. */
typedef enum State {
    STATE_OPENING,
    STATE_OPEN,
    STATE_READING,
    STATE_OVER,
} State;

/* The connection belongs to the thread; slots and batches to whoever has them; lock guards the rest.
 *
 * changed:   of state or n_read for the owner, of anything for the thread
 * busy:      the thread works without the lock
 * abandoned: the owner is gone; the thread frees everything
 * ended:     the owner is gone and waits for the thread
 * n_read, n_taken, n_given_back: batches that the thread read, that the owner took and no longer
 *            needs; batch i lies in slot i modulo n_slots
 * rests:     all slots were full, and more than half of them still are
 * n_notes, n_said: notes that were made, and that the owner passed on
 */
struct TrainReader {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    State state;
    bool busy, abandoned, ended, rests;
    uint32_t n_slots;
    uint64_t n_read, n_taken, n_given_back;
    AugStatus status;
    AugError error;
    char note[800];
    unsigned n_notes, n_said;
    TrainPatience patience;
    TrainConnection connection;
    TrainKeptBatch slots[MAX_SLOTS];
    double waited_s;
};

/* --- the thread ------------------------------------------------------------------------------- */

static void free_all(TrainReader *reader)
{
    train_connection_fini(&reader->connection);
    for (int i = 0; i < MAX_SLOTS; i++)
        train_kept_batch_fini(&reader->slots[i]);
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

/* As a loader (libaug/run/loader_work.c): who woke the thread for each batch would spend more on that
 * than on taking a small one. Lock held. */
static bool may_read(TrainReader *reader)
{
    const uint64_t ahead = reader->n_read - reader->n_taken;
    const bool is_full = reader->n_read - reader->n_given_back == reader->n_slots;
    if (ahead <= (reader->n_slots - 1) / 2)
        reader->rests = false;
    else if (is_full)
        reader->rests = true;
    return reader->state == STATE_READING && !is_full && !reader->rests;
}

/* Reads a batch into a free slot. No lock. */
static AugStatus read_one(TrainReader *reader, TrainKeptBatch *slot, AugError *error)
{
    StreamBatch batch;
    AUG_TRY(train_connection_next(&reader->connection, &batch, error));
    return train_kept_batch_set(slot, &batch, reader->connection.addresses, error);
}

static uint32_t slots_for(size_t batch_size)
{
    const size_t n = AHEAD_BYTES / (batch_size + 1);
    return n < MIN_SLOTS ? MIN_SLOTS : n > MAX_SLOTS ? MAX_SLOTS : (uint32_t)n;
}

/* Opens the stream, or reads the next batch. Lock held, but not meanwhile. */
static void work(TrainReader *reader)
{
    const bool opens = reader->state == STATE_OPENING;
    TrainKeptBatch *slot = &reader->slots[reader->n_read % reader->n_slots];
    AugError error = {0};
    reader->busy = true;
    pthread_mutex_unlock(&reader->lock);
    const AugStatus status =
        opens ? train_connection_open(&reader->connection, &error) : read_one(reader, slot, &error);
    pthread_mutex_lock(&reader->lock);
    reader->busy = false;
    if (status != AUG_OK) {
        reader->status = status;
        reader->error = error;
        reader->state = STATE_OVER;
    } else if (opens) {
        reader->state = STATE_OPEN;
    } else {
        /* The first one is in slot 0, however many there are. */
        if (reader->n_read++ == 0)
            reader->n_slots = slots_for(slot->batch.size);
    }
    pthread_cond_broadcast(&reader->changed);
}

/* Waits until there may be something to do. Lock held. */
static void rest(TrainReader *reader)
{
    const struct timespec until = after(REST_S);
    if (pthread_cond_timedwait(&reader->changed, &reader->lock, &until) == ETIMEDOUT)
        reader->rests = false;
}

static void *serve(void *untyped)
{
    TrainReader *reader = untyped;
    pthread_mutex_lock(&reader->lock);
    while (!reader->abandoned && !reader->ended)
        if (reader->state == STATE_OPENING || may_read(reader))
            work(reader);
        else
            rest(reader);
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

/* Whether what the owner waits for is there: the stream, or a batch. Lock held. */
static bool is_there(const TrainReader *reader)
{
    return reader->state == STATE_OPEN || reader->state == STATE_OVER ||
           reader->n_read > reader->n_taken;
}

/* Waits for it; false if it is to stop before. Lock held. */
static bool await(TrainReader *reader)
{
    double stop_s = 0;
    while (!is_there(reader)) {
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
    return true;
}

/* Why nothing is there. Lock held. */
static AugStatus fail(const TrainReader *reader, bool stopped, AugError *error)
{
    if (stopped)
        return AUG_FAIL(error, AUG_CLOSED, reader->connection.addresses,
                        "the daemon sent nothing until the run was to stop");
    if (error)
        *error = reader->error;
    return reader->status;
}

/* Waits until the stream is open. */
static AugStatus await_open(TrainReader *reader, AugError *error)
{
    pthread_mutex_lock(&reader->lock);
    const bool done = await(reader);
    const AugStatus status =
        done && reader->state == STATE_OPEN ? AUG_OK : fail(reader, !done, error);
    pthread_mutex_unlock(&reader->lock);
    return status;
}

/* Takes the next batch, for which the one before is given back; lock held. */
static AugStatus take(TrainReader *reader, StreamBatch *batch, AugError *error)
{
    reader->n_given_back = reader->n_taken;
    if (reader->state == STATE_OPEN) {
        reader->state = STATE_READING;
        pthread_cond_broadcast(&reader->changed);
    }
    const bool done = await(reader);
    if (reader->n_read == reader->n_taken)
        return fail(reader, !done, error);
    *batch = reader->slots[reader->n_taken++ % reader->n_slots].batch;
    return AUG_OK;
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
    reader->n_slots = MIN_SLOTS;
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
    const double begin = augi_clock_seconds();
    status = await_open(reader, error);
    reader->waited_s = augi_clock_seconds() - begin;
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
    const bool busy = reader->busy || reader->state == STATE_OPENING;
    if (busy)
        reader->abandoned = true;
    else
        reader->ended = true;
    if (busy)
        train_connection_interrupt(&reader->connection);
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
    const double begin = augi_clock_seconds();
    *batch = (StreamBatch){0};
    pthread_mutex_lock(&reader->lock);
    const AugStatus status = take(reader, batch, error);
    const bool goes_on = may_read(reader);
    pthread_mutex_unlock(&reader->lock);
    /* Without the lock, or the thread would get up only to wait for it. */
    if (goes_on)
        pthread_cond_broadcast(&reader->changed);
    reader->waited_s += augi_clock_seconds() - begin;
    return status;
}

double train_reader_waited(const TrainReader *reader)
{
    return reader->waited_s;
}
