/* Adds the inputs of a node one after the other. */
#include "trainer/nn/sum.h"

#include "trainer/nn/graph.h"
#include "trainer/nn/onnx.h"

static size_t node_values(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->in) * nn_rows_in(task->pass, node, task->part);
}

static void sum_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnReal *y = nn_slot(pass, node->y, task->part);
    const NnReal *sum = nn_slot(pass, node->x, task->part);
    for (uint32_t k = 1; k < node->n_inputs; k++) {
        const bool last = k + 1 == node->n_inputs;
        pass->kernels->add(y, sum, nn_slot(pass, node->xs[k], task->part), node_values(task, node),
                           last && node->relu);
        sum = y;
    }
}

/* All gradients that are asked for lie in one slot. */
static void sum_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    uint32_t k = 0;
    while (k < node->n_inputs && node->dxs[k] == NN_NONE)
        k++;
    if (node->relu && k < node->n_inputs)
        pass->kernels->relu_backward(nn_slot(pass, node->dxs[k], task->part),
                                     nn_slot(pass, node->dy, task->part),
                                     nn_slot(pass, node->y, task->part), node_values(task, node));
}

static AugStatus sum_join(const void *params, const NnShape *ins, uint32_t n, NnShape *out,
                          AugError *error)
{
    (void)params;
    *out = ins[0];
    for (uint32_t k = 1; k < n; k++) {
        char a[48], b[48];
        if (nn_same_shape(ins[0], ins[k]))
            continue;
        nn_shape_text(ins[0], a);
        nn_shape_text(ins[k], b);
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "its inputs are %s and %s; they must be equal",
                        a, b);
    }
    return AUG_OK;
}

static const char *sum_onnx(NnOnnx *onnx, const NnNode *node)
{
    NnOnnxOp op = {.type = "Sum"};
    for (uint32_t k = 0; k < node->n_inputs; k++)
        op.inputs[k] = nn_onnx_input(onnx, node, k);
    return nn_onnx_op(onnx, &op);
}

const NnLayerHooks nn_sum_hooks = {
    .join = sum_join,
    .max_inputs = NN_MAX_INPUTS,
    .fuses = true,
    .sums = true,
    .shares = true,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, sum_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, sum_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY, sum_backward}},
    .onnx = sum_onnx,
};
