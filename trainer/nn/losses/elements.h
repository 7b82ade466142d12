/* Losses that compare every output with a value of its own, and take the mean over all outputs of
 * all samples (PyTorch's reduction "mean"). Sums are in double, sample after sample. */
#ifndef NN_ELEMENTS_H
#define NN_ELEMENTS_H

#include "trainer/nn/losses/targets.h"

/* Such a loss. of: of output i, which is x and should be t; *slope becomes its derivative by x.
 * counts: its figures are those of NnRight */
typedef struct NnElementLoss {
    double (*of)(const void *params, size_t i, double x, double t, double *slope);
    bool counts;
} NnElementLoss;

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
            const NnRight right = loss.counts ? nn_right(&targets, s, x) : (NnRight){0};
            result.sums[0] += right.accuracy;
            result.sums[1] += right.f1;
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
