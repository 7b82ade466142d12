/* Shape and job of a pooling layer, and the mean that two of them compute. */
#include "trainer/nn/layers/pooling.h"

/* One direction: height or width. */
typedef struct Side {
    const char *name;
    int32_t in, kernel, stride, padding;
} Side;

static AugStatus window_extent(Side side, int32_t *out, AugError *error)
{
    if (side.padding > side.kernel / 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding %d is more than half of the window's %s %d", side.padding,
                        side.name, side.kernel);
    if (side.in + 2 * side.padding < side.kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the window's %s %d is larger than its input's %d with padding %d",
                        side.name, side.kernel, side.in, side.padding);
    *out =
        (side.in + 2 * side.padding - side.kernel) / (side.stride ? side.stride : side.kernel) + 1;
    return AUG_OK;
}

AugStatus nn_pooling_shape(const NnPooling *pooling, NnShape in, NnShape *out, AugError *error)
{
    const AugSize kernel = pooling->kernel, stride = pooling->stride, padding = pooling->padding;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    AUG_TRY(window_extent((Side){"height", in.height, kernel.height, stride.height, padding.height},
                          &out->height, error));
    return window_extent((Side){"width", in.width, kernel.width, stride.width, padding.width},
                         &out->width, error);
}

NnOnnxOp nn_pooling_onnx(const NnPooling *pooling, const char *type, const char *x)
{
    const AugSize kernel = pooling->kernel, pad = pooling->padding;
    const AugSize stride = pooling->stride.height ? pooling->stride : kernel;
    return (NnOnnxOp){
        .type = type,
        .inputs = {x},
        .attributes = {NN_ONNX_PAIR("kernel_shape", kernel.height, kernel.width),
                       NN_ONNX_FOUR("pads", pad.height, pad.width, pad.height, pad.width),
                       NN_ONNX_PAIR("strides", stride.height, stride.width)}};
}

NnPool2d nn_pooling_job(const NnPooling *pooling, const NnNode *node)
{
    const AugSize kernel = pooling->kernel, stride = pooling->stride;
    return (NnPool2d){.in = node->in,
                      .out = node->out,
                      .kernel_h = kernel.height,
                      .kernel_w = kernel.width,
                      .stride_h = stride.height ? stride.height : kernel.height,
                      .stride_w = stride.width ? stride.width : kernel.width,
                      .pad_h = pooling->padding.height,
                      .pad_w = pooling->padding.width};
}

void nn_pooling_mean_forward(const NnTask *task, const NnNode *node, NnPool2d job)
{
    const NnPass *pass = task->pass;
    job.x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->avg_pool_forward(&job);
        job.x += nn_shape_values(node->in);
        job.y += nn_shape_values(node->out);
    }
}

void nn_pooling_mean_backward(const NnTask *task, const NnNode *node, NnPool2d job)
{
    const NnPass *pass = task->pass;
    if (node->dx == NN_NONE)
        return;
    job.dy = nn_slot(pass, node->dy, task->part);
    job.dx = nn_slot(pass, node->dx, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->avg_pool_backward(&job);
        job.dx += nn_shape_values(node->in);
        job.dy += nn_shape_values(node->out);
    }
}
