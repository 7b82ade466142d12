/* Lion:
 *
 *   w = w * (1 - lr * weight_decay)
 *   w = w - lr * sign(beta1 * m + (1 - beta1) * gradient)                  sign(0) = 0
 *   m = beta2 * m + (1 - beta2) * gradient
 *
 * Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, whose defaults these
 * are; PyTorch has none.
 */
#include "trainer/nn/optimizer.h"

typedef struct Lion {
    NnOptimizerBase base;
    AugNumbers betas;
} Lion;

static const AugParamDesc rows[] = {
    NN_OPTIMIZER_ROWS("1e-4", "0"),
    AUG_PARAM(Lion, betas, .fallback = "[0.9, 0.99]", .low = 0, .high = 1, .high_open = true,
              .help = "weights of the past in the step and in what is kept of it"),
};

static AugStatus settle(void *params, AugError *error)
{
    return nn_optimizer_check_betas(&((const Lion *)params)->betas, error);
}

static double momentum_of(const void *params)
{
    return ((const Lion *)params)->betas.values[0];
}

static void update(const NnUpdate *u)
{
    const Lion *lion = u->params;
    const NnReal lr = (NnReal)u->lr, keep = (NnReal)(1 - u->lr * u->weight_decay);
    const NnReal past1 = (NnReal)u->momentum, fresh1 = (NnReal)(1 - u->momentum);
    const NnReal past2 = (NnReal)lion->betas.values[1];
    const NnReal fresh2 = (NnReal)(1 - lion->betas.values[1]);
    NnReal *restrict w = u->weights;
    NnReal *restrict m = u->states[0];
    const NnReal *restrict g = u->gradients;
    for (size_t i = 0; i < u->n; i++) {
        const NnReal c = past1 * m[i] + fresh1 * g[i];
        w[i] = keep * w[i] - lr * (NnReal)((c > 0) - (c < 0));
        m[i] = past2 * m[i] + fresh2 * g[i];
    }
}

static const char *const states[] = {"exp_avg", NULL};

const NnOptimizerDesc nn_optimizer_lion = {
    .name = "lion",
    .summary = "Steps of one size along the sign of an average of gradients",
    .formula = "w = w * (1 - lr * weight_decay)\n"
               "w = w - lr * sign(beta1 * m + (1 - beta1) * gradient)\n"
               "m = beta2 * m + (1 - beta2) * gradient",
    .source = "Chen et al. 2023",
    .example = "{lion: {lr: 1e-4, weight_decay: 1}}",
    .params = {rows, AUG_COUNT(rows), sizeof(Lion), settle},
    .states = states,
    .momentum = momentum_of,
    .update = update,
};
