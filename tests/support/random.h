/* Random numbers for tests. */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdint.h>

/* Next number of a small generator (splitmix64); the same in every run. */
static inline uint64_t test_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in [low, high]. */
static inline int32_t test_between(uint64_t *state, int32_t low, int32_t high)
{
    return low + (int32_t)(test_random(state) % ((uint64_t)(high - low) + 1));
}

#endif
