/* What layer_norm and rms_norm share: each sample, or each pixel, is normalized by itself, and every
 * value of it has a factor and a summand of its own. */
#ifndef NN_LAYERS_ROW_NORM_H
#define NN_LAYERS_ROW_NORM_H

#include "trainer/nn/onnx.h"

/* Parameters. over: index in nn_row_norm_over; bias: elementwise_affine has a summand, too. */
typedef struct NnRowNormParams {
    AugChoice over;
    double eps;
    bool elementwise_affine, bias;
} NnRowNormParams;

/* "sample": all values of a sample; "channels": those of one pixel. */
extern const char *const nn_row_norm_over[];

/* The row of `over`, which both layers have. */
#define NN_ROW_NORM_OVER                                                                           \
    AUG_PARAM(NnRowNormParams, over, .fallback = "sample", .choices = nn_row_norm_over,            \
              .help = "values that are normalized together: a whole sample's, or the channels of " \
                      "each pixel",                                                                \
              .aka = "normalized_shape")

/* Declares weight, bias and memory. */
void nn_row_norm_plan(NnBlueprint *blueprint, NnNode *node);

/* Phases. centered: by mean and variance, else by the mean square. */
void nn_row_norm_forward(const NnTask *task, const NnNode *node, bool centered);
void nn_row_norm_backward(const NnTask *task, const NnNode *node, bool centered);
void nn_row_norm_finish(const NnTask *task, const NnNode *node);

/* Its operators. */
const char *nn_row_norm_onnx(NnOnnx *onnx, const NnNode *node, bool centered);

#endif
