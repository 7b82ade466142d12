/* The same values as a map of another shape (torch.nn.Unflatten, or view), in PyTorch's order
 * channel, row, column on both sides. */
#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

typedef struct Reshape {
    int32_t channels, height, width;
} Reshape;

static const AugParamDesc rows[] = {
    AUG_PARAM(Reshape, channels, .low = 1, .high = 65536, .help = "channels of the output"),
    AUG_PARAM(Reshape, height, .fallback = "1", .low = 1, .high = 65536, .unit = "pixels",
              .help = "height of the output"),
    AUG_PARAM(Reshape, width, .fallback = "1", .low = 1, .high = 65536, .unit = "pixels",
              .help = "width of the output"),
};

static AugStatus reshape_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const Reshape *reshape = params;
    const uint64_t pixels = (uint64_t)reshape->height * (uint64_t)reshape->width;
    if (pixels * (uint64_t)reshape->channels != nn_shape_values(in))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its input has %zu values, but %d channels of %dx%d are %llu",
                        nn_shape_values(in), reshape->channels, reshape->height, reshape->width,
                        (unsigned long long)pixels * (unsigned long long)reshape->channels);
    *out = (NnShape){reshape->height, reshape->width, reshape->channels, false};
    return AUG_OK;
}

/* Place in memory of value i in PyTorch's order. */
static size_t place(NnShape shape, size_t i)
{
    const size_t pixels = (size_t)shape.height * (size_t)shape.width;
    return i % pixels * (size_t)shape.channels + i / pixels;
}

/* Copies a shard's samples from one order to the other. */
static void reorder(const NnTask *task, const NnNode *node, bool back)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->in);
    const NnReal *from = nn_slot(pass, back ? node->dy : node->x, task->part);
    NnReal *to = nn_slot(pass, back ? node->dx : node->y, task->part);
    const NnShape a = back ? node->out : node->in, b = back ? node->in : node->out;
    for (uint32_t s = nn_rows_in(pass, node, task->part); s--; from += n, to += n)
        for (size_t i = 0; i < n; i++)
            to[place(b, i)] = from[place(a, i)];
}

static void reshape_forward(const NnTask *task, const NnNode *node)
{
    reorder(task, node, false);
}

static void reshape_backward(const NnTask *task, const NnNode *node)
{
    if (node->dx != NN_NONE)
        reorder(task, node, true);
}

static const char *reshape_onnx(NnOnnx *onnx, const NnNode *node)
{
    int64_t dims[3];
    const size_t n_dims = nn_onnx_dims(node->out, dims);
    return nn_onnx_reshape(onnx, nn_onnx_input(onnx, node, 0), dims, n_dims);
}

static const NnLayerHooks hooks = {
    .shape = reshape_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, reshape_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, reshape_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, reshape_backward}},
    .onnx = reshape_onnx,
};

const NnLayerDesc nn_layer_reshape = {
    .name = "reshape",
    .summary = "The same values as a map of another shape (torch.nn.Unflatten)",
    .formula =
        "value i of the output is value i of the input, both counted by channel, row, column",
    .source = "torch.nn.Unflatten",
    .example = "[reshape: {channels: 7, height: 3, width: 7}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Reshape, rows),
    .hooks = &hooks,
};
