/* The kernel `draw`: random decisions of dropout, a vector of the generator's blocks at once. Included
 * by the kernel sources only.
 *
 * A word of a block lies in the lower half of a lane as wide as its product; what is in the upper half
 * never counts, so nothing is spent on keeping it clean. Constants are those of Salmon et al.
 * (aug/random.h).
 */
#ifndef NN_KERNEL_DRAW_H
#define NN_KERNEL_DRAW_H

#include "trainer/nn/kernels/vector.h"

/* A word of a block in each lane. */
typedef uint64_t Words __attribute__((vector_size(VECTOR_SIZE)));

/* Words whose upper halves are cut off. */
typedef uint32_t LowerHalves __attribute__((vector_size(VECTOR_SIZE / 2)));

/* Blocks in a vector, words of a block, and values that a vector decides about. */
#define DRAW_BLOCKS (VECTOR_SIZE / sizeof(uint64_t))
#define DRAW_WORDS 4
#define DRAW_VALUES (DRAW_BLOCKS * DRAW_WORDS)

#define DRAW_ROUNDS 10
#define DRAW_LOWER UINT64_C(0xffffffff)

/* Products of the lower halves. */
ALWAYS_INLINE Words words_product(Words a, Words b)
{
#if defined(__AVX512F__)
    return (Words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (Words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (Words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & DRAW_LOWER) * (b & DRAW_LOWER);
#endif
}

/* The same value in all lanes. */
ALWAYS_INLINE Words words_all(uint64_t value)
{
    return value - (Words){0};
}

/* Decisions about DRAW_VALUES values, by the block with this number and those behind it. */
ALWAYS_INLINE void draw_blocks(const NnDraw *job, uint64_t block, uint8_t *keep)
{
    Words number = {0};
    for (size_t i = 0; i < DRAW_BLOCKS; i++)
        number[i] = block + i;
    Words word[DRAW_WORDS] = {number, words_all(job->counter[0]), words_all(job->counter[1]),
                              words_all(job->counter[2])};
    uint32_t key[2] = {job->key[0], job->key[1]};
    for (int round = 0; round < DRAW_ROUNDS; round++) {
        const Words a = words_product(word[0], words_all(0xd2511f53u));
        const Words b = words_product(word[2], words_all(0xcd9e8d57u));
        word[0] = (b >> 32) ^ word[1] ^ words_all(key[0]);
        word[1] = b;
        word[2] = (a >> 32) ^ word[3] ^ words_all(key[1]);
        word[3] = a;
        key[0] += 0x9e3779b9u;
        key[1] += 0xbb67ae85u;
    }
    Words kept = {0};
    for (int i = 0; i < DRAW_WORDS; i++)
        kept |= (Words)((word[i] & DRAW_LOWER) >= words_all(job->threshold)) &
                words_all(UINT64_C(1) << 8 * i);
    /* Decision i is byte i of a word, so the words are stored as little-endian CPUs have them. */
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bytes of words in their order");
    const LowerHalves bytes = __builtin_convertvector(kept, LowerHalves);
    memcpy(keep, &bytes, sizeof(bytes));
}

static void draw(const NnDraw *job)
{
    size_t i = 0;
    for (; i + DRAW_VALUES <= job->n; i += DRAW_VALUES)
        draw_blocks(job, i / DRAW_WORDS, job->keep + i);
    uint8_t rest[DRAW_VALUES];
    if (i < job->n) {
        draw_blocks(job, i / DRAW_WORDS, rest);
        memcpy(job->keep + i, rest, job->n - i);
    }
}

#endif
