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

/* Maxima along an axis: the numbers of each window's values are a row of a table, the last of them
 * again and again where another window is longer. */
static const char *maxima(NnOnnx *onnx, const char *x, int64_t axis, int32_t n_in, int32_t n_out)
{
    const size_t in = (size_t)n_in, out = (size_t)n_out, longest = in / out + 2;
    int64_t *table = nn_onnx_take(onnx, out * longest * sizeof(*table));
    for (size_t i = 0; table && i < out; i++)
        for (size_t k = 0; k < longest; k++) {
            const size_t at = i * in / out + k, end = ((i + 1) * in + out - 1) / out;
            table[i * longest + k] = (int64_t)(at < end ? at : end - 1);
        }
    const char *windows =
        nn_onnx_op(onnx, &(NnOnnxOp){.type = "Gather",
                                     .inputs = {x, nn_onnx_table(onnx, table, out, longest)},
                                     .attributes = {NN_ONNX_INT("axis", axis)}});
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "ReduceMax",
                                        .inputs = {windows},
                                        .attributes = {NN_ONNX_ONE("axes", axis + 1),
                                                       NN_ONNX_INT("keepdims", 0)}});
}

static const char *adaptive_onnx(NnOnnx *onnx, const NnNode *node)
{
    const char *x = nn_onnx_input(onnx, node, 0);
    x = maxima(onnx, x, 2, node->in.height, node->out.height);
    return maxima(onnx, x, 3, node->in.width, node->out.width);
}

static const NnLayerHooks hooks = NN_ADAPTIVE_MAX_HOOKS(adaptive_shape, adaptive_onnx);

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
