/* Instance normalization (torch.nn.InstanceNorm2d; Ulyanov, Vedaldi and Lempitsky 2016): each
 * channel of each sample by itself, or in evaluation by running statistics. */
#include "trainer/nn/layers/channel_norm.h"
#include "trainer/nn/onnx.h"

#include <string.h>

typedef struct InstanceNorm {
    double eps, momentum;
    bool affine, track_running_stats;
} InstanceNorm;

static const AugParamDesc rows[] = {
    AUG_PARAM(InstanceNorm, eps, .fallback = "1e-5", .low = 0, .high = 1,
              .help = "added to the variance, under the root"),
    AUG_PARAM(InstanceNorm, momentum, .fallback = "0.1", .low = 0, .high = 1,
              .help = "weight of the new batch in the running statistics"),
    AUG_PARAM(InstanceNorm, affine, .fallback = "false",
              .help = "train a factor and a summand for each channel"),
    AUG_PARAM(InstanceNorm, track_running_stats, .fallback = "false",
              .help = "keep running statistics and use them in evaluation"),
};

static AugStatus instance_norm_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    (void)params;
    if (in.flat || (in.height == 1 && in.width == 1))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map of more than one pixel, but its input is %s of %zu values",
                        in.flat ? "a list" : "a pixel", nn_shape_values(in));
    *out = in;
    return AUG_OK;
}

static bool is_tracking(const NnNode *node)
{
    const InstanceNorm *norm = node->params;
    return norm->track_running_stats;
}

static void instance_norm_plan(NnBlueprint *blueprint, NnNode *node)
{
    const InstanceNorm *norm = node->params;
    const NnShape inner = {1, 1, node->in.channels, true};
    const size_t n = nn_padded((size_t)node->in.channels);
    nn_channel_norm_plan(blueprint, node, (size_t)node->in.channels, norm->affine);
    if (!is_tracking(node))
        return;
    node->mean = nn_blueprint_vector(blueprint, node, "running_mean", NN_TENSOR_BUFFER, inner,
                                     (NnInit){NN_INIT_CONSTANT, 0});
    node->variance = nn_blueprint_vector(blueprint, node, "running_var", NN_TENSOR_BUFFER, inner,
                                         (NnInit){NN_INIT_CONSTANT, 1});
    node->shared = nn_blueprint_shared(blueprint, 2 * n * sizeof(double));
}

/* The layer; uses_running: its moments are the running ones, put into the thread's scratch. */
static NnChannelNorm description(const NnTask *task, const NnNode *node, bool uses_running)
{
    const InstanceNorm *norm = node->params;
    NnChannelNorm result = {.n_groups = (size_t)node->in.channels, .eps = norm->eps};
    if (!uses_running || !is_tracking(node))
        return result;
    NnGroupMoments *moments = task->scratch;
    for (size_t c = 0; c < result.n_groups; c++)
        moments[c] = (NnGroupMoments){(double)nn_values(task->pass, node->mean)[c],
                                      (double)nn_values(task->pass, node->variance)[c]};
    result.given = moments;
    return result;
}

/* A shard's sums over its samples: of means, and behind them of unbiased variances. */
static void add_moments(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = (size_t)node->in.channels;
    const double n_pixels = (double)(nn_shape_values(node->in) / n);
    const NnGroupMoments *moments = nn_slot(pass, node->saved, task->part);
    double *mean = nn_slot(pass, node->partial, task->part), *variance = mean + nn_padded(n);
    memset(mean, 0, 2 * nn_padded(n) * sizeof(double));
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++)
        for (size_t c = 0; c < n; c++) {
            mean[c] += moments[i * n + c].mean;
            variance[c] += moments[i * n + c].variance * (n_pixels / (n_pixels - 1));
        }
}

static void instance_norm_forward(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(task, node, node->frozen);
    nn_channel_norm_forward(task, node, &norm, true);
    if (is_tracking(node))
        add_moments(task, node);
}

/* Means over the batch, for the running statistics. */
static void instance_norm_join(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (!is_tracking(node))
        return;
    const size_t n = 2 * nn_padded((size_t)node->in.channels);
    const double *parts = nn_slot(pass, node->partial, 0);
    double *joined = (double *)(void *)(pass->shared + node->shared);
    for (size_t c = 0; c < n; c++)
        joined[c] = nn_tree_sum(parts + c, pass->shard_size) / nn_all_rows(pass, node);
}

static void instance_norm_evaluate(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(task, node, true);
    nn_channel_norm_forward(task, node, &norm, false);
}

static void instance_norm_backward(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(task, node, node->frozen);
    nn_channel_norm_backward(task, node, &norm);
}

static void instance_norm_commit(const NnPass *pass, const NnNode *node)
{
    const InstanceNorm *norm = node->params;
    if (!is_tracking(node) || node->frozen)
        return;
    const size_t n = (size_t)node->in.channels;
    const double *joined = (const double *)(const void *)(pass->shared + node->shared);
    NnReal *mean = nn_values(pass, node->mean), *variance = nn_values(pass, node->variance);
    for (size_t c = 0; c < n; c++) {
        const double m = joined[c], v = joined[nn_padded(n) + c], fresh = norm->momentum;
        mean[c] = (NnReal)((1 - fresh) * (double)mean[c] + fresh * m);
        variance[c] = (NnReal)((1 - fresh) * (double)variance[c] + fresh * v);
    }
}

static const char *instance_norm_onnx(NnOnnx *onnx, const NnNode *node)
{
    const InstanceNorm *norm = node->params;
    if (is_tracking(node))
        return nn_onnx_running_norm(onnx, node, norm->eps);
    const char *x = nn_onnx_standardize(onnx, nn_onnx_input(onnx, node, 0), 2, 3, norm->eps, true);
    return nn_onnx_affine(onnx, node, x, true);
}

static const NnLayerHooks hooks = {
    .shape = instance_norm_shape,
    .plan = instance_norm_plan,
    .fuses = true,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED | NN_USES_PARTIAL,
                 instance_norm_forward},
                {NN_PHASE_ONCE, NN_USES_PARTIAL, instance_norm_join}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, instance_norm_evaluate}},
    .backward = {{NN_PHASE_ON_SHARD,
                  NN_USES_X | NN_USES_DX | NN_USES_DY | NN_USES_SAVED | NN_USES_PARTIAL,
                  instance_norm_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, nn_channel_norm_finish},
    .commit = instance_norm_commit,
    .onnx = instance_norm_onnx,
};

const NnLayerDesc nn_layer_instance_norm = {
    .name = "instance_norm",
    .summary = "Zero mean and unit variance of each channel of a sample (torch.nn.InstanceNorm2d)",
    .formula = "y = (x - mean) / sqrt(variance + eps) * weight + bias, mean and variance over the\n"
               "pixels of a channel in one sample, or the running ones in evaluation:\n"
               "running = (1 - momentum) * running + momentum * mean over the batch, of means and\n"
               "of unbiased variances",
    .source = "Ulyanov, Vedaldi and Lempitsky 2016; torch.nn.InstanceNorm2d",
    .example = "[instance_norm: {affine: true, track_running_stats: true}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(InstanceNorm, rows),
    .hooks = &hooks,
};
