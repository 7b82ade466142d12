/* Convolution: what its forward and backward files share.
 *
 * Forward: samples are copied into maps with their padding, so that every output pixel sees a full
 * window. Backward: the output's gradient is copied into maps with a border, in which the input's
 * gradient is a convolution again. Small maps are worked on several at once. With a stride s, input pixels whose rows (and columns) have the
 * same remainder by s see the same part of the kernel: each such *phase* is a convolution of its
 * own, and none multiplies by zeros.
 */
#ifndef NN_CONV_H
#define NN_CONV_H

#include "trainer/nn/init.h"
#include "trainer/nn/layer.h"

/* Parameters of a convolution. */
typedef struct NnConv {
    int32_t filters;
    AugSize kernel, stride, padding, dilation;
    int32_t groups;
    bool bias;
    NnInitParams init;
} NnConv;

/* One direction (rows or columns) of a convolution, in pixels.
 *
 * before:   border of the gradient's map before its first row
 * d_extent: rows of the gradient's map, border included
 */
typedef struct NnConvSide {
    size_t in, out, kernel, stride, padding, before, d_extent;
} NnConvSide;

/* One phase in one direction: which input rows, and what they see.
 *
 * n:       input rows first, first + stride, ...
 * n_taps:  rows of the kernel that they see: last_tap, last_tap - stride, ... in the order of the
 *          gradient's rows
 * d_first: row in the gradient's map that input row `first` sees first
 */
typedef struct NnConvPhase {
    size_t first, n, n_taps, last_tap, d_first;
} NnConvPhase;

/* Sizes of one node, in values but for the sides. x_row, d_row: a row of the padded input and of
 * the gradient's map; x_map, d_map: the whole maps, x_map 0 without padding; n_rows: rows of the
 * weight matrix; out_pad: output channels, padded; n_maps: samples that are worked on at once. */
typedef struct NnConvSizes {
    NnConvSide rows, cols;
    size_t in, out, out_pad, x_row, x_map, d_row, d_map, n_rows, n_maps;
} NnConvSizes;

/* Sizes of a node whose shapes are known. */
NnConvSizes nn_conv_sizes(const NnNode *node);

/* Phase number `phase` (below the stride) of a direction; n is 0 if no input row belongs to it. */
NnConvPhase nn_conv_phase(const NnConvSide *side, size_t phase);

/* The inside of a map: n_rows rows of n values, the first of them behind `before` values, `row` values
 * from one to the next; size: of the whole map. */
typedef struct NnConvInside {
    size_t before, n_rows, n, row, size;
} NnConvInside;

/* Zeros into all of n_maps maps but their insides. */
void nn_conv_clear_borders(const NnConvInside *inside, NnReal *maps, size_t n_maps);

/* Where the padded maps have the samples; the size is 0 where there is no padding. */
NnConvInside nn_conv_inside(const NnConvSizes *sizes);

/* n_maps samples of a node's input with their padding: x itself where there is none, else copies inside
 * maps, whose borders are zero already. */
const NnReal *nn_conv_pad(const NnPass *pass, const NnNode *node, const NnReal *x, size_t n_maps,
                          NnReal *maps);

/* What the output pixels of n_maps padded samples see. */
NnWindow nn_conv_window(const NnConvSizes *sizes, const NnReal *x, size_t n_maps);

/* Hooks of the backward pass (conv_backward.c): weights in the order of the phases, gradients of a
 * shard, and their sum over shards. */
void nn_conv_prepare(const NnTask *task, const NnNode *node);
void nn_conv_backward(const NnTask *task, const NnNode *node);
void nn_conv_finish(const NnTask *task, const NnNode *node);

/* Whether the backward pass can take the gradient of a batch norm's output. */
bool nn_conv_takes_norm(const NnKernels *kernels, const NnNode *node);

/* Whether it can make the output of a norm before it: as it copies its input. */
bool nn_conv_reads_norm(const NnKernels *kernels, const NnNode *node);

/* Whether it can add the gradient of its input to what is there. */
bool nn_conv_adds(const NnKernels *kernels, const NnNode *node);

/* Whether a convolution runs by columns: it has groups or dilation. Its plan declares the weight and
 * memory; the other functions are its phases. */
bool nn_conv_is_grouped(const NnConv *conv);
void nn_conv_grouped_plan(NnBlueprint *blueprint, NnNode *node, const AugTensorDesc *desc,
                          NnInit init);
void nn_conv_grouped_forward(const NnTask *task, const NnNode *node);
void nn_conv_grouped_backward(const NnTask *task, const NnNode *node);
void nn_conv_grouped_finish(const NnTask *task, const NnNode *node);

/* Whether a convolution is depthwise; the same for that. */
bool nn_conv_is_depthwise(const NnNode *node);
void nn_conv_depthwise_plan(NnBlueprint *blueprint, NnNode *node, const AugTensorDesc *desc,
                            NnInit init);
void nn_conv_depthwise_forward(const NnTask *task, const NnNode *node);
void nn_conv_depthwise_backward(const NnTask *task, const NnNode *node);
void nn_conv_depthwise_finish(const NnTask *task, const NnNode *node);

/* Whether a convolution without groups was made as a whole (conv_whole.c), by kernels that have such;
 * if not, nothing that counts was written. plan declares the memory for it. */
void nn_conv_whole_plan(NnBlueprint *blueprint, const NnNode *node);
bool nn_conv_whole_forward(const NnTask *task, const NnNode *node);
bool nn_conv_whole_backward(const NnTask *task, const NnNode *node);

/* The hooks that conv and conv1d share; n_sides: 2 or 1 that the weight has. */
AUG_MUST_CHECK AugStatus nn_conv_shape(const void *params, NnShape in, NnShape *out,
                                       AugError *error);
void nn_conv_plan_of(NnBlueprint *blueprint, NnNode *node, uint32_t n_sides);
void nn_conv_forward(const NnTask *task, const NnNode *node);
uint64_t nn_conv_products(const NnNode *node);

/* The operator of a convolution. */
const char *nn_conv_onnx(struct NnOnnx *onnx, const NnNode *node);

/* Members of NnLayerHooks that conv and conv1d have in common. */
#define NN_CONV_HOOKS                                                                     \
    .fuses = true, .takes_mask = true, .reads_norm = nn_conv_reads_norm,                  \
    .takes_norm = nn_conv_takes_norm, .adds = nn_conv_adds, .products = nn_conv_products, \
    .prepare = {NN_PHASE_ON_SLICE, 0, nn_conv_prepare},                                   \
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, nn_conv_forward}},             \
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, nn_conv_forward}},            \
    .backward = {{NN_PHASE_ON_SHARD,                                                      \
                  NN_USES_X | NN_USES_Y | NN_USES_DX | NN_USES_DY | NN_USES_PARTIAL,      \
                  nn_conv_backward}},                                                     \
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, nn_conv_finish}, .onnx = nn_conv_onnx

#endif
