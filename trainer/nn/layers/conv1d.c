/* Convolution over positions (torch.nn.Conv1d): over the width of a map of height 1, such as the
 * tokens of a text. */
#include "trainer/nn/layers/conv.h"
#include "trainer/nn/onnx.h"

/* A member of an AugSize, as a whole number. */
#define WIDTH_ROW(field, ...)                                                     \
    {                                                                             \
        .name = #field, .kind = AUG_KIND_OF(((NnConv *)0)->field.width),          \
        .offset = offsetof(NnConv, field) + offsetof(AugSize, width), __VA_ARGS__ \
    }

static const AugParamDesc rows[] = {
    AUG_PARAM(NnConv, filters, .low = 1, .high = 65536, .help = "output channels",
              .aka = "out_channels"),
    WIDTH_ROW(kernel, .fallback = "3", .low = 1, .high = 255, .help = "size of the kernel"),
    WIDTH_ROW(stride, .fallback = "1", .low = 1, .high = 255, .help = "distance between outputs"),
    WIDTH_ROW(padding, .fallback = "0", .low = 0, .high = 254,
              .help = "zeros around the input, fewer than the kernel's size"),
    WIDTH_ROW(dilation, .fallback = "1", .low = 1, .high = 255,
              .help = "distance between the values that a kernel sees"),
    AUG_PARAM(NnConv, groups, .fallback = "1", .low = 1, .high = 65536,
              .help = "parts of the channels that are convolved apart"),
    AUG_PARAM(NnConv, bias, .fallback = "true", .help = "add a trained value per channel"),
    NN_INIT_ROWS(NnConv, init, "he_normal"),
};

static AugStatus conv1d_settle(void *params, AugError *error)
{
    NnConv *conv = params;
    (void)error;
    conv->kernel.height = conv->stride.height = conv->dilation.height = 1;
    conv->padding.height = 0;
    return AUG_OK;
}

static AugStatus conv1d_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    if (!in.flat && in.height > 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map of height 1, but its input is %dx%dx%d; conv is for these",
                        in.height, in.width, in.channels);
    return nn_conv_shape(params, in, out, error);
}

static void conv1d_plan(NnBlueprint *blueprint, NnNode *node)
{
    nn_conv_plan_of(blueprint, node, 1);
}

static const NnLayerHooks hooks = {
    .shape = conv1d_shape,
    .plan = conv1d_plan,
    NN_CONV_HOOKS,
};

const NnLayerDesc nn_layer_conv1d = {
    .name = "conv1d",
    .summary = "Convolution over the positions of a map of height 1 (torch.nn.Conv1d)",
    .formula = "y[t, f] = bias[f] + sum over k and c of\n"
               "          weight[f, c, k] * x[t * stride + k * dilation - padding, c]",
    .source = "Kim 2014, for texts; torch.nn.Conv1d",
    .example = "[reshape: {channels: 3, width: 49}, conv1d: {filters: 4, padding: 1}, flatten, "
               "linear: 3]",
    .params = {.rows = rows, .n = AUG_COUNT(rows), .size = sizeof(NnConv), .settle = conv1d_settle},
    .hooks = &hooks,
};
