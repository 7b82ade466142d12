/* Masks of dropout from the counter-based generator. */
#include "trainer/nn/layers/dropout_draw.h"

#include "aug/random.h"

/* Upper half of the last counter word: a place that no operation on a sample uses, so that dropout
 * and augmentation draw different numbers from one seed. */
#define DROPOUT_PLACE 0xfffe0000u

/* Four values share a block of the generator. */
void nn_dropout_draw(const NnPass *pass, const NnNode *node, double p, size_t n, uint32_t sample,
                     uint8_t *mask)
{
    const uint64_t threshold = (uint64_t)(p * 4294967296.0);
    const uint32_t key[2] = {(uint32_t)pass->seed,
                             (uint32_t)(pass->seed >> 32) ^ (uint32_t)(pass->step >> 32)};
    uint32_t words[4] = {0};
    for (size_t i = 0; i < n; i++) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), (uint32_t)pass->step, sample,
                                     DROPOUT_PLACE | node->number};
        if (i % 4 == 0)
            aug_philox4x32(counter, key, words);
        mask[i] = words[i % 4] >= threshold;
    }
}

NnReal nn_dropout_scale(double p)
{
    return p < 1 ? (NnReal)(1 / (1 - p)) : 0;
}
