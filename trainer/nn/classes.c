/* Which class a sample is of, and which one its values say. */
#include "trainer/nn/nn.h"

size_t nn_largest(const NnReal *values, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

size_t nn_rank(const NnReal *values, size_t n, size_t which)
{
    size_t rank = 0;
    for (size_t i = 0; i < n; i++)
        rank += values[i] > values[which] || (values[i] == values[which] && i < which);
    return rank;
}

size_t nn_batch_class(const NnBatch *batch, size_t sample, size_t n_classes)
{
    if (!batch->soft)
        return (size_t)batch->labels[sample];
    const float *shares = batch->soft + sample * n_classes;
    size_t best = 0;
    for (size_t k = 1; k < n_classes; k++)
        if (shares[k] > shares[best])
            best = k;
    return best;
}
