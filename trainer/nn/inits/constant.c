/* Every weight has one value (torch.nn.init.constant_), the gain; 0 where none is given.
 */
#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    (void)fans;
    return (NnInit){NN_INIT_CONSTANT, gain};
}

const NnInitDesc nn_init_constant = {
    .name = "constant",
    .summary = "Every weight has one value (torch.nn.init.constant_)",
    .formula = "w = gain",
    .example = "{linear: {features: 10, init: constant, init_gain: 0.1}}",
    .gain = 0,
    .make = make,
};
