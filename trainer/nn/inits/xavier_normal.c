/* Xavier, normal (torch.nn.init.xavier_normal_): standard deviation gain * sqrt(2 / (fan_in + fan_out)).
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", 2010.
 */
#include <math.h>

#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    return (NnInit){NN_INIT_NORMAL, gain * sqrt(2 / (fans.in + fans.out))};
}

const NnInitDesc nn_init_xavier_normal = {
    .name = "xavier_normal",
    .summary = "Normal, between what forward and backward want (torch.nn.init.xavier_normal_)",
    .formula = "std = gain * sqrt(2 / (fan_in + fan_out)), gain 1",
    .source = "Glorot and Bengio 2010",
    .example = "{linear: {features: 10, init: xavier_normal}}",
    .gain = 1,
    .make = make,
};
