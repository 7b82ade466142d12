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

/* Memory in each shard's part: size in bytes, first and last instruction of the planning program
 * that touches it (first > last: none does), and where it was put. */
typedef struct NnSlot {
    size_t size, offset;
    size_t first, last;
} NnSlot;

/* One phase of one node. written: slot that is complete after it, values its values per sample; for
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

/* The plan, filled by nn_blueprint_build. Sizes in bytes but for n_*, which count values.
 *
 * n_decaying: parameters that decay; they are first in the arenas. n_trained: all parameters.
 *             n_stored: with buffers
 */
struct NnBlueprint {
    NnGraph *graph;
    NnTensor *tensors;
    uint32_t n_tensors, tensor_capacity;
    NnSlot *slots;
    uint32_t n_slots, slot_capacity;
    NnProgram train, evaluate;
    size_t n_decaying, n_trained, n_stored;
    size_t shard_size, shared_size, scratch_size;
    uint32_t max_batch;
    bool trains, decay_all, has_states, failed, too_large;
};

/* Plans a graph; graph, max_batch, trains, decay_all and has_states are set, the rest zero. Memory
 * comes from the graph's arena. */
AUG_MUST_CHECK AugStatus nn_blueprint_build(NnBlueprint *blueprint, AugError *error);

#endif
