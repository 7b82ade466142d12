/* What group_norm and instance_norm share: groups of a sample's channels are normalized, each by
 * itself, and every channel has a factor and a summand. */
#ifndef NN_LAYERS_CHANNEL_NORM_H
#define NN_LAYERS_CHANNEL_NORM_H

#include "trainer/nn/layer.h"

/* Mean and biased variance of a group. */
typedef struct NnGroupMoments {
    double mean, variance;
} NnGroupMoments;

/* What a layer says of itself: how many groups of channels there are, and whether each of them has
 * given moments, the same for all samples, instead of its own. */
typedef struct NnChannelNorm {
    size_t n_groups;
    double eps;
    const NnGroupMoments *given;
} NnChannelNorm;

/* Declares weight and bias if they are wanted, and memory. `saved` gets the moments of each sample.
 */
void nn_channel_norm_plan(NnBlueprint *blueprint, NnNode *node, size_t n_groups, bool affine);

/* Bytes of a thread's scratch that come before what these functions use, for a layer's own use. */
size_t nn_channel_norm_own_scratch(const NnNode *node);

/* y of a shard; keeps: the moments are saved for the backward pass. */
void nn_channel_norm_forward(const NnTask *task, const NnNode *node, const NnChannelNorm *norm,
                             bool keeps);

/* dx, and the shard's part of the gradients of weight and bias. */
void nn_channel_norm_backward(const NnTask *task, const NnNode *node, const NnChannelNorm *norm);

/* Adds up these parts. */
void nn_channel_norm_finish(const NnTask *task, const NnNode *node);

#endif
