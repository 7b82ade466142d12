/* Truncated normal (torch.nn.init.trunc_normal_): the gain is the standard deviation, and values beyond
 * -2 and 2 are drawn again.
 */
#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    (void)fans;
    return (NnInit){NN_INIT_TRUNCATED, gain};
}

const NnInitDesc nn_init_truncated_normal = {
    .name = "truncated_normal",
    .summary = "Normal around 0, drawn again beyond 2 (torch.nn.init.trunc_normal_)",
    .formula = "std = gain, values in -2..2",
    .example = "{linear: {features: 10, init: truncated_normal, init_gain: 0.02}}",
    .gain = 1,
    .make = make,
};
