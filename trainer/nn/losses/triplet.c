/* The anchor is nearer to what is like it than to what is not, by a margin
 * (torch.nn.TripletMarginLoss): the three rows of a sample, in this order.
 *
 * Source: Schroff, Kalenichenko and Philbin, "FaceNet", 2015; swap: Balntas et al., "Learning Local
 * Feature Descriptors with Triplets and Shallow Convolutional Neural Networks", 2016.
 */
#include <float.h>
#include <math.h>

#include "libaug/base/exact_math.h"
#include "trainer/nn/loss.h"

typedef struct Triplet {
    double margin, p, eps;
    bool swap;
} Triplet;

static const AugParamDesc rows[] = {
    AUG_PARAM(Triplet, margin, .fallback = "1", .low = 0, .low_open = true, .high = 1e6,
              .help = "by how much nearer"),
    AUG_PARAM(Triplet, p, .fallback = "2", .low = 1, .high = 100, .help = "degree of the norm"),
    AUG_PARAM(Triplet, eps, .fallback = "1e-6", .low = 0, .high = 1,
              .help = "added to each difference"),
    AUG_PARAM(Triplet, swap, .fallback = "false",
              .help = "measure from what is like the anchor where that is nearer to the third"),
};

/* |x| to the power of a, 0 for what is as good as 0. */
static double power(double x, double a)
{
    const double size = fabs(x);
    if (a == 0)
        return 1;
    if (a == 1 || a == 2)
        return a == 1 ? size : size * size;
    return size < DBL_MIN ? 0 : augi_exp(a * augi_log(size));
}

/* Distance of two rows: the p-norm of a - b + eps. Differences are taken relative to the largest, so
 * that no power overflows. */
static double distance(const Triplet *triplet, const NnReal *a, const NnReal *b, size_t n)
{
    double largest = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        /* GCC 12 for AArch64 breaks on fmax here. */
        const double size = fabs((double)a[i] - (double)b[i] + triplet->eps);
        largest = size > largest ? size : largest;
    }
    for (size_t i = 0; i < n && largest > 0; i++)
        sum += power(((double)a[i] - (double)b[i] + triplet->eps) / largest, triplet->p);
    return largest > 0 ? largest * power(sum, 1 / triplet->p) : 0;
}

/* Adds share times the derivatives of a distance to both rows' gradients. */
static void add_slopes(const Triplet *triplet, const NnReal *const ab[2], size_t n, double share,
                       double length, double *const d[2])
{
    for (size_t i = 0; i < n && length > 0; i++) {
        const double difference = (double)ab[0][i] - (double)ab[1][i] + triplet->eps;
        const double size = power(difference / length, triplet->p - 1);
        const double slope = share * (difference > 0 ? size : difference < 0 ? -size : 0);
        d[0][i] += slope;
        d[1][i] -= slope;
    }
}

/* Where a sample's gradient goes: d, the sums of three rows of n times share; d NULL: it is not asked
 * for. */
typedef struct Gradient {
    double share, *sums;
    NnReal *d;
} Gradient;

/* Loss of a sample's rows; *is_right: the anchor is nearer to what is like it. */
static double sample_loss(const Triplet *triplet, const NnReal *x, size_t n, const Gradient *to,
                          bool *is_right)
{
    const NnReal *const row[3] = {x, x + n, x + 2 * n};
    double *const sum[3] = {to->sums, to->sums + n, to->sums + 2 * n}, share = to->share;
    const double near = distance(triplet, row[0], row[1], n);
    const double far = distance(triplet, row[0], row[2], n);
    const double other = triplet->swap ? distance(triplet, row[1], row[2], n) : far;
    const double loss = near - fmin(far, other) + triplet->margin;
    *is_right = near < far;
    if (!to->d)
        return fmax(loss, 0);
    /* Where both distances to the third are equal, each has half (torch.min). */
    const double from_other = !triplet->swap || other > far ? 0 : other < far ? 1 : 0.5;
    for (size_t i = 0; i < 3 * n; i++)
        to->sums[i] = 0;
    if (loss >= 0) {
        add_slopes(triplet, row, n, share, near, sum);
        add_slopes(triplet, (const NnReal *const[]){row[0], row[2]}, n, (from_other - 1) * share,
                   far, (double *const[]){sum[0], sum[2]});
        if (from_other > 0)
            add_slopes(triplet, row + 1, n, -from_other * share, other, sum + 1);
    }
    for (size_t i = 0; i < 3 * n; i++)
        to->d[i] = (NnReal)to->sums[i];
    return fmax(loss, 0);
}

/* One shard; dx NULL: evaluation. */
static void triplet_shard(const NnTask *task, const NnNode *node, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->in);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnShardResult result = {.finite = true, .weight = nn_shard_samples(pass, task->part)};
    for (uint32_t s = 0; s < nn_shard_samples(pass, task->part); s++, x += 3 * n) {
        bool is_right;
        if (!pass->kernels->all_finite(x, 3 * n)) {
            result.finite = false;
            break;
        }
        const Gradient to = {1.0 / pass->batch->n, task->scratch, dx};
        result.loss += sample_loss(node->params, x, n, &to, &is_right);
        result.sums[0] += is_right;
        dx = dx ? dx + 3 * n : NULL;
    }
    pass->results[task->part] = result;
}

static void triplet_train(const NnTask *task, const NnNode *node)
{
    triplet_shard(task, node, nn_slot(task->pass, node->dx, task->part));
}

static void triplet_evaluate(const NnTask *task, const NnNode *node)
{
    triplet_shard(task, node, NULL);
}

static void triplet_plan(NnBlueprint *blueprint, NnNode *node)
{
    nn_blueprint_scratch(blueprint, 3 * nn_shape_values(node->in) * sizeof(double));
}

static const NnLayerHooks hooks = {
    .plan = triplet_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, triplet_train}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, triplet_evaluate}},
};

static const NnScalar scalars[] = {{.name = "accuracy", .is_share = true}};

const NnLossDesc nn_loss_triplet = {
    .name = "triplet",
    .summary = "Nearer to what is alike than to what is not (torch.nn.TripletMarginLoss)",
    .formula = "mean over samples of max(d(a, p) - d(a, n) + margin, 0)\n"
               "a, p, n: the three rows of a sample; d(x, y): the norm of x - y + eps\n"
               "swap: the smaller of d(a, n) and d(p, n)\n"
               "accuracy: samples with d(a, p) < d(a, n)\n"
               "For programs in C, which give the rows (NnBatch.views); in a model file it is\n"
               "refused, and batch_triplet finds triplets in the batch",
    .source = "Schroff, Kalenichenko and Philbin 2015; torch.nn.TripletMarginLoss",
    .example = "{triplet: {margin: 0.5, swap: true}}",
    .params = AUG_PARAM_TABLE(Triplet, rows),
    .targets = NN_TARGET_TRIPLETS,
    .hint =
        "needs an anchor, a positive and a negative in each sample, which programs in C give it "
        "(NnBatch.views) and no stream has; batch_triplet finds them in the batch",
    .least_rows = 3,
    .most_rows = 3,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .hooks = &hooks,
};
