/* A ring of pieces: taken in order by whoever is free, written in order by the caller. */
#include "cli/rows_run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/signals.h"
#include "libaug/base/clock.h"

/* How often a waiting run looks for Ctrl-C: below what a person notices. */
#define SIGNAL_INTERVAL_NS 100000000L
#define NS_PER_S 1000000000L

/* How much work a kill may cost; saving takes a thousandth of it. */
#define SAVE_INTERVAL_S 0.2

/* Pieces for each thread: one that is made, one that waits for its turn. */
#define PIECES_A_THREAD 2

typedef struct Ring Ring;

/* A thread with what it works with. */
typedef struct Maker {
    Ring *ring;
    CliRowsWorker *worker;
    pthread_t thread;
    bool has_thread;
} Maker;

/* lock guards everything below it. Piece k lies in place k % n_pieces.
 *
 * next_row: of the next piece; n_taken, n_written: pieces
 */
struct Ring {
    const CliRowsJob *job;
    uint64_t n_rows;
    CliRowsPiece *pieces;
    bool *is_made;
    uint32_t n_pieces;
    Maker *makers;
    uint32_t n_makers;
    pthread_mutex_t lock;
    pthread_cond_t made, freed;
    uint64_t next_row, n_taken, n_written;
    bool is_stopping;
};

/* The next piece to make; NULL if there is none. Waits for a place. The lock is held. */
static CliRowsPiece *take(Ring *ring, uint32_t *place)
{
    while (!ring->is_stopping && ring->next_row < ring->n_rows &&
           ring->n_taken - ring->n_written == ring->n_pieces)
        pthread_cond_wait(&ring->freed, &ring->lock);
    if (ring->is_stopping || ring->next_row >= ring->n_rows)
        return NULL;
    *place = (uint32_t)(ring->n_taken++ % ring->n_pieces);
    CliRowsPiece *piece = &ring->pieces[*place];
    piece->first = ring->next_row;
    piece->n = cli_rows_piece_count(ring->job, piece->first);
    ring->next_row += piece->n;
    return piece;
}

static void *make_pieces(void *context)
{
    Maker *maker = context;
    Ring *ring = maker->ring;
    uint32_t place;
    pthread_mutex_lock(&ring->lock);
    for (CliRowsPiece *piece; (piece = take(ring, &place));) {
        pthread_mutex_unlock(&ring->lock);
        cli_rows_piece_make(maker->worker, piece);
        pthread_mutex_lock(&ring->lock);
        ring->is_made[place] = true;
        pthread_cond_signal(&ring->made);
    }
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

/* Waits for a piece, or until it is time to look for a signal. */
static bool wait_for(Ring *ring, uint32_t place)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += SIGNAL_INTERVAL_NS;
    if (until.tv_nsec >= NS_PER_S) {
        until.tv_nsec -= NS_PER_S;
        until.tv_sec++;
    }
    pthread_mutex_lock(&ring->lock);
    if (!ring->is_made[place])
        pthread_cond_timedwait(&ring->made, &ring->lock, &until);
    const bool is_made = ring->is_made[place];
    pthread_mutex_unlock(&ring->lock);
    return is_made;
}

static void give_back(Ring *ring, uint32_t place)
{
    pthread_mutex_lock(&ring->lock);
    ring->is_made[place] = false;
    ring->n_written++;
    pthread_cond_signal(&ring->freed);
    pthread_mutex_unlock(&ring->lock);
}

static AugStatus write_piece(const CliRowsRun *run, const CliRowsPiece *piece, AugError *error)
{
    if (piece->error.status != AUG_OK) {
        *error = piece->error;
        return error->status;
    }
    AUG_TRY(cli_rows_files_add(run->files, piece, error));
    if (piece->messages.size > 0) {
        cli_progress_clear(run->progress);
        fwrite(piece->messages.bytes, 1, piece->messages.size, stderr);
    }
    cli_progress_show(run->progress, run->files->next, run->files->n_kept);
    if (!run->job->strict || piece->reason.status == AUG_OK)
        return AUG_OK;
    run->files->has_stopped = true;
    *error = piece->reason;
    return error->status;
}

static AugStatus write_pieces(const CliRowsRun *run, Ring *ring, int *signal, AugError *error)
{
    double saved = augi_clock_seconds();
    while (run->files->next < ring->n_rows && (*signal = cli_signals_pending()) == 0) {
        const uint32_t place = (uint32_t)(ring->n_written % ring->n_pieces);
        if (!wait_for(ring, place))
            continue;
        AUG_TRY(write_piece(run, &ring->pieces[place], error));
        give_back(ring, place);
        if (augi_clock_seconds() - saved < SAVE_INTERVAL_S)
            continue;
        AUG_TRY(cli_rows_files_save(run->files, error));
        saved = augi_clock_seconds();
    }
    return AUG_OK;
}

static AugStatus start(Ring *ring, AugError *error)
{
    for (uint32_t i = 0; i < ring->n_makers; i++) {
        Maker *maker = &ring->makers[i];
        maker->ring = ring;
        AUG_TRY(cli_rows_worker_new(&maker->worker, ring->job, error));
        if (pthread_create(&maker->thread, NULL, make_pieces, maker) != 0)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "a thread could not be started");
        maker->has_thread = true;
    }
    return AUG_OK;
}

static void stop(Ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->is_stopping = true;
    pthread_cond_broadcast(&ring->freed);
    pthread_mutex_unlock(&ring->lock);
    for (uint32_t i = 0; i < ring->n_makers; i++) {
        if (ring->makers[i].has_thread)
            pthread_join(ring->makers[i].thread, NULL);
        cli_rows_worker_free(ring->makers[i].worker);
    }
}

static AugStatus ring_init(Ring *ring, const CliRowsRun *run, AugError *error)
{
    *ring = (Ring){.job = run->job,
                   .n_rows = aug_dataset_info(aug_plan_dataset(run->job->plan))->n_samples,
                   .n_pieces = run->n_threads * PIECES_A_THREAD,
                   .n_makers = run->n_threads,
                   .next_row = run->files->next};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->made, &monotonic);
    pthread_cond_init(&ring->freed, NULL);
    pthread_condattr_destroy(&monotonic);
    ring->pieces = calloc(ring->n_pieces, sizeof(*ring->pieces));
    ring->is_made = calloc(ring->n_pieces, sizeof(*ring->is_made));
    ring->makers = calloc(ring->n_makers, sizeof(*ring->makers));
    if (!ring->pieces || !ring->is_made || !ring->makers)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for threads");
    return AUG_OK;
}

static void ring_fini(Ring *ring)
{
    for (uint32_t i = 0; ring->pieces && i < ring->n_pieces; i++)
        cli_rows_piece_fini(&ring->pieces[i]);
    free(ring->pieces);
    free(ring->is_made);
    free(ring->makers);
    pthread_mutex_destroy(&ring->lock);
    pthread_cond_destroy(&ring->made);
    pthread_cond_destroy(&ring->freed);
}

AugStatus cli_rows_run(const CliRowsRun *run, int *signal, AugError *error)
{
    Ring ring;
    *signal = 0;
    AugStatus status = ring_init(&ring, run, error);
    if (status == AUG_OK) {
        status = start(&ring, error);
        if (status == AUG_OK)
            status = write_pieces(run, &ring, signal, error);
        stop(&ring);
    }
    ring_fini(&ring);
    /* A full disk may not even have room for this; then an older one holds. */
    AugError unsaved = {0};
    const AugStatus saved = cli_rows_files_save(run->files, &unsaved);
    if (status != AUG_OK || saved == AUG_OK)
        return status;
    *error = unsaved;
    return saved;
}
