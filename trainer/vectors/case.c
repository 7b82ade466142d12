/* Reading a case: tensors with every size checked, and parameters. */
#include "trainer/vectors/case.h"

#include <math.h>
#include <string.h>

#define CHECK_SIZE (VECTOR_MAX_VALUES * 64)

AugStatus vector_take(VectorCase *c, size_t n, size_t size, void *memory)
{
    void *taken = NULL;
    if (n <= CHECK_SIZE / size)
        taken = augi_arena_take(c->memory.arena, (n + 1) * size);
    memcpy(memory, &taken, sizeof(taken));
    if (!taken)
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for %zu values", n);
    return AUG_OK;
}

AugStatus vector_reals(VectorCase *c, size_t n, NnReal **values)
{
    return vector_take(c, n, sizeof(**values), values);
}

json_t *vector_keep(VectorCase *c, json_t *json)
{
    if (json && json_array_append_new(c->made, json) == 0)
        return json;
    return NULL;
}

AugStatus vector_unknown(VectorCase *c, const char *what, const char *word)
{
    return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the %s '%.60s' is not known for %.30s %.60s",
                    what, word, c->kind, c->op);
}

/* --- tensors ---------------------------------------------------------------------------------- */

static AugStatus read_shape(VectorCase *c, const json_t *list, const char *name, VectorTensor *t)
{
    size_t product = 1;
    t->n_dims = json_array_size(list);
    if (!json_is_array(list) || t->n_dims > VECTOR_MAX_DIMS)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "the shape of '%.60s' is no list of at most %d sizes", name,
                        VECTOR_MAX_DIMS);
    for (size_t i = 0; i < t->n_dims; i++) {
        const json_t *size = json_array_get(list, i);
        const json_int_t value = json_integer_value(size);
        if (!json_is_integer(size) || value < 1 || value > (json_int_t)VECTOR_MAX_VALUES)
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                            "size %zu in the shape of '%.60s' is not a whole number from 1 to %zu",
                            i, name, VECTOR_MAX_VALUES);
        t->dims[i] = (size_t)value;
        product *= t->dims[i];
        if (product > VECTOR_MAX_VALUES)
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                            "'%.60s' has more values than the %zu that are allowed", name,
                            VECTOR_MAX_VALUES);
    }
    t->n = product;
    return AUG_OK;
}

/* Samples, channels, rows, columns. */
static void lay_out(VectorTensor *t)
{
    for (size_t i = 0; i < 4; i++)
        t->shape[i] = 1;
    for (size_t i = 0; i < t->n_dims; i++) {
        const size_t place = t->n_dims == 1 ? 1 : t->n_dims == 3 && i == 2 ? 3 : i;
        t->shape[place] = t->dims[i];
    }
}

static AugStatus read_tensor(VectorCase *c, const json_t *json, const char *name, VectorTensor *t)
{
    *t = (VectorTensor){0};
    if (!json)
        return AUG_OK;
    const json_t *data = json_object_get(json, "data");
    if (json_is_number(json) || json_is_array(json)) {
        /* A lone number, or a list of them, says its shape by itself. */
        t->n_dims = json_is_array(json);
        t->n = t->dims[0] = json_is_array(json) ? json_array_size(json) : 1;
        data = json;
    } else {
        AUG_TRY(read_shape(c, json_object_get(json, "shape"), name, t));
    }
    const bool lone = json_is_number(data);
    if (t->n == 0 || (lone ? 1 : json_array_size(data)) != t->n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "'%.60s' has %zu values; its shape needs %zu", name,
                        lone ? 1 : json_array_size(data), t->n);
    lay_out(t);
    AUG_TRY(vector_take(c, t->n, sizeof(*t->data), &t->data));
    for (size_t i = 0; i < t->n; i++) {
        const json_t *value = lone ? data : json_array_get(data, i);
        if (!json_is_number(value) && !json_is_boolean(value))
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "value %zu of '%.60s' is not a number",
                            i, name);
        t->data[i] = json_is_boolean(value) ? json_is_true(value) : json_number_value(value);
    }
    return AUG_OK;
}

static void mark(VectorCase *c, const char *name)
{
    json_object_set_new(c->used, name, json_true());
}

AugStatus vector_input(VectorCase *c, const char *name, VectorTensor *tensor)
{
    mark(c, name);
    return read_tensor(c, json_object_get(c->inputs, name), name, tensor);
}

AugStatus vector_needed_input(VectorCase *c, const char *name, VectorTensor *tensor)
{
    if (!vector_has_input(c, name))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "%.30s %.60s needs the input '%s'", c->kind,
                        c->op, name);
    return vector_input(c, name, tensor);
}

AugStatus vector_expected(VectorCase *c, const char *name, VectorTensor *tensor)
{
    return read_tensor(c, json_object_get(c->expect, name), name, tensor);
}

bool vector_has_input(const VectorCase *c, const char *name)
{
    return json_object_get(c->inputs, name) != NULL;
}

bool vector_expects(const VectorCase *c, const char *name)
{
    return json_object_get(c->expect, name) != NULL;
}

/* --- parameters ------------------------------------------------------------------------------- */

const json_t *vector_param(VectorCase *c, const char *name)
{
    const json_t *value = json_object_get(c->params, name);
    mark(c, name);
    return json_is_null(value) ? NULL : value;
}

double vector_number(VectorCase *c, const char *name, double fallback)
{
    const json_t *value = vector_param(c, name);
    if (json_is_boolean(value))
        return json_is_true(value);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

const char *vector_text(VectorCase *c, const char *name, const char *fallback)
{
    const char *text = json_string_value(vector_param(c, name));
    return text ? text : fallback;
}

AugStatus vector_whole(VectorCase *c, const char *name, size_t i, int64_t low, int64_t high,
                       int64_t *value)
{
    const json_t *json = vector_param(c, name);
    if (json_is_array(json) && json_array_size(json) > 0)
        json = json_array_get(json, i < json_array_size(json) ? i : json_array_size(json) - 1);
    const double number = json_number_value(json);
    if (!json)
        return AUG_OK;
    if (!json_is_number(json) || !(number >= (double)low && number <= (double)high) ||
        floor(number) != number)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "'%.60s' is not a whole number from %lld to %lld", name, (long long)low,
                        (long long)high);
    *value = (int64_t)number;
    return AUG_OK;
}

static AugStatus check_names(VectorCase *c, const json_t *map, const char *what)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map, name, value)
    {
        const bool says_nothing = json_is_null(value) || json_is_false(value);
        if (!json_object_get(c->used, name) && !says_nothing)
            return vector_unknown(c, what, name);
    }
    return AUG_OK;
}

AugStatus vector_check_used(VectorCase *c)
{
    AUG_TRY(check_names(c, c->params, "parameter"));
    return check_names(c, c->inputs, "input");
}

/* --- order of values -------------------------------------------------------------------------- */

NnShape vector_sample_shape(const VectorTensor *t)
{
    return (NnShape){(int32_t)t->shape[2], (int32_t)t->shape[3], (int32_t)t->shape[1], false};
}

AugStatus vector_to_pixels(VectorCase *c, const VectorTensor *t, NnReal **values)
{
    const size_t channels = t->shape[1], pixels = t->shape[2] * t->shape[3];
    AUG_TRY(vector_reals(c, t->n, values));
    for (size_t i = 0; i < t->n; i++) {
        const size_t sample = i / (channels * pixels), channel = i / pixels % channels;
        (*values)[(sample * pixels + i % pixels) * channels + channel] = (NnReal)t->data[i];
    }
    return AUG_OK;
}

AugStatus vector_to_reals(VectorCase *c, const VectorTensor *t, NnReal **values)
{
    AUG_TRY(vector_reals(c, t->n, values));
    for (size_t i = 0; i < t->n; i++)
        (*values)[i] = (NnReal)t->data[i];
    return AUG_OK;
}
