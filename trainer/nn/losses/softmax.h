/* Logarithms of the shares that a softmax gives, from the largest logit down, so that they are
 * finite for any finite logits. */
#ifndef NN_SOFTMAX_H
#define NN_SOFTMAX_H

#include "libaug/base/exact_math.h"
#include "trainer/nn/nn.h"

/* best: the largest of the logits; top: its value; others: the sum of exp(x - top) of all but it;
 * rest: log of the whole sum. The logarithm of share k is x[k] - top - rest. */
typedef struct NnSoftmax {
    size_t best;
    double top, others, rest;
} NnSoftmax;

/* Of n logits. */
static inline NnSoftmax nn_softmax(const NnReal *x, size_t n)
{
    NnSoftmax softmax = {.best = nn_largest(x, n)};
    double sum = 0;
    softmax.top = (double)x[softmax.best];
    for (size_t k = 0; k < n; k++) {
        const double e = augi_exp((double)x[k] - softmax.top);
        sum += e;
        softmax.others += k == softmax.best ? 0 : e;
    }
    softmax.rest = augi_log(sum);
    return softmax;
}

/* Logarithm of share k. */
static inline double nn_log_share(const NnSoftmax *softmax, const NnReal *x, size_t k)
{
    return (double)x[k] - softmax->top - softmax->rest;
}

#endif
