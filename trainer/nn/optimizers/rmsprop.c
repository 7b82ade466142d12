/* RMSprop (torch.optim.RMSprop):
 *
 *   g = gradient + weight_decay * w
 *   s = alpha * s + (1 - alpha) * g^2
 *   d = sqrt(s) + eps        centered: m = alpha * m + (1 - alpha) * g, d = sqrt(s - m^2) + eps
 *   w = w - lr * g / d       with momentum: b = momentum * b + g / d, w = w - lr * b
 *
 * Source: Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012;
 * centered: Graves, "Generating Sequences With Recurrent Neural Networks", 2013.
 */
#include "trainer/nn/optimizer.h"

typedef struct RmsProp {
    NnOptimizerBase base;
    double alpha, eps, momentum;
    bool centered;
} RmsProp;

static const AugParamDesc rows[] = {
    NN_OPTIMIZER_ROWS("1e-2", "0"),
    AUG_PARAM(RmsProp, alpha, .fallback = "0.99", .low = 0, .high = 1, .high_open = true,
              .help = "weight of the past in the average of squares", .aka = "rho"),
    AUG_PARAM(RmsProp, eps, .fallback = "1e-8", .low = 0, .high = 1, .low_open = true,
              .help = "added to the root"),
    AUG_PARAM(RmsProp, momentum, .fallback = "0", .low = 0, .high = 1, .high_open = true,
              .help = "share of the last step that is repeated"),
    AUG_PARAM(RmsProp, centered, .fallback = "false",
              .help = "divide by the deviation instead of the root of the squares"),
};

enum { SQUARE_AVG, GRAD_AVG, MOMENTUM_BUFFER };

static unsigned uses(const void *params)
{
    const RmsProp *rms = params;
    return 1u << SQUARE_AVG | (unsigned)rms->centered << GRAD_AVG |
           (unsigned)(rms->momentum > 0) << MOMENTUM_BUFFER;
}

static double momentum_of(const void *params)
{
    return ((const RmsProp *)params)->momentum;
}

static void update(const NnUpdate *u)
{
    const RmsProp *rms = u->params;
    const NnReal lr = (NnReal)u->lr, decay = (NnReal)u->weight_decay, eps = nn_eps(rms->eps);
    const NnReal past = (NnReal)rms->alpha, fresh = (NnReal)(1 - rms->alpha);
    const NnReal momentum = (NnReal)u->momentum;
    NnReal *restrict w = u->weights;
    NnReal *restrict square = u->states[SQUARE_AVG];
    NnReal *restrict mean = u->states[GRAD_AVG];
    NnReal *restrict buffer = u->states[MOMENTUM_BUFFER];
    const NnReal *restrict g = u->gradients;
    for (size_t i = 0; i < u->n; i++) {
        const NnReal d = g[i] + decay * w[i];
        square[i] = past * square[i] + fresh * d * d;
        NnReal spread = square[i];
        if (mean) {
            mean[i] = past * mean[i] + fresh * d;
            /* Rounding can bring equal values below zero. */
            spread = square[i] > mean[i] * mean[i] ? square[i] - mean[i] * mean[i] : 0;
        }
        NnReal move = d / (nn_root(spread) + eps);
        if (buffer)
            move = buffer[i] = momentum * buffer[i] + move;
        w[i] -= lr * move;
    }
}

static const char *const states[] = {"square_avg", "grad_avg", "momentum_buffer", NULL};

const NnOptimizerDesc nn_optimizer_rmsprop = {
    .name = "rmsprop",
    .summary = "Steps divided by a running mean of squares (torch.optim.RMSprop)",
    .formula = "g = gradient + weight_decay * w\n"
               "s = alpha * s + (1 - alpha) * g^2\n"
               "d = sqrt(s) + eps, centered: m = alpha * m + (1 - alpha) * g, "
               "d = sqrt(s - m^2) + eps\n"
               "w = w - lr * g / d, with momentum: b = momentum * b + g / d, w = w - lr * b",
    .source = "Tieleman and Hinton 2012; centered: Graves 2013",
    .example = "{rmsprop: {lr: 0.01, momentum: 0.9}}",
    .params = AUG_PARAM_TABLE(RmsProp, rows),
    .states = states,
    .uses = uses,
    .momentum = momentum_of,
    .update = update,
};
