/* First values of parameters, and the order of values in memory against PyTorch's. */
#include "trainer/nn/tensor.h"

#include <math.h>
#include <string.h>

#include "aug/random.h"
#include "trainer/nn/kernels/kernels.h"

/* Place of the key that no operation on a sample uses, so that weights and augmentation draw
 * different numbers from one seed. */
#define INIT_VIEW 0xff
#define INIT_POSITION 0x7fff

const char *const nn_init_names[NN_N_INIT_RULES + 1] = {
    [NN_INIT_HE_NORMAL] = "he_normal",
    [NN_INIT_HE_UNIFORM] = "he_uniform",
    [NN_INIT_XAVIER_NORMAL] = "xavier_normal",
    [NN_INIT_XAVIER_UNIFORM] = "xavier_uniform",
    [NN_INIT_TORCH] = "torch",
};

NnInit nn_init_rule(NnInitRule rule, double fan_in, double fan_out)
{
    switch (rule) {
    case NN_INIT_HE_NORMAL:
        return (NnInit){NN_INIT_NORMAL, sqrt(2 / fan_in)};
    case NN_INIT_HE_UNIFORM:
        return (NnInit){NN_INIT_UNIFORM, sqrt(6 / fan_in)};
    case NN_INIT_XAVIER_NORMAL:
        return (NnInit){NN_INIT_NORMAL, sqrt(2 / (fan_in + fan_out))};
    case NN_INIT_XAVIER_UNIFORM:
        return (NnInit){NN_INIT_UNIFORM, sqrt(6 / (fan_in + fan_out))};
    default:
        return (NnInit){NN_INIT_UNIFORM, 1 / sqrt(fan_in)};
    }
}

NnInit nn_init_bias(NnInitRule rule, double fan_in)
{
    if (rule == NN_INIT_TORCH)
        return nn_init_rule(rule, fan_in, fan_in);
    return (NnInit){NN_INIT_CONSTANT, 0};
}

/* Place in memory of the value with a number in PyTorch's order. */
static size_t stored_index(const NnTensor *tensor, size_t value)
{
    const size_t h = (size_t)tensor->inner.height, w = (size_t)tensor->inner.width;
    const size_t channels = (size_t)tensor->inner.channels, inner = h * w * channels;
    const size_t out = value / inner, in = value % inner;
    const size_t row = in % (h * w) * channels + in / (h * w);
    return tensor->n_out ? nn_panel_index(inner, tensor->n_out, row, out) : row;
}

void nn_tensor_unpack(const NnTensor *tensor, const NnReal *stored, NnReal *values)
{
    for (size_t i = 0; i < tensor->n_values; i++)
        values[i] = stored[stored_index(tensor, i)];
}

void nn_tensor_pack(const NnTensor *tensor, const NnReal *values, NnReal *stored)
{
    for (size_t i = 0; i < tensor->n_values; i++)
        stored[stored_index(tensor, i)] = values[i];
}

void nn_tensor_init(const NnTensor *tensor, uint64_t seed, uint32_t index, NnReal *stored)
{
    AugRng rng = aug_rng_make(
        &(AugKey){.seed = seed, .sample = index, .view = INIT_VIEW, .position = INIT_POSITION});
    memset(stored, 0, tensor->n_stored * sizeof(NnReal));
    for (size_t i = 0; i < tensor->n_values; i++) {
        double value = tensor->init.scale;
        if (tensor->init.kind == NN_INIT_UNIFORM)
            value = aug_rng_uniform(&rng, -value, value);
        else if (tensor->init.kind == NN_INIT_NORMAL)
            value *= aug_rng_normal(&rng);
        stored[stored_index(tensor, i)] = (NnReal)value;
    }
}
