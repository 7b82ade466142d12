/* What torch.nn.Linear and Conv2d draw: kaiming_uniform_ with a = sqrt(5), which is within 1 / sqrt(fan),
 * for weights and biases.
 */
#include <math.h>

#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fans;
    return (NnInit){NN_INIT_UNIFORM, gain / sqrt(fan)};
}

const NnInitDesc nn_init_torch = {
    .name = "torch",
    .summary = "PyTorch's default for linear and convolution, biases included",
    .formula = "bound = gain / sqrt(fan), gain 1: He with a slope of sqrt(5)",
    .example = "{linear: {features: 10, init: torch}}",
    .gain = 1,
    .make = make,
    .biases = true,
};
