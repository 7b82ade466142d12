/* The sum of several inputs, as the layers add and residual have it. */
#ifndef NN_SUM_H
#define NN_SUM_H

#include "trainer/nn/layer.h"

/* y = sum of all inputs in order, then the rectifier if there is one. Backward, every input has the
 * output's gradient; only a rectifier changes it. */
extern const NnLayerHooks nn_sum_hooks;

#endif
