/* The step that adam and adamw share; they differ in what weight decay is.
 *
 *   m = beta1 * m + (1 - beta1) * g
 *   v = beta2 * v + (1 - beta2) * g^2
 *   w = w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)      t counts steps from 1
 *
 * With amsgrad the largest v so far stands for v below the root.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015; amsgrad: Reddi, Kale
 * and Kumar, "On the Convergence of Adam and Beyond", 2018.
 */
#ifndef NN_ADAM_STEP_H
#define NN_ADAM_STEP_H

#include <math.h>

#include "trainer/nn/optimizer.h"
#include "trainer/nn/power.h"

/* Parameters of both. */
typedef struct NnAdam {
    NnOptimizerBase base;
    AugNumbers betas;
    double eps;
    bool amsgrad;
} NnAdam;

/* Rows of NnAdam behind those of the base. */
#define NN_ADAM_ROWS                                                                             \
    AUG_PARAM(NnAdam, betas, .fallback = "[0.9, 0.999]", .low = 0, .high = 1, .high_open = true, \
              .help = "weights of the past in the averages of gradients and of their squares"),  \
        AUG_PARAM(NnAdam, eps, .fallback = "1e-8", .low = 0, .high = 1, .low_open = true,        \
                  .help = "added to the root, which is corrected before"),                       \
        AUG_PARAM(NnAdam, amsgrad, .fallback = "false",                                          \
                  .help = "divide by the largest average of squares so far")

/* Numbers of the states. */
enum { NN_ADAM_EXP_AVG, NN_ADAM_EXP_AVG_SQ, NN_ADAM_MAX_EXP_AVG_SQ };

/* Names of the states. */
static const char *const nn_adam_states[] = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq", NULL};

static AugStatus nn_adam_settle(void *params, AugError *error)
{
    return nn_optimizer_check_betas(&((const NnAdam *)params)->betas, error);
}

static unsigned nn_adam_uses(const void *params)
{
    return 3u | (unsigned)((const NnAdam *)params)->amsgrad << NN_ADAM_MAX_EXP_AVG_SQ;
}

static double nn_adam_momentum(const void *params)
{
    return ((const NnAdam *)params)->betas.values[0];
}

/* One step. The weights shrink by `shrink` before; `decay` times the weights joins the gradient. */
static void nn_adam_step(const NnUpdate *u, double shrink, double decay_share)
{
    const NnAdam *adam = u->params;
    const double beta1 = u->momentum, beta2 = adam->betas.values[1];
    const NnReal past1 = (NnReal)beta1, fresh1 = (NnReal)(1 - beta1);
    const NnReal past2 = (NnReal)beta2, fresh2 = (NnReal)(1 - beta2);
    const NnReal keep = (NnReal)(1 - shrink), decay = (NnReal)decay_share;
    const NnReal eps = nn_eps(adam->eps);
    const NnReal rate = (NnReal)(u->lr / (1 - nn_power(beta1, u->step + 1)));
    const NnReal root = (NnReal)sqrt(1 - nn_power(beta2, u->step + 1));
    NnReal *restrict w = u->weights;
    NnReal *restrict m = u->states[NN_ADAM_EXP_AVG];
    NnReal *restrict v = u->states[NN_ADAM_EXP_AVG_SQ];
    NnReal *restrict top = u->states[NN_ADAM_MAX_EXP_AVG_SQ];
    const NnReal *restrict g = u->gradients;
    for (size_t i = 0; i < u->n; i++) {
        const NnReal d = g[i] + decay * w[i];
        m[i] = past1 * m[i] + fresh1 * d;
        v[i] = past2 * v[i] + fresh2 * d * d;
        NnReal square = v[i];
        if (top)
            square = top[i] = top[i] > v[i] ? top[i] : v[i];
        w[i] = keep * w[i] - rate * m[i] / (nn_root(square) / root + eps);
    }
}

#endif
