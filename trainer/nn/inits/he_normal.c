/* He, normal (torch.nn.init.kaiming_normal_): standard deviation gain / sqrt(fan).
 *
 * Source: He et al., "Delving Deep into Rectifiers", 2015.
 */
#include <math.h>

#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    /* The square of sqrt(2) is not 2. */
    const double square = gain > 0 ? gain * gain : 2;
    (void)fans;
    return (NnInit){NN_INIT_NORMAL, sqrt(square / fan)};
}

const NnInitDesc nn_init_he_normal = {
    .name = "he_normal",
    .summary =
        "Normal, so that rectifiers keep the size of what passes (torch.nn.init.kaiming_normal_)",
    .formula = "std = gain / sqrt(fan), gain sqrt(2)",
    .source = "He et al. 2015",
    .example = "{linear: {features: 10, init: he_normal, init_mode: fan_out}}",
    .make = make,
};
