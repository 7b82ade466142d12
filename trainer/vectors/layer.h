/* A layer of a case, between others that make its input and take its output. For the files that run
 * kinds of cases about layers. */
#ifndef VECTOR_LAYER_H
#define VECTOR_LAYER_H

#include "trainer/vectors/case.h"
#include "trainer/vectors/probe.h"

/* A network around one layer: identities whose output gradients are the dx that are looked for, the
 * layer, and something that ends in two classes.
 *
 * x:         the layer's inputs, n_inputs of them, of equal samples, rows and columns
 * is_tokens: x are whole numbers, and there are no identities
 * target:    the layer's node; probes: the identities'
 * in:        all inputs side by side, as the network reads them
 */
typedef struct VectorLayer {
    const char *module;
    json_t *params;
    VectorTensor x[NN_MAX_INPUTS];
    size_t n_inputs;
    bool is_tokens;
    NnNetwork *network;
    uint32_t target, probes[NN_MAX_INPUTS];
    void *in;
} VectorLayer;

/* The layer that an operation of a case means, with the case's parameters. Its inputs are not yet
 * known. */
AUG_MUST_CHECK AugStatus vector_layer_choose(VectorCase *c, VectorLayer *layer);

/* Reads the inputs: x, or x1, x2, ... */
AUG_MUST_CHECK AugStatus vector_layer_inputs(VectorCase *c, VectorLayer *layer);

/* Builds the network, once module, params and x are there. */
AUG_MUST_CHECK AugStatus vector_layer_build(VectorCase *c, VectorLayer *layer);

/* A pass over it: y and dxs have room, dy is absent without the case's. */
AUG_MUST_CHECK AugStatus vector_layer_pass(VectorCase *c, const VectorLayer *layer,
                                           const VectorTensor *dy, VectorPass *pass);

/* Compares the output, and the gradients of all inputs ("dx", or "dx1", "dx2", ...). */
AUG_MUST_CHECK AugStatus vector_layer_compare_y(VectorCase *c, const VectorLayer *layer,
                                                const VectorPass *pass, const char *name);
AUG_MUST_CHECK AugStatus vector_layer_compare_dx(VectorCase *c, const VectorLayer *layer,
                                                 const VectorPass *pass);

/* Names of parameters and of their gradients in a case. */
typedef struct VectorWords {
    const char *w, *b, *dw, *db;
} VectorWords;

/* Runs a layer that is chosen and has its inputs: forward and backward in training, then, if y_eval is
 * expected, in evaluation. */
AUG_MUST_CHECK AugStatus vector_layer_run(VectorCase *c, VectorLayer *layer, VectorWords words);

#endif
