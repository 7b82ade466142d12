/* Convolution (cross-correlation, as torch.nn.Conv2d) with zero padding: description and forward
 * pass. */
#include "trainer/nn/layers/conv.h"
#include "trainer/nn/onnx.h"

#include <string.h>

static const AugParamDesc rows[] = {
    AUG_PARAM(NnConv, filters, .low = 1, .high = 65536, .help = "output channels",
              .aka = "out_channels"),
    AUG_PARAM(NnConv, kernel, .fallback = "3", .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "size of the kernel"),
    AUG_PARAM(NnConv, stride, .fallback = "1", .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "distance between outputs"),
    AUG_PARAM(NnConv, padding, .fallback = "0", .low = 0, .high = 254, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "zeros around the input, fewer than the kernel's size"),
    AUG_PARAM(NnConv, dilation, .fallback = "1", .quiet = true, .low = 1, .high = 255,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "distance between the values that a kernel sees"),
    AUG_PARAM(NnConv, groups, .fallback = "1", .quiet = true, .low = 1, .high = 65536,
              .help = "parts of the channels that are convolved apart; as many as there are: "
                      "depthwise"),
    AUG_PARAM(NnConv, bias, .fallback = "true", .help = "add a trained value per channel"),
    NN_INIT_ROWS(NnConv, init, "he_normal"),
};

static NnConvSide conv_side(int32_t in, int32_t out, int32_t kernel, int32_t stride,
                            int32_t padding)
{
    NnConvSide side = {(size_t)in, (size_t)out, (size_t)kernel, (size_t)stride, (size_t)padding, 0,
                       0};
    /* The border must reach as far as any phase looks before the first row ... */
    for (size_t phase = 0; phase < side.stride; phase++) {
        const size_t shift = (phase + side.padding) / side.stride;
        const size_t n_taps = nn_conv_phase(&side, phase).n_taps;
        if (n_taps > shift + 1 + side.before)
            side.before = n_taps - 1 - shift;
    }
    /* ... and as far as the last input row looks behind the last one. */
    const size_t last = (side.in - 1 + side.padding) / side.stride + 1;
    side.d_extent = side.before + (last > side.out ? last : side.out);
    return side;
}

NnConvPhase nn_conv_phase(const NnConvSide *side, size_t phase)
{
    const size_t tap = (phase + side->padding) % side->stride;
    const size_t n_taps =
        tap < side->kernel ? (side->kernel - tap + side->stride - 1) / side->stride : 0;
    NnConvPhase result = {
        .first = phase,
        .n = phase < side->in ? (side->in - phase + side->stride - 1) / side->stride : 0,
        .n_taps = n_taps};
    if (n_taps == 0)
        return result;
    result.last_tap = tap + side->stride * (n_taps - 1);
    result.d_first = side->before + (phase + side->padding) / side->stride + 1 - n_taps;
    return result;
}

/* Least pixels of the samples that are worked on at once: enough for the weights, which are read
 * again each time, not to count. */
#define LEAST_PIXELS 256

NnConvSizes nn_conv_sizes(const NnNode *node)
{
    const NnConv *conv = node->params;
    NnConvSizes s = {
        .rows = conv_side(node->in.height, node->out.height, conv->kernel.height,
                          conv->stride.height, conv->padding.height),
        .cols = conv_side(node->in.width, node->out.width, conv->kernel.width, conv->stride.width,
                          conv->padding.width),
        .in = (size_t)node->in.channels,
        .out = (size_t)node->out.channels,
    };
    s.out_pad = nn_padded(s.out);
    s.x_row = (s.cols.in + 2 * s.cols.padding) * s.in;
    if (s.rows.padding || s.cols.padding)
        s.x_map = nn_padded((s.rows.in + 2 * s.rows.padding) * s.x_row);
    const size_t pixels = s.rows.out * s.cols.out;
    s.n_maps = (LEAST_PIXELS + pixels - 1) / pixels;
    s.d_row = s.cols.d_extent * s.out_pad;
    s.d_map = s.rows.d_extent * s.d_row;
    s.n_rows = s.rows.kernel * s.cols.kernel * s.in;
    return s;
}

/* Output extent of one direction. */
static AugStatus conv_extent(const char *side, const NnConvSide *sizes, int32_t *out,
                             AugError *error)
{
    if (sizes->padding >= sizes->kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding %zu is not smaller than the kernel's %s %zu", sizes->padding, side,
                        sizes->kernel);
    if (sizes->in + 2 * sizes->padding < sizes->kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the kernel's %s %zu is larger than its input's %zu with padding %zu", side,
                        sizes->kernel, sizes->in, sizes->padding);
    *out = (int32_t)((sizes->in + 2 * sizes->padding - sizes->kernel) / sizes->stride + 1);
    return AUG_OK;
}

/* Pixels from the first to the last that a kernel sees. */
static int32_t reach(int32_t kernel, int32_t dilation)
{
    return dilation * (kernel - 1) + 1;
}

AugStatus nn_conv_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const NnConv *conv = params;
    const NnConvSide down = {.in = (size_t)in.height,
                             .kernel = (size_t)reach(conv->kernel.height, conv->dilation.height),
                             .stride = (size_t)conv->stride.height,
                             .padding = (size_t)conv->padding.height};
    const NnConvSide across = {.in = (size_t)in.width,
                               .kernel = (size_t)reach(conv->kernel.width, conv->dilation.width),
                               .stride = (size_t)conv->stride.width,
                               .padding = (size_t)conv->padding.width};
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    AUG_TRY(conv_extent("height", &down, &out->height, error));
    AUG_TRY(conv_extent("width", &across, &out->width, error));
    if (in.channels % conv->groups != 0 || conv->filters % conv->groups != 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its input's %d channels and its %d filters cannot both be cut into %d "
                        "equal groups",
                        in.channels, conv->filters, conv->groups);
    out->channels = conv->filters;
    return AUG_OK;
}

/* Memory of a convolution that is not grouped. */
static void plan_memory(NnBlueprint *blueprint, NnNode *node)
{
    const NnConvSizes s = nn_conv_sizes(node);
    const size_t area = s.rows.kernel * s.cols.kernel;
    const size_t most = (nn_blueprint_max_batch(blueprint) / NN_SHARDS + 1) * node->in_rows;
    nn_conv_whole_plan(blueprint, node);
    nn_blueprint_scratch(blueprint, (s.n_maps < most ? s.n_maps : most) *
                                        (s.x_map + (nn_blueprint_trains(blueprint) ? s.d_map : 0)) *
                                        sizeof(NnReal));
    if (!nn_blueprint_trains(blueprint))
        return;
    node->shared =
        nn_blueprint_shared(blueprint, area * s.out_pad * nn_padded(s.in) * sizeof(NnReal));
    node->partial = nn_blueprint_slot(
        blueprint, 0, s.n_rows * s.out_pad * sizeof(NnReal) + s.out_pad * sizeof(double));
}

void nn_conv_plan_of(NnBlueprint *blueprint, NnNode *node, uint32_t n_sides)
{
    const NnConv *conv = node->params;
    const size_t kernel_h = (size_t)conv->kernel.height, kernel_w = (size_t)conv->kernel.width;
    const size_t inputs = (size_t)(node->in.channels / conv->groups);
    const NnShape inner = {conv->kernel.height, conv->kernel.width, (int32_t)inputs, false};
    AugTensorDesc desc = {.dtype = AUG_DTYPE_F32,
                          .n_dims = 4,
                          .shape = {(uint64_t)conv->filters, inputs, kernel_h, kernel_w}};
    if (n_sides == 1)
        desc = (AugTensorDesc){.dtype = AUG_DTYPE_F32,
                               .n_dims = 3,
                               .shape = {(uint64_t)conv->filters, inputs, kernel_w}};
    const NnFans fans = {(double)(inputs * kernel_h * kernel_w),
                         (double)((size_t)conv->filters * kernel_h * kernel_w)};
    const NnInit init = nn_init_weights(&conv->init, fans);
    const bool depthwise = nn_conv_is_depthwise(node);
    const bool grouped = !depthwise && nn_conv_is_grouped(conv);
    if (depthwise)
        nn_conv_depthwise_plan(blueprint, node, &desc, init);
    else if (grouped)
        nn_conv_grouped_plan(blueprint, node, &desc, init);
    else
        node->weight = nn_blueprint_matrix(blueprint, node, &desc, inner, init);
    if (conv->bias)
        node->bias = nn_blueprint_vector(blueprint, node, "bias", NN_TENSOR_PARAMETER,
                                         (NnShape){1, 1, node->out.channels, true},
                                         nn_init_biases(&conv->init, fans));
    if (!depthwise && !grouped)
        plan_memory(blueprint, node);
}

static void conv_plan(NnBlueprint *blueprint, NnNode *node)
{
    nn_conv_plan_of(blueprint, node, 2);
}

void nn_conv_clear_borders(const NnConvInside *inside, NnReal *maps, size_t n_maps)
{
    for (NnReal *map = maps; n_maps--; map += inside->size) {
        memset(map, 0, inside->before * sizeof(NnReal));
        for (size_t row = 0; row < inside->n_rows; row++) {
            const size_t at = inside->before + row * inside->row, end = at + inside->n;
            const size_t next = row + 1 < inside->n_rows ? at + inside->row : inside->size;
            memset(map + end, 0, (next - end) * sizeof(NnReal));
        }
    }
}

NnConvInside nn_conv_inside(const NnConvSizes *sizes)
{
    return (NnConvInside){.before =
                              sizes->rows.padding * sizes->x_row + sizes->cols.padding * sizes->in,
                          .n_rows = sizes->rows.in,
                          .n = sizes->cols.in * sizes->in,
                          .row = sizes->x_row,
                          .size = sizes->x_map};
}

uint64_t nn_conv_products(const NnNode *node)
{
    const NnConv *conv = node->params;
    return (uint64_t)nn_shape_values(node->out) * (uint64_t)conv->kernel.height *
           (uint64_t)conv->kernel.width * (uint64_t)(node->in.channels / conv->groups);
}

bool nn_conv_reads_norm(const NnKernels *kernels, const NnNode *node)
{
    const NnConv *conv = node->params;
    return !kernels->conv_forward && !nn_conv_is_depthwise(node) && !nn_conv_is_grouped(conv) &&
           (conv->padding.height > 0 || conv->padding.width > 0);
}

const NnReal *nn_conv_pad(const NnPass *pass, const NnNode *node, const NnReal *x, size_t n_maps,
                          NnReal *maps)
{
    const NnConvSizes sizes = nn_conv_sizes(node);
    const NnConvInside inside = nn_conv_inside(&sizes);
    const NnNode *before = node->before;
    NnNorm norm = before ? before->hooks->output_job(pass, before) : (NnNorm){0};
    norm.n_pixels = sizes.cols.in;
    if (sizes.x_map == 0)
        return x;
    for (NnReal *map = maps; n_maps--; map += inside.size)
        for (size_t row = 0; row < inside.n_rows; row++, x += inside.n) {
            norm.x = x;
            norm.y = map + inside.before + row * inside.row;
            if (before)
                pass->kernels->norm_forward(&norm);
            else
                memcpy(norm.y, x, inside.n * sizeof(NnReal));
        }
    return maps;
}

NnWindow nn_conv_window(const NnConvSizes *sizes, const NnReal *x, size_t n_maps)
{
    return (NnWindow){.x = x,
                      .n_rows = sizes->rows.out,
                      .n_cols = sizes->cols.out,
                      .row_step = sizes->rows.stride * sizes->x_row,
                      .col_step = sizes->cols.stride * sizes->in,
                      .n_taps = sizes->rows.kernel,
                      .tap_step = sizes->x_row,
                      .run = sizes->cols.kernel * sizes->in,
                      .n_maps = n_maps,
                      .map_step = sizes->x_map ? sizes->x_map : sizes->rows.in * sizes->x_row};
}

void nn_conv_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (nn_conv_is_depthwise(node)) {
        nn_conv_depthwise_forward(task, node);
        return;
    }
    if (nn_conv_is_grouped(node->params)) {
        nn_conv_grouped_forward(task, node);
        return;
    }
    if (nn_conv_whole_forward(task, node))
        return;
    const NnConvSizes s = nn_conv_sizes(node);
    const NnConvInside inside = nn_conv_inside(&s);
    const size_t n = nn_rows_in(pass, node, task->part), most = s.n_maps < n ? s.n_maps : n;
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    if (s.x_map)
        nn_conv_clear_borders(&inside, task->scratch, most);
    for (size_t first = 0; first < n; first += most) {
        const size_t n_maps = most < n - first ? most : n - first;
        const NnReal *padded = nn_conv_pad(pass, node, x + first * in, n_maps, task->scratch);
        pass->kernels->dot(&(NnDot){
            .window = nn_conv_window(&s, padded, n_maps),
            .weights = nn_values(pass, node->weight),
            .bias = node->bias == NN_NONE ? NULL : nn_values(pass, node->bias),
            .y = y + first * out,
            .y_row_step = s.cols.out * s.out,
            .y_col_step = s.out,
            .y_map_step = out,
            .n_out = s.out,
            .relu = node->relu,
        });
    }
}

const char *nn_conv_onnx(NnOnnx *onnx, const NnNode *node)
{
    const NnConv *conv = node->params;
    const AugSize kernel = conv->kernel, stride = conv->stride, pad = conv->padding;
    const int64_t dims[4] = {node->out.channels, node->in.channels / conv->groups, kernel.height,
                             kernel.width};
    const NnOnnxWeights weights = nn_onnx_weights(onnx, node, dims, 4);
    return nn_onnx_op(
        onnx,
        &(NnOnnxOp){
            .type = "Conv",
            .inputs = {nn_onnx_input(onnx, node, 0), weights.weight, weights.bias},
            .attributes = {NN_ONNX_PAIR("dilations", conv->dilation.height, conv->dilation.width),
                           NN_ONNX_INT("group", conv->groups),
                           NN_ONNX_PAIR("kernel_shape", kernel.height, kernel.width),
                           NN_ONNX_FOUR("pads", pad.height, pad.width, pad.height, pad.width),
                           NN_ONNX_PAIR("strides", stride.height, stride.width)}});
}

static const NnLayerHooks hooks = {
    .shape = nn_conv_shape,
    .plan = conv_plan,
    NN_CONV_HOOKS,
};

const NnLayerDesc nn_layer_conv = {
    .name = "conv",
    .summary = "Convolution over rows and columns (torch.nn.Conv2d)",
    .formula = "y[h, w, f] = bias[f] + sum over kernel rows k, columns l and channels c of\n"
               "  weight[f, c, k, l] * x[h * stride + k * dilation - padding, w * stride + l * "
               "dilation -\n"
               "  padding, c]; with groups, c is of the part of the channels that f belongs to",
    .source = "LeCun et al. 1989; torch.nn.Conv2d",
    .example = "[conv: {filters: 5, stride: 2, padding: 1}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(NnConv, rows),
    .hooks = &hooks,
};
