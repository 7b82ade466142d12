/* From the layers that a user wrote to the nodes that run: branches unfolded, shapes known, rectifiers
 * fused into the layers before them. */
#ifndef NN_GRAPH_H
#define NN_GRAPH_H

#include "libaug/base/arena.h"
#include "trainer/nn/layer.h"

/* Bounds on what a model file can ask for: values of one sample between two layers (2^28 floats are
 * 1 GiB), nodes, and depth of branches in branches. */
#define NN_MAX_VALUES ((size_t)1 << 28)
#define NN_MAX_NODES 1024
/* Rows of a sample: those of the largest batch can still be counted in 32 bits. */
#define NN_MAX_ROWS 65535
#define NN_MAX_DEPTH 16

/* Nodes in running order: the batch first, the loss last. Everything lies in memory, the caller's
 * arena. n_numbers: given out so far. */
typedef struct NnGraph {
    AugiArena *memory;
    NnNode *nodes;
    uint32_t n_nodes, capacity, n_numbers;
} NnGraph;

/* Builds the nodes of a network; graph->memory is set, the rest zero. The loss's parameters are
 * complete and outlive the graph. Errors as nn_network_new. */
AUG_MUST_CHECK AugStatus nn_graph_build(NnGraph *graph, const NnNetworkSpec *spec,
                                        const NnChoice *loss, AugError *error);

/* A shape in words: "28x28x1", or "3136 features". text has room for 48 bytes. */
void nn_shape_text(NnShape shape, char text[48]);

/* Whether two shapes are equal. */
bool nn_same_shape(NnShape a, NnShape b);

/* The first node, which users do not write: the samples of the batch. */
extern const NnLayerDesc nn_node_input;

/* Names and shapes while a graph is built: the node that a name in `from` means, seen from the list
 * of layers with this prefix; NN_NONE if there is none before. */
uint32_t nn_graph_find(const NnGraph *graph, const char *prefix, const char *name);

#endif
