/* The table, and the queue of what is to be written. */
#include "libaug/data/digests.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "libaug/data/digest_file.h"

/* Flags of a sample: its files were read to their end; it stands in the queue. */
#define WHOLE 1u
#define QUEUED 2u

/* Entries wait no longer than this for their block to fill, as long as others come: what a process
 * that is killed can lose. */
#define QUEUE_SECONDS 5

AugiDigests *augi_digests_new(uint64_t n)
{
    AugiDigests *digests = calloc(1, sizeof(*digests));
    if (!digests || pthread_mutex_init(&digests->lock, NULL) != 0) {
        free(digests);
        return NULL;
    }
    digests->n = n;
    /* Fresh zero pages of the system where the table is large, so that they cost only when used. */
    digests->words = calloc(n, sizeof(*digests->words));
    digests->flags = calloc(n, sizeof(*digests->flags));
    digests->queue = calloc(AUGI_DIGEST_BLOCK, sizeof(*digests->queue));
    if (digests->words && digests->flags && digests->queue)
        return digests;
    augi_digests_free(digests);
    return NULL;
}

void augi_digests_free(AugiDigests *digests)
{
    if (!digests)
        return;
    pthread_mutex_destroy(&digests->lock);
    free(digests->words);
    free(digests->flags);
    free(digests->queue);
    free(digests);
}

/* Zero means that nothing is known, so no digest has a word of zero. */
static AugiDigest without_zero(AugiDigest digest)
{
    return (AugiDigest){.low = digest.low ? digest.low : 1, .high = digest.high ? digest.high : 1};
}

/* Sets a word that is still zero; false if it is set to something else. *was_set: by this call. */
static bool set_word(atomic_uint_least64_t *word, uint64_t value, bool *was_set)
{
    uint_least64_t found = atomic_load_explicit(word, memory_order_relaxed);
    *was_set = false;
    if (found == 0)
        *was_set = atomic_compare_exchange_strong_explicit(
            word, &found, value, memory_order_relaxed, memory_order_relaxed);
    return *was_set || found == value;
}

/* Sets both. *n_known: how many are known by the call that completed the digest; else it stays. */
static bool set_words(AugiDigests *digests, uint64_t index, AugiDigest digest, uint64_t *n_known)
{
    AugiDigestWords *words = &digests->words[index];
    const AugiDigest value = without_zero(digest);
    bool was_set;
    if (!set_word(&words->low, value.low, &was_set) ||
        !set_word(&words->high, value.high, &was_set))
        return false;
    /* Whoever sees that all are known sees all words. */
    if (was_set)
        *n_known = 1 + atomic_fetch_add_explicit(&digests->n_known, 1, memory_order_acq_rel);
    return true;
}

bool augi_digests_get(const AugiDigests *digests, uint64_t index, AugiDigest *digest)
{
    const AugiDigestWords *words = &digests->words[index];
    digest->low = atomic_load_explicit(&words->low, memory_order_relaxed);
    digest->high = atomic_load_explicit(&words->high, memory_order_relaxed);
    return digest->low != 0 && digest->high != 0;
}

bool augi_digests_is_whole(const AugiDigests *digests, uint64_t index)
{
    return atomic_load_explicit(&digests->flags[index], memory_order_relaxed) & WHOLE;
}

/* The queue as it is now, taken out of it. */
static uint32_t take_queue(AugiDigests *digests, uint64_t taken[AUGI_DIGEST_BLOCK])
{
    const uint32_t n = digests->n_queued;
    memcpy(taken, digests->queue, n * sizeof(*taken));
    digests->n_queued = 0;
    return n;
}

/* Writes outside of the lock. A sample about which something becomes known from here on is queued
 * again, since its flag is cleared before its entry is made. */
static void write_taken(AugiDigests *digests, const uint64_t *taken, uint32_t n)
{
    AugiDigestEntry entries[AUGI_DIGEST_BLOCK];
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t flags = atomic_fetch_and(&digests->flags[taken[i]], (uint8_t)~QUEUED);
        entries[i] = (AugiDigestEntry){.index = taken[i], .whole = flags & WHOLE};
        augi_digests_get(digests, taken[i], &entries[i].digest);
    }
    if (n > 0)
        augi_digest_file_append(digests->file, entries, n);
}

/* Queues a sample once; a full or old queue is written. */
static void enqueue(AugiDigests *digests, uint64_t index)
{
    if (!digests->file || atomic_fetch_or(&digests->flags[index], QUEUED) & QUEUED)
        return;
    uint64_t taken[AUGI_DIGEST_BLOCK];
    uint32_t n = 0;
    const double now = augi_clock_seconds();
    pthread_mutex_lock(&digests->lock);
    if (digests->n_queued == 0)
        digests->queued_at = now;
    digests->queue[digests->n_queued++] = index;
    if (digests->n_queued == AUGI_DIGEST_BLOCK || now - digests->queued_at > QUEUE_SECONDS)
        n = take_queue(digests, taken);
    pthread_mutex_unlock(&digests->lock);
    write_taken(digests, taken, n);
}

void augi_digests_flush(AugiDigests *digests)
{
    uint64_t taken[AUGI_DIGEST_BLOCK];
    pthread_mutex_lock(&digests->lock);
    const uint32_t n = take_queue(digests, taken);
    pthread_mutex_unlock(&digests->lock);
    write_taken(digests, taken, n);
}

bool augi_digests_compare(AugiDigests *digests, uint64_t index, AugiDigest digest, bool *is_last)
{
    uint64_t n_known = 0;
    if (!set_words(digests, index, digest, &n_known))
        return false;
    if (n_known > 0)
        enqueue(digests, index);
    if (n_known == digests->n && digests->file)
        augi_digests_flush(digests);
    if (is_last)
        *is_last = n_known == digests->n;
    return true;
}

/* False if it was whole before. */
static bool mark_whole(AugiDigests *digests, uint64_t index)
{
    if (atomic_fetch_or(&digests->flags[index], WHOLE) & WHOLE)
        return false;
    atomic_fetch_add_explicit(&digests->n_whole, 1, memory_order_relaxed);
    return true;
}

void augi_digests_set_whole(AugiDigests *digests, uint64_t index)
{
    if (!mark_whole(digests, index))
        return;
    enqueue(digests, index);
    if (digests->file && atomic_load(&digests->n_whole) == digests->n)
        augi_digests_flush(digests);
}

void augi_digests_restore(AugiDigests *digests, uint64_t index, AugiDigest digest, bool whole)
{
    uint64_t n_known;
    if (set_words(digests, index, digest, &n_known) && whole)
        mark_whole(digests, index);
}
