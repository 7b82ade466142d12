/* The logistic function without overflow and without loss of digits near 0 and 1. */
#ifndef NN_SIGMOID_H
#define NN_SIGMOID_H

#include "libaug/base/exact_math.h"

/* 1 / (1 + exp(-x)), what it lacks to 1, and its logarithm and that of what it lacks, negated. */
typedef struct NnSigmoid {
    double on, off, minus_log_on, minus_log_off;
} NnSigmoid;

/* All four of any finite x. */
static inline NnSigmoid nn_sigmoid(double x)
{
    const double e = augi_exp(x < 0 ? x : -x), rest = augi_log(1 + e);
    const double large = 1 / (1 + e), small = e / (1 + e);
    if (x < 0)
        return (NnSigmoid){small, large, rest - x, rest};
    return (NnSigmoid){large, small, rest, rest + x};
}

#endif
