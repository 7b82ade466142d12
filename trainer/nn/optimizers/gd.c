/* Gradient descent, w = w - lr * (gradient + weight_decay * w), of the gradient over the whole
 * training set: a step is made of all batches of an epoch.
 *
 * Source: Cauchy 1847.
 */
#include "trainer/nn/optimizer.h"

typedef struct Gd {
    NnOptimizerBase base;
} Gd;

static const AugParamDesc rows[] = {NN_OPTIMIZER_ROWS(NULL, "0")};

static void update(const NnUpdate *u)
{
    const NnReal lr = (NnReal)u->lr, decay = (NnReal)u->weight_decay;
    NnReal *restrict w = u->weights;
    const NnReal *restrict g = u->gradients;
    for (size_t i = 0; i < u->n; i++)
        w[i] -= lr * (g[i] + decay * w[i]);
}

const NnOptimizerDesc nn_optimizer_gd = {
    .name = "gd",
    .summary = "Gradient descent on the whole training set",
    .formula = "w = w - lr * (gradient + weight_decay * w)",
    .source = "Cauchy 1847",
    .example = "{gd: {lr: 0.5}}",
    .params = AUG_PARAM_TABLE(Gd, rows),
    .whole_set = true,
    .update = update,
};
