/* The sum of layers of equal shape: add with `from: [a, b]`. */
#include "trainer/nn/sum.h"

const NnLayerDesc nn_layer_add = {
    .name = "add",
    .summary = "Sum of several layers, which from names (torch.add)",
    .formula = "y = a + b + ...",
    .example = "[{conv: {filters: 3, padding: 1}, name: a}, {conv: {filters: 3, padding: 1}, name: "
               "b}, {add: {}, from: [a, b, input]}, flatten, linear: 3]",
    .hooks = &nn_sum_hooks,
};
