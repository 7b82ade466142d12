/* What the pooling layers share: windows that slide over a map. */
#ifndef NN_POOLING_H
#define NN_POOLING_H

#include "trainer/nn/onnx.h"

/* Kernel, stride (zeros: the kernel's size) and padding of a pooling layer. */
typedef struct NnPooling {
    AugSize kernel, stride, padding;
} NnPooling;

/* Checks the windows against an input and gives the output's shape, as PyTorch rounds it (down).
 * Padding may be at most half the kernel, so that no window lies on padding alone. */
AUG_MUST_CHECK AugStatus nn_pooling_shape(const NnPooling *pooling, NnShape in, NnShape *out,
                                          AugError *error);

/* The kernels' job for a node, without its pointers. */
NnPool2d nn_pooling_job(const NnPooling *pooling, const NnNode *node);

/* An operator over the windows; its first three attributes are taken. */
NnOnnxOp nn_pooling_onnx(const NnPooling *pooling, const char *type, const char *x);

/* Means over the windows of a job for every sample of a part, and their gradients; the pointers of
 * the job are set here. */
void nn_pooling_mean_forward(const NnTask *task, const NnNode *node, NnPool2d job);
void nn_pooling_mean_backward(const NnTask *task, const NnNode *node, NnPool2d job);

/* Job of adaptive windows, as many as the output has. */
NnPool2d nn_pooling_adaptive_job(const NnNode *node);

/* Output of height x width adaptive windows; the input must be a map. */
AUG_MUST_CHECK AugStatus nn_pooling_adaptive_shape(AugSize size, NnShape in, NnShape *out,
                                                   AugError *error);

/* Phases of the maximum over adaptive windows. */
void nn_pooling_adaptive_max_plan(NnBlueprint *blueprint, NnNode *node);
void nn_pooling_adaptive_max_forward(const NnTask *task, const NnNode *node);
void nn_pooling_adaptive_max_backward(const NnTask *task, const NnNode *node);

/* Hooks of a layer that they make, by what says how large its output is, and how
 * it is written as ONNX. */
#define NN_ADAPTIVE_MAX_HOOKS(shape_hook, onnx_hook)                              \
    {                                                                             \
        .shape = shape_hook, .plan = nn_pooling_adaptive_max_plan,                \
        .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED,    \
                     nn_pooling_adaptive_max_forward}},                           \
        .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED,   \
                      nn_pooling_adaptive_max_forward}},                          \
        .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY | NN_USES_SAVED, \
                      nn_pooling_adaptive_max_backward}},                         \
        .onnx = onnx_hook,                                                        \
    }

#endif
