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

/* Target of output i of a sample. Where a list of features is compared with a map, the map's values are
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
    const size_t from = (size_t)node->in.channels, to = (size_t)node->ins[1].channels;
    if (from == to)
        return (double)input[i];
    const size_t number = i % from * (n / from) + i / from, pixels = n / to;
    return (double)input[number % pixels * to + number / pixels];
}

/* Which outputs of a sample are right, 0 to 1; see nn_right. */
typedef struct NnRight {
    double accuracy, f1;
} NnRight;

/* These two, as the figures of a loss. */
#define NN_RIGHT_SCALARS                        \
    {                                           \
        {.name = "accuracy", .is_share = true}, \
        {                                       \
            .name = "f1", .is_share = true      \
        }                                       \
    }

/* Their lines in the text of a formula. */
#define NN_RIGHT_FORMULA                                                                    \
    "accuracy: samples whose largest x is their class; without a class, outputs that\n"     \
    "are above 0 where t is above 1/2\n"                                                    \
    "f1: without a class, 2 * outputs rightly above 0 / (outputs above 0 + t above 1/2);\n" \
    "1 where neither is; mean over samples"

/* accuracy: of a sample with a class, whether that is the largest output; else the share of outputs that
 * are above 0 where their target is above 1/2. f1: of one with a class the same; else twice the outputs
 * that are above 0 rightly, by the outputs above 0 and the targets above 1/2 together; 1 where there are
 * neither (scikit-learn's f1_score of samples). */
static inline NnRight nn_right(const NnTargets *targets, uint32_t sample, const NnReal *x)
{
    size_t n_right = 0, n_both = 0, n_either = 0;
    if (targets->kind == NN_TARGET_CLASS) {
        const bool hit = nn_largest(x, targets->n) == (size_t)targets->batch->labels[sample];
        return (NnRight){hit, hit};
    }
    for (size_t i = 0; i < targets->n; i++) {
        const bool given = x[i] > 0, wanted = nn_target(targets, sample, i) > 0.5;
        n_right += given == wanted;
        n_both += given && wanted;
        n_either += (size_t)given + (size_t)wanted;
    }
    return (NnRight){(double)n_right / (double)targets->n,
                     n_either ? 2 * (double)n_both / (double)n_either : 1};
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
