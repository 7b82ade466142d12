/* Blocks of Philox side by side for CPUs with AVX2. */
#include <immintrin.h>

#include "libaug/base/philox.h"

/* Vectors of all blocks: a vector has four, each word in the lower half of 64 bits. What lies in the
 * upper half is not read by products, and falls away in the end. */
#define N_VECTORS (AUGI_PHILOX_LANES / 4)

typedef struct Blocks {
    __m256i c0[N_VECTORS], c1[N_VECTORS], c2[N_VECTORS], c3[N_VECTORS];
} Blocks;

static void run_rounds(Blocks *blocks, uint32_t k0, uint32_t k1)
{
    const __m256i multiplier_0 = _mm256_set1_epi64x(AUGI_PHILOX_MULTIPLIER_0);
    const __m256i multiplier_1 = _mm256_set1_epi64x(AUGI_PHILOX_MULTIPLIER_1);
    for (int round = 0; round < AUGI_PHILOX_ROUNDS; round++) {
        const __m256i key_0 = _mm256_set1_epi64x(k0), key_1 = _mm256_set1_epi64x(k1);
        for (int i = 0; i < N_VECTORS; i++) {
            const __m256i p0 = _mm256_mul_epu32(blocks->c0[i], multiplier_0);
            const __m256i p1 = _mm256_mul_epu32(blocks->c2[i], multiplier_1);
            blocks->c0[i] =
                _mm256_xor_si256(_mm256_srli_epi64(p1, 32), _mm256_xor_si256(blocks->c1[i], key_0));
            blocks->c1[i] = p1;
            blocks->c2[i] =
                _mm256_xor_si256(_mm256_srli_epi64(p0, 32), _mm256_xor_si256(blocks->c3[i], key_1));
            blocks->c3[i] = p0;
        }
        k0 += AUGI_PHILOX_KEY_STEP_0;
        k1 += AUGI_PHILOX_KEY_STEP_1;
    }
}

void augi_philox_lanes_avx2(const uint32_t counter[3], const uint32_t thirds[AUGI_PHILOX_LANES],
                            const uint32_t key[2], uint64_t words[AUGI_PHILOX_LANES])
{
    const __m256i low = _mm256_set1_epi64x(UINT32_MAX);
    Blocks blocks;
    for (int i = 0; i < N_VECTORS; i++) {
        const __m128i own = _mm_loadu_si128((const __m128i *)(const void *)&thirds[4 * i]);
        blocks.c0[i] = _mm256_set1_epi64x(counter[0]);
        blocks.c1[i] = _mm256_set1_epi64x(counter[1]);
        blocks.c2[i] = _mm256_cvtepu32_epi64(own);
        blocks.c3[i] = _mm256_set1_epi64x(counter[2]);
    }
    run_rounds(&blocks, key[0], key[1]);
    for (int i = 0; i < N_VECTORS; i++)
        _mm256_storeu_si256((__m256i *)(void *)&words[4 * i],
                            _mm256_or_si256(_mm256_and_si256(blocks.c0[i], low),
                                            _mm256_slli_epi64(blocks.c1[i], 32)));
}
