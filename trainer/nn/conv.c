/* Convolution (cross-correlation, as torch.nn.Conv2d) with zero padding.
 *
 * Forward: a sample is copied into a map with its padding, so that every output pixel sees a full
 * window. Backward: the output's gradient is copied into a map that is padded (and, for strides,
 * spread) such that the input's gradient is a plain convolution with the flipped kernel.
 */
#include <string.h>

#include "trainer/nn/layer.h"

typedef struct Conv {
    int32_t filters;
    AugSize kernel, stride, padding;
    bool bias;
    AugChoice init;
} Conv;

static const AugParamDesc rows[] = {
    AUG_PARAM(Conv, filters, .low = 1, .high = 65536, .help = "output channels"),
    AUG_PARAM(Conv, kernel, .fallback = "3", .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "size of the kernel"),
    AUG_PARAM(Conv, stride, .fallback = "1", .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "distance between outputs"),
    AUG_PARAM(Conv, padding, .fallback = "0", .low = 0, .high = 254, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "zeros around the input, fewer than the kernel's size"),
    AUG_PARAM(Conv, bias, .fallback = "true", .help = "add a trained value per channel"),
    AUG_PARAM(Conv, init, .fallback = "he_normal", .choices = nn_init_names,
              .help = "distribution of the initial weights"),
};

/* Sizes of one node, in values. k, s, p: kernel, stride, padding; x_row, d_row: a row of the padded
 * input and of the padded gradient; n_rows: rows of the weight matrix; out_pad: outputs, padded. */
typedef struct Sizes {
    size_t h, w, c, out_h, out_w, out, out_pad;
    size_t kh, kw, sh, sw, ph, pw;
    size_t x_row, x_map, d_row, d_map, n_rows, n_back_rows;
} Sizes;

static Sizes sizes_of(const NnNode *node)
{
    const Conv *conv = node->params;
    Sizes s = {
        .h = (size_t)node->in.height,
        .w = (size_t)node->in.width,
        .c = (size_t)node->in.channels,
        .out_h = (size_t)node->out.height,
        .out_w = (size_t)node->out.width,
        .out = (size_t)node->out.channels,
        .kh = (size_t)conv->kernel.height,
        .kw = (size_t)conv->kernel.width,
        .sh = (size_t)conv->stride.height,
        .sw = (size_t)conv->stride.width,
        .ph = (size_t)conv->padding.height,
        .pw = (size_t)conv->padding.width,
    };
    s.out_pad = nn_padded(s.out);
    s.x_row = (s.w + 2 * s.pw) * s.c;
    s.x_map = s.ph || s.pw ? nn_padded((s.h + 2 * s.ph) * s.x_row) : 0;
    s.d_row = (s.w + s.kw - 1) * s.out_pad;
    s.d_map = (s.h + s.kh - 1) * s.d_row;
    s.n_rows = s.kh * s.kw * s.c;
    s.n_back_rows = s.kh * s.kw * s.out_pad;
    return s;
}

static AugStatus conv_extent(const char *side, int32_t in, int32_t kernel, int32_t stride,
                             int32_t padding, int32_t *out, AugError *error)
{
    if (padding >= kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding %d is not smaller than the kernel's %s %d", padding, side, kernel);
    if (in + 2 * padding < kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the kernel's %s %d is larger than its input's %d with padding %d", side,
                        kernel, in, padding);
    *out = (in + 2 * padding - kernel) / stride + 1;
    return AUG_OK;
}

static AugStatus conv_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const Conv *conv = params;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    AUG_TRY(conv_extent("height", in.height, conv->kernel.height, conv->stride.height,
                        conv->padding.height, &out->height, error));
    AUG_TRY(conv_extent("width", in.width, conv->kernel.width, conv->stride.width,
                        conv->padding.width, &out->width, error));
    out->channels = conv->filters;
    return AUG_OK;
}

static void conv_plan(NnPlan *plan, NnNode *node)
{
    const Conv *conv = node->params;
    const Sizes s = sizes_of(node);
    const double area = (double)(s.kh * s.kw);
    const NnInitRule rule = (NnInitRule)conv->init.value;
    const NnShape inner = {conv->kernel.height, conv->kernel.width, node->in.channels, false};
    const AugTensorDesc desc = {
        .dtype = AUG_DTYPE_F32, .n_dims = 4, .shape = {s.out, s.c, s.kh, s.kw}};
    const double fan_in = (double)s.c * area, fan_out = (double)s.out * area;
    node->weight = nn_plan_matrix(plan, node, &desc, inner, nn_init_rule(rule, fan_in, fan_out));
    if (conv->bias)
        node->bias =
            nn_plan_vector(plan, node, "bias", NN_TENSOR_PARAMETER,
                           (NnShape){1, 1, node->out.channels, true}, nn_init_bias(rule, fan_in));
    nn_plan_scratch(plan, (s.x_map + (nn_plan_trains(plan) ? s.d_map : 0)) * sizeof(NnReal));
    if (!nn_plan_trains(plan))
        return;
    node->shared = nn_plan_shared(plan, s.n_back_rows * nn_padded(s.c) * sizeof(NnReal));
    node->partial =
        nn_plan_slot(plan, 0, s.n_rows * s.out_pad * sizeof(NnReal) + s.out_pad * sizeof(double));
}

/* Slice of the flipped weights: row (ky, kx, out), output channel c. Rows of padded outputs stay
 * zero from the start. */
static void conv_prepare(const NnTask *task, const NnNode *node)
{
    const Sizes s = sizes_of(node);
    const NnReal *w = nn_values(task->run, node->weight);
    NnReal *back = (NnReal *)(task->run->shared + node->shared);
    size_t first, end;
    nn_slice(s.kh * s.kw * s.out, 1, task->part, &first, &end);
    for (size_t i = first; i < end; i++) {
        const size_t tap = i / s.out, out = i % s.out;
        const size_t row = tap * s.out_pad + out;
        const size_t from = (s.kh * s.kw - 1 - tap) * s.c;
        for (size_t c = 0; c < s.c; c++)
            back[nn_panel_index(s.n_back_rows, s.c, row, c)] =
                w[nn_panel_index(s.n_rows, s.out, from + c, out)];
    }
}

/* One sample with its padding: x itself where there is none, else a copy inside map, whose border
 * is zero already. */
static const NnReal *conv_pad_input(const Sizes *s, const NnReal *x, NnReal *map)
{
    if (s->x_map == 0)
        return x;
    for (size_t row = 0; row < s->h; row++)
        memcpy(map + (row + s->ph) * s->x_row + s->pw * s->c, x + row * s->w * s->c,
               s->w * s->c * sizeof(NnReal));
    return map;
}

static NnWindow conv_window(const Sizes *s, const NnReal *x)
{
    return (NnWindow){.x = x,
                      .n_rows = s->out_h,
                      .n_cols = s->out_w,
                      .row_step = s->sh * s->x_row,
                      .col_step = s->sw * s->c,
                      .n_taps = s->kh,
                      .tap_step = s->x_row,
                      .run = s->kw * s->c};
}

static void conv_forward(const NnTask *task, const NnNode *node)
{
    const NnRun *run = task->run;
    const Sizes s = sizes_of(node);
    const NnReal *x = nn_slot(run, node->x, task->part);
    NnReal *y = nn_slot(run, node->y, task->part);
    memset(task->scratch, 0, s.x_map * sizeof(NnReal));
    for (uint32_t i = 0; i < nn_shard_samples(run, task->part); i++)
        run->kernels->dot(&(NnDot){
            .window = conv_window(&s, conv_pad_input(&s, x + i * s.h * s.w * s.c, task->scratch)),
            .weights = nn_values(run, node->weight),
            .bias = node->bias == NN_NONE ? NULL : nn_values(run, node->bias),
            .y = y + i * s.out_h * s.out_w * s.out,
            .n_out = s.out,
            .relu = node->relu,
        });
}

/* One sample's gradient, masked by the rectifier, into its places of the padded map. */
static void conv_spread_gradient(const NnKernels *kernels, const Sizes *s, const NnReal *dy,
                                 const NnReal *y, NnReal *inner)
{
    const bool dense = s->sw == 1 && s->out == s->out_pad;
    const size_t n = dense ? s->out_w * s->out : s->out;
    const size_t per_row = dense ? 1 : s->out_w;
    for (size_t i = 0; i < s->out_h * per_row; i++) {
        NnReal *to = inner + i / per_row * s->sh * s->d_row + i % per_row * s->sw * s->out_pad;
        if (y)
            kernels->relu_backward(to, dy + i * n, y + i * n, n);
        else
            memcpy(to, dy + i * n, n * sizeof(NnReal));
    }
}

/* Gradients of one sample; d: its gradient map, inner: where the map's values begin. */
static void conv_backward_sample(const NnTask *task, const NnNode *node, const Sizes *s,
                                 const NnReal *x, const NnReal *d, const NnReal *inner, uint32_t i)
{
    const NnRun *run = task->run;
    run->kernels->outer(&(NnOuter){
        .window = conv_window(s, x),
        .dy = inner,
        .dy_row_step = s->sh * s->d_row,
        .dy_col_step = s->sw * s->out_pad,
        .dw = nn_slot(run, node->partial, task->part),
        .dw_rows = s->n_rows,
        .n_out = s->out,
        .add = i > 0,
    });
    if (node->dx == NN_NONE)
        return;
    NnReal *dx = nn_slot(run, node->dx, task->part);
    run->kernels->dot(&(NnDot){
        .window = {.x = d,
                   .n_rows = s->h,
                   .n_cols = s->w,
                   .row_step = s->d_row,
                   .col_step = s->out_pad,
                   .n_taps = s->kh,
                   .tap_step = s->d_row,
                   .run = s->kw * s->out_pad},
        .weights = (const NnReal *)(run->shared + node->shared),
        .y = dx + i * s->h * s->w * s->c,
        .n_out = s->c,
    });
}

static double *conv_bias_sums(const NnRun *run, const NnNode *node, const Sizes *s, uint32_t shard)
{
    NnReal *partial = nn_slot(run, node->partial, shard);
    return (double *)(void *)(partial + s->n_rows * s->out_pad);
}

static void conv_backward(const NnTask *task, const NnNode *node)
{
    const NnRun *run = task->run;
    const Sizes s = sizes_of(node);
    const uint32_t n = nn_shard_samples(run, task->part);
    const NnReal *x = nn_slot(run, node->x, task->part);
    const NnReal *dy = nn_slot(run, node->dy, task->part);
    const NnReal *y = node->relu ? nn_slot(run, node->y, task->part) : NULL;
    NnReal *x_map = task->scratch, *d_map = x_map + s.x_map;
    NnReal *inner = d_map + (s.kh - 1 - s.ph) * s.d_row + (s.kw - 1 - s.pw) * s.out_pad;
    const size_t out_values = s.out_h * s.out_w * s.out;
    if (n == 0)
        memset(nn_slot(run, node->partial, task->part), 0, s.n_rows * s.out_pad * sizeof(NnReal));
    memset(task->scratch, 0, (s.x_map + s.d_map) * sizeof(NnReal));
    for (uint32_t i = 0; i < n; i++) {
        const NnReal *map = conv_pad_input(&s, x + i * s.h * s.w * s.c, x_map);
        conv_spread_gradient(run->kernels, &s, dy + i * out_values, y ? y + i * out_values : NULL,
                             inner);
        conv_backward_sample(task, node, &s, map, d_map, inner, i);
    }
    if (node->bias != NN_NONE)
        run->kernels->sums(&(NnSums){.n_pixels = n * s.out_h * s.out_w,
                                     .n_channels = s.out,
                                     .x = dy,
                                     .mask = y,
                                     .first = conv_bias_sums(run, node, &s, task->part)});
}

static void conv_finish(const NnTask *task, const NnNode *node)
{
    const NnRun *run = task->run;
    const Sizes s = sizes_of(node);
    const NnReal *parts[NN_SHARDS];
    size_t first, end;
    nn_slice(s.n_rows * s.out_pad, NN_PANEL, task->part, &first, &end);
    for (uint32_t i = 0; i < NN_SHARDS; i++)
        parts[i] = (const NnReal *)nn_slot(run, node->partial, i) + first;
    run->kernels->tree(nn_gradient(run, node->weight) + first, parts, end - first);
    if (node->bias == NN_NONE)
        return;
    nn_slice(s.out, NN_PANEL, task->part, &first, &end);
    const double *sums = conv_bias_sums(run, node, &s, 0);
    for (size_t c = first; c < end; c++)
        nn_gradient(run, node->bias)[c] = (NnReal)nn_tree_sum(sums + c, run->shard_size);
}

static const NnLayerHooks hooks = {
    .shape = conv_shape,
    .plan = conv_plan,
    .fuses = true,
    .prepare = {NN_PHASE_ON_SLICE, 0, conv_prepare},
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, conv_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, conv_forward},
    .backward = {{NN_PHASE_ON_SHARD,
                  NN_USES_X | NN_USES_Y | NN_USES_DX | NN_USES_DY | NN_USES_PARTIAL,
                  conv_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, conv_finish},
};

const NnLayerDesc nn_layer_conv = {
    .name = "conv",
    .summary = "Convolution over rows and columns (torch.nn.Conv2d)",
    .params = AUG_PARAM_TABLE(Conv, rows),
    .hooks = &hooks,
};
