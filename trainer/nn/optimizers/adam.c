/* Adam (torch.optim.Adam): the step of adam_step.h on gradient + weight_decay * w.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015; amsgrad: Reddi, Kale
 * and Kumar, "On the Convergence of Adam and Beyond", 2018.
 */
#include "trainer/nn/optimizers/adam_step.h"

static const AugParamDesc rows[] = {NN_OPTIMIZER_ROWS("1e-3", "0"), NN_ADAM_ROWS};

static void update(const NnUpdate *u)
{
    nn_adam_step(u, 0, u->weight_decay);
}

const NnOptimizerDesc nn_optimizer_adam = {
    .name = "adam",
    .summary = "Averages of gradients and of their squares, corrected for their begin "
               "(torch.optim.Adam)",
    .formula = "g = gradient + weight_decay * w\n"
               "m = beta1 * m + (1 - beta1) * g\n"
               "v = beta2 * v + (1 - beta2) * g^2, amsgrad: the largest v so far below\n"
               "w = w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
    .source = "Kingma and Ba 2015; amsgrad: Reddi, Kale and Kumar 2018",
    .example = "{adam: {lr: 1e-3, betas: [0.9, 0.999]}}",
    .params = {rows, AUG_COUNT(rows), sizeof(NnAdam), nn_adam_settle},
    .states = nn_adam_states,
    .uses = nn_adam_uses,
    .momentum = nn_adam_momentum,
    .update = update,
};
