/* First values of parameters, and the order of values in memory against PyTorch's. */
#include "trainer/nn/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "trainer/nn/kernels/kernels.h"

/* Place of the key that no operation on a sample uses, so that weights and augmentation draw
 * different numbers from one seed. */
#define INIT_VIEW 0xff
#define INIT_POSITION 0x7fff

/* Place in memory of the value with a number in PyTorch's order. */
static size_t stored_index(const NnTensor *tensor, size_t value)
{
    const size_t h = (size_t)tensor->inner.height, w = (size_t)tensor->inner.width;
    const size_t channels = (size_t)tensor->inner.channels, inner = h * w * channels;
    const size_t out = value / inner, in = value % inner;
    const size_t row = in % (h * w) * channels + in / (h * w);
    if (!tensor->n_out)
        return row;
    return out / tensor->n_out * inner * nn_padded(tensor->n_out) +
           nn_panel_index(inner, tensor->n_out, row, out % tensor->n_out);
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

static double draw(const NnInit *init, AugRng *rng)
{
    switch (init->kind) {
    case NN_INIT_CONSTANT:
        return init->scale;
    case NN_INIT_UNIFORM:
        return aug_rng_uniform(rng, -init->scale, init->scale);
    case NN_INIT_NORMAL:
        return init->scale * aug_rng_normal(rng);
    case NN_INIT_TRUNCATED:
        for (;;) {
            const double value = init->scale * aug_rng_normal(rng);
            if (fabs(value) <= 2)
                return value;
        }
    default:
        return aug_rng_normal(rng);
    }
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* n vectors of some length, one after the other, become orthogonal and of length 1, each to those
 * before. Twice is enough (Giraud, Langou and Rozloznik 2005). */
static void orthogonalize(double *vectors, size_t n, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        double *v = vectors + i * length;
        for (size_t j = 0; j < 2 * i; j++) {
            const double *other = vectors + j % i * length;
            const double share = product(v, other, length);
            for (size_t k = 0; k < length; k++)
                v[k] -= share * other[k];
        }
        const double size = sqrt(product(v, v, length));
        for (size_t k = 0; k < length && size > 0; k++)
            v[k] /= size;
    }
}

/* Rows of the matrix of the first dimension by the others, or its columns if they are fewer. */
static AugStatus init_orthogonal(const NnTensor *tensor, NnReal *stored, AugError *error)
{
    const size_t rows = (size_t)tensor->desc.shape[0], columns = tensor->n_values / rows;
    const bool wide = rows <= columns;
    const size_t n = wide ? rows : columns, length = wide ? columns : rows;
    double *vectors = malloc(tensor->n_values * sizeof(*vectors));
    if (!vectors)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the first values of %s",
                        tensor->name);
    for (size_t i = 0; i < tensor->n_values; i++) {
        const size_t at = wide ? i : i % columns * rows + i / columns;
        vectors[at] = (double)stored[stored_index(tensor, i)];
    }
    orthogonalize(vectors, n, length);
    for (size_t i = 0; i < tensor->n_values; i++) {
        const size_t at = wide ? i : i % columns * rows + i / columns;
        stored[stored_index(tensor, i)] = (NnReal)(vectors[at] * tensor->init.scale);
    }
    free(vectors);
    return AUG_OK;
}

AugStatus nn_tensor_init(const NnTensor *tensor, uint64_t seed, uint32_t index, NnReal *stored,
                         AugError *error)
{
    AugRng rng = aug_rng_make(
        &(AugKey){.seed = seed, .sample = index, .view = INIT_VIEW, .position = INIT_POSITION});
    memset(stored, 0, tensor->n_stored * sizeof(NnReal));
    for (size_t i = 0; i < tensor->n_values; i++)
        stored[stored_index(tensor, i)] = (NnReal)draw(&tensor->init, &rng);
    for (size_t i = 0; i < tensor->n_zeros; i++)
        stored[stored_index(tensor, tensor->first_zero + i)] = 0;
    return tensor->init.kind == NN_INIT_ORTHOGONAL ? init_orthogonal(tensor, stored, error)
                                                   : AUG_OK;
}
