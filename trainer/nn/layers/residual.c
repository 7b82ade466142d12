/* Residual connection: the output of a branch of layers is added to the input, or to what a shortcut
 * makes of it. It unfolds to the layers of both and a sum.
 *
 * Source: He et al., "Deep Residual Learning for Image Recognition", 2016.
 */
#include "trainer/nn/sum.h"

const NnLayerDesc nn_layer_residual = {
    .name = "residual",
    .summary = "Adds a branch of layers to its input, or to a shortcut of other layers",
    .formula = "y = branch(x) + x, or branch(x) + shortcut(x)",
    .source = "He et al. 2016",
    .example = "[residual: {branch: [conv: {filters: 3, padding: 1}]}, flatten, linear: 3]",
    .has_branches = true,
    .hooks = &nn_sum_hooks,
};
