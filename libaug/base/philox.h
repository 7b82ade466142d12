/* Blocks of Philox side by side, for who needs many that differ in one word. */
#ifndef AUGI_PHILOX_H
#define AUGI_PHILOX_H

#include <stdint.h>

/* The generator's numbers (Salmon et al. 2011). */
#define AUGI_PHILOX_ROUNDS 10
#define AUGI_PHILOX_MULTIPLIER_0 0xD2511F53u
#define AUGI_PHILOX_MULTIPLIER_1 0xCD9E8D57u
#define AUGI_PHILOX_KEY_STEP_0 0x9E3779B9u
#define AUGI_PHILOX_KEY_STEP_1 0xBB67AE85u

/* The rounds of a block wait for each other, and not for those of other blocks: as many as fill
 * that time. */
#define AUGI_PHILOX_LANES 16

/* Words 0 (low) and 1 of the block of each counter {counter[0], counter[1], thirds[i], counter[2]}:
 * what aug_philox4x32 gives for each, in vectors where the processor has them. Any thread. */
void augi_philox_lanes(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                       const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES]);

/* The same for CPUs with AVX2. */
void augi_philox_lanes_avx2(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                            const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES]);

#endif
