/* Inside of a network: what network.c builds and step.c runs. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include "trainer/nn/blueprint.h"
#include "trainer/nn/loss.h"
#include "trainer/nn/optimizer.h"
#include "trainer/nn/pool.h"

/* Processor seconds of one thread in a node's phases. */
typedef struct NnNodeTimes {
    double forward, backward;
} NnNodeTimes;

/* run and program point into the members below; arenas are allocated one by one.
 *
 * kernels: those that compute; pass.kernels points to it
 * scratch: one part of scratch_size bytes per thread
 * sums:    gradients that are accumulated, times the weight of their samples; NULL: never
 * weight:  of the samples of the last gradients; weight_before: of those that were accumulated
 * results: of the loss, one per shard
 * n_indices: indices of the input are below it
 * times:     of each thread, of each of its nodes; measures: they are counted, of n_measured samples
 */
struct NnNetwork {
    AugiArena *memory;
    NnGraph graph;
    NnBlueprint blueprint;
    const NnLossDesc *loss;
    const void *loss_params;
    const NnOptimizerDesc *optimizer;
    const void *optimizer_params;
    NnPass pass;
    NnKernels kernels;
    NnPool *pool;
    uint32_t n_threads;
    size_t *slot_offset;
    NnReal *sums;
    double weight, weight_before;
    bool accumulates;
    unsigned char *scratch;
    NnShardResult results[NN_SHARDS];
    uint64_t n_parameters;
    uint32_t n_indices;
    bool compares_input;
    NnNodeTimes *times;
    bool measures;
    uint64_t n_measured;
};

/* Copies the parameters of a choice to an arena, all defaults where there are none. They must not
 * own texts. */
AUG_MUST_CHECK AugStatus nn_choice_copy(AugiArena *memory, const NnChoice *choice,
                                        const void **params, AugError *error);

/* Runs a phase and counts its time for its node. */
void nn_network_run_measured(const NnNetwork *network, const NnInstruction *instruction,
                             const NnTask *task, uint32_t thread);

/* Whether all gradients are finite; else names the last tensor whose are not, and the step. */
AUG_MUST_CHECK AugStatus nn_network_check_gradients(const NnNetwork *network, AugError *error);

/* Arena of a tensor, at the tensor's start. */
NnReal *nn_network_stored(const NnNetwork *network, const NnTensor *tensor);

#endif
