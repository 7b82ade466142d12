/* The order of an epoch, computed position by position: Fisher and Yates' shuffle for small sets, a
 * Feistel network over a product of two ranges for large ones. */
#include "aug/order.h"

#include "aug/random.h"
#include "libaug/base/order.h"
#include "libaug/base/philox.h"

/* Sets that are shuffled. A lookup draws up to n words, and the 16 blocks of the generator do not
 * wait for each other, so that they take about as long as the 12 of the network, which do. */
#define MOST_SHUFFLED 64

/* Rounds of the network. Positions that agree in one half keep their distance through two rounds
 * where the half that is drawn for them agrees by chance: one time in 8 or more. Through twelve
 * rounds that is 8^-6, a 4000th of what chance gives any distance in the smallest set, of 65. */
#define ROUNDS 12

/* Uniform below n, which is not 0, without bias (Lemire 2019). One word serves, which halves what
 * aug_rng_below costs. */
static uint32_t draw_below(AugRng *rng, uint32_t n)
{
    uint64_t product = (uint64_t)aug_rng_u32(rng) * n;
    if ((uint32_t)product < n) {
        const uint32_t threshold = (0 - n) % n;
        while ((uint32_t)product < threshold)
            product = (uint64_t)aug_rng_u32(rng) * n;
    }
    return (uint32_t)(product >> 32);
}

/* Place i is swapped with one drawn from i to n - 1, for i = 0, 1, ...: place p is final after p,
 * and what lies there is found by going the swaps back. */
static uint32_t shuffled(uint64_t seed, uint32_t epoch, uint32_t n, uint32_t place)
{
    AugRng rng = aug_rng_make(
        &(AugKey){.seed = seed, .sample = n, .epoch = epoch, .position = AUG_POSITION_ORDER});
    uint8_t swapped[MOST_SHUFFLED];
    for (uint32_t i = 0; i <= place; i++)
        swapped[i] = (uint8_t)(i + draw_below(&rng, n - i));
    uint32_t sample = swapped[place];
    for (uint32_t i = place; i-- > 0;)
        sample = sample == swapped[i] ? i : sample;
    return sample;
}

/* The ranges whose product holds n: [0, high) and [0, 2^low_bits), at most a factor of two apart.
 * The product is less than n + 2^low_bits, so nearly every walk is one step. */
typedef struct Domain {
    uint64_t seed;
    uint32_t epoch;
    uint32_t low_bits;
    uint32_t high;
} Domain;

static Domain domain_of(uint64_t seed, uint32_t epoch, uint64_t n)
{
    const uint32_t bits = 63 - (uint32_t)__builtin_clzll(n);
    const uint32_t low_bits = (bits + 1) / 2;
    const uint64_t high = (n + (UINT64_C(1) << low_bits) - 1) >> low_bits;
    return (Domain){.seed = seed, .epoch = epoch, .low_bits = low_bits, .high = (uint32_t)high};
}

/* 64 random bits of a round for each value of the half that stays. */
static void round_values(const Domain *domain, uint32_t round, const uint32_t *half, size_t n,
                         uint64_t *values)
{
    const uint32_t key[2] = {(uint32_t)domain->seed, (uint32_t)(domain->seed >> 32)};
    const uint32_t place[3] = {round, domain->epoch, AUG_POSITION_ORDER};
    if (n == AUGI_PHILOX_LANES) {
        augi_philox_lanes(place, half, key, values);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t counter[4] = {place[0], place[1], half[i], place[2]};
        uint32_t out[4];
        aug_philox4x32(counter, key, out);
        values[i] = (uint64_t)out[1] << 32 | out[0];
    }
}

/* The network: in turns one half is moved round its range by what the other half draws. Adding,
 * where XOR would do for a power of two, is what makes both parities as likely: to move an even
 * range by an odd number is an odd permutation, while XOR is always even. What 64 bits give a range
 * of at most 2^21 is even to 2^-43. n: 1 to AUGI_PHILOX_LANES. */
static void permute(const Domain *domain, uint64_t *x, size_t n)
{
    const uint32_t mask = (UINT32_C(1) << domain->low_bits) - 1;
    uint32_t low[AUGI_PHILOX_LANES], high[AUGI_PHILOX_LANES];
    uint64_t values[AUGI_PHILOX_LANES];
    for (size_t i = 0; i < n; i++) {
        low[i] = (uint32_t)x[i] & mask;
        high[i] = (uint32_t)(x[i] >> domain->low_bits);
    }
    for (uint32_t round = 0; round < ROUNDS; round += 2) {
        round_values(domain, round, high, n, values);
        for (size_t i = 0; i < n; i++)
            low[i] = (low[i] + (uint32_t)values[i]) & mask;
        round_values(domain, round + 1, low, n, values);
        for (size_t i = 0; i < n; i++) {
            const uint64_t carry = (values[i] & UINT32_MAX) * domain->high >> 32;
            high[i] += (uint32_t)(((values[i] >> 32) * domain->high + carry) >> 32);
            high[i] = high[i] < domain->high ? high[i] : high[i] - domain->high;
        }
    }
    for (size_t i = 0; i < n; i++)
        x[i] = (uint64_t)high[i] << domain->low_bits | low[i];
}

/* Ends the walk that is at x after its first step. */
static uint64_t walk_on(const Domain *domain, uint64_t x, uint64_t n)
{
    while (x >= n)
        permute(domain, &x, 1);
    return x;
}

uint64_t aug_order_at(uint64_t seed, uint32_t epoch, uint64_t n, uint64_t position)
{
    if (n <= MOST_SHUFFLED)
        return shuffled(seed, epoch, (uint32_t)n, (uint32_t)position);
    const Domain domain = domain_of(seed, epoch, n);
    uint64_t x = position;
    permute(&domain, &x, 1);
    return walk_on(&domain, x, n);
}

void augi_order_all(uint64_t seed, uint32_t epoch, uint64_t n, uint64_t *positions,
                    size_t n_positions)
{
    size_t done = 0;
    if (n > MOST_SHUFFLED) {
        const Domain domain = domain_of(seed, epoch, n);
        for (; n_positions - done >= AUGI_PHILOX_LANES; done += AUGI_PHILOX_LANES) {
            permute(&domain, positions + done, AUGI_PHILOX_LANES);
            for (size_t i = done; i < done + AUGI_PHILOX_LANES; i++)
                positions[i] = walk_on(&domain, positions[i], n);
        }
    }
    for (; done < n_positions; done++)
        positions[done] = aug_order_at(seed, epoch, n, positions[done]);
}
