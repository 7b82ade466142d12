/* Fusing: a look at the neighbours of each node for work that one pass over memory can do.
 *
 * Layers know nothing of each other. A layer says in its hooks what it can do besides its own work;
 * here is looked for who can leave work to it, and members of the nodes say so. Every fusion gives the bits
 * that the layers give one by one.
 *
 * - a rectifier behind a layer that applies it itself (hooks: fuses; node->relu)
 * - the mask of a rectifier, by the reader of its output, which gives back few gradients (masks;
 *   node->masks, node->masked)
 * - the output of a norm, which its only reader makes where it reads it, so that it is never stored
 *   (output_job, reads_norm; node->before)
 * - a sum of two behind a norm, which adds what the sum's other input has and applies the sum's rectifier
 *   (takes_sum; node->plus)
 * - the gradient of a norm's input, which the layer before makes where it needs it (takes_norm;
 *   node->norm)
 * - the sum of the gradients of two readers, of which the second adds to the first's (adds; node->adds)
 */
#ifndef NN_FUSE_H
#define NN_FUSE_H

#include "trainer/nn/graph.h"

/* Once all nodes are there. */
void nn_fuse_rectifiers(NnGraph *graph);

/* Before outputs have slots, when it is known what is used and what is active. */
void nn_fuse_sums(NnGraph *graph);
void nn_fuse_outputs(NnGraph *graph, const NnKernels *kernels);
void nn_fuse_norms(NnGraph *graph, const NnKernels *kernels);
void nn_fuse_masks(NnGraph *graph);

/* Of a node whose readers, and theirs, know where they write the gradients of their inputs: the slot of its
 * gradient, if one of two readers adds it up there; else NN_NONE. */
uint32_t nn_fuse_parts(NnGraph *graph, uint32_t number, const NnKernels *kernels);

#endif
