/* Philox4x32-10 (Salmon et al. 2011) and the distributions drawn from it. Every result is a
 * function of the key and of the draws before it, the same on every machine. */
#include "aug/random.h"

#include <math.h>

#include "libaug/base/exact_math.h"
#include "libaug/base/philox.h"

/* GCC and Clang have it on every 64-bit machine; the pedantic warning is about ISO C only. */
__extension__ typedef unsigned __int128 Product;

/* 2^-53: a 53-bit integer times this is a double in [0, 1), exactly. */
#define UNIT_STEP (1.0 / 9007199254740992.0)

void aug_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < AUGI_PHILOX_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)AUGI_PHILOX_MULTIPLIER_0 * c0;
        uint64_t p1 = (uint64_t)AUGI_PHILOX_MULTIPLIER_1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += AUGI_PHILOX_KEY_STEP_0;
        k1 += AUGI_PHILOX_KEY_STEP_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The plain form. */
static void run_lanes(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                      const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES])
{
    for (int i = 0; i < AUGI_PHILOX_LANES; i++) {
        const uint32_t own[4] = {counter[0], counter[1], thirds[i], counter[2]};
        uint32_t block[4];
        aug_philox4x32(own, key, block);
        words[i] = (uint64_t)block[1] << 32 | block[0];
    }
}

void augi_philox_lanes(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                       const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES])
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        augi_philox_lanes_avx2(counter, thirds, key, words);
        return;
    }
#endif
    run_lanes(counter, thirds, key, words);
}

AugRng aug_rng_make(const AugKey *key)
{
    /* Counter words: number of the block, epoch, sample 0..31, and sample 32..39 with view and
     * position. 128 bits name 2^32 blocks of four words for every place there can be. */
    AugRng rng = {
        .key = {(uint32_t)key->seed, (uint32_t)(key->seed >> 32)},
        .counter = {0, key->epoch, (uint32_t)key->sample,
                    ((uint32_t)(key->sample >> 32) & 0xffu) << 24 | (uint32_t)key->view << 16 |
                        key->position},
        .used = 4,
    };
    return rng;
}

uint32_t aug_rng_u32(AugRng *rng)
{
    if (rng->used == 4) {
        aug_philox4x32(rng->counter, rng->key, rng->block);
        rng->counter[0]++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

uint64_t aug_rng_u64(AugRng *rng)
{
    uint64_t low = aug_rng_u32(rng);
    return (uint64_t)aug_rng_u32(rng) << 32 | low;
}

double aug_rng_unit(AugRng *rng)
{
    return (double)(aug_rng_u64(rng) >> 11) * UNIT_STEP;
}

double aug_rng_uniform(AugRng *rng, double low, double high)
{
    double value = low + (high - low) * aug_rng_unit(rng);
    /* Rounding may reach the upper end, which does not belong to the interval. */
    return value < high ? value : low;
}

uint64_t aug_rng_below(AugRng *rng, uint64_t n)
{
    Product product = (Product)aug_rng_u64(rng) * n;
    if ((uint64_t)product < n) {
        uint64_t threshold = (0 - n) % n;
        while ((uint64_t)product < threshold)
            product = (Product)aug_rng_u64(rng) * n;
    }
    return (uint64_t)(product >> 64);
}

int64_t aug_rng_integer(AugRng *rng, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)high - (uint64_t)low;
    uint64_t offset = span == UINT64_MAX ? aug_rng_u64(rng) : aug_rng_below(rng, span + 1);
    return (int64_t)((uint64_t)low + offset);
}

bool aug_rng_bernoulli(AugRng *rng, double p)
{
    return aug_rng_unit(rng) < p;
}

double aug_rng_normal(AugRng *rng)
{
    for (;;) {
        double x = 2 * aug_rng_unit(rng) - 1;
        double y = 2 * aug_rng_unit(rng) - 1;
        double s = x * x + y * y;
        if (s > 0 && s < 1)
            return x * sqrt(-2 * augi_log(s) / s);
    }
}

double aug_rng_gamma(AugRng *rng, double shape)
{
    /* Below 1: a draw for shape + 1 times U^(1/shape). */
    if (shape < 1) {
        double u = 1 - aug_rng_unit(rng);
        return aug_rng_gamma(rng, shape + 1) * augi_exp(augi_log(u) / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / sqrt(9 * d);
    for (;;) {
        double x = aug_rng_normal(rng);
        double v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        double u = 1 - aug_rng_unit(rng);
        if (augi_log(u) < 0.5 * x * x + d - d * v + d * augi_log(v))
            return d * v;
    }
}

/* Johnk 1964, in logarithms as Devroye gives it: exact for small a and b, where the quotient of
 * two gammas would be 0 / 0. */
static double beta_small(AugRng *rng, double a, double b)
{
    for (;;) {
        double x = augi_log(1 - aug_rng_unit(rng)) / a;
        double y = augi_log(1 - aug_rng_unit(rng)) / b;
        double most = x > y ? x : y;
        double total = most + augi_log(augi_exp(x - most) + augi_exp(y - most));
        if (total <= 0)
            return augi_exp(x - total);
    }
}

double aug_rng_beta(AugRng *rng, double a, double b)
{
    if (a <= 1 && b <= 1)
        return beta_small(rng, a, b);
    double x = aug_rng_gamma(rng, a);
    double y = aug_rng_gamma(rng, b);
    return x / (x + y);
}

size_t aug_rng_choice(AugRng *rng, const double *weights, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += weights[i];
    double left = aug_rng_unit(rng) * total;
    size_t last = 0;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] <= 0)
            continue;
        last = i;
        if (left < weights[i])
            return i;
        left -= weights[i];
    }
    /* Only rounding leads here. */
    return last;
}

void aug_rng_permutation(AugRng *rng, uint32_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)aug_rng_below(rng, i);
        uint32_t swapped = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swapped;
    }
}
