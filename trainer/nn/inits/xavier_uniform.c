/* Xavier, uniform (torch.nn.init.xavier_uniform_): within gain * sqrt(6 / (fan_in + fan_out)).
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", 2010.
 */
#include <math.h>

#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    return (NnInit){NN_INIT_UNIFORM, gain * sqrt(6 / (fans.in + fans.out))};
}

const NnInitDesc nn_init_xavier_uniform = {
    .name = "xavier_uniform",
    .summary = "Uniform, between what forward and backward want (torch.nn.init.xavier_uniform_)",
    .formula = "bound = gain * sqrt(6 / (fan_in + fan_out)), gain 1",
    .source = "Glorot and Bengio 2010",
    .example = "{linear: {features: 10, init: xavier_uniform}}",
    .gain = 1,
    .make = make,
};
