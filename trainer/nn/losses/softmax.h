/* Logarithms of the shares that a softmax gives, from the largest logit down, so that they are
 * finite for any finite logits. */
#ifndef NN_SOFTMAX_H
#define NN_SOFTMAX_H

#include "libaug/base/exact_math.h"
#include "trainer/nn/exponentials.h"
#include "trainer/nn/nn.h"

/* best: the largest of the logits; top: its value; others: the sum of exp(x - top) of all but it;
 * rest: log of the whole sum. The logarithm of share k is x[k] - top - rest. */
typedef struct NnSoftmax {
    size_t best;
    double top, others, rest;
} NnSoftmax;

/* Exponentials that are made at once. */
#define NN_SOFTMAX_CHUNK 32

/* Of n logits. */
static inline NnSoftmax nn_softmax(const NnReal *x, size_t n)
{
    NnSoftmax softmax = {.best = nn_largest(x, n)};
    double sum = 0;
    softmax.top = (double)x[softmax.best];
    for (size_t first = 0; first < n; first += NN_SOFTMAX_CHUNK) {
        const size_t left = n - first, some = left < NN_SOFTMAX_CHUNK ? left : NN_SOFTMAX_CHUNK;
        double e[NN_SOFTMAX_CHUNK];
        for (size_t k = 0; k < some; k++)
            e[k] = (double)x[first + k] - softmax.top;
        nn_exponentials(e, some);
        for (size_t k = 0; k < some; k++) {
            sum += e[k];
            softmax.others += first + k == softmax.best ? 0 : e[k];
        }
    }
    softmax.rest = augi_log(sum);
    return softmax;
}

/* Logarithm of share k. */
static inline double nn_log_share(const NnSoftmax *softmax, const NnReal *x, size_t k)
{
    return (double)x[k] - softmax->top - softmax->rest;
}

/* Shares from number `first` of n on, NN_SOFTMAX_CHUNK at most. Returns the number behind the last. */
static inline size_t nn_shares(const NnSoftmax *softmax, const NnReal *x, size_t n, size_t first,
                               double shares[NN_SOFTMAX_CHUNK])
{
    const size_t end = n - first < NN_SOFTMAX_CHUNK ? n : first + NN_SOFTMAX_CHUNK;
    for (size_t k = first; k < end; k++)
        shares[k - first] = nn_log_share(softmax, x, k);
    nn_exponentials(shares, end - first);
    return end;
}

#endif
