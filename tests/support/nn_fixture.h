/* Layers of a network from a line of text, as a model file writes them, and deterministic numbers
 * to fill tensors with. Compiled with the type of nn.h's values that the test has. */
#ifndef TEST_NN_FIXTURE_H
#define TEST_NN_FIXTURE_H

#include "libaug/base/tree.h"
#include "trainer/nn/nn.h"

/* Owns what its layers point to. */
typedef struct NnFixture {
    const NnLayerSpec *layers;
    size_t n_layers;
    AugiTreeDocument *document;
    struct TrainModelMemory *memory;
} NnFixture;

/* Layers of "[conv: 3, relu]"; ends the test with a word if the text is wrong. */
NnFixture nn_fixture_make(const char *text);

/* Parameters bound to a table from "{lr: 0.1}"; the caller frees them. Ends the test if wrong. */
void *nn_fixture_params(const AugParamTable *table, const char *text);

/* The module of a list that "sgd: {lr: 0.1}" names, with its parameters, which stay to the end of
 * the process. Ends the test if wrong. */
NnChoice nn_fixture_choice(NnModuleKind kind, const char *text);

/* The same for an optimizer. */
NnChoice nn_fixture_optimizer(const char *text);

/* A network of layers and an optimizer from text, and what else the spec has. Ends the test if it cannot be
 * built; the caller frees it. */
NnNetwork *nn_fixture_network(const char *layers, const char *optimizer, NnNetworkSpec spec);

/* Frees the layers and what they point to. */
void nn_fixture_free(NnFixture *fixture);

/* Number i of a fixed sequence; vector_sequence_value. */
double nn_fixture_value(uint32_t salt, uint32_t i);

#endif
