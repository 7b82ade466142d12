/* Rectifier: max(x, 0), with gradient 0 at 0 (torch.nn.ReLU). */
#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

static size_t relu_values(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->in) * nn_rows_in(task->pass, node, task->part);
}

static void relu_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    pass->kernels->relu_forward(nn_slot(pass, node->y, task->part),
                                nn_slot(pass, node->x, task->part), relu_values(task, node));
}

static void relu_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx != NN_NONE)
        pass->kernels->relu_backward(nn_slot(pass, node->dx, task->part),
                                     nn_slot(pass, node->dy, task->part),
                                     nn_slot(pass, node->y, task->part), relu_values(task, node));
}

static const char *relu_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "Relu");
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, relu_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, relu_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY, relu_backward}},
    .onnx = relu_onnx,
};

const NnLayerDesc nn_layer_relu = {
    .name = "relu",
    .summary = "Negative values become zero (torch.nn.ReLU)",
    .formula = "y = max(x, 0), with slope 0 at 0",
    .source = "torch.nn.ReLU",
    .example = "[relu, flatten, linear: 3]",
    .hooks = &hooks,
};
