/* Masks of dropout from the counter-based generator. */
#include "trainer/nn/layers/dropout_draw.h"

/* Upper half of the last counter word: a place that no operation on a sample uses, so that dropout
 * and augmentation draw different numbers from one seed. */
#define DROPOUT_PLACE 0xfffe0000u

void nn_dropout_draw(const NnPass *pass, const NnNode *node, double p, size_t n, uint32_t sample,
                     uint8_t *mask)
{
    pass->kernels->draw(&(NnDraw){
        .counter = {(uint32_t)pass->step, sample, DROPOUT_PLACE | node->number},
        .key = {(uint32_t)pass->seed, (uint32_t)(pass->seed >> 32) ^ (uint32_t)(pass->step >> 32)},
        .threshold = (uint64_t)(p * 4294967296.0),
        .keep = mask,
        .n = n,
    });
}

NnReal nn_dropout_scale(double p)
{
    return p < 1 ? (NnReal)(1 / (1 - p)) : 0;
}
