/* What the activation layers share: their phases differ in the function and its parameters only. */
#ifndef NN_LAYERS_ACTIVATION_H
#define NN_LAYERS_ACTIVATION_H

#include "trainer/nn/onnx.h"

/* y = f(x) for a shard, and dx = dy * f'(x); a and b as the list of NN_ACTIVATIONS says. */
void nn_activation_forward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                           double b);
void nn_activation_backward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                            double b);

/* The hooks of a layer whose phases are these two, and how it is written as ONNX. */
#define NN_ACTIVATION_HOOKS(forward_phase, backward_phase, onnx_hook)                           \
    {                                                                                           \
        .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, forward_phase}},                 \
        .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, forward_phase},                  \
        .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY, backward_phase}}, \
        .onnx = onnx_hook,                                                                      \
    }

#endif
