/* SignSGD, an optimizer: every weight moves by the rate, against the sign of its gradient.
 *
 * Source: Bernstein et al., "signSGD: Compressed Optimisation for Non-Convex Problems", 2018.
 */
#include "trainer/nn/optimizer.h"

static const AugParamDesc rows[] = {NN_OPTIMIZER_ROWS("1e-3", "0")};

static void update(const NnUpdate *u)
{
    const NnReal lr = (NnReal)u->lr, decay = (NnReal)u->weight_decay;
    for (size_t i = 0; i < u->n; i++) {
        const NnReal g = u->gradients[i] + decay * u->weights[i];
        u->weights[i] -= lr * (NnReal)((g > 0) - (g < 0));
    }
}

const NnOptimizerDesc nn_optimizer_sign_sgd = {
    .name = "sign_sgd",
    .summary = "Steps of one size against the sign of the gradient",
    .formula = "w = w - lr * sign(gradient + weight_decay * w)",
    .source = "Bernstein et al. 2018",
    .example = "{sign_sgd: {lr: 1e-3}}",
    .params = {rows, AUG_COUNT(rows), sizeof(NnOptimizerBase), NULL},
    .update = update,
};
