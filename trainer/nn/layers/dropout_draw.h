/* The random numbers of dropout, spatial dropout and stochastic depth. */
#ifndef NN_LAYERS_DROPOUT_DRAW_H
#define NN_LAYERS_DROPOUT_DRAW_H

#include "trainer/nn/layer.h"

/* n bytes for one sample: 0, with probability p, drops, 1 keeps. A pure function of (seed, step,
 * node, sample, place). */
void nn_dropout_draw(const NnPass *pass, const NnNode *node, double p, size_t n, uint32_t sample,
                     uint8_t *mask);

/* What kept values are multiplied by, so that their mean stays; 0 if nothing is kept. */
NnReal nn_dropout_scale(double p);

#endif
