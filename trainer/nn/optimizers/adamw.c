/* AdamW (torch.optim.AdamW): w = w * (1 - lr * weight_decay), then Adam's step (adam_step.h) on the
 * bare gradient.
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
 */
#include "trainer/nn/optimizers/adam_step.h"

static const AugParamDesc rows[] = {NN_OPTIMIZER_ROWS("1e-3", "1e-2"), NN_ADAM_ROWS};

static void update(const NnUpdate *u)
{
    nn_adam_step(u, u->lr * u->weight_decay, 0);
}

const NnOptimizerDesc nn_optimizer_adamw = {
    .name = "adamw",
    .summary = "Adam with weight decay apart from the gradient (torch.optim.AdamW)",
    .formula = "w = w * (1 - lr * weight_decay)\n"
               "m = beta1 * m + (1 - beta1) * gradient\n"
               "v = beta2 * v + (1 - beta2) * gradient^2, amsgrad: the largest v so far below\n"
               "w = w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
    .source = "Loshchilov and Hutter 2019",
    .example = "{adamw: {lr: 1e-3, weight_decay: 0.05}}",
    .params = {rows, AUG_COUNT(rows), sizeof(NnAdam), nn_adam_settle},
    .states = nn_adam_states,
    .uses = nn_adam_uses,
    .momentum = nn_adam_momentum,
    .update = update,
};
