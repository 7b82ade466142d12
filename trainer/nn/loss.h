/* How a loss is made: what its file provides.
 *
 * A loss is the last node. Its input is the output of the last layer, and for NN_TARGET_INPUT the
 * network's input as the second. Its forward phases fill pass->results and, if the network trains,
 * the gradient of the mean loss in node->dx; phases that need every shard's part of something say
 * that they wait, and find it in memory that all shards share (nn_blueprint_shared). Its evaluation
 * fills pass->results alone.
 *
 * The mean loss is the sum of all shards' loss by the sum of all their weights.
 *
 * To add a loss: its file with a descriptor in losses/, and a line in losses.list.
 */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include "trainer/nn/layer.h"

/* What a loss provides. Members that are not named are optional.
 *
 * targets: bits of NnTarget
 * least_rows, most_rows: rows of a sample that it compares; both 0: one
 * compares: which of the targets it has with its parameters; NULL: all
 * scalars: its figures, n_scalars of them, as they stand in NnShardResult.sums
 * counted: how many of these it has with its parameters; NULL: all
 * needs:   what is wrong with the last layer's output, as a text that ends "the loss needs ..."; NULL:
 *          nothing
 * hint:    of a loss that no task has targets for: where these come from and what a model file takes
 *          instead, as the rest of a sentence about it
 * ignores: whether samples with this label are left out; NULL: none are
 * hooks:   forward, evaluate, plan
 */
typedef struct NnLossDesc {
    NN_MODULE;
    unsigned targets;
    uint32_t least_rows, most_rows;
    const NnScalar *scalars;
    uint32_t n_scalars;
    unsigned (*compares)(const void *params);
    uint32_t (*counted)(const void *params);
    const char *(*needs)(const void *params, NnShape in);
    const char *hint;
    bool (*ignores)(const void *params, int64_t label);
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
