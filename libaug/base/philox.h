/* Blocks of Philox side by side, for who needs many that differ in one word. */
#ifndef AUGI_PHILOX_H
#define AUGI_PHILOX_H

#include <stdint.h>

/* The rounds of a block wait for each other, and not for those of other blocks: as many as fill
 * that time. */
#define AUGI_PHILOX_LANES 8

/* Words 0 (low) and 1 of the block of each counter {counter[0], counter[1], thirds[i], counter[2]}:
 * what aug_philox4x32 gives for each, in less than half of the time. Any thread. */
void augi_philox_lanes(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                       const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES]);

#endif
