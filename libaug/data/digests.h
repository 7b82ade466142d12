/* What vouches for the samples of a data set: for each the digest of its bytes as they were first
 * read, and whether its files were once read to their end without damage.
 *
 * Any number of threads compare readings without a lock. A digest is set once and never changes:
 * each of its two words goes from zero to its value by one atomic step, and whoever comes second
 * compares. So of two readings that differ one is found out, in whatever order they come.
 *
 * What is new is queued, and written to a file in blocks (digest_file.h), so that later processes
 * know it. The queue has a lock, which a reading takes only when it adds something.
 */
#ifndef AUGI_DIGESTS_H
#define AUGI_DIGESTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "libaug/base/digest.h"

/* Entries that are written at once: 64 KiB of the file. */
#define AUGI_DIGEST_BLOCK 2048

/* One sample's words; zeroes: not known. */
typedef struct AugiDigestWords {
    atomic_uint_least64_t low, high;
} AugiDigestWords;

struct AugiDigestFile;

/* All of one data set. Memory is touched where samples are known.
 *
 * flags:   of each sample, a set of the bits in digests.c
 * n_known, n_whole: samples with a digest; those of them that were read to their end
 * lock:    guards the queue, of n_queued samples, and queued_at, when its oldest came
 * file:    where entries go, or NULL; borrowed
 */
typedef struct AugiDigests {
    uint64_t n;
    AugiDigestWords *words;
    atomic_uchar *flags;
    atomic_uint_least64_t n_known, n_whole;
    pthread_mutex_t lock;
    uint32_t n_queued;
    double queued_at;
    uint64_t *queue;
    struct AugiDigestFile *file;
} AugiDigests;

/* A table of n samples of which nothing is known; NULL if memory is out. */
AugiDigests *augi_digests_new(uint64_t n);

/* Frees the table, without writing; NULL does nothing. */
void augi_digests_free(AugiDigests *digests);

/* Compares the digest of a reading with the sample's, or sets it. False: they differ. is_last, if
 * not NULL, tells whether all are known by this one. Any thread. */
bool augi_digests_compare(AugiDigests *digests, uint64_t index, AugiDigest digest, bool *is_last);

/* The digest of a sample; false if it is not known. Any thread. */
bool augi_digests_get(const AugiDigests *digests, uint64_t index, AugiDigest *digest);

/* Whether a sample is known, and known to be whole; and making it so. Any thread. */
bool augi_digests_is_whole(const AugiDigests *digests, uint64_t index);
void augi_digests_set_whole(AugiDigests *digests, uint64_t index);

/* Takes over what a file says of a sample, without queueing it; what is known already stays. */
void augi_digests_restore(AugiDigests *digests, uint64_t index, AugiDigest digest, bool whole);

/* Writes what is queued. Any thread; two at once write different entries. */
void augi_digests_flush(AugiDigests *digests);

#endif
