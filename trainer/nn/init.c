/* From what a user chose to a distribution. */
#include "trainer/nn/init.h"

const char *const nn_fan_mode_names[] = {"fan_in", "fan_out", NULL};

NnInit nn_init_weights(const NnInitParams *params, NnFans fans)
{
    const NnInitDesc *desc = nn_inits[params->rule.value];
    const double fan = params->mode.value == NN_FAN_OUT ? fans.out : fans.in;
    return desc->make(params->gain > 0 ? params->gain : desc->gain, fan, fans);
}

NnInit nn_init_biases(const NnInitParams *params, NnFans fans)
{
    const NnInitDesc *desc = nn_inits[params->rule.value];
    if (!desc->biases)
        return (NnInit){NN_INIT_CONSTANT, 0};
    return desc->make(desc->gain, fans.in, fans);
}
