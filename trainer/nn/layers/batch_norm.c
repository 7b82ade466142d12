/* Batch normalization per channel (torch.nn.BatchNorm2d, BatchNorm1d for features; Ioffe and
 * Szegedy 2015). Statistics are over the whole batch: each shard gives mean and squared deviations,
 * which are combined in a fixed tree.
 */
#include <math.h>
#include <string.h>

#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

typedef struct BatchNorm {
    double eps, momentum;
    bool cumulative, affine, track_running_stats, frozen;
} BatchNorm;

static const AugParamDesc rows[] = {
    AUG_PARAM(BatchNorm, eps, .fallback = "1e-5", .low = 0, .high = 1,
              .help = "added to the variance, under the root"),
    AUG_PARAM(BatchNorm, momentum, .fallback = "0.1", .low = 0, .high = 1,
              .help = "weight of the new batch in the running statistics"),
    AUG_PARAM(BatchNorm, cumulative, .fallback = "false",
              .help = "plain average of all batches instead of momentum"),
    AUG_PARAM(BatchNorm, affine, .fallback = "true", .help = "train a scale and a shift"),
    AUG_PARAM(BatchNorm, track_running_stats, .fallback = "true", .quiet = true,
              .help = "keep running statistics; false: evaluation takes those of its batch, too"),
    AUG_PARAM(BatchNorm, frozen, .fallback = "false",
              .help = "use the running statistics in training too, and leave them as they are"),
};

static AugStatus norm_settle(void *params, AugError *error)
{
    const BatchNorm *norm = params;
    if (norm->frozen && !norm->track_running_stats)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "frozen uses the running statistics; with track_running_stats: false there "
                        "are none");
    return AUG_OK;
}

/* Memory that all shards share: values of the current batch, one per channel each. */
typedef struct Shared {
    double *batch_mean, *batch_variance, *inverse;
    NnReal *mean, *scale, *shift, *mean_d, *slope;
} Shared;

#define N_DOUBLES 3
#define N_REALS 5

/* For features, each is a channel of its own. */
static size_t norm_channels(const NnNode *node)
{
    return node->in.flat ? nn_shape_values(node->in) : (size_t)node->in.channels;
}

static size_t norm_pixels(const NnNode *node, size_t n_samples)
{
    return nn_shape_values(node->in) / norm_channels(node) * n_samples;
}

static Shared shared_of(const NnPass *pass, const NnNode *node)
{
    const size_t n = nn_padded(norm_channels(node));
    double *d = (double *)(void *)(pass->shared + node->shared);
    NnReal *r = (NnReal *)(void *)(d + N_DOUBLES * n);
    return (Shared){.batch_mean = d,
                    .batch_variance = d + n,
                    .inverse = d + 2 * n,
                    .mean = r,
                    .scale = r + n,
                    .shift = r + 2 * n,
                    .mean_d = r + 3 * n,
                    .slope = r + 4 * n};
}

/* Running statistics are used, and stay. */
static bool norm_frozen(const NnNode *node)
{
    const BatchNorm *norm = node->params;
    return norm->track_running_stats && (norm->frozen || node->frozen);
}

static void norm_plan(NnBlueprint *blueprint, NnNode *node)
{
    const BatchNorm *norm = node->params;
    const size_t n = nn_padded(norm_channels(node));
    const NnShape inner = node->in.flat ? node->in : (NnShape){1, 1, node->in.channels, true};
    const NnInit zero = {NN_INIT_CONSTANT, 0}, one = {NN_INIT_CONSTANT, 1};
    node->min_values = norm_frozen(node) ? 1 : 2;
    if (norm->affine) {
        node->weight =
            nn_blueprint_vector(blueprint, node, "weight", NN_TENSOR_PARAMETER, inner, one);
        node->bias = nn_blueprint_vector(blueprint, node, "bias", NN_TENSOR_PARAMETER, inner, zero);
    }
    node->by_batch = !norm->track_running_stats && node->used;
    if (norm->track_running_stats) {
        node->mean =
            nn_blueprint_vector(blueprint, node, "running_mean", NN_TENSOR_BUFFER, inner, zero);
        node->variance =
            nn_blueprint_vector(blueprint, node, "running_var", NN_TENSOR_BUFFER, inner, one);
    }
    node->shared =
        nn_blueprint_shared(blueprint, n * (N_DOUBLES * sizeof(double) + N_REALS * sizeof(NnReal)));
    node->partial = nn_blueprint_slot(blueprint, 0, 2 * n * sizeof(double));
    nn_blueprint_scratch(blueprint, n * sizeof(NnReal));
}

/* Pixels that a shard's mean is first guessed from. */
#define N_GUESS 64

/* Roughly the mean of a shard: of some pixels spread over it. */
static void norm_guess_mean(const NnReal *x, size_t n_pixels, size_t n_channels, double *sum,
                            NnReal *mean)
{
    const size_t n = n_pixels < N_GUESS ? n_pixels : N_GUESS;
    memset(sum, 0, n_channels * sizeof(double));
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < n_channels; c++)
            sum[c] += (double)x[i * n_pixels / n * n_channels + c];
    for (size_t c = 0; c < n_channels; c++)
        mean[c] = (NnReal)(sum[c] / (double)n);
}

/* A shard's mean, and behind it its sum of squared deviations, in one pass around a guess of the
 * mean: so a large mean costs no digits. */
static void norm_statistics(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = norm_channels(node);
    const size_t n_pixels = norm_pixels(node, nn_rows_in(pass, node, task->part));
    const NnReal *x = nn_slot(pass, node->x, task->part);
    double *mean = nn_slot(pass, node->partial, task->part), *squares = mean + nn_padded(n);
    NnReal *guess = task->scratch;
    if (n_pixels == 0)
        return;
    norm_guess_mean(x, n_pixels, n, mean, guess);
    pass->kernels->norm_sums(&(NnSums){.n_pixels = n_pixels,
                                       .n_channels = n,
                                       .x = x,
                                       .mean = guess,
                                       .first = mean,
                                       .second = squares});
    for (size_t c = 0; c < n; c++) {
        const double rest = mean[c] / (double)n_pixels;
        squares[c] -= mean[c] * rest;
        mean[c] = (double)guess[c] + rest;
    }
}

/* Count, mean and sum of squared deviations of some values. */
typedef struct Moments {
    double n, mean, squares;
} Moments;

/* Moments of two sets together (Chan, Golub and LeVeque 1979). */
static Moments moments_join(Moments a, Moments b)
{
    if (a.n == 0 || b.n == 0)
        return a.n == 0 ? b : a;
    const double n = a.n + b.n, delta = b.mean - a.mean;
    return (Moments){n, a.mean + delta * (b.n / n),
                     a.squares + b.squares + delta * delta * (a.n * b.n / n)};
}

static Moments batch_moments(const NnPass *pass, const NnNode *node, size_t channel)
{
    Moments sum[NN_SHARDS];
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const double *mean = nn_slot(pass, node->partial, s);
        sum[s] = (Moments){(double)norm_pixels(node, nn_rows_in(pass, node, s)), mean[channel],
                           mean[nn_padded(norm_channels(node)) + channel]};
    }
    for (uint32_t distance = 1; distance < NN_SHARDS; distance *= 2)
        for (uint32_t s = 0; s < NN_SHARDS; s += 2 * distance)
            sum[s] = moments_join(sum[s], sum[s + distance]);
    return sum[0];
}

static void norm_join_statistics(const NnTask *task, const NnNode *node)
{
    const BatchNorm *norm = node->params;
    const NnPass *pass = task->pass;
    const Shared shared = shared_of(pass, node);
    for (size_t c = 0; c < norm_channels(node); c++) {
        Moments moments = batch_moments(pass, node, c);
        if (norm_frozen(node))
            moments = (Moments){1, (double)nn_values(pass, node->mean)[c],
                                (double)nn_values(pass, node->variance)[c]};
        shared.batch_mean[c] = moments.mean;
        shared.batch_variance[c] = moments.squares / moments.n;
        shared.inverse[c] = 1 / sqrt(shared.batch_variance[c] + norm->eps);
        const double gamma = norm->affine ? (double)nn_values(pass, node->weight)[c] : 1;
        shared.mean[c] = (NnReal)moments.mean;
        shared.scale[c] = (NnReal)(gamma * shared.inverse[c]);
        shared.shift[c] = norm->affine ? nn_values(pass, node->bias)[c] : 0;
    }
}

/* What evaluation normalizes by. */
static void norm_join_running(const NnTask *task, const NnNode *node)
{
    const BatchNorm *norm = node->params;
    const NnPass *pass = task->pass;
    const Shared shared = shared_of(pass, node);
    for (size_t c = 0; c < norm_channels(node); c++) {
        const double gamma = norm->affine ? (double)nn_values(pass, node->weight)[c] : 1;
        const double variance = (double)nn_values(pass, node->variance)[c];
        shared.mean[c] = nn_values(pass, node->mean)[c];
        shared.scale[c] = (NnReal)(gamma / sqrt(variance + norm->eps));
        shared.shift[c] = norm->affine ? nn_values(pass, node->bias)[c] : 0;
    }
}

static NnNorm norm_output_job(const NnPass *pass, const NnNode *node)
{
    const Shared shared = shared_of(pass, node);
    return (NnNorm){.n_channels = norm_channels(node),
                    .mean = shared.mean,
                    .scale = shared.scale,
                    .shift = shared.shift,
                    .relu = node->relu};
}

/* The output of a shard, or that of the sum behind it. */
static void norm_apply(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnNorm job = norm_output_job(pass, node);
    if (node->left)
        return;
    job.n_pixels = norm_pixels(node, nn_rows_in(pass, node, task->part));
    job.x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    if (node->sum) {
        job.relu = node->sum->relu;
        job.plus = nn_slot(pass, node->plus, task->part);
    }
    pass->kernels->norm_forward(&job);
}

/* A shard's sums of d, and behind them of d * (x - mean). */
static void norm_gradient_sums(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = norm_channels(node);
    const Shared shared = shared_of(pass, node);
    double *first = nn_slot(pass, node->partial, task->part);
    pass->kernels->norm_sums(&(NnSums){
        .n_pixels = norm_pixels(node, nn_rows_in(pass, node, task->part)),
        .n_channels = n,
        .x = nn_slot(pass, node->x, task->part),
        .dy = nn_slot(pass, node->dy, task->part),
        .mean = shared.mean,
        .scale = shared.scale,
        .shift = shared.shift,
        .relu = node->relu,
        .first = first,
        .second = first + nn_padded(n),
    });
}

static void norm_join_gradients(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const bool frozen = norm_frozen(node);
    const Shared shared = shared_of(pass, node);
    const size_t n = norm_channels(node);
    const double n_pixels = (double)norm_pixels(node, nn_all_rows(pass, node));
    const double *parts = nn_slot(pass, node->partial, 0);
    for (size_t c = 0; c < n; c++) {
        const double sum = nn_tree_sum(parts + c, pass->shard_size);
        /* The sums were around the mean as a float. */
        const double off = frozen ? 0 : shared.batch_mean[c] - (double)shared.mean[c];
        const double product = nn_tree_sum(parts + nn_padded(n) + c, pass->shard_size) - off * sum;
        const double inverse = shared.inverse[c];
        /* Frozen statistics are constants: no gradient flows through them. */
        shared.mean_d[c] = frozen ? 0 : (NnReal)(sum / n_pixels);
        shared.slope[c] = frozen ? 0 : (NnReal)(product * inverse * inverse / n_pixels);
        if (!node->learns)
            continue;
        nn_gradient(pass, node->bias)[c] = (NnReal)sum;
        nn_gradient(pass, node->weight)[c] = (NnReal)(product * inverse);
    }
}

static NnNorm norm_input_gradient(const NnPass *pass, const NnNode *node)
{
    const Shared shared = shared_of(pass, node);
    NnNorm job = norm_output_job(pass, node);
    job.mean_d = shared.mean_d;
    job.slope = shared.slope;
    return job;
}

static void norm_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnNorm job = norm_input_gradient(pass, node);
    if (node->dx == NN_NONE)
        return;
    job.n_pixels = norm_pixels(node, nn_rows_in(pass, node, task->part));
    job.x = nn_slot(pass, node->x, task->part);
    job.dy = nn_slot(pass, node->dy, task->part);
    job.dx = nn_slot(pass, node->dx, task->part);
    pass->kernels->norm_backward(&job);
}

/* Running statistics take the unbiased variance, as PyTorch's. */
static void norm_commit(const NnPass *pass, const NnNode *node)
{
    const BatchNorm *norm = node->params;
    const Shared shared = shared_of(pass, node);
    const double n = (double)norm_pixels(node, nn_all_rows(pass, node));
    if (norm_frozen(node) || !norm->track_running_stats)
        return;
    const double fresh = norm->cumulative ? 1 / (double)(pass->n_batches + 1) : norm->momentum;
    NnReal *mean = nn_values(pass, node->mean), *variance = nn_values(pass, node->variance);
    for (size_t c = 0; c < norm_channels(node); c++) {
        const double unbiased = shared.batch_variance[c] * (n / (n - 1));
        mean[c] = (NnReal)((1 - fresh) * (double)mean[c] + fresh * shared.batch_mean[c]);
        variance[c] = (NnReal)((1 - fresh) * (double)variance[c] + fresh * unbiased);
    }
}

/* What evaluation does to each channel, as a factor and a summand. */
static bool norm_fold_onnx(NnOnnx *onnx, const NnNode *node, size_t n, double *factors,
                           double *summands)
{
    const BatchNorm *norm = node->params;
    const double *mean = nn_onnx_values(onnx, node->mean);
    const double *variance = nn_onnx_values(onnx, node->variance);
    const double *weight = nn_onnx_values(onnx, node->weight);
    const double *bias = nn_onnx_values(onnx, node->bias);
    if (!mean || !variance || norm_channels(node) != n)
        return false;
    for (size_t c = 0; c < n; c++) {
        factors[c] = (weight ? weight[c] : 1) / sqrt(variance[c] + norm->eps);
        summands[c] = (bias ? bias[c] : 0) - mean[c] * factors[c];
    }
    return true;
}

static const char *norm_onnx(NnOnnx *onnx, const NnNode *node)
{
    const BatchNorm *norm = node->params;
    if (!norm->track_running_stats)
        return nn_onnx_refuse(
            onnx, node,
            "without running statistics it depends on the batch; ONNX has no such "
            "layer");
    return nn_onnx_running_norm(onnx, node, norm->eps);
}

static const NnLayerHooks hooks = {
    .plan = norm_plan,
    .output_job = norm_output_job,
    .input_gradient = norm_input_gradient,
    .fuses = true,
    .takes_sum = true,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_PARTIAL, norm_statistics},
                {NN_PHASE_ONCE, NN_USES_PARTIAL, norm_join_statistics},
                {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, norm_apply}},
    .evaluate = {{NN_PHASE_ONCE, 0, norm_join_running},
                 {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, norm_apply}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DY | NN_USES_PARTIAL, norm_gradient_sums},
                 {NN_PHASE_ONCE, NN_USES_PARTIAL, norm_join_gradients},
                 {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY, norm_backward}},
    .commit = norm_commit,
    .onnx = norm_onnx,
    .fold_onnx = norm_fold_onnx,
};

const NnLayerDesc nn_layer_batch_norm = {
    .name = "batch_norm",
    .summary = "Zero mean and unit variance per channel over the batch (torch.nn.BatchNorm2d)",
    .formula =
        "y = (x - mean) / sqrt(variance + eps) * weight + bias, mean and variance of a channel "
        "over\n"
        "the batch, or the running ones in evaluation: running = (1 - momentum) * running +\n"
        "momentum * the batch's, of which the variance is the unbiased one",
    .source = "Ioffe and Szegedy 2015; torch.nn.BatchNorm2d",
    .example = "[batch_norm, flatten, linear: 3]",
    .params = {.rows = rows,
               .n = AUG_COUNT(rows),
               .size = sizeof(BatchNorm),
               .settle = norm_settle},
    .hooks = &hooks,
};
