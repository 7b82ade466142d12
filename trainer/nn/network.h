/* Inside of a network: what network.c builds and step.c runs. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include "trainer/nn/blueprint.h"
#include "trainer/nn/pool.h"

/* run and program point into the members below; arenas are allocated one by one.
 *
 * scratch: one part of scratch_size bytes per thread
 * results: of the loss, one per shard
 */
struct NnNetwork {
    AugiArena *memory;
    NnGraph graph;
    NnBlueprint blueprint;
    NnOptimizer optimizer;
    NnPass pass;
    NnPool *pool;
    uint32_t n_threads;
    size_t *slot_offset;
    unsigned char *scratch;
    NnShardResult results[NN_SHARDS];
    uint64_t n_parameters;
};

/* Arena of a tensor, at the tensor's start. */
NnReal *nn_network_stored(const NnNetwork *network, const NnTensor *tensor);

#endif
