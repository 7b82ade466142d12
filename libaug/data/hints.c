/* Finding and adding hints: a table of places, and chunks of what is new. */
#include "libaug/data/hints.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/allowance.h"
#include "libaug/base/clock.h"
#include "libaug/data/dataset.h"

/* A chunk waits no longer than this to be filled, as long as others come: what a process that is
 * killed can lose. */
#define CHUNK_SECONDS 20

/* Bytes that a hint may always have. */
#define LEAST_SIZE 64

size_t augi_hints_most(AugHintDetail detail, uint64_t size)
{
    static const uint64_t per_mille[] = {
        [AUG_HINTS_FEW] = 5, [AUG_HINTS_MORE] = 15, [AUG_HINTS_MANY] = 30};
    if ((uint32_t)detail >= AUG_COUNT(per_mille))
        return 0;
    const uint64_t most = size / 1000 * per_mille[detail] + size % 1000 * per_mille[detail] / 1000;
    return most < LEAST_SIZE           ? LEAST_SIZE
           : most > AUGI_HINT_MAX_SIZE ? AUGI_HINT_MAX_SIZE
                                       : (size_t)most;
}

uint64_t augi_hints_memory(uint64_t n)
{
    return n * sizeof(uint64_t) + sizeof(AugiHints) + sizeof(AugiHintChunk);
}

static bool init_locks(AugiHints *hints)
{
    if (pthread_mutex_init(&hints->adding, NULL) != 0)
        return false;
    if (pthread_mutex_init(&hints->keeping, NULL) == 0) {
        if (pthread_rwlock_init(&hints->moving, NULL) == 0)
            return true;
        pthread_mutex_destroy(&hints->keeping);
    }
    pthread_mutex_destroy(&hints->adding);
    return false;
}

AugiHints *augi_hints_new(const AugiHintSet *set, uint64_t most_resident)
{
    AugiHints *hints = calloc(1, sizeof(*hints));
    /* Fresh zero pages of the system where the table is large, so that they cost only when used. */
    atomic_uint_least64_t *places = calloc(set->n, sizeof(*places));
    if (!hints || !places || !init_locks(hints)) {
        free(hints);
        free(places);
        free(set->folder);
        return NULL;
    }
    hints->set = *set;
    hints->places = places;
    const uint64_t most = most_resident / sizeof(AugiHintChunk);
    hints->most_chunks = most < 2 ? 2 : most < AUGI_HINT_CHUNKS ? (uint32_t)most : AUGI_HINT_CHUNKS;
    hints->current = hints->most_chunks;
    atomic_init(&hints->is_kept, set->folder != NULL);
    augi_hints_flush(hints);
    return hints;
}

void augi_hints_free(AugiHints *hints)
{
    if (!hints)
        return;
    augi_hints_flush(hints);
    for (uint32_t i = 0; i < AUGI_HINT_FILES; i++)
        if (hints->parts[i].is_open)
            close(hints->parts[i].file.descriptor);
    for (uint32_t i = 0; i < AUGI_HINT_CHUNKS; i++)
        free(hints->chunks[i]);
    pthread_mutex_destroy(&hints->adding);
    pthread_mutex_destroy(&hints->keeping);
    pthread_rwlock_destroy(&hints->moving);
    free(hints->places);
    free(hints->set.folder);
    free(hints);
}

void augi_hints_flush(AugiHints *hints)
{
    pthread_mutex_lock(&hints->keeping);
    augi_hints_keep(hints);
    pthread_mutex_unlock(&hints->keeping);
}

void augi_hints_note(AugiHints *hints, char note[512])
{
    pthread_mutex_lock(&hints->keeping);
    memcpy(note, hints->note, sizeof(hints->note));
    pthread_mutex_unlock(&hints->keeping);
}

bool augi_hints_read(const AugiHints *hints, uint64_t word, uint8_t *body)
{
    const AugiHintPlace place = augi_hint_unpack(word);
    const size_t size = AUGI_HINT_HEAD + place.size;
    if (place.part < AUGI_HINT_FILES)
        return augi_hint_file_read(&hints->parts[place.part].file, place.offset, body, size);
    memcpy(body, hints->chunks[place.part - AUGI_HINT_FILES]->bodies + place.offset, size);
    return true;
}

/* The count that a place is part of; NULL for those in chunks. */
static atomic_uint_least64_t *live_of(AugiHints *hints, uint64_t word)
{
    const uint32_t part = word ? augi_hint_unpack(word).part : AUGI_HINT_FILES;
    return part < AUGI_HINT_FILES ? &hints->parts[part].live : NULL;
}

bool augi_hints_move(AugiHints *hints, uint64_t index, uint64_t from, uint64_t to)
{
    uint_least64_t expected = from;
    /* Whoever sees the place sees the bytes at it. */
    if (!atomic_compare_exchange_strong_explicit(&hints->places[index], &expected, to,
                                                 memory_order_acq_rel, memory_order_relaxed))
        return false;
    atomic_uint_least64_t *left = live_of(hints, from), *entered = live_of(hints, to);
    if (left)
        atomic_fetch_sub_explicit(left, 1, memory_order_relaxed);
    if (entered)
        atomic_fetch_add_explicit(entered, 1, memory_order_relaxed);
    if (!from)
        atomic_fetch_add_explicit(&hints->n_known, 1, memory_order_relaxed);
    if (!to)
        atomic_fetch_sub_explicit(&hints->n_known, 1, memory_order_relaxed);
    return true;
}

/* What became of copying the bytes at a place. */
typedef enum Copied { COPIED, MOVED, UNREADABLE } Copied;

/* Copies them unless the place is another one by now. */
static Copied copy(AugiHints *hints, uint64_t index, uint64_t word, uint8_t *body)
{
    pthread_rwlock_rdlock(&hints->moving);
    Copied copied = MOVED;
    if (atomic_load_explicit(&hints->places[index], memory_order_acquire) == word)
        copied = augi_hints_read(hints, word, body) ? COPIED : UNREADABLE;
    pthread_rwlock_unlock(&hints->moving);
    return copied;
}

/* Memory that cannot be had is no reason to fail. */
static bool reserve(AugBuffer *buffer, uint32_t field, size_t size)
{
    if (augi_buffer_reserve_field(buffer, field, size, NULL) == AUG_OK)
        return true;
    if (buffer->allowance)
        buffer->allowance->refused = 0;
    return false;
}

bool augi_hints_find(AugiHints *hints, AugiHint *hint, size_t most, AugBuffer *buffer,
                     uint32_t field)
{
    hint->bytes = NULL;
    hint->size = 0;
    for (;;) {
        const uint64_t word =
            atomic_load_explicit(&hints->places[hint->index], memory_order_acquire);
        if (!word)
            return false;
        const size_t size = augi_hint_unpack(word).size;
        if (size <= most && !reserve(buffer, field, AUGI_HINT_HEAD + size))
            return true;
        uint8_t *body = buffer->more[field].bytes;
        const Copied copied = size <= most ? copy(hints, hint->index, word, body) : UNREADABLE;
        if (copied == MOVED)
            continue;
        if (copied == COPIED && augi_hint_is_sealed(body, hint->index, hint->digest, size)) {
            hint->bytes = body + AUGI_HINT_HEAD;
            hint->size = size;
            return true;
        }
        augi_hints_move(hints, hint->index, word, 0);
    }
}

/* A chunk with room for a hint; NULL if there is none to be had. */
static AugiHintChunk *chunk_for(AugiHints *hints, size_t size)
{
    AugiHintChunk *chunk =
        hints->current < hints->most_chunks ? hints->chunks[hints->current] : NULL;
    if (chunk && chunk->n < AUGI_HINT_CHUNK_ROWS && chunk->used + size <= AUGI_HINT_CHUNK_SIZE)
        return chunk;
    uint32_t slot = 0;
    while (slot < hints->most_chunks && hints->chunks[slot])
        slot++;
    hints->current = slot;
    if (slot == hints->most_chunks)
        return NULL;
    chunk = malloc(sizeof(*chunk));
    hints->chunks[slot] = chunk;
    if (!chunk)
        return NULL;
    chunk->n = 0;
    chunk->used = 0;
    hints->began_at = augi_clock_seconds();
    return chunk;
}

/* With adding held. */
static void append(AugiHints *hints, AugiHintChunk *chunk, const AugiHint *hint)
{
    uint8_t *body = chunk->bodies + chunk->used;
    if (hint->size > 0)
        memcpy(body + AUGI_HINT_HEAD, hint->bytes, hint->size);
    augi_hint_seal(body, hint->index, hint->digest, hint->size);
    const AugiHintPlace place = {.part = AUGI_HINT_FILES + hints->current,
                                 .offset = chunk->used,
                                 .size = (uint32_t)hint->size};
    chunk->rows[chunk->n++] =
        (AugiHintRow){.index = hint->index, .offset = chunk->used, .size = (uint32_t)hint->size};
    chunk->used += AUGI_HINT_HEAD + hint->size;
    augi_hints_move(hints, hint->index, 0, augi_hint_pack(place));
}

void augi_hints_add(AugiHints *hints, const AugiHint *hint)
{
    if (hint->size > AUGI_HINT_MAX_SIZE || atomic_load(&hints->places[hint->index]))
        return;
    pthread_mutex_lock(&hints->adding);
    const uint32_t before = hints->current;
    AugiHintChunk *chunk = chunk_for(hints, AUGI_HINT_HEAD + hint->size);
    if (chunk)
        append(hints, chunk, hint);
    const bool is_full = hints->current != before && before < hints->most_chunks;
    const bool is_old = augi_clock_seconds() - hints->began_at > CHUNK_SECONDS;
    pthread_mutex_unlock(&hints->adding);
    const bool is_last = atomic_load(&hints->n_known) == hints->set.n;
    /* Whoever finds another thread at it leaves it to that one. */
    if (!(is_full || is_old || is_last) || !atomic_load(&hints->is_kept) ||
        pthread_mutex_trylock(&hints->keeping) != 0)
        return;
    augi_hints_keep(hints);
    pthread_mutex_unlock(&hints->keeping);
}
