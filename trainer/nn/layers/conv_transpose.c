/* Transposed convolution (torch.nn.ConvTranspose2d): every pixel of the input adds the kernel, times
 * its values, to the output. It is the gradient of a convolution with respect to its input, and runs
 * that way: the output is the wide map. */
#include <string.h>

#include "trainer/nn/init.h"
#include "trainer/nn/layers/conv_columns.h"
#include "trainer/nn/onnx.h"

typedef struct ConvTranspose {
    int32_t filters;
    AugSize kernel, stride, padding, output_padding, dilation;
    int32_t groups;
    bool bias;
    NnInitParams init;
} ConvTranspose;

static const AugParamDesc rows[] = {
    AUG_PARAM(ConvTranspose, filters, .low = 1, .high = 65536, .help = "output channels",
              .aka = "out_channels"),
    AUG_PARAM(ConvTranspose, kernel, .fallback = "3", .low = 1, .high = 255,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels", .help = "size of the kernel"),
    AUG_PARAM(ConvTranspose, stride, .fallback = "1", .low = 1, .high = 255,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "distance of the inputs' kernels in the output"),
    AUG_PARAM(ConvTranspose, padding, .fallback = "0", .low = 0, .high = 254,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "border that the output loses"),
    AUG_PARAM(ConvTranspose, output_padding, .fallback = "0", .low = 0, .high = 254,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "rows and columns that the output gets at its far edge; fewer than stride or "
                      "dilation"),
    AUG_PARAM(ConvTranspose, dilation, .fallback = "1", .low = 1, .high = 255,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "distance between the values of a kernel"),
    AUG_PARAM(ConvTranspose, groups, .fallback = "1", .low = 1, .high = 65536,
              .help = "parts of the channels that are convolved apart"),
    AUG_PARAM(ConvTranspose, bias, .fallback = "true", .help = "add a trained value per channel"),
    NN_INIT_ROWS(ConvTranspose, init, "he_normal"),
};

/* Output extent of one direction. */
static AugStatus extent(const NnColumnsSide *side, size_t extra, int32_t *out, AugError *error)
{
    const size_t whole = (side->narrow - 1) * side->stride + nn_columns_reach(side) + extra;
    if (extra > 0 && extra >= side->stride && extra >= side->dilation)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "output_padding %zu is not smaller than stride %zu or dilation %zu", extra,
                        side->stride, side->dilation);
    if (whole <= 2 * side->padding)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "padding %zu leaves nothing of an output of %zu",
                        side->padding, whole);
    if (whole - 2 * side->padding > INT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "its output has an extent of %zu; allowed is %d", whole - 2 * side->padding,
                        INT32_MAX);
    *out = (int32_t)(whole - 2 * side->padding);
    return AUG_OK;
}

static NnColumns columns_of(const ConvTranspose *conv, NnShape in, NnShape out)
{
    const size_t groups = (size_t)conv->groups;
    NnColumns c = {
        .rows = {(size_t)out.height, (size_t)in.height, (size_t)conv->kernel.height,
                 (size_t)conv->stride.height, (size_t)conv->padding.height,
                 (size_t)conv->dilation.height},
        .cols = {(size_t)out.width, (size_t)in.width, (size_t)conv->kernel.width,
                 (size_t)conv->stride.width, (size_t)conv->padding.width,
                 (size_t)conv->dilation.width},
        .wide = (size_t)conv->filters / groups,
        .narrow = (size_t)in.channels / groups,
        .groups = groups,
    };
    nn_columns_derive(&c);
    return c;
}

static NnColumns node_columns(const NnNode *node)
{
    return columns_of(node->params, node->in, node->out);
}

static AugStatus transpose_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const ConvTranspose *conv = params;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; reshape makes one of them",
                        nn_shape_values(in));
    if (in.channels % conv->groups != 0 || conv->filters % conv->groups != 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its input's %d channels and its %d filters cannot both be cut into %d "
                        "equal groups",
                        in.channels, conv->filters, conv->groups);
    const NnColumns c = columns_of(conv, in, in);
    *out = (NnShape){.channels = conv->filters};
    AUG_TRY(extent(&c.rows, (size_t)conv->output_padding.height, &out->height, error));
    return extent(&c.cols, (size_t)conv->output_padding.width, &out->width, error);
}

static void transpose_plan(NnBlueprint *blueprint, NnNode *node)
{
    const ConvTranspose *conv = node->params;
    const NnColumns c = node_columns(node);
    const size_t area = c.rows.kernel * c.cols.kernel;
    const AugTensorDesc desc = {
        .dtype = AUG_DTYPE_F32,
        .n_dims = 4,
        .shape = {c.groups * c.narrow, c.wide, c.rows.kernel, c.cols.kernel}};
    /* As PyTorch counts: the fan in is of the second dimension. */
    const NnFans fans = {(double)(c.wide * area), (double)(c.groups * c.narrow * area)};
    nn_columns_plan(blueprint, node, &c, &desc, nn_init_weights(&conv->init, fans));
    if (conv->bias)
        node->bias = nn_blueprint_vector(blueprint, node, "bias", NN_TENSOR_PARAMETER,
                                         (NnShape){1, 1, node->out.channels, true},
                                         nn_init_biases(&conv->init, fans));
}

/* A sample's output before anything is added: the bias, or zeros. */
static void start_output(const NnPass *pass, const NnNode *node, NnReal *y)
{
    const size_t n = nn_shape_values(node->out), channels = (size_t)node->out.channels;
    if (node->bias == NN_NONE)
        memset(y, 0, n * sizeof(NnReal));
    else
        for (size_t i = 0; i < n; i += channels)
            memcpy(y + i, nn_values(pass, node->bias), channels * sizeof(NnReal));
}

static void transpose_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnColumns c = node_columns(node);
    const NnColumnsWork work = nn_columns_work(task, &c);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    nn_columns_transpose(&c, nn_values(pass, node->weight), work.back);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        start_output(pass, node, y);
        for (size_t row = 0; row < c.rows.narrow; row++)
            for (size_t group = 0; group < c.groups; group++) {
                nn_columns_pixels(&c, x, NULL, row, group, work.pixels);
                nn_columns_widen(pass, &c, &work, group);
                nn_columns_scatter(&c, work.columns, row, group, y);
            }
        x += nn_shape_values(node->in);
        y += nn_shape_values(node->out);
    }
}

static void transpose_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnColumns c = node_columns(node);
    const NnColumnsWork work = nn_columns_work(task, &c);
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    NnReal *dx = node->dx == NN_NONE ? NULL : nn_slot(pass, node->dx, task->part);
    const size_t dx_row = c.cols.narrow * c.groups * c.narrow;
    if (n == 0)
        memset(nn_slot(pass, node->partial, task->part), 0, c.groups * c.matrix * sizeof(NnReal));
    for (size_t k = 0; k < n * c.rows.narrow * c.groups; k++) {
        const size_t i = k / (c.rows.narrow * c.groups), row = k / c.groups % c.rows.narrow;
        const size_t group = k % c.groups;
        nn_columns_gather(&c, dy + i * out, row, group, work.columns);
        if (node->learns) {
            nn_columns_pixels(&c, x + i * in, NULL, row, group, work.pixels);
            nn_columns_weights(task, node, &c, group, nn_columns_window(&c, work.columns),
                               k < c.groups);
        }
        if (dx)
            nn_columns_narrow(pass, &c,
                              (NnDot){.window = {.x = work.columns},
                                      .weights = nn_values(pass, node->weight),
                                      .y = dx + i * in + row * dx_row},
                              group);
    }
    if (node->bias != NN_NONE && node->learns)
        pass->kernels->sums(&(NnSums){.n_pixels = n * c.rows.wide * c.cols.wide,
                                      .n_channels = c.groups * c.wide,
                                      .x = dy,
                                      .first = nn_columns_bias_sums(pass, node, &c, task->part)});
}

static void transpose_finish(const NnTask *task, const NnNode *node)
{
    const NnColumns c = node_columns(node);
    nn_columns_finish(task, node, &c, c.groups * c.wide);
}

static const char *transpose_onnx(NnOnnx *onnx, const NnNode *node)
{
    const ConvTranspose *conv = node->params;
    const AugSize kernel = conv->kernel, stride = conv->stride, pad = conv->padding;
    const AugSize more = conv->output_padding, dilation = conv->dilation;
    return nn_onnx_op(
        onnx,
        &(NnOnnxOp){
            .type = "ConvTranspose",
            .inputs = {nn_onnx_input(onnx, node, 0), nn_onnx_tensor(onnx, node->weight, NULL, 0),
                       node->bias == NN_NONE ? NULL : nn_onnx_tensor(onnx, node->bias, NULL, 0)},
            .attributes = {NN_ONNX_PAIR("dilations", dilation.height, dilation.width),
                           NN_ONNX_INT("group", conv->groups),
                           NN_ONNX_PAIR("kernel_shape", kernel.height, kernel.width),
                           NN_ONNX_PAIR("output_padding", more.height, more.width),
                           NN_ONNX_FOUR("pads", pad.height, pad.width, pad.height, pad.width),
                           NN_ONNX_PAIR("strides", stride.height, stride.width)}});
}

static uint64_t transpose_products(const NnNode *node)
{
    const ConvTranspose *conv = node->params;
    return (uint64_t)nn_shape_values(node->in) * (uint64_t)conv->kernel.height *
           (uint64_t)conv->kernel.width * (uint64_t)(conv->filters / conv->groups);
}

static const NnLayerHooks hooks = {
    .shape = transpose_shape,
    .plan = transpose_plan,
    .products = transpose_products,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, transpose_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, transpose_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY | NN_USES_PARTIAL,
                  transpose_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, transpose_finish},
    .onnx = transpose_onnx,
};

const NnLayerDesc nn_layer_conv_transpose = {
    .name = "conv_transpose",
    .summary = "Transposed convolution: a larger map (torch.nn.ConvTranspose2d)",
    .formula =
        "y[h * stride + k * dilation - padding, f] += weight[c, f, k] * x[h, c], and the bias\n"
        "once; width likewise. Rows: (in - 1) * stride - 2 * padding +\n"
        "dilation * (kernel - 1) + output_padding + 1",
    .source = "Zeiler et al. 2010; torch.nn.ConvTranspose2d",
    .example = "[conv_transpose: {filters: 2, stride: 2, output_padding: 1}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(ConvTranspose, rows),
    .hooks = &hooks,
};
