/* What both warm-ups share: from one factor of the rate to another over some steps, along a curve of
 * their own. */
#ifndef NN_WARMUP_H
#define NN_WARMUP_H

#include "trainer/nn/schedule.h"

/* Parameters of both. */
typedef struct NnWarmup {
    int32_t total_iters;
    double start_factor, end_factor;
} NnWarmup;

/* Their rows. */
#define NN_WARMUP_ROWS                                                                           \
    AUG_PARAM(NnWarmup, total_iters, .fallback = "0", .low = 0, .high = 2e9, .unit = "steps",    \
              .help = "how long; 0: its whole stage"),                                           \
        AUG_PARAM(NnWarmup, start_factor, .fallback = "0.3333333333333333", .low = 0, .high = 1, \
                  .help = "of the rate, at the first step"),                                     \
        AUG_PARAM(NnWarmup, end_factor, .fallback = "1", .low = 0, .high = 1,                    \
                  .help = "of the rate, at the end")

/* Steps that a warm-up takes; 0: its whole stage. */
static inline uint64_t nn_warmup_length(const void *params, uint64_t per_epoch)
{
    (void)per_epoch;
    return (uint64_t)((const NnWarmup *)params)->total_iters;
}

/* Share of it that is behind, 0 to 1. */
static inline double nn_warmup_share(const NnWarmup *warmup, const NnMoment *now)
{
    const uint64_t length = warmup->total_iters ? (uint64_t)warmup->total_iters : now->total;
    return now->t < length ? (double)now->t / (double)length : 1;
}

#endif
