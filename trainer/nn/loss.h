/* How a loss is made: what its file provides. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "trainer/nn/nn.h"

/* What a loss provides. */
typedef struct NnLossDesc {
    NN_MODULE;
} NnLossDesc;

/* All losses, sorted by name. */
extern const NnLossDesc *const nn_losses[];
extern const size_t nn_n_losses;

#endif
