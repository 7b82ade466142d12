/* Orthogonal (torch.nn.init.orthogonal_): normal values, made orthogonal along the shorter side of the
 * matrix of the first dimension by all others.
 *
 * Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
 * linear neural networks", 2014.
 */
#include "trainer/nn/init.h"

static NnInit make(double gain, double fan, NnFans fans)
{
    (void)fan;
    (void)fans;
    return (NnInit){NN_INIT_ORTHOGONAL, gain};
}

const NnInitDesc nn_init_orthogonal = {
    .name = "orthogonal",
    .summary = "Rows, or columns, of length gain at right angles (torch.nn.init.orthogonal_)",
    .formula = "W W^T = gain^2, or W^T W; W has the first dimension as its rows",
    .source = "Saxe, McClelland and Ganguli 2014",
    .example = "{linear: {features: 10, init: orthogonal}}",
    .gain = 1,
    .make = make,
};
