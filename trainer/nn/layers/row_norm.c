/* The phases of layer_norm and rms_norm. */
#include "trainer/nn/layers/row_norm.h"

#include <string.h>

enum { OVER_SAMPLE, OVER_CHANNELS };
const char *const nn_row_norm_over[] = {
    [OVER_SAMPLE] = "sample", [OVER_CHANNELS] = "channels", NULL};

/* How rows lie. PLANES and LINES: not side by side, so that they are copied to the thread's memory and
 * back. */
typedef enum Layout { SAMPLES, PIXELS, PLANES, LINES } Layout;

static Layout layout_of(const NnNode *node)
{
    const NnRowNormParams *norm = node->params;
    if (node->in.flat || norm->normalized_shape.n == 3)
        return SAMPLES;
    if (norm->normalized_shape.n > 0)
        return norm->normalized_shape.n == 2 ? PLANES : LINES;
    return norm->over.value == OVER_SAMPLE ? SAMPLES : PIXELS;
}

/* What is normalized together. */
static NnShape row_shape(const NnNode *node)
{
    switch (layout_of(node)) {
    case PIXELS:
        return (NnShape){1, 1, node->in.channels, true};
    case PLANES:
        return (NnShape){node->in.height, node->in.width, 1, false};
    case LINES:
        return (NnShape){1, node->in.width, 1, false};
    case SAMPLES:
        break;
    }
    return node->in;
}

AugStatus nn_row_norm_settle(void *params, AugError *error)
{
    const NnRowNormParams *norm = params;
    if (norm->normalized_shape.n > 0 && norm->over.value != OVER_SAMPLE)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "needs only one of over and normalized_shape");
    return AUG_OK;
}

AugStatus nn_row_norm_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const NnRowNormParams *norm = params;
    const int32_t n = norm->normalized_shape.n;
    const double map[] = {in.channels, in.height, in.width};
    const double list[] = {(double)nn_shape_values(in)};
    *out = in;
    if (n > (in.flat ? 1 : 3))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "normalized_shape has %d sizes; its input has %d", n, in.flat ? 1 : 3);
    for (int32_t i = 0; i < n; i++) {
        const double size = in.flat ? list[0] : map[3 - n + i];
        if (norm->normalized_shape.values[i] != size)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "size %d of normalized_shape is %g; that of its input is %g", i,
                            norm->normalized_shape.values[i], size);
    }
    return AUG_OK;
}

/* Dimensions of the parameters, as in PyTorch. */
static AugTensorDesc row_desc(const NnNode *node, NnShape row)
{
    const uint64_t height = (uint64_t)row.height, width = (uint64_t)row.width;
    const Layout layout = layout_of(node);
    AugTensorDesc desc = {.dtype = AUG_DTYPE_F32, .n_dims = 1, .shape = {nn_shape_values(row)}};
    if (layout == SAMPLES && !row.flat)
        desc = (AugTensorDesc){
            .dtype = AUG_DTYPE_F32, .n_dims = 3, .shape = {(uint64_t)row.channels, height, width}};
    if (layout == PLANES)
        desc = (AugTensorDesc){.dtype = AUG_DTYPE_F32, .n_dims = 2, .shape = {height, width}};
    return desc;
}

void nn_row_norm_plan(NnBlueprint *blueprint, NnNode *node)
{
    const NnRowNormParams *norm = node->params;
    const NnShape row = row_shape(node);
    const size_t n = nn_shape_values(row);
    const AugTensorDesc desc = row_desc(node, row);
    if (layout_of(node) == PLANES || layout_of(node) == LINES)
        nn_blueprint_scratch(blueprint, 3 * nn_shape_values(node->in) * sizeof(NnReal));
    if (!norm->elementwise_affine)
        return;
    node->weight =
        nn_blueprint_values(blueprint, node, "weight", &desc, row, (NnInit){NN_INIT_CONSTANT, 1});
    if (norm->bias)
        node->bias =
            nn_blueprint_values(blueprint, node, "bias", &desc, row, (NnInit){NN_INIT_CONSTANT, 0});
    if (nn_blueprint_trains(blueprint))
        node->partial = nn_blueprint_slot(blueprint, 0, 2 * n * sizeof(double));
}

/* Values of a sample from pixels to channels, or back. */
static void reorder(NnShape shape, const NnReal *from, NnReal *to, bool to_channels)
{
    const size_t channels = (size_t)shape.channels, pixels = nn_shape_values(shape) / channels;
    for (size_t p = 0; p < pixels; p++)
        for (size_t c = 0; c < channels; c++)
            if (to_channels)
                to[c * pixels + p] = from[p * channels + c];
            else
                to[p * channels + c] = from[c * pixels + p];
}

/* Runs a kernel on rows that lie side by side, or sample after sample on copies that do. */
static void run_rows(const NnTask *task, const NnNode *node, void (*kernel)(const NnRowNorm *),
                     const NnRowNorm *whole)
{
    const size_t n = nn_shape_values(node->in);
    NnReal *x = task->scratch, *dy = x + n, *out = dy + n;
    NnRowNorm job = *whole;
    if (layout_of(node) == SAMPLES || layout_of(node) == PIXELS) {
        kernel(whole);
        return;
    }
    job.x = x;
    job.dy = dy;
    job.n_rows = n / job.n;
    job.y = whole->y ? out : NULL;
    job.dx = whole->dx ? out : NULL;
    for (uint32_t s = 0; s < nn_rows_in(task->pass, node, task->part); s++) {
        reorder(node->in, whole->x + s * n, x, true);
        if (whole->dy)
            reorder(node->in, whole->dy + s * n, dy, true);
        kernel(&job);
        if (whole->y || whole->dx)
            reorder(node->in, out, (whole->y ? whole->y : whole->dx) + s * n, false);
    }
}

static NnRowNorm row_norm_job(const NnTask *task, const NnNode *node, bool centered)
{
    const NnPass *pass = task->pass;
    const NnRowNormParams *norm = node->params;
    const size_t n = nn_shape_values(row_shape(node));
    return (NnRowNorm){
        .x = nn_slot(pass, node->x, task->part),
        .gamma = node->weight == NN_NONE ? NULL : nn_values(pass, node->weight),
        .beta = node->bias == NN_NONE ? NULL : nn_values(pass, node->bias),
        .n_rows = nn_shape_values(node->in) / n * nn_rows_in(pass, node, task->part),
        .n = n,
        .eps = norm->eps,
        .centered = centered,
    };
}

void nn_row_norm_forward(const NnTask *task, const NnNode *node, bool centered)
{
    NnRowNorm job = row_norm_job(task, node, centered);
    job.y = nn_slot(task->pass, node->y, task->part);
    run_rows(task, node, task->pass->kernels->row_norm_forward, &job);
}

void nn_row_norm_backward(const NnTask *task, const NnNode *node, bool centered)
{
    NnRowNorm job = row_norm_job(task, node, centered);
    job.dy = nn_slot(task->pass, node->dy, task->part);
    if (node->dx != NN_NONE)
        job.dx = nn_slot(task->pass, node->dx, task->part);
    if (node->learns) {
        job.dgamma = nn_slot(task->pass, node->partial, task->part);
        memset(job.dgamma, 0, 2 * job.n * sizeof(double));
        job.dbeta = node->bias == NN_NONE ? NULL : job.dgamma + job.n;
    }
    run_rows(task, node, task->pass->kernels->row_norm_backward, &job);
}

void nn_row_norm_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->weight == NN_NONE)
        return;
    const size_t n = nn_shape_values(row_shape(node));
    const double *parts = nn_slot(pass, node->partial, 0);
    size_t first, end;
    nn_slice(n, NN_PANEL, task->part, &first, &end);
    for (size_t i = first; i < end; i++) {
        nn_gradient(pass, node->weight)[i] = (NnReal)nn_tree_sum(parts + i, pass->shard_size);
        if (node->bias != NN_NONE)
            nn_gradient(pass, node->bias)[i] = (NnReal)nn_tree_sum(parts + n + i, pass->shard_size);
    }
}

const char *nn_row_norm_onnx(NnOnnx *onnx, const NnNode *node, bool centered)
{
    static const int64_t first[] = {[SAMPLES] = 1, [PIXELS] = 1, [PLANES] = 2, [LINES] = 3};
    const NnRowNormParams *norm = node->params;
    const Layout layout = layout_of(node);
    const int64_t last = node->in.flat || layout == PIXELS ? 1 : 3;
    const char *x = nn_onnx_input(onnx, node, 0);
    x = nn_onnx_standardize(onnx, x, first[layout], last, norm->eps, centered);
    return nn_onnx_affine(onnx, node, x, layout == PIXELS);
}
