/* Maximum of windows that follow from the output's size (torch.nn.AdaptiveMaxPool2d). */
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

static const NnLayerHooks hooks = {
    .shape = adaptive_shape,
    .plan = nn_pooling_adaptive_max_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED,
                 nn_pooling_adaptive_max_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED,
                 nn_pooling_adaptive_max_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY | NN_USES_SAVED,
                  nn_pooling_adaptive_max_backward}},
};

const NnLayerDesc nn_layer_adaptive_max_pool = {
    .name = "adaptive_max_pool",
    .summary = "Maxima of as many windows as the output has values (torch.nn.AdaptiveMaxPool2d)",
    .formula =
        "output i of n is over rows floor(i * height / n) to ceil((i + 1) * height / n) - 1;\n"
        "columns likewise; of equal values the first has the gradient",
    .source = "torch.nn.AdaptiveMaxPool2d",
    .example = "[adaptive_max_pool: [3, 2], flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Adaptive, rows),
    .hooks = &hooks,
};
