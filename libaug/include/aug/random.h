/* Randomness as a pure function: Philox4x32-10 keyed by where a draw happens.
 *
 * Glossary. A *key* names one place of one operation for one sample; a *generator* is a key and a
 * count of the draws already made from it. Two generators with the same key give the same draws on
 * every machine: all results come from integer arithmetic, from the exactly rounded operations of
 * IEEE 754 (+ - * / sqrt), or from our own polynomials built of those.
 *
 * Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
#ifndef AUG_RANDOM_H
#define AUG_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a draw happens.
 *
 * seed:     of the spec
 * epoch:    from 0
 * sample:   index in the data set, below 2^40; for operations on a batch, the batch's number
 * view:     0 unless several variants of one sample are made
 * position: bits 0 to 9: of the operation in the spec, counted in reading order from 0; bits 10 to
 *           14: how often the operation has run for this sample before, where groups repeat it. The
 *           upper half is for draws that belong to no sample (AUG_POSITION_*)
 */
typedef struct AugKey {
    uint64_t seed;
    uint64_t sample;
    uint32_t epoch;
    uint16_t position;
    uint8_t view;
} AugKey;

/* Added to the position of an operation on a whole batch, so that batch 7 and sample 7 differ. */
#define AUG_POSITION_BATCH 0x8000u
/* Position of the draws of samples that stand in for damaged ones: the last of a sample, which is
 * no operation's (they end before bits 0 to 9 are all set). The view is 0 for the sample itself and
 * the number of a partner, from 1, for those. */
#define AUG_POSITION_REPLACE 0x7fffu
/* Position of the draws that order an epoch. */
#define AUG_POSITION_ORDER 0xffffu
/* Position of the draws that rearrange a window of an epoch; the sample is its first step. */
#define AUG_POSITION_WINDOW 0xfbffu
/* Samples that a key can name: 40 bits of the counter. */
#define AUG_MAX_KEY_SAMPLE ((UINT64_C(1) << 40) - 1)

/* Generator. The caller's memory; no resources are held. Not for two threads at once. */
typedef struct AugRng {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t block[4];
    uint32_t used;
} AugRng;

/* The Philox4x32-10 bijection itself: counter and key to four random words. Any thread. */
AUG_API void aug_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* Generator at the start of a key. Any thread. */
AUG_API AugRng aug_rng_make(const AugKey *key);

/* Next 32 or 64 random bits. */
AUG_API uint32_t aug_rng_u32(AugRng *rng);
AUG_API uint64_t aug_rng_u64(AugRng *rng);

/* Uniform in [0, 1) with 53 random bits. */
AUG_API double aug_rng_unit(AugRng *rng);

/* Uniform in [low, high); low where they are equal. Needs low <= high, both finite. */
AUG_API double aug_rng_uniform(AugRng *rng, double low, double high);

/* Uniform integer in [0, n), without bias (Lemire, "Fast random integer generation in an
 * interval", 2019). Needs n > 0. */
AUG_API uint64_t aug_rng_below(AugRng *rng, uint64_t n);

/* Uniform integer in [low, high], both included. Needs low <= high. */
AUG_API int64_t aug_rng_integer(AugRng *rng, int64_t low, int64_t high);

/* True with probability p; p <= 0 never, p >= 1 always. One draw is used in every case, so that
 * changing p does not move the draws behind it. */
AUG_API bool aug_rng_bernoulli(AugRng *rng, double p);

/* Standard normal (Marsaglia and Bray's polar method with our own logarithm). */
AUG_API double aug_rng_normal(AugRng *rng);

/* Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000). Needs shape > 0. */
AUG_API double aug_rng_gamma(AugRng *rng, double shape);

/* Beta(a, b), in [0, 1]. Needs a > 0 and b > 0. */
AUG_API double aug_rng_beta(AugRng *rng, double a, double b);

/* Index of one of n weights, with probability proportional to it. Weights are not negative and not
 * all zero. */
AUG_API size_t aug_rng_choice(AugRng *rng, const double *weights, size_t n);

/* Uniform permutation of 0..n-1 into order (Fisher and Yates). */
AUG_API void aug_rng_permutation(AugRng *rng, uint32_t *order, size_t n);

#ifdef __cplusplus
}
#endif
#endif
