/* Small draws for operations that make many of them in one text: 32 bits each, half of what
 * aug/random.h takes. */
#ifndef TXT_DRAW_H
#define TXT_DRAW_H

#include "aug/random.h"

/* The next 32 bits, as aug_rng_u32 gives them: three of four are there already. */
static inline uint32_t txt_draw(AugRng *rng)
{
    return rng->used < 4 ? rng->block[rng->used++] : aug_rng_u32(rng);
}

/* Uniform in [0, n), without bias (Lemire 2019). Needs n > 0. */
static inline uint32_t txt_below(AugRng *rng, uint32_t n)
{
    uint64_t product = (uint64_t)txt_draw(rng) * n;
    if ((uint32_t)product < n) {
        const uint32_t threshold = (0 - n) % n;
        while ((uint32_t)product < threshold)
            product = (uint64_t)txt_draw(rng) * n;
    }
    return (uint32_t)(product >> 32);
}

/* Keeps each of n items of a list with probability p, in place and in order; returns how many. */
uint32_t txt_draw_each(AugRng *rng, double p, uint32_t *list, uint32_t n);

/* Keeps wanted of n items of a list, every choice as likely, in place and in order; all where wanted
 * is not below n. Returns how many. */
uint32_t txt_draw_some(AugRng *rng, uint32_t wanted, uint32_t *list, uint32_t n);

/* Sets wanted (at most n) of n flags to 1 and the others to 0, every choice as likely. */
void txt_draw_flags(AugRng *rng, uint32_t n, uint32_t wanted, uint32_t *flags);

#endif
