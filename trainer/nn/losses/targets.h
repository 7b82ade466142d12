/* What the outputs of a sample are compared with, wherever it stands: the network's input, values of
 * the batch, shares, or the number of a class, which is 1 for that and 0 for all others. */
#ifndef NN_TARGETS_H
#define NN_TARGETS_H

#include "trainer/nn/loss.h"

/* The targets of one shard. kind: which they are; 0: the batch has none that the loss takes. input:
 * the shard's samples as the network saw them. first: number of the first of them. n: outputs */
typedef struct NnTargets {
    unsigned kind;
    const NnBatch *batch;
    const NnReal *input;
    const NnNode *node;
    uint32_t first;
    size_t n;
} NnTargets;

/* Finds them for a task of a loss that takes these kinds. */
static inline NnTargets nn_targets(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnBatch *batch = pass->batch;
    const unsigned takes = ((const NnLossDesc *)(const void *)node->module)->targets;
    NnTargets targets = {.batch = batch,
                         .node = node,
                         .first = pass->first[task->part],
                         .n = nn_shape_values(node->in)};
    if (node->n_inputs > 1) {
        targets.kind = NN_TARGET_INPUT;
        targets.input = nn_slot(pass, node->xs[1], task->part);
    } else if (takes & NN_TARGET_VALUES && batch->values) {
        targets.kind = NN_TARGET_VALUES;
    } else if (takes & (NN_TARGET_SOFT | NN_TARGET_CLASSES) && batch->soft) {
        targets.kind = NN_TARGET_SOFT;
    } else if (takes & NN_TARGET_CLASS && batch->labels) {
        targets.kind = NN_TARGET_CLASS;
    }
    return targets;
}

/* Target of output i of a sample. Where a list of features is compared with a map, the features are
 * numbered as PyTorch does: channel, row, column. */
static inline double nn_target(const NnTargets *targets, uint32_t sample, size_t i)
{
    const size_t n = targets->n, at = sample * n + i;
    switch (targets->kind) {
    case NN_TARGET_VALUES:
        return (double)targets->batch->values[at];
    case NN_TARGET_SOFT:
        return (double)targets->batch->soft[at];
    case NN_TARGET_CLASS:
        return (size_t)targets->batch->labels[sample] == i;
    default:
        break;
    }
    const NnNode *node = targets->node;
    const NnReal *input = targets->input + (sample - targets->first) * n;
    const size_t channels = (size_t)node->ins[1].channels, pixels = n / channels;
    const bool as_it_lies = node->in.channels == node->ins[1].channels;
    return (double)input[as_it_lies ? i : i % pixels * channels + i / pixels];
}

/* Class that a sample counts as: the largest of its targets, the first of equals. */
static inline size_t nn_target_class(const NnTargets *targets, uint32_t sample)
{
    size_t best = 0;
    if (targets->kind == NN_TARGET_CLASS)
        return (size_t)targets->batch->labels[sample];
    for (size_t i = 1; i < targets->n; i++)
        if (nn_target(targets, sample, i) > nn_target(targets, sample, best))
            best = i;
    return best;
}

#endif
