/* He, uniform (torch.nn.init.kaiming_uniform_): within gain * sqrt(3 / fan).
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
    return (NnInit){NN_INIT_UNIFORM, sqrt(3 * square / fan)};
}

const NnInitDesc nn_init_he_uniform = {
    .name = "he_uniform",
    .summary =
        "Uniform, so that rectifiers keep the size of what passes (torch.nn.init.kaiming_uniform_)",
    .formula = "bound = gain * sqrt(3 / fan), gain sqrt(2)",
    .source = "He et al. 2015",
    .example = "{linear: {features: 10, init: he_uniform}}",
    .make = make,
};
