/* Softmax cross-entropy (torch.nn.functional.cross_entropy, reduction mean), for
 * class numbers and for probabilities. Computed in double from the largest logit down, so it is
 * finite for any finite logits. */
#include "libaug/base/exact_math.h"
#include "trainer/nn/loss.h"

typedef struct CrossEntropy {
    double label_smoothing;
} CrossEntropy;

static const AugParamDesc rows[] = {
    AUG_PARAM(CrossEntropy, label_smoothing, .fallback = "0", .low = 0, .high = 1,
              .help = "share of every target that is spread over all classes"),
};

/* Targets of one sample: class numbers and probabilities alike. */
typedef struct Target {
    const NnBatch *batch;
    uint32_t sample;
    size_t n_classes;
    double smoothing;
} Target;

static double target_share(const Target *target, size_t k)
{
    double share;
    if (target->batch->soft)
        share = (double)target->batch->soft[target->sample * target->n_classes + k];
    else
        share = (size_t)target->batch->labels[target->sample] == k;
    return (1 - target->smoothing) * share + target->smoothing / (double)target->n_classes;
}

/* log of the sum of exp(x - top). At least 0, as the top itself counts 1. */
static double log_sum(const NnReal *x, size_t n, double top)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += augi_exp((double)x[k] - top);
    return augi_log(sum);
}

/* Loss of one sample; d, if not NULL, becomes its gradient times share. */
static double sample_loss(const Target *target, const NnReal *x, double share, NnReal *d)
{
    const size_t n = target->n_classes;
    const double top = (double)x[nn_largest(x, n)], rest = log_sum(x, n, top);
    double loss = 0, total = 0;
    for (size_t k = 0; k < n; k++) {
        const double t = target_share(target, k);
        total += t;
        if (t != 0)
            loss -= t * ((double)x[k] - top - rest);
    }
    for (size_t k = 0; k < n && d; k++) {
        const double p = augi_exp((double)x[k] - top - rest);
        d[k] = (NnReal)((p * total - target_share(target, k)) * share);
    }
    return loss;
}

/* One shard; dx NULL: evaluation. */
static void loss_shard(const NnTask *task, const NnNode *node, double smoothing, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const NnBatch *batch = pass->batch;
    const size_t n = (size_t)node->in.channels;
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnShardResult result = {.finite = true, .weight = nn_shard_samples(pass, task->part)};
    for (uint32_t i = pass->first[task->part]; i < pass->first[task->part + 1]; i++, x += n) {
        const Target target = {batch, i, n, smoothing};
        if (!pass->kernels->all_finite(x, n)) {
            result.finite = false;
            break;
        }
        if (nn_has_classes(batch)) {
            result.loss += sample_loss(&target, x, 1.0 / batch->n, dx);
            result.sums[0] += nn_largest(x, n) == nn_batch_class(batch, i, n);
        }
        if (dx)
            dx += n;
    }
    pass->results[task->part] = result;
}

static void loss_train(const NnTask *task, const NnNode *node)
{
    const CrossEntropy *loss = node->params;
    loss_shard(task, node, loss->label_smoothing, nn_slot(task->pass, node->dx, task->part));
}

static void loss_evaluate(const NnTask *task, const NnNode *node)
{
    loss_shard(task, node, 0, NULL);
}

static const char *needs(const void *params, NnShape in)
{
    (void)params;
    if (in.height != 1 || in.width != 1 || in.channels < 2)
        return "one value for each of at least 2 classes, such as a linear layer's";
    return NULL;
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, loss_train}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X, loss_evaluate},
};

static const NnScalar scalars[] = {{.name = "accuracy", .is_share = true}};

const NnLossDesc nn_loss_cross_entropy = {
    .name = "cross_entropy",
    .summary = "Softmax cross-entropy, mean over the batch (torch.nn.CrossEntropyLoss)",
    .formula = "-sum over classes of t * log(softmax(x)),\n"
               "t = (1 - label_smoothing) * target + label_smoothing / classes",
    .source = "torch.nn.CrossEntropyLoss; label_smoothing: Szegedy et al. 2016",
    .example = "{cross_entropy: {label_smoothing: 0.1}}",
    .is_default = true,
    .params = AUG_PARAM_TABLE(CrossEntropy, rows),
    .targets = NN_TARGET_CLASS | NN_TARGET_SOFT,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .needs = needs,
    .hooks = &hooks,
};
