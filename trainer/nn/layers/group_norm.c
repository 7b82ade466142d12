/* Group normalization (torch.nn.GroupNorm; Wu and He 2018) with the biased variance. */
#include "trainer/nn/layers/channel_norm.h"
#include "trainer/nn/onnx.h"

typedef struct GroupNorm {
    int32_t num_groups;
    double eps;
    bool affine;
} GroupNorm;

static const AugParamDesc rows[] = {
    AUG_PARAM(GroupNorm, num_groups, .low = 1, .high = 65536,
              .help = "groups that the channels are cut into", .aka = "groups"),
    AUG_PARAM(GroupNorm, eps, .fallback = "1e-5", .low = 0, .high = 1,
              .help = "added to the variance, under the root"),
    AUG_PARAM(GroupNorm, affine, .fallback = "true",
              .help = "train a factor and a summand for each channel"),
};

static AugStatus group_norm_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const GroupNorm *norm = params;
    if (in.flat && (in.height > 1 || in.width > 1))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features of one; put it before flatten",
                        nn_shape_values(in));
    if (in.channels % norm->num_groups != 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its input's %d channels cannot be cut into %d equal groups", in.channels,
                        norm->num_groups);
    *out = in;
    return AUG_OK;
}

static void group_norm_plan(NnBlueprint *blueprint, NnNode *node)
{
    const GroupNorm *norm = node->params;
    nn_channel_norm_plan(blueprint, node, (size_t)norm->num_groups, norm->affine);
}

static NnChannelNorm description(const NnNode *node)
{
    const GroupNorm *norm = node->params;
    return (NnChannelNorm){.n_groups = (size_t)norm->num_groups, .eps = norm->eps};
}

static void group_norm_forward(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(node);
    nn_channel_norm_forward(task, node, &norm, true);
}

static void group_norm_evaluate(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(node);
    nn_channel_norm_forward(task, node, &norm, false);
}

static void group_norm_backward(const NnTask *task, const NnNode *node)
{
    const NnChannelNorm norm = description(node);
    nn_channel_norm_backward(task, node, &norm);
}

/* Each group as one list, and back. */
static const char *group_norm_onnx(NnOnnx *onnx, const NnNode *node)
{
    const GroupNorm *norm = node->params;
    const int64_t groups[2] = {norm->num_groups,
                               (int64_t)nn_shape_values(node->in) / norm->num_groups};
    int64_t dims[3];
    const size_t n_dims = nn_onnx_dims(node->in, dims);
    const char *x = nn_onnx_reshape(onnx, nn_onnx_input(onnx, node, 0), groups, 2);
    x = nn_onnx_standardize(onnx, x, 2, 2, norm->eps, true);
    return nn_onnx_affine(onnx, node, nn_onnx_reshape(onnx, x, dims, n_dims), true);
}

static const NnLayerHooks hooks = {
    .shape = group_norm_shape,
    .plan = group_norm_plan,
    .fuses = true,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED, group_norm_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, group_norm_evaluate}},
    .backward = {{NN_PHASE_ON_SHARD,
                  NN_USES_X | NN_USES_DX | NN_USES_DY | NN_USES_SAVED | NN_USES_PARTIAL,
                  group_norm_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, nn_channel_norm_finish},
    .onnx = group_norm_onnx,
};

const NnLayerDesc nn_layer_group_norm = {
    .name = "group_norm",
    .summary = "Zero mean and unit variance of groups of a sample's channels (torch.nn.GroupNorm)",
    .formula = "y = (x - mean) / sqrt(variance + eps) * weight + bias, mean and variance over the\n"
               "pixels and channels of a group in one sample",
    .source = "Wu and He 2018; torch.nn.GroupNorm",
    .example = "[conv: 4, group_norm: 2, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(GroupNorm, rows),
    .hooks = &hooks,
};
