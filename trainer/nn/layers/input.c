/* The first node: a shard's samples from the batch, as values in row, column, channel order. */
#include <string.h>

#include "trainer/nn/graph.h"

/* One value of bytes or floats. */
static NnReal input_value(const NnBatch *batch, const void *data, size_t at)
{
    if (batch->dtype == AUG_DTYPE_U8)
        return (NnReal)((const uint8_t *)data)[at] / 255;
    return ((const float *)data)[at];
}

/* Row of a sample, channels together. */
static void input_row(const NnBatch *batch, const void *data, const NnNode *node, size_t first,
                      NnReal *to)
{
    const size_t channels = (size_t)node->out.channels, n = nn_shape_values(node->out);
    const size_t pixels = n / channels;
    if (node->indices)
        memcpy(to, (const int32_t *)data + first, n * sizeof(int32_t));
    else if (batch->layout == NN_LAYOUT_NHWC || channels == 1)
        for (size_t at = 0; at < n; at++)
            to[at] = input_value(batch, data, first + at);
    else
        for (size_t c = 0; c < channels; c++)
            for (size_t p = 0; p < pixels; p++)
                to[p * channels + c] = input_value(batch, data, first + c * pixels + p);
}

/* Indices lie side by side as int32_t, whatever the size of values. */
static void input_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnBatch *batch = pass->batch;
    const size_t n = nn_shape_values(node->out);
    const size_t step = n * (node->indices ? sizeof(int32_t) : sizeof(NnReal));
    unsigned char *to = nn_slot(pass, node->y, task->part);
    for (uint32_t i = pass->first[task->part]; i < pass->first[task->part + 1]; i++)
        for (uint32_t row = 0; row < node->out_rows; row++, to += step)
            input_row(batch, row ? batch->views[row - 1] : batch->data, node, i * n,
                      (NnReal *)(void *)to);
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_Y, input_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_Y, input_forward}},
};

const NnLayerDesc nn_node_input = {
    .name = "input",
    .summary = "The samples of the batch",
    .hooks = &hooks,
};
