#include "trainer/nn/window.h"

/* One direction: height or width. */
static AugStatus window_extent(const char *side, int32_t in, int32_t kernel, int32_t stride,
                               int32_t padding, int32_t *out, AugError *error)
{
    if (padding > kernel / 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding %d is more than half of the window's %s %d", padding, side,
                        kernel);
    if (in + 2 * padding < kernel)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the window's %s %d is larger than its input's %d with padding %d", side,
                        kernel, in, padding);
    *out = (in + 2 * padding - kernel) / (stride ? stride : kernel) + 1;
    return AUG_OK;
}

AugStatus nn_pooling_shape(const NnPooling *pooling, NnShape in, NnShape *out, AugError *error)
{
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    AUG_TRY(window_extent("height", in.height, pooling->kernel.height, pooling->stride.height,
                          pooling->padding.height, &out->height, error));
    return window_extent("width", in.width, pooling->kernel.width, pooling->stride.width,
                         pooling->padding.width, &out->width, error);
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
