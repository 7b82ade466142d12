/* Stochastic gradient descent (torch.optim.SGD):
 *
 *   g = gradient + weight_decay * w
 *   v = g in the first step, momentum * v + (1 - dampening) * g later
 *   w = w - lr * v                       with nesterov: w - lr * (g + momentum * v)
 *
 * Source: Robbins and Monro 1951; momentum: Polyak 1964; nesterov: Sutskever et al. 2013.
 */
#include "trainer/nn/optimizer.h"

typedef struct Sgd {
    NnOptimizerBase base;
    double momentum, dampening;
    bool nesterov;
} Sgd;

static const AugParamDesc rows[] = {
    NN_OPTIMIZER_ROWS(NULL, "0"),
    AUG_PARAM(Sgd, momentum, .fallback = "0", .low = 0, .high = 1, .high_open = true,
              .help = "share of the last step that is repeated"),
    AUG_PARAM(Sgd, dampening, .fallback = "0", .low = 0, .high = 1,
              .help = "share of the gradient that does not enter the momentum"),
    AUG_PARAM(Sgd, nesterov, .fallback = "false", .help = "look ahead along the momentum"),
};

static AugStatus settle(void *params, AugError *error)
{
    const Sgd *sgd = params;
    if (sgd->nesterov && (sgd->momentum <= 0 || sgd->dampening != 0))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "nesterov is set with momentum %g and dampening %g; it needs a momentum "
                        "above 0 and no dampening",
                        sgd->momentum, sgd->dampening);
    return AUG_OK;
}

static unsigned uses(const void *params)
{
    const Sgd *sgd = params;
    return sgd->momentum > 0;
}

static double momentum_of(const void *params)
{
    return ((const Sgd *)params)->momentum;
}

static void update(const NnUpdate *u)
{
    const Sgd *sgd = u->params;
    const NnReal lr = (NnReal)u->lr, momentum = (NnReal)u->momentum;
    const NnReal decay = (NnReal)u->weight_decay;
    const NnReal fresh = (NnReal)(u->step ? 1 - sgd->dampening : 1);
    NnReal *restrict w = u->weights;
    NnReal *restrict v = u->states[0];
    const NnReal *restrict g = u->gradients;
    if (!v)
        for (size_t i = 0; i < u->n; i++)
            w[i] -= lr * (g[i] + decay * w[i]);
    else if (sgd->nesterov)
        for (size_t i = 0; i < u->n; i++) {
            const NnReal d = g[i] + decay * w[i];
            v[i] = momentum * v[i] + fresh * d;
            w[i] -= lr * (d + momentum * v[i]);
        }
    else
        for (size_t i = 0; i < u->n; i++) {
            v[i] = momentum * v[i] + fresh * (g[i] + decay * w[i]);
            w[i] -= lr * v[i];
        }
}

static const char *const states[] = {"momentum_buffer", NULL};

const NnOptimizerDesc nn_optimizer_sgd = {
    .name = "sgd",
    .summary = "Stochastic gradient descent, with momentum or Nesterov's (torch.optim.SGD)",
    .formula = "g = gradient + weight_decay * w\n"
               "v = momentum * v + (1 - dampening) * g, in the first step g\n"
               "w = w - lr * v, with nesterov w - lr * (g + momentum * v)",
    .source = "Robbins and Monro 1951; Polyak 1964; Sutskever et al. 2013",
    .example = "{sgd: {lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 5e-4}}",
    .params = {rows, AUG_COUNT(rows), sizeof(Sgd), settle},
    .states = states,
    .uses = uses,
    .momentum = momentum_of,
    .update = update,
};
