/* What the activation layers share: their phases differ in the function and its parameters only. */
#ifndef NN_LAYERS_ACTIVATION_H
#define NN_LAYERS_ACTIVATION_H

#include "trainer/nn/onnx.h"

/* y = f(x) for a shard, and dx = dy * f'(x); a and b as the list of NN_ACTIVATIONS says. */
void nn_activation_forward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                           double b);
void nn_activation_backward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                            double b);

/* Defines `hooks` of a layer, and their phases, which are these two. kind, a and b may look at the
 * parameters, `given`, of the type T. onnx_hook: how it is written as ONNX. */
#define NN_ACTIVATION_HOOKS(hooks, T, kind, a, b, onnx_hook)                                      \
    static void hooks##_forward(const NnTask *task, const NnNode *node)                           \
    {                                                                                             \
        const T *given = node->params;                                                            \
        (void)given;                                                                              \
        nn_activation_forward(task, node, kind, a, b);                                            \
    }                                                                                             \
    static void hooks##_backward(const NnTask *task, const NnNode *node)                          \
    {                                                                                             \
        const T *given = node->params;                                                            \
        (void)given;                                                                              \
        nn_activation_backward(task, node, kind, a, b);                                           \
    }                                                                                             \
    static const NnLayerHooks hooks = {                                                           \
        .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, hooks##_forward}},                 \
        .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, hooks##_forward}},                \
        .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY, hooks##_backward}}, \
        .onnx = onnx_hook,                                                                        \
    }

#endif
