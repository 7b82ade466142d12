/* Layers side by side, channel after channel: concat with `from: [a, b]` (torch.cat over dimension 1).
 */
#include <string.h>

#include "trainer/nn/graph.h"
#include "trainer/nn/onnx.h"

static AugStatus concat_join(const void *params, const NnShape *ins, uint32_t n, NnShape *out,
                             AugError *error)
{
    (void)params;
    int64_t channels = 0;
    *out = ins[0];
    for (uint32_t k = 0; k < n; k++) {
        NnShape other = ins[k];
        channels += other.channels;
        other.channels = out->channels;
        if (nn_same_shape(*out, other))
            continue;
        char a[48], b[48];
        nn_shape_text(ins[0], a);
        nn_shape_text(ins[k], b);
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its inputs are %s and %s; they may differ in channels only", a, b);
    }
    if (channels > INT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "it has %lld channels; allowed are 2147483647",
                        (long long)channels);
    out->channels = (int32_t)channels;
    return AUG_OK;
}

/* Copies pixels of some channels between maps of different width. */
static void copy(NnReal *to, size_t to_step, const NnReal *from, size_t from_step, size_t channels,
                 size_t n_pixels)
{
    for (size_t i = 0; i < n_pixels; i++)
        memcpy(to + i * to_step, from + i * from_step, channels * sizeof(NnReal));
}

static size_t pixels_of(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->out) / (size_t)node->out.channels *
           nn_rows_out(task->pass, node, task->part);
}

static void concat_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnReal *y = nn_slot(pass, node->y, task->part);
    for (uint32_t k = 0; k < node->n_inputs; k++) {
        const size_t channels = (size_t)node->ins[k].channels;
        copy(y, (size_t)node->out.channels, nn_slot(pass, node->xs[k], task->part), channels,
             channels, pixels_of(task, node));
        y += channels;
    }
}

static void concat_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    for (uint32_t k = 0; k < node->n_inputs; k++) {
        const size_t channels = (size_t)node->ins[k].channels;
        if (node->dxs[k] != NN_NONE)
            copy(nn_slot(pass, node->dxs[k], task->part), channels, dy, (size_t)node->out.channels,
                 channels, pixels_of(task, node));
        dy += channels;
    }
}

static const char *concat_onnx(NnOnnx *onnx, const NnNode *node)
{
    NnOnnxOp op = {.type = "Concat", .attributes = {NN_ONNX_INT("axis", 1)}};
    for (uint32_t k = 0; k < node->n_inputs; k++)
        op.inputs[k] = nn_onnx_input(onnx, node, k);
    return nn_onnx_op(onnx, &op);
}

static const NnLayerHooks hooks = {
    .join = concat_join,
    .max_inputs = NN_MAX_INPUTS,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, concat_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, concat_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, concat_backward}},
    .onnx = concat_onnx,
};

const NnLayerDesc nn_layer_concat = {
    .name = "concat",
    .summary = "Several layers side by side, which from names (torch.cat)",
    .formula = "the channels of a, then those of b, ...",
    .example = "[{conv: {filters: 2, padding: 1}, name: a}, {conv: {filters: 3, padding: 1}, from: "
               "input, name: b}, {concat: {}, from: [a, b]}, flatten, linear: 3]",
    .hooks = &hooks,
};
