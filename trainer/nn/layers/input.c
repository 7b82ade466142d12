/* The first node: a shard's samples from the batch, as values in row, column, channel order. */
#include <string.h>

#include "trainer/nn/graph.h"

/* One sample of bytes or floats; pixel: channels are together. */
static NnReal input_value(const NnBatch *batch, size_t at)
{
    if (batch->dtype == AUG_DTYPE_U8)
        return (NnReal)((const uint8_t *)batch->data)[at] / 255;
    return ((const float *)batch->data)[at];
}

static void input_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnBatch *batch = pass->batch;
    const size_t channels = (size_t)node->out.channels;
    const size_t pixels = nn_shape_values(node->out) / channels, n = pixels * channels;
    NnReal *to = nn_slot(pass, node->y, task->part);
    for (uint32_t i = pass->first[task->part]; i < pass->first[task->part + 1]; i++, to += n) {
        if (batch->layout == NN_LAYOUT_NHWC || channels == 1)
            for (size_t at = 0; at < n; at++)
                to[at] = input_value(batch, i * n + at);
        else
            for (size_t c = 0; c < channels; c++)
                for (size_t p = 0; p < pixels; p++)
                    to[p * channels + c] = input_value(batch, i * n + c * pixels + p);
    }
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_Y, input_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_Y, input_forward},
};

const NnLayerDesc nn_node_input = {
    .name = "input",
    .summary = "The samples of the batch",
    .hooks = &hooks,
};
