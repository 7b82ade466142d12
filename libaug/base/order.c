/* The order of an epoch as a bijection that is computed index by index: a Feistel network over the
 * smallest even-bit domain that holds n, walked until it lands inside. */
#include "aug/order.h"

#include "aug/random.h"

/* A balanced Feistel network needs few rounds to look random; ten, as Philox itself has, cost about
 * 100 ns per index and leave no visible structure even in domains of a few elements. */
#define ROUNDS 10

/* Half the bits of the smallest domain 2^(2h) that holds n. At least one bit each. */
static uint32_t half_bits(uint64_t n)
{
    uint32_t bits = 1;
    while (bits < 20 && (UINT64_C(1) << (2 * bits)) < n)
        bits++;
    return bits;
}

/* Round keys: forty words from the generator of this (seed, epoch) would do; a round function that
 * is Philox itself, keyed by seed, costs the same and needs no state. */
static uint32_t round_value(const AugKey *key, uint32_t round, uint32_t half)
{
    const uint32_t words[2] = {(uint32_t)key->seed, (uint32_t)(key->seed >> 32)};
    const uint32_t counter[4] = {round, key->epoch, half, key->position};
    uint32_t out[4];
    aug_philox4x32(counter, words, out);
    return out[0];
}

uint64_t aug_order_at(uint64_t seed, uint32_t epoch, uint64_t n, uint64_t position)
{
    const AugKey key = {.seed = seed, .epoch = epoch, .position = AUG_POSITION_ORDER};
    uint32_t bits = half_bits(n);
    uint32_t mask = (UINT32_C(1) << bits) - 1;
    uint64_t x = position;
    /* The domain is less than four times n, so the walk takes fewer than four steps on average. */
    do {
        uint32_t left = (uint32_t)(x >> bits) & mask;
        uint32_t right = (uint32_t)x & mask;
        for (uint32_t round = 0; round < ROUNDS; round++) {
            uint32_t next = left ^ (round_value(&key, round, right) & mask);
            left = right;
            right = next;
        }
        x = (uint64_t)left << bits | right;
    } while (x >= n);
    return x;
}
