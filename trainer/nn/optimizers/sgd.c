/* The optimizer's parameters; its step is a kernel (sgd) that step.c calls. */
#include "trainer/nn/nn.h"

static const AugParamDesc rows[] = {
    AUG_PARAM(NnOptimizer, lr, .low = 0, .high = 1000, .help = "learning rate, the schedule's peak",
              .aka = "learning_rate"),
    AUG_PARAM(NnOptimizer, momentum, .fallback = "0", .low = 0, .high = 1, .high_open = true,
              .help = "share of the last step that is repeated"),
    AUG_PARAM(NnOptimizer, dampening, .fallback = "0", .low = 0, .high = 1,
              .help = "share of the gradient that does not enter the momentum"),
    AUG_PARAM(NnOptimizer, weight_decay, .fallback = "0", .low = 0, .high = 10,
              .help = "times the weights is added to their gradient"),
    AUG_PARAM(NnOptimizer, nesterov, .fallback = "false", .help = "look ahead along the momentum"),
    AUG_PARAM(NnOptimizer, decay_all, .fallback = "false",
              .help = "weight decay also for biases and batch norm"),
};

const AugParamTable nn_optimizer_params = AUG_PARAM_TABLE(NnOptimizer, rows);

AugStatus nn_optimizer_check(const NnOptimizer *optimizer, AugError *error)
{
    if (optimizer->nesterov && (optimizer->momentum <= 0 || optimizer->dampening != 0))
        return AUG_FAIL(error, AUG_BAD_SPEC, "optimizer",
                        "nesterov is set with momentum %g and dampening %g; it needs a momentum "
                        "above 0 and no dampening",
                        optimizer->momentum, optimizer->dampening);
    return AUG_OK;
}
