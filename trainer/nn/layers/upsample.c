/* Upsampling (torch.nn.Upsample): the nearest pixel, or between neighbouring ones. */
#include <math.h>

#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

typedef struct Upsample {
    AugNumbers scale_factor;
    AugSize size;
    AugChoice mode;
    bool align_corners;
} Upsample;

enum { MODE_NEAREST, MODE_BILINEAR };
static const char *const modes[] = {[MODE_NEAREST] = "nearest", [MODE_BILINEAR] = "bilinear", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Upsample, scale_factor, .optional = true, .low = 0.01, .high = 64,
              .help = "size of the output by that of the input, rounded down; one number"),
    AUG_PARAM(Upsample, size, .optional = true, .low = 1, .high = 65536,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "size of the output, instead of scale_factor"),
    AUG_PARAM(Upsample, mode, .fallback = "nearest", .choices = modes,
              .help = "what an output pixel is made of"),
    AUG_PARAM(Upsample, align_corners, .fallback = "false",
              .help = "bilinear: the centres of the corners' pixels fall on each other"),
};

/* The scale that is asked for; 0: the size is. */
static double scale_of(const Upsample *upsample)
{
    return upsample->scale_factor.n > 0 ? upsample->scale_factor.values[0] : 0;
}

static AugStatus upsample_settle(void *params, AugError *error)
{
    const Upsample *upsample = params;
    if (upsample->scale_factor.n > 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "scale_factor has %d numbers; allowed is one for both directions",
                        upsample->scale_factor.n);
    if ((scale_of(upsample) != 0) == (upsample->size.height != 0))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "needs %s of scale_factor and size",
                        scale_of(upsample) != 0 ? "only one" : "one");
    if (upsample->align_corners && upsample->mode.value != MODE_BILINEAR)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "align_corners is for mode bilinear only");
    return AUG_OK;
}

static AugStatus upsample_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const Upsample *upsample = params;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    *out = (NnShape){upsample->size.height, upsample->size.width, in.channels, false};
    const double height = floor(in.height * scale_of(upsample));
    const double width = floor(in.width * scale_of(upsample));
    if (upsample->size.height)
        return AUG_OK;
    if (height < 1 || width < 1 || height > INT32_MAX || width > INT32_MAX)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "%dx%d times %g is no size for a map", in.height,
                        in.width, scale_of(upsample));
    out->height = (int32_t)height;
    out->width = (int32_t)width;
    return AUG_OK;
}

/* Taps of both directions. */
static size_t n_taps(const NnNode *node)
{
    return (size_t)node->out.height + (size_t)node->out.width;
}

static void upsample_plan(NnBlueprint *blueprint, NnNode *node)
{
    const size_t row_values = (size_t)node->in.width * (size_t)node->in.channels;
    nn_blueprint_scratch(blueprint,
                         n_taps(node) * sizeof(NnResampleTap) + row_values * sizeof(NnReal));
}

/* Nearest pixel as PyTorch finds it: by a float that is rounded twice, so that at some scales, such as
 * 41, a pixel's square begins one output late. */
static int32_t nearest_pixel(const Upsample *upsample, int32_t i, int32_t n_in, int32_t n_out)
{
    if (n_out == n_in)
        return i;
    if (n_out / 2 == n_in && n_out % 2 == 0)
        return i / 2;
    const float step =
        scale_of(upsample) != 0 ? (float)(1 / scale_of(upsample)) : (float)n_in / (float)n_out;
    const int32_t at = (int32_t)floorf((float)i * step);
    return at < n_in ? at : n_in - 1;
}

/* Where output number `i` of n_out in one direction comes from. */
static NnResampleTap tap(const Upsample *upsample, int32_t i, int32_t n_in, int32_t n_out)
{
    const double step = scale_of(upsample) != 0 ? 1 / scale_of(upsample) : (double)n_in / n_out;
    double at = (i + 0.5) * step - 0.5;
    if (upsample->mode.value == MODE_NEAREST)
        at = nearest_pixel(upsample, i, n_in, n_out);
    else if (upsample->align_corners)
        at = n_out > 1 ? i * ((double)(n_in - 1) / (n_out - 1)) : 0;
    at = at < 0 ? 0 : at > n_in - 1 ? n_in - 1 : at;
    const int32_t first = (int32_t)at;
    return (NnResampleTap){first, first + 1 < n_in ? first + 1 : first, (NnReal)(at - first)};
}

/* The kernels' job without its maps; its taps, and behind them its sums, lie in the thread's scratch. */
static NnResample upsample_job(const NnTask *task, const NnNode *node)
{
    const Upsample *upsample = node->params;
    NnResampleTap *rows_taps = task->scratch, *cols_taps = rows_taps + node->out.height;
    for (int32_t i = 0; i < node->out.height; i++)
        rows_taps[i] = tap(upsample, i, node->in.height, node->out.height);
    for (int32_t i = 0; i < node->out.width; i++)
        cols_taps[i] = tap(upsample, i, node->in.width, node->out.width);
    return (NnResample){.in = node->in,
                        .out = node->out,
                        .rows = rows_taps,
                        .cols = cols_taps,
                        .sums = (NnReal *)(void *)(rows_taps + n_taps(node))};
}

static void upsample_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnResample job = upsample_job(task, node);
    job.x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->resample_forward(&job);
        job.x += nn_shape_values(node->in);
        job.y += nn_shape_values(node->out);
    }
}

static void upsample_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx == NN_NONE)
        return;
    NnResample job = upsample_job(task, node);
    job.dx = nn_slot(pass, node->dx, task->part);
    job.dy = nn_slot(pass, node->dy, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->resample_backward(&job);
        job.dx += nn_shape_values(node->in);
        job.dy += nn_shape_values(node->out);
    }
}

/* The taps of one direction as rows (or columns) of a matrix. */
static const char *weights(NnOnnx *onnx, const Upsample *upsample, int32_t n_out, int32_t n_in,
                           bool turned)
{
    const size_t in = (size_t)n_in, out = (size_t)n_out;
    double *values = nn_onnx_take(onnx, in * out * sizeof(*values));
    for (size_t i = 0; values && i < out; i++) {
        const NnResampleTap at = tap(upsample, (int32_t)i, n_in, n_out);
        const size_t first = (size_t)at.first, second = (size_t)at.second;
        values[turned ? first * out + i : i * in + first] += 1 - (double)at.share;
        values[turned ? second * out + i : i * in + second] += (double)at.share;
    }
    return nn_onnx_reals(onnx, values,
                         (const int64_t[]){turned ? n_in : n_out, turned ? n_out : n_in}, 2);
}

/* Nearest pixels along an axis. */
static const char *gather_nearest(NnOnnx *onnx, const Upsample *upsample, const char *x,
                                  int64_t axis, int32_t n_out, int32_t n_in)
{
    int64_t *at = nn_onnx_take(onnx, (size_t)n_out * sizeof(*at));
    for (int32_t i = 0; at && i < n_out; i++)
        at[i] = tap(upsample, i, n_in, n_out).first;
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Gather",
                                        .inputs = {x, nn_onnx_ints(onnx, at, (size_t)n_out)},
                                        .attributes = {NN_ONNX_INT("axis", axis)}});
}

/* By numbers and by matrices, so that the rounding of scales is ours and not that of a runtime. */
static const char *upsample_onnx(NnOnnx *onnx, const NnNode *node)
{
    const Upsample *upsample = node->params;
    const char *x = nn_onnx_input(onnx, node, 0);
    if (upsample->mode.value == MODE_NEAREST) {
        x = gather_nearest(onnx, upsample, x, 2, node->out.height, node->in.height);
        return gather_nearest(onnx, upsample, x, 3, node->out.width, node->in.width);
    }
    const char *rows_weights = weights(onnx, upsample, node->out.height, node->in.height, false);
    const char *cols_weights = weights(onnx, upsample, node->out.width, node->in.width, true);
    x = nn_onnx_binary(onnx, "MatMul", rows_weights, x);
    return nn_onnx_binary(onnx, "MatMul", x, cols_weights);
}

static const NnLayerHooks hooks = {
    .shape = upsample_shape,
    .plan = upsample_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, upsample_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, upsample_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, upsample_backward}},
    .onnx = upsample_onnx,
};

const NnLayerDesc nn_layer_upsample = {
    .name = "upsample",
    .summary = "A larger map by the nearest pixel or bilinearly (torch.nn.Upsample)",
    .formula =
        "nearest: output i is input floor(i * (1 / scale)), both rounded to float as in PyTorch\n"
        "bilinear: output i lies at (i + 0.5) / scale - 0.5, not below 0; with align_corners\n"
        "at i * (in - 1) / (out - 1). scale is scale_factor, or out / in",
    .source = "torch.nn.Upsample",
    .example = "[upsample: {scale_factor: 2, mode: bilinear}, flatten, linear: 3]",
    .params = {.rows = rows,
               .n = AUG_COUNT(rows),
               .size = sizeof(Upsample),
               .settle = upsample_settle},
    .hooks = &hooks,
};
