/* Cross-entropy in which what is right already counts less.
 *
 *   softmax: (1 - p)^gamma * -log(p), p the share of the sample's class; mean over samples
 *   sigmoid: every output by itself, with p = sigmoid(x) where the target is 1 and 1 - sigmoid(x)
 *            where it is 0 (torchvision.ops.sigmoid_focal_loss, reduction mean)
 *
 * The paper has the second form; the first is the same for classes that exclude each other.
 *
 * Source: Lin et al., "Focal Loss for Dense Object Detection", 2017.
 */
#include <float.h>

#include "trainer/nn/losses/sigmoid.h"
#include "trainer/nn/losses/softmax.h"
#include "trainer/nn/losses/targets.h"
#include "trainer/nn/losses/weights.h"

enum { FORM_SOFTMAX, FORM_SIGMOID };
static const char *const form_names[] = {"softmax", "sigmoid", NULL};

typedef struct Focal {
    double gamma, alpha;
    AugChoice form;
    NnWeights weight;
} Focal;

static const AugParamDesc rows[] = {
    AUG_PARAM(Focal, gamma, .fallback = "2", .low = 0, .high = 100,
              .help = "how much less; 0: cross-entropy"),
    AUG_PARAM(Focal, form, .fallback = "softmax", .choices = form_names,
              .help = "classes exclude each other, or each output stands for itself"),
    AUG_PARAM(Focal, alpha, .fallback = "0.25", .low = -1, .high = 1,
              .help = "sigmoid: what a target of 1 counts, one of 0 the rest; below 0: both 1"),
    NN_WEIGHTS_ROW(Focal, weight, .help = "softmax: what each class counts"),
};

/* Of alpha, where nothing is given. */
#define ALPHA 0.25

/* q to the power of gamma, q the share that is not right, 0 to 1. */
static double focus(double q, double gamma)
{
    if (gamma == 0)
        return 1;
    return q < DBL_MIN ? 0 : augi_exp(gamma * augi_log(q));
}

/* What class k is if it is the right one: its loss, and minus that loss's derivative by log p, for
 * p the share of the class. */
static double class_loss(const Focal *focal, const NnSoftmax *softmax, const NnReal *x, size_t k,
                         double *slope)
{
    const double log_p = nn_log_share(softmax, x, k), p = augi_exp(log_p);
    const double whole = 1 + softmax->others, e = augi_exp((double)x[k] - softmax->top);
    const double q = (k == softmax->best ? softmax->others : whole - e) / whole;
    const double factor = focus(q, focal->gamma) * nn_weight(&focal->weight, k);
    const double ratio = q < DBL_MIN ? -1 : log_p / q;
    *slope = factor * (1 - focal->gamma * p * ratio);
    return -factor * log_p;
}

static double softmax_sample(const NnTargets *targets, uint32_t sample, const NnReal *x,
                             double share, NnReal *d)
{
    const Focal *focal = targets->node->params;
    const NnSoftmax softmax = nn_softmax(x, targets->n);
    double loss = 0, total = 0, slope = 0;
    for (size_t k = 0; k < targets->n; k++) {
        const double t = nn_target(targets, sample, k);
        if (t != 0)
            loss += t * class_loss(focal, &softmax, x, k, &slope);
        total += t != 0 ? t * slope : 0;
    }
    for (size_t k = 0; k < targets->n && d; k++) {
        const double t = nn_target(targets, sample, k);
        if (t != 0)
            (void)class_loss(focal, &softmax, x, k, &slope);
        const double own = t != 0 ? t * slope : 0;
        d[k] = (NnReal)((augi_exp(nn_log_share(&softmax, x, k)) * total - own) * share);
    }
    return loss;
}

/* Loss of one output, and its derivative. */
static double output_loss(const Focal *focal, double x, double t, double *slope)
{
    const NnSigmoid p = nn_sigmoid(x);
    const double alpha = focal->alpha < 0 ? 1 : focal->alpha * t + (1 - focal->alpha) * (1 - t);
    const double entropy = t * p.minus_log_on + (1 - t) * p.minus_log_off;
    const double q = t * p.off + (1 - t) * p.on, factor = alpha * focus(q, focal->gamma);
    const double bend = q < DBL_MIN ? 0 : (1 - 2 * t) * p.on * p.off / q;
    *slope = factor * ((1 - t) * p.on - t * p.off + focal->gamma * entropy * bend);
    return factor * entropy;
}

static double sigmoid_sample(const NnTargets *targets, uint32_t sample, const NnReal *x,
                             double share, NnReal *d)
{
    double sum = 0, slope;
    for (size_t i = 0; i < targets->n; i++) {
        sum +=
            output_loss(targets->node->params, (double)x[i], nn_target(targets, sample, i), &slope);
        if (d)
            d[i] = (NnReal)(slope * share / (double)targets->n);
    }
    return sum / (double)targets->n;
}

/* Whether the class that a sample counts as is the largest output. */
static bool is_largest(const NnTargets *targets, uint32_t sample, const NnReal *x)
{
    return nn_target_class(targets, sample) == nn_largest(x, targets->n);
}

/* One shard; dx NULL: evaluation. */
static void focal_shard(const NnTask *task, const NnNode *node, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const NnTargets targets = nn_targets(task, node);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const double share = 1.0 / pass->batch->n;
    const bool is_softmax = ((const Focal *)node->params)->form.value == FORM_SOFTMAX;
    NnShardResult result = {.finite = true};
    for (uint32_t s = pass->first[task->part]; s < pass->first[task->part + 1]; s++) {
        if (!pass->kernels->all_finite(x, targets.n)) {
            result.finite = false;
            break;
        }
        if (targets.kind) {
            result.weight += 1;
            result.loss += is_softmax ? softmax_sample(&targets, s, x, share, dx)
                                      : sigmoid_sample(&targets, s, x, share, dx);
            const NnRight right = is_softmax ? (NnRight){.accuracy = is_largest(&targets, s, x)}
                                             : nn_right(&targets, s, x);
            result.sums[0] += right.accuracy;
            result.sums[1] += right.f1;
        }
        x += targets.n;
        dx = dx ? dx + targets.n : NULL;
    }
    pass->results[task->part] = result;
}

static void focal_train(const NnTask *task, const NnNode *node)
{
    focal_shard(task, node, nn_slot(task->pass, node->dx, task->part));
}

static void focal_evaluate(const NnTask *task, const NnNode *node)
{
    focal_shard(task, node, NULL);
}

static const char *needs(const void *params, NnShape in)
{
    const Focal *focal = params;
    const bool is_softmax = focal->form.value == FORM_SOFTMAX;
    if (is_softmax && (in.height != 1 || in.width != 1 || in.channels < 2))
        return "one value for each of at least 2 classes, such as a linear layer's";
    if (is_softmax && !nn_weights_fit(&focal->weight, (size_t)in.channels))
        return "as many classes as weight has numbers";
    if (is_softmax && focal->alpha != ALPHA)
        return "form: sigmoid where it is given alpha; softmax has weight";
    return NULL;
}

static AugStatus settle(void *params, AugError *error)
{
    const Focal *focal = params;
    if (focal->form.value == FORM_SIGMOID && focal->weight.n > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "weight is for the form softmax; sigmoid has alpha");
    return nn_weights_settle(&focal->weight, error);
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, focal_train}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, focal_evaluate}},
};

static const NnScalar scalars[] = NN_RIGHT_SCALARS;

/* Classes that exclude each other have no second figure. */
static uint32_t counted(const void *params)
{
    return ((const Focal *)params)->form.value == FORM_SOFTMAX ? 1 : AUG_COUNT(scalars);
}

const NnLossDesc nn_loss_focal = {
    .name = "focal",
    .summary = "Cross-entropy in which what is right already counts less",
    .formula =
        "softmax: weight * (1 - p)^gamma * -log(p), p = softmax(x) of the class; mean over\n"
        "samples\n"
        "sigmoid: alpha * (1 - p)^gamma * -log(p) for targets of 1, p = sigmoid(x), and\n"
        "(1 - alpha) * p^gamma * -log(1 - p) for targets of 0; mean over all outputs\n"
        "softmax: accuracy: samples whose largest x is their class; sigmoid:\n" NN_RIGHT_FORMULA,
    .source = "Lin et al. 2017 (sigmoid); torchvision.ops.sigmoid_focal_loss",
    .example = "{focal: {gamma: 2, form: softmax}}",
    .params = {rows, AUG_COUNT(rows), sizeof(Focal), settle},
    .targets = NN_TARGET_CLASS | NN_TARGET_SOFT | NN_TARGET_CLASSES,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .counted = counted,
    .needs = needs,
    .hooks = &hooks,
};
