/* What layer_norm and rms_norm share: rows of values are normalized by themselves, and every value of a
 * row has a factor and a summand of its own. A row is a sample, the channels of a pixel, or the last
 * dimensions of a sample in PyTorch's order channels, rows, columns. */
#ifndef NN_LAYERS_ROW_NORM_H
#define NN_LAYERS_ROW_NORM_H

#include "trainer/nn/onnx.h"

/* Parameters. over: index in nn_row_norm_over; normalized_shape: the last sizes of a sample, instead;
 * bias: elementwise_affine has a summand, too. */
typedef struct NnRowNormParams {
    AugChoice over;
    AugNumbers normalized_shape;
    double eps;
    bool elementwise_affine, bias;
} NnRowNormParams;

/* "sample": all values of a sample; "channels": those of one pixel. */
extern const char *const nn_row_norm_over[];

/* The rows that say what is normalized together, which both layers have. */
#define NN_ROW_NORM_ROWS                                                                           \
    AUG_PARAM(NnRowNormParams, over, .fallback = "sample", .choices = nn_row_norm_over,            \
              .help = "values that are normalized together: a whole sample's, or the channels of " \
                      "each pixel"),                                                               \
        AUG_PARAM(NnRowNormParams, normalized_shape, .optional = true, .low = 1, .high = 65536,    \
                  .help = "instead of over, as in PyTorch: the last sizes of a sample, [width], "  \
                          "[height, width] or [channels, height, width]; [features] of a list")

/* Refuses normalized_shape beside over; for settle of a table. */
AUG_MUST_CHECK AugStatus nn_row_norm_settle(void *params, AugError *error);

/* The shape stays; refuses a normalized_shape that is not the input's. */
AUG_MUST_CHECK AugStatus nn_row_norm_shape(const void *params, NnShape in, NnShape *out,
                                           AugError *error);

/* Declares weight, bias and memory. */
void nn_row_norm_plan(NnBlueprint *blueprint, NnNode *node);

/* Phases. centered: by mean and variance, else by the mean square. */
void nn_row_norm_forward(const NnTask *task, const NnNode *node, bool centered);
void nn_row_norm_backward(const NnTask *task, const NnNode *node, bool centered);
void nn_row_norm_finish(const NnTask *task, const NnNode *node);

/* Its operators. */
const char *nn_row_norm_onnx(NnOnnx *onnx, const NnNode *node, bool centered);

#endif
