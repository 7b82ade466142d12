/* Softmax cross-entropy (torch.nn.functional.cross_entropy, reduction mean), for class numbers and
 * for probabilities, in double.
 */
#include "trainer/nn/losses/softmax.h"
#include "trainer/nn/losses/weights.h"

typedef struct CrossEntropy {
    double label_smoothing;
    NnWeights weight;
    int32_t ignore_index;
    bool top_5;
} CrossEntropy;

static const AugParamDesc rows[] = {
    AUG_PARAM(CrossEntropy, label_smoothing, .fallback = "0", .low = 0, .high = 1,
              .help = "share of every target that is spread over all classes"),
    NN_WEIGHTS_ROW(CrossEntropy, weight, .help = "what each class counts: one number for each"),
    AUG_PARAM(CrossEntropy, ignore_index, .fallback = "-100",
              .help = "label of samples that are left out"),
    AUG_PARAM(CrossEntropy, top_5, .fallback = "false",
              .help = "also tell how often the class is among the five largest outputs"),
};

/* What a shard's samples are compared with; smoothing is 0 in evaluation. */
typedef struct Target {
    const CrossEntropy *loss;
    const NnBatch *batch;
    size_t n_classes;
    double smoothing;
} Target;

static bool ignores(const void *params, int64_t label)
{
    return label == ((const CrossEntropy *)params)->ignore_index;
}

static bool is_ignored(const Target *target, uint32_t sample)
{
    return !target->batch->soft && ignores(target->loss, target->batch->labels[sample]);
}

static double target_share(const Target *target, uint32_t sample, size_t k)
{
    double share;
    if (target->batch->soft)
        share = (double)target->batch->soft[sample * target->n_classes + k];
    else
        share = (size_t)target->batch->labels[sample] == k;
    share = (1 - target->smoothing) * share + target->smoothing / (double)target->n_classes;
    return share * nn_weight(&target->loss->weight, k);
}

/* By what the mean is taken: the weights of the classes, or samples where there are shares. */
static double sample_weight(const Target *target, uint32_t sample)
{
    if (is_ignored(target, sample))
        return 0;
    if (target->batch->soft)
        return 1;
    return nn_weight(&target->loss->weight, (size_t)target->batch->labels[sample]);
}

/* Sum of the weights of the whole batch, which each shard needs and computes for itself: a look at
 * every label costs less than waiting for the others. */
static double batch_weight(const Target *target)
{
    double sum = 0;
    for (uint32_t i = 0; i < target->batch->n; i++)
        sum += sample_weight(target, i);
    return sum;
}

/* Loss of one sample; d, if not NULL, becomes its gradient times share. */
static double sample_loss(const Target *target, uint32_t sample, const NnReal *x, double share,
                          NnReal *d)
{
    const size_t n = target->n_classes;
    const NnSoftmax softmax = nn_softmax(x, n);
    double loss = 0, total = 0;
    for (size_t k = 0; k < n; k++) {
        const double t = target_share(target, sample, k);
        total += t;
        if (t != 0)
            loss -= t * nn_log_share(&softmax, x, k);
    }
    double shares[NN_SOFTMAX_CHUNK];
    for (size_t first = 0, end; first < n && d; first = end) {
        end = nn_shares(&softmax, x, n, first, shares);
        for (size_t k = first; k < end; k++) {
            const double p = shares[k - first];
            d[k] = (NnReal)((p * total - target_share(target, sample, k)) * share);
        }
    }
    return loss;
}

static void add_sample(const Target *target, uint32_t sample, const NnReal *x, double share,
                       NnReal *d, NnShardResult *result)
{
    const size_t n = target->n_classes;
    if (is_ignored(target, sample)) {
        result->n_ignored++;
        for (size_t k = 0; k < n && d; k++)
            d[k] = 0;
        return;
    }
    const size_t class = nn_batch_class(target->batch, sample, n);
    result->loss += sample_loss(target, sample, x, share, d);
    result->weight += sample_weight(target, sample);
    result->sums[0] += nn_largest(x, n) == class;
    if (target->loss->top_5)
        result->sums[1] += nn_rank(x, n, class) < 5;
}

/* One shard; dx NULL: evaluation. */
static void loss_shard(const NnTask *task, const NnNode *node, double smoothing, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const Target target = {node->params, pass->batch, (size_t)node->in.channels, smoothing};
    const size_t n = target.n_classes;
    const bool compares = nn_has_classes(pass->batch);
    const double weight = compares && dx ? batch_weight(&target) : 0;
    const double share = weight > 0 ? 1 / weight : 0;
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnShardResult result = {.finite = true};
    for (uint32_t i = pass->first[task->part]; i < pass->first[task->part + 1]; i++, x += n) {
        if (!pass->kernels->all_finite(x, n)) {
            result.finite = false;
            break;
        }
        if (compares)
            add_sample(&target, i, x, share, dx, &result);
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

static AugStatus settle(void *params, AugError *error)
{
    return nn_weights_settle(&((const CrossEntropy *)params)->weight, error);
}

static const char *needs(const void *params, NnShape in)
{
    if (in.height != 1 || in.width != 1 || in.channels < 2)
        return "one value for each of at least 2 classes, such as a linear layer's";
    if (!nn_weights_fit(&((const CrossEntropy *)params)->weight, (size_t)in.channels))
        return "as many classes as weight has numbers";
    return NULL;
}

static uint32_t counted(const void *params)
{
    return ((const CrossEntropy *)params)->top_5 ? 2 : 1;
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, loss_train}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, loss_evaluate}},
};

static const NnScalar scalars[] = {{.name = "accuracy", .is_share = true},
                                   {.name = "top_5", .is_share = true}};

const NnLossDesc nn_loss_cross_entropy = {
    .name = "cross_entropy",
    .summary = "Softmax cross-entropy, mean over the batch (torch.nn.CrossEntropyLoss)",
    .formula =
        "-sum over classes of weight * t * log(softmax(x)),\n"
        "t = (1 - label_smoothing) * target + label_smoothing / classes\n"
        "mean: sum over samples by the sum of the weights of their classes; of mixed samples\n"
        "by their number. Evaluation does not smooth",
    .source = "torch.nn.CrossEntropyLoss; label_smoothing: Szegedy et al. 2016",
    .example = "{cross_entropy: {label_smoothing: 0.1}}",
    .is_default = true,
    .params = {.rows = rows, .n = AUG_COUNT(rows), .size = sizeof(CrossEntropy), .settle = settle},
    .targets = NN_TARGET_CLASS | NN_TARGET_SOFT,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .counted = counted,
    .needs = needs,
    .ignores = ignores,
    .hooks = &hooks,
};
