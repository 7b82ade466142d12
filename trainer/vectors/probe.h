/* Runs the phases of a network by hand, so that any gradient can be given to a layer in the middle,
 * and the values and gradients between layers can be looked at. The network's own threads work.
 *
 * For whoever looks into networks: cases of vectors, and tests.
 */
#ifndef VECTOR_PROBE_H
#define VECTOR_PROBE_H

#include "trainer/nn/network.h"

/* What one pass reads and gives, in row, column, channel order; NULL members are left out.
 *
 * n:      samples
 * x:      samples as the first node has them; int32_t where it has indices
 * target: a node; y, dy: its output, and the gradient that it is given instead of the loss's
 * probes: nodes before target; dxs: the gradient that reaches the output of each, to the first NULL
 * mask:   what the target saved (bytes, mask_size for each sample, as dropout does) after its forward
 *         phase; given_mask: what is put in its place
 */
typedef struct VectorPass {
    uint32_t n, target;
    union {
        uint32_t probe;
        uint32_t probes[NN_MAX_INPUTS];
    };
    const void *x;
    const NnReal *dy;
    NnReal *y;
    union {
        NnReal *dx;
        NnReal *dxs[NN_MAX_INPUTS];
    };
    size_t mask_size;
    uint8_t *mask;
    const uint8_t *given_mask;
} VectorPass;

/* Runs a program's phases. The first node's is replaced by a copy of x, the loss's by nothing. */
void vector_pass_run(NnNetwork *network, const NnProgram *program, const VectorPass *pass);

/* What outlives a step, such as running statistics, as a successful step would change it. */
void vector_pass_commit(NnNetwork *network);

/* Copies size bytes of each of the last pass's samples out of a slot. */
void vector_slot_read(const NnNetwork *network, uint32_t slot, size_t size, void *out);

/* The node of this name; NN_NONE if there is none. */
uint32_t vector_node_find(const NnNetwork *network, const char *name);

#endif
