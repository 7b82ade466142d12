/* One test vector at work: reading its tensors and comparing with what it expects. Everything is
 * static because its types depend on NN_REAL.
 */
#ifndef TEST_NN_VECTOR_CASE_H
#define TEST_NN_VECTOR_CASE_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_harness.h"

/* From good to bad. */
typedef enum VectorOutcome { VECTOR_HOLDS, VECTOR_FAILS, VECTOR_UNKNOWN } VectorOutcome;

/* The case, how it is compared, and what came of it so far. */
typedef struct VectorCase {
    const char *name, *op;
    const json_t *params, *inputs, *expect;
    double tolerance;
    NnKernelChoice kernels;
    bool prints, holds;
    size_t n_compared;
} VectorCase;

/* One tensor. data is the case's order: row-major, images NCHW. n is 0 if it is absent. */
typedef struct VectorTensor {
    size_t n, n_dims, shape[4];
    double *data;
} VectorTensor;

static VectorTensor vector_tensor(const json_t *map, const char *name)
{
    const json_t *json = json_object_get(map, name);
    const json_t *shape = json_object_get(json, "shape"), *data = json_object_get(json, "data");
    VectorTensor tensor = {.n = json_array_size(data), .n_dims = json_array_size(shape)};
    size_t product = 1;
    ck_assert_msg(tensor.n_dims <= 4, "%s has %zu dimensions", name, tensor.n_dims);
    for (size_t i = 0; i < tensor.n_dims; i++)
        product *= tensor.shape[i] = (size_t)json_integer_value(json_array_get(shape, i));
    ck_assert_msg(!json || product == tensor.n, "%s has %zu values, not %zu", name, tensor.n,
                  product);
    for (size_t i = tensor.n_dims; i < 4; i++)
        tensor.shape[i] = 1;
    /* Of three dimensions the last is a width. */
    if (tensor.n_dims == 3) {
        tensor.shape[3] = tensor.shape[2];
        tensor.shape[2] = 1;
    }
    tensor.data = malloc((tensor.n + 1) * sizeof(*tensor.data));
    for (size_t i = 0; i < tensor.n; i++)
        tensor.data[i] = json_number_value(json_array_get(data, i));
    return tensor;
}

/* Values in the other order: from NCHW to NHWC, or back. The caller frees them. */
static inline NnReal *vector_to_pixels(const VectorTensor *t)
{
    const size_t c = t->shape[1], pixels = t->shape[2] * t->shape[3];
    NnReal *x = malloc((t->n + 1) * sizeof(*x));
    for (size_t i = 0; i < t->n; i++) {
        const size_t sample = i / (c * pixels), channel = i / pixels % c, pixel = i % pixels;
        x[(sample * pixels + pixel) * c + channel] = (NnReal)t->data[i];
    }
    return x;
}

/* Shape of one sample; what has two dimensions is a row of features. */
static inline NnShape vector_sample_shape(const VectorTensor *t)
{
    return (NnShape){(int32_t)t->shape[2], (int32_t)t->shape[3], (int32_t)t->shape[1], false};
}

/* Compares with expected tensor `name`, if the case has it. got(context, i) is value i in the
 * case's order. */
static void vector_compare(VectorCase *c, const char *name,
                           double (*got)(const void *context, size_t i), const void *context)
{
    if (!json_object_get(c->expect, name))
        return;
    const VectorTensor expected = vector_tensor(c->expect, name);
    double largest = 0, deviation = 0;
    for (size_t i = 0; i < expected.n; i++)
        largest = fmax(largest, fabs(expected.data[i]));
    size_t worst = 0;
    for (size_t i = 0; i < expected.n; i++) {
        const double d = fabs(got(context, i) - expected.data[i]);
        /* Negated, so that NaN is a deviation. */
        if (!(d <= deviation)) {
            deviation = d;
            worst = i;
        }
    }
    const bool zero_allowed =
        strlen(c->name) >= 5 && !strcmp(c->name + strlen(c->name) - 5, "_zero");
    const bool holds = deviation <= c->tolerance * fmax(1, largest) &&
                       (largest > 0 || zero_allowed) && expected.n > 0;
    if (c->prints || !holds)
        printf("%-30s %-24s %.2e %s (value %zu: got %.9g, expected %.9g%s)\n", c->name, name,
               deviation, holds ? "holds" : "FAILS", worst, expected.n ? got(context, worst) : 0,
               expected.n ? expected.data[worst] : 0,
               largest > 0 ? "" : "; all expected values are zero");
    c->holds &= holds;
    c->n_compared++;
    free(expected.data);
}

/* Values as they are. */
static inline double vector_plain(const void *context, size_t i)
{
    const NnReal *x = context;
    return (double)x[i];
}

/* Doubles as they are. */
static inline double vector_double(const void *context, size_t i)
{
    const double *x = context;
    return x[i];
}

/* Values of images: NHWC here, NCHW in the case. */
typedef struct VectorImages {
    const NnReal *x;
    NnShape shape;
} VectorImages;

/* Value i of a case from images in our order. */
static inline double vector_image(const void *context, size_t i)
{
    const VectorImages *images = context;
    const size_t c = (size_t)images->shape.channels;
    const size_t pixels = nn_shape_values(images->shape) / c;
    const size_t sample = i / (c * pixels), channel = i / pixels % c, pixel = i % pixels;
    return (double)images->x[(sample * pixels + pixel) * c + channel];
}

/* Compares images in our order with an expected tensor. */
static inline void vector_compare_images(VectorCase *c, const char *name, const NnReal *x,
                                         NnShape shape)
{
    const VectorImages images = {x, shape};
    vector_compare(c, name, vector_image, &images);
}

/* Number, or truth, of a parameter; fallback where it is absent. */
static inline double vector_number(const VectorCase *c, const char *name, double fallback)
{
    const json_t *value = json_object_get(c->params, name);
    if (json_is_boolean(value))
        return json_is_true(value);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

/* Element of a parameter that is a list or a single number. */
static inline int vector_element(const VectorCase *c, const char *name, size_t i, int fallback)
{
    const json_t *value = json_object_get(c->params, name);
    if (json_is_array(value))
        value = json_array_get(value, i);
    return json_is_integer(value) ? (int)json_integer_value(value) : fallback;
}

/* Whether all parameters are among the names, separated by spaces. */
static inline bool vector_knows(const VectorCase *c, const char *names)
{
    void *at = json_object_iter((json_t *)(uintptr_t)c->params);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)c->params, at)) {
        char word[64];
        snprintf(word, sizeof(word), " %s ", json_object_iter_key(at));
        if (!strstr(names, word))
            return false;
    }
    return true;
}

/* Parameters of the network by name, in PyTorch's order. */
static inline void vector_write(NnNetwork *network, const char *name, const VectorTensor *t)
{
    size_t index;
    if (t->n == 0)
        return;
    ck_assert_msg(nn_network_find_tensor(network, name, &index), "%s", name);
    NnTensorInfo info;
    nn_network_tensor(network, index, &info);
    ck_assert_uint_eq(info.n_values, t->n);
    NnReal *values = malloc(t->n * sizeof(*values));
    for (size_t i = 0; i < t->n; i++)
        values[i] = (NnReal)t->data[i];
    nn_network_write_tensor(network, index, values);
    free(values);
}

/* Compares a tensor of the network, or its gradient. */
static inline void vector_compare_tensor(VectorCase *c, const char *expected,
                                         const NnNetwork *network, const char *name, bool gradient)
{
    size_t index;
    if (!nn_network_find_tensor(network, name, &index))
        return;
    NnTensorInfo info;
    nn_network_tensor(network, index, &info);
    NnReal *values = malloc(info.n_values * sizeof(*values));
    if (gradient)
        nn_network_read_gradient(network, index, values);
    else
        nn_network_read_tensor(network, index, values);
    vector_compare(c, expected, vector_plain, values);
    free(values);
}

#include "tests/golden/nn_vector_layers.h"
#include "tests/golden/nn_vector_training.h"

#endif
