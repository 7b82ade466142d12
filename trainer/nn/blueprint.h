/* Memory and order of a network's work, fixed when it is built.
 *
 * Memory is four arenas: parameters (with buffers), gradients, optimizer states, and what a step
 * works in. The last has a part for each shard, a part that shards share, and scratch for each
 * thread. In a shard's part, two slots share memory if the one is not used any more when the other
 * is used first; as a shard's instructions run one after the other, no other order can break that.
 */
#ifndef NN_BLUEPRINT_H
#define NN_BLUEPRINT_H

#include "trainer/nn/graph.h"
#include "trainer/nn/optimizer.h"

/* Memory in each shard's part: size in bytes, first and last instruction of the planning program
 * that touches it (first > last: none does), and where it was put. */
typedef struct NnSlot {
    size_t size, offset;
    size_t first, last;
} NnSlot;

/* One phase of one node. written: slot that is complete after it, values its values per row; for
 * the search of broken values. backward: it is a gradient. */
typedef struct NnInstruction {
    const NnPhase *phase;
    uint32_t node;
    uint32_t written;
    size_t values;
    bool backward;
} NnInstruction;

/* Instructions in the order they run. */
typedef struct NnProgram {
    NnInstruction *instructions;
    size_t n_instructions;
} NnProgram;

/* Parameters that the optimizer treats alike: first..end-1 of the values in the arenas. lr_scale is
 * times the rate. frozen: they have gradients of zero and stay as they are, in layers that learn. */
typedef struct NnGroup {
    size_t first, end;
    double lr_scale, weight_decay, l1;
    bool frozen;
} NnGroup;

/* The plan, filled by nn_blueprint_build. Sizes in bytes but for n_*, which count values.
 *
 * options:    what the network was asked for; base: what every optimizer has of it, or NULL
 * kernels:    those that will compute
 * n_trained:  parameters with gradients; they are first in the arenas, group after group.
 *             n_stored: with buffers and what is frozen
 * n_learnt:   tensors with gradients
 * n_states:   of the optimizer, of which state k has the number state_kinds[k] in its descriptor
 */
struct NnBlueprint {
    NnGraph *graph;
    NnTensor *tensors;
    uint32_t n_tensors, tensor_capacity;
    NnSlot *slots;
    uint32_t n_slots, slot_capacity;
    NnProgram train, evaluate;
    NnGroup *groups;
    uint32_t n_groups;
    uint32_t n_states, state_kinds[NN_MAX_STATES];
    uint32_t n_learnt;
    size_t n_trained, n_stored;
    size_t shard_size, shared_size, scratch_size;
    const NnNetworkSpec *options;
    const NnOptimizerBase *base;
    const NnKernels *kernels;
    uint32_t max_batch;
    bool trains, failed, too_large;
};

/* Plans a graph; graph, options, base, kernels, max_batch and trains are set, the rest zero. Memory comes from
 * the graph's arena. Options are not looked at afterwards. */
AUG_MUST_CHECK AugStatus nn_blueprint_build(NnBlueprint *blueprint, AugError *error);

#endif
