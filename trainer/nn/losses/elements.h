/* Losses that compare every output with a value of its own, and take the mean over all outputs of
 * all samples (PyTorch's reduction "mean"). Sums are in double, sample after sample. */
#ifndef NN_ELEMENTS_H
#define NN_ELEMENTS_H

#include "trainer/nn/losses/targets.h"

/* Such a loss. of: of output i, which is x and should be t; *slope becomes its derivative by x.
 * counts: the first figure is the share of right outputs: of samples with a class, whether that is
 * the largest output; else the share of outputs that are above 0 where their target is above 1/2 */
typedef struct NnElementLoss {
    double (*of)(const void *params, size_t i, double x, double t, double *slope);
    bool counts;
} NnElementLoss;

/* Share of a sample's outputs that are right. */
static inline double nn_elements_right(const NnTargets *targets, uint32_t sample, const NnReal *x)
{
    size_t n_right = 0;
    if (targets->kind == NN_TARGET_CLASS)
        return nn_largest(x, targets->n) == (size_t)targets->batch->labels[sample];
    for (size_t i = 0; i < targets->n; i++)
        n_right += (x[i] > 0) == (nn_target(targets, sample, i) > 0.5);
    return (double)n_right / (double)targets->n;
}

/* One sample; d NULL: no gradient is asked for, else it becomes the gradient times share. */
static inline double nn_elements_sample(const NnTargets *targets, NnElementLoss loss,
                                        uint32_t sample, const NnReal *x, double share, NnReal *d)
{
    double sum = 0, slope;
    for (size_t i = 0; i < targets->n; i++) {
        sum +=
            loss.of(targets->node->params, i, (double)x[i], nn_target(targets, sample, i), &slope);
        if (d)
            d[i] = (NnReal)(slope * share);
    }
    return sum / (double)targets->n;
}

/* One shard; dx NULL: evaluation. */
static inline void nn_elements_shard(const NnTask *task, const NnNode *node, NnElementLoss loss,
                                     NnReal *dx)
{
    const NnPass *pass = task->pass;
    const NnTargets targets = nn_targets(task, node);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const double share = 1 / ((double)targets.n * pass->batch->n);
    NnShardResult result = {.finite = true};
    for (uint32_t s = pass->first[task->part]; s < pass->first[task->part + 1]; s++) {
        if (!pass->kernels->all_finite(x, targets.n)) {
            result.finite = false;
            break;
        }
        if (targets.kind) {
            result.weight += 1;
            result.loss += nn_elements_sample(&targets, loss, s, x, share, dx);
            result.sums[0] += loss.counts ? nn_elements_right(&targets, s, x) : 0;
        }
        x += targets.n;
        dx = dx ? dx + targets.n : NULL;
    }
    pass->results[task->part] = result;
}

/* Defines `hooks` of such a loss, and the two phases that they run. */
#define NN_ELEMENT_LOSS(hooks, loss)                                                    \
    static void loss##_train(const NnTask *task, const NnNode *node)                    \
    {                                                                                   \
        nn_elements_shard(task, node, loss, nn_slot(task->pass, node->dx, task->part)); \
    }                                                                                   \
    static void loss##_evaluate(const NnTask *task, const NnNode *node)                 \
    {                                                                                   \
        nn_elements_shard(task, node, loss, NULL);                                      \
    }                                                                                   \
    static const NnLayerHooks hooks = {                                                 \
        .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, loss##_train}},         \
        .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, loss##_evaluate}},                  \
    }

#endif
