/* Normal around 0 (torch.nn.init.normal_), the gain being the standard deviation.
 */
#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    (void)fans;
    return (NnInit){NN_INIT_NORMAL, gain};
}

const NnInitDesc nn_init_normal = {
    .name = "normal",
    .summary = "Normal around 0 (torch.nn.init.normal_)",
    .formula = "std = gain",
    .example = "{linear: {features: 10, init: normal, init_gain: 0.01}}",
    .gain = 1,
    .make = make,
};
