/* From the layers that a user wrote to the nodes that run: branches unfolded, shapes known,
 * rectifiers fused into the layers before them. */
#ifndef NN_GRAPH_H
#define NN_GRAPH_H

#include "libaug/base/arena.h"
#include "trainer/nn/layer.h"

/* Bounds on what a model file can ask for: values of one sample between two layers (2^28 floats are
 * 1 GiB), nodes, and depth of branches in branches. */
#define NN_MAX_VALUES ((size_t)1 << 28)
#define NN_MAX_NODES 1024
#define NN_MAX_DEPTH 16

/* Nodes in running order: the batch first, the loss last. Everything lies in memory, the caller's
 * arena. */
typedef struct NnGraph {
    AugiArena *memory;
    NnNode *nodes;
    uint32_t n_nodes, capacity;
} NnGraph;

/* Builds the nodes of a network; graph->memory is set, the rest zero. Errors as nn_network_new. */
AUG_MUST_CHECK AugStatus nn_graph_build(NnGraph *graph, const NnNetworkSpec *spec, AugError *error);

/* A shape in words: "28x28x1", or "3136 features". text has room for 48 bytes. */
void nn_shape_text(NnShape shape, char text[48]);

/* Nodes that users do not write: the batch, the loss, and the two ends where a residual begins. */
extern const NnLayerDesc nn_node_input, nn_node_loss, nn_node_fork, nn_node_tee;

#endif
