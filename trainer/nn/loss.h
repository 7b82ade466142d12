/* How a loss is made: what its file provides.
 *
 * A loss is the last node. Its input is the output of the last layer, and for NN_TARGET_INPUT the
 * network's input as the second. Its forward phases fill pass->results and, if the network trains,
 * the gradient of the mean loss in node->dx; phases that need every shard's part of something say
 * that they wait. Its evaluation fills pass->results alone.
 *
 * To add a loss: its file with a descriptor in losses/, and a line in losses.list.
 */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "trainer/nn/layer.h"

/* What a loss provides. Members that are not named are optional.
 *
 * targets: bits of NnTarget
 * scalars: its figures, n_scalars of them, as they stand in NnShardResult.sums
 * needs:   what is wrong with the last layer's output, as a text that ends "the loss needs ..."; NULL:
 *          nothing
 * hooks:   forward, evaluate, plan, finish
 */
typedef struct NnLossDesc {
    NN_MODULE;
    unsigned targets;
    const NnScalar *scalars;
    uint32_t n_scalars;
    const char *(*needs)(const void *params, NnShape in);
    const NnLayerHooks *hooks;
} NnLossDesc;

/* All losses, sorted by name. */
extern const NnLossDesc *const nn_losses[];
extern const size_t nn_n_losses;

/* The last node of a network without a loss (NnNetworkSpec.no_loss): looks whether all outputs are
 * finite. */
extern const NnLossDesc nn_no_loss;

/* Whether the batch has what a loss of classes compares with. */
static inline bool nn_has_classes(const NnBatch *batch)
{
    return batch->labels || batch->soft;
}

#endif
