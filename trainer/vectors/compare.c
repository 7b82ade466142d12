/* Comparing what was computed with what a case expects. */
#include <math.h>
#include <string.h>

#include "trainer/vectors/case.h"

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

/* The report of a tensor, one for each of the case's; of several comparisons the worst. */
static VectorTensorReport *report_of(VectorCase *c, const char *name)
{
    for (size_t i = 0; i < c->n_reports; i++)
        if (!strcmp(c->reports[i].name, name))
            return &c->reports[i];
    c->reports[c->n_reports] = (VectorTensorReport){.name = name, .deviation = -1, .holds = true};
    return &c->reports[c->n_reports++];
}

/* Deviation of each value; the first of the largest. */
static void find_worst(const double *got, const VectorTensor *expected, VectorTensorReport *found)
{
    for (size_t i = 0; i < expected->n; i++) {
        double deviation = fabs(got[i] - expected->data[i]);
        if (isnan(deviation))
            deviation = INFINITY;
        if (deviation > found->deviation) {
            found->deviation = deviation;
            found->worst = i;
            found->got = got[i];
            found->expected = expected->data[i];
        }
    }
}

AugStatus vector_compare(VectorCase *c, const char *name, const double *got, size_t n)
{
    VectorTensor expected;
    const char *own;
    if (!vector_expects(c, name))
        return AUG_OK;
    AUG_TRY(vector_expected(c, name, &expected));
    double largest = 0;
    for (size_t i = 0; i < expected.n; i++)
        largest = fmax(largest, fabs(expected.data[i]));
    if (largest == 0 && !ends_with(c->name, "_zero"))
        return AUG_FAIL(
            &c->error, AUG_BAD_SPEC, NULL,
            "all expected values of '%.60s' are zero, which proves nothing; a case that "
            "means it has a name that ends in '_zero'",
            name);
    own = augi_arena_text(c->memory.arena, name, strlen(name));
    if (!own)
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for a comparison");
    VectorTensorReport found = {.name = own, .deviation = -1, .n = expected.n, .n_got = n};
    if (n == expected.n)
        find_worst(got, &expected, &found);
    else
        found.deviation = INFINITY;
    found.allowed = c->tolerance * fmax(1, largest);
    found.holds = found.deviation <= found.allowed;
    VectorTensorReport *report = report_of(c, own);
    if (found.deviation > report->deviation)
        *report = found;
    c->holds = c->holds && found.holds;
    return AUG_OK;
}

AugStatus vector_compare_reals(VectorCase *c, const char *name, const NnReal *got, size_t n)
{
    double *values;
    if (!vector_expects(c, name))
        return AUG_OK;
    AUG_TRY(vector_take(c, n, sizeof(*values), &values));
    for (size_t i = 0; i < n; i++)
        values[i] = (double)got[i];
    return vector_compare(c, name, values, n);
}

AugStatus vector_compare_images(VectorCase *c, const char *name, const NnReal *got, NnShape shape,
                                size_t n_samples)
{
    const size_t channels = (size_t)shape.channels, pixels = nn_shape_values(shape) / channels;
    const size_t n = n_samples * channels * pixels;
    double *values;
    if (!vector_expects(c, name))
        return AUG_OK;
    AUG_TRY(vector_take(c, n, sizeof(*values), &values));
    for (size_t i = 0; i < n; i++) {
        const size_t sample = i / (channels * pixels), channel = i / pixels % channels;
        values[i] = (double)got[(sample * pixels + i % pixels) * channels + channel];
    }
    return vector_compare(c, name, values, n);
}

AugStatus vector_check_compared(VectorCase *c)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)c->expect, name, value)
    {
        bool compared = false;
        for (size_t i = 0; i < c->n_reports; i++)
            compared = compared || !strcmp(c->reports[i].name, name);
        if (!compared)
            return vector_unknown(c, "expected tensor", name);
    }
    return AUG_OK;
}

AugStatus vector_compare_tensor(VectorCase *c, const char *expected, const NnNetwork *network,
                                const char *name)
{
    size_t index;
    NnTensorInfo info;
    NnReal *values;
    if (!vector_expects(c, expected) || !nn_network_find_tensor(network, name, &index))
        return AUG_OK;
    nn_network_tensor(network, index, &info);
    AUG_TRY(vector_reals(c, info.n_values, &values));
    nn_network_read_tensor(network, index, values);
    return vector_compare_reals(c, expected, values, info.n_values);
}

AugStatus vector_compare_gradient(VectorCase *c, const char *expected, const NnNetwork *network,
                                  const char *name)
{
    size_t index;
    NnTensorInfo info;
    NnReal *values;
    if (!vector_expects(c, expected) || !nn_network_find_tensor(network, name, &index))
        return AUG_OK;
    nn_network_tensor(network, index, &info);
    AUG_TRY(vector_reals(c, info.n_values, &values));
    nn_network_read_gradient(network, index, values);
    return vector_compare_reals(c, expected, values, info.n_values);
}
