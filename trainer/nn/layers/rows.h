/* What layers share that work on the channels of each pixel, or on all features of a flat sample,
 * as one row. */
#ifndef NN_LAYERS_ROWS_H
#define NN_LAYERS_ROWS_H

#include "trainer/nn/layer.h"

/* Values in a row. */
size_t nn_row_values(const NnNode *node);

/* y = f(x) for a shard. */
void nn_rows_forward(const NnTask *task, const NnNode *node, NnRowFunction function, double eps);

/* dx, where the function's gradient is told by what lies in slot `from`: x or y. */
void nn_rows_backward(const NnTask *task, const NnNode *node, NnRowFunction function, double eps,
                      uint32_t from);

#endif
