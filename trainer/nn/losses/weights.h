/* A parameter of losses: a number for each output. */
#ifndef NN_WEIGHTS_H
#define NN_WEIGHTS_H

#include "trainer/nn/loss.h"

/* Most of them: the classes of ImageNet. */
#define NN_MAX_WEIGHTS 1000

/* n numbers; none: not given. */
typedef struct NnWeights {
    int32_t n;
    double values[NN_MAX_WEIGHTS];
} NnWeights;

/* The kind of such a parameter, and AUG_KIND_OF for it. */
extern const struct AugParamKind nn_kind_weights;
#define NN_KIND_OF(field) _Generic((field), NnWeights : &nn_kind_weights)

/* Row of a field of struct T; the rest are designated members of AugParamDesc. */
#define NN_WEIGHTS_ROW(T, field, ...) \
    AUG_PARAM_BY(NN_KIND_OF, T, field, .optional = true, .low = 0, .high = 1e6, __VA_ARGS__)

/* Number of output k: a lone one holds for all, none is 1. */
static inline double nn_weight(const NnWeights *weights, size_t k)
{
    if (weights->n < 2)
        return weights->n ? weights->values[0] : 1;
    return weights->values[k];
}

/* Refuses a parameter weight that is nothing but zeros, with which nothing would be learned. */
AUG_MUST_CHECK AugStatus nn_weights_settle(const NnWeights *weights, AugError *error);

/* Whether they are none, one, or one for each of n outputs. */
static inline bool nn_weights_fit(const NnWeights *weights, size_t n)
{
    return weights->n < 2 || (size_t)weights->n == n;
}

#endif
