/* Mean of windows that follow from the output's size (torch.nn.AdaptiveAvgPool2d). */
#include "trainer/nn/layers/pooling.h"

typedef struct Adaptive {
    AugSize output_size;
} Adaptive;

static const AugParamDesc rows[] = {
    AUG_PARAM(Adaptive, output_size, .low = 1, .high = 4096, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "size of the output"),
};

static AugStatus adaptive_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    return nn_pooling_adaptive_shape(((const Adaptive *)params)->output_size, in, out, error);
}

static void adaptive_forward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_forward(task, node, nn_pooling_adaptive_job(node));
}

static void adaptive_backward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_backward(task, node, nn_pooling_adaptive_job(node));
}

static const NnLayerHooks hooks = {
    .shape = adaptive_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, adaptive_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, adaptive_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, adaptive_backward}},
};

const NnLayerDesc nn_layer_adaptive_avg_pool = {
    .name = "adaptive_avg_pool",
    .summary = "Means of as many windows as the output has values (torch.nn.AdaptiveAvgPool2d)",
    .formula =
        "output i of n is over rows floor(i * height / n) to ceil((i + 1) * height / n) - 1;\n"
        "columns likewise",
    .source = "torch.nn.AdaptiveAvgPool2d",
    .example = "[adaptive_avg_pool: 3, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Adaptive, rows),
    .hooks = &hooks,
};
