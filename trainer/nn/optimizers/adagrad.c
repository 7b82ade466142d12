/* AdaGrad (torch.optim.Adagrad):
 *
 *   g = gradient + weight_decay * w
 *   s = s + g^2                          s begins at initial_accumulator_value
 *   w = w - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)          t counts from 1
 *
 * Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", 2011.
 */
#include "trainer/nn/optimizer.h"

typedef struct AdaGrad {
    NnOptimizerBase base;
    double lr_decay, initial_accumulator_value, eps;
} AdaGrad;

static const AugParamDesc rows[] = {
    NN_OPTIMIZER_ROWS("1e-2", "0"),
    AUG_PARAM(AdaGrad, lr_decay, .fallback = "0", .low = 0, .high = 1000,
              .help = "how fast the rate falls with the steps"),
    AUG_PARAM(AdaGrad, initial_accumulator_value, .fallback = "0", .low = 0, .high = 1e9,
              .help = "sum of squares at the begin"),
    AUG_PARAM(AdaGrad, eps, .fallback = "1e-10", .low = 0, .high = 1, .low_open = true,
              .help = "added to the root"),
};

static void update(const NnUpdate *u)
{
    const AdaGrad *ada = u->params;
    const NnReal lr = (NnReal)(u->lr / (1 + (double)u->step * ada->lr_decay));
    const NnReal decay = (NnReal)u->weight_decay, eps = nn_eps(ada->eps);
    const NnReal begin = u->step ? 0 : (NnReal)ada->initial_accumulator_value;
    NnReal *restrict w = u->weights;
    NnReal *restrict sum = u->states[0];
    const NnReal *restrict g = u->gradients;
    for (size_t i = 0; i < u->n; i++) {
        const NnReal d = g[i] + decay * w[i];
        sum[i] = sum[i] + begin + d * d;
        w[i] -= lr * d / (nn_root(sum[i]) + eps);
    }
}

static const char *const states[] = {"sum", NULL};

const NnOptimizerDesc nn_optimizer_adagrad = {
    .name = "adagrad",
    .summary = "Rates that fall with the squares of past gradients (torch.optim.Adagrad)",
    .formula = "g = gradient + weight_decay * w\n"
               "s = s + g^2, beginning at initial_accumulator_value\n"
               "w = w - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)",
    .source = "Duchi, Hazan and Singer 2011",
    .example = "{adagrad: {lr: 0.01}}",
    .params = AUG_PARAM_TABLE(AdaGrad, rows),
    .states = states,
    .update = update,
};
