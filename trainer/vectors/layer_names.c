/* From the names of PyTorch's functions and their parameters to our layers and their rows. */
#include <string.h>

#include "trainer/nn/layer.h"
#include "trainer/vectors/layer.h"

/* Operations whose names are not those of layers. given: parameters that the name says. is_row: the
 * layer takes maps, and the operation one row of them. */
static const struct {
    const char *op, *layer, *given;
    bool is_row;
} names[] = {
    {"conv2d", "conv", NULL, false},
    {"conv_transpose2d", "conv_transpose", NULL, false},
    {"upsample_nearest", "upsample", "{\"mode\": \"nearest\"}", false},
    {"upsample_nearest2d", "upsample", "{\"mode\": \"nearest\"}", false},
    {"upsample_bilinear", "upsample", "{\"mode\": \"bilinear\"}", false},
    {"upsample_bilinear2d", "upsample", "{\"mode\": \"bilinear\"}", false},
    {"interpolate", "upsample", NULL, false},
    {"max_pool2d", "max_pool", NULL, false},
    {"max_pool1d", "max_pool", NULL, true},
    {"avg_pool2d", "avg_pool", NULL, false},
    {"avg_pool1d", "avg_pool", NULL, true},
    {"global_avg_pool2d", "global_avg_pool", NULL, false},
    {"adaptive_avg_pool2d", "adaptive_avg_pool", NULL, false},
    {"adaptive_avg_pool1d", "adaptive_avg_pool", NULL, true},
    {"adaptive_max_pool2d", "adaptive_max_pool", NULL, false},
    {"adaptive_max_pool1d", "adaptive_max_pool", NULL, true},
    {"gelu_erf", "gelu", "{\"approximate\": \"none\"}", false},
    {"gelu_tanh", "gelu", "{\"approximate\": \"tanh\"}", false},
    {"normalize", "l2_normalize", NULL, false},
    {"cat", "concat", NULL, false},
};

/* Names of parameters that are not those of rows. */
static const struct {
    const char *param, *row;
} renamed[] = {{"scale", "scale_factor"}, {"kernel_size", "kernel"}};

static const char *row_name(const char *param)
{
    for (size_t i = 0; i < AUG_COUNT(renamed); i++)
        if (!strcmp(renamed[i].param, param))
            return renamed[i].row;
    return param;
}

/* A list of equal numbers where a row has one of them: the number. */
static const json_t *lone_value(const AugParamDesc *row, const json_t *value)
{
    const bool is_lone = row->kind == &aug_kind_float || row->kind == &aug_kind_int;
    const size_t n = json_array_size(value);
    if (n == 0 || (!is_lone && n > 1))
        return value;
    for (size_t i = 1; i < n; i++)
        if (json_number_value(json_array_get(value, i)) !=
            json_number_value(json_array_get(value, 0)))
            return value;
    return json_array_get(value, 0);
}

/* The dimension over which a function goes is always the channels'. */
static AugStatus check_dimension(VectorCase *c)
{
    int64_t dim = 1;
    VectorTensor x;
    AUG_TRY(vector_whole(c, "dim", 0, -VECTOR_MAX_DIMS, VECTOR_MAX_DIMS, &dim));
    AUG_TRY(vector_input(c, vector_has_input(c, "x") ? "x" : "x1", &x));
    const int64_t n_dims = (int64_t)x.n_dims;
    if (dim == (n_dims == 1 ? 0 : 1) || dim == (n_dims <= 2 ? -1 : 1 - n_dims))
        return AUG_OK;
    return vector_unknown(c, "dimension other than that of the channels, parameter", "dim");
}

/* One parameter of the case as a member of the layer's. */
static AugStatus take_param(VectorCase *c, const NnLayerDesc *desc, bool is_row, const char *name,
                            json_t *params)
{
    const json_t *value = vector_param(c, name);
    const AugParamDesc *row = vector_row(&desc->params, row_name(name));
    if (!value)
        return AUG_OK;
    if (!strcmp(name, "dim"))
        return check_dimension(c);
    if (!row && json_is_false(value))
        return AUG_OK;
    if (!row)
        return vector_unknown(c, "parameter", name);
    value = lone_value(row, value);
    json_t *copy = json_deep_copy(value);
    if (is_row && row->kind == &aug_kind_size)
        copy = json_pack("[i,o]", strcmp(row->name, "padding") != 0, copy);
    if (json_object_set_new(params, row->name, copy) != 0)
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for the parameter '%s'", name);
    return AUG_OK;
}

/* What a layer's weight says of its parameters. */
static AugStatus take_weight(VectorCase *c, const NnLayerDesc *desc, json_t *params)
{
    VectorTensor w;
    int64_t groups = 1;
    AUG_TRY(vector_input(c, "w", &w));
    if (w.n == 0)
        return AUG_OK;
    const bool is_turned = !strcmp(desc->name, "conv_transpose");
    AUG_TRY(vector_whole(c, "groups", 0, 1, 65536, &groups));
    const json_int_t outputs = (json_int_t)(is_turned ? w.shape[1] * (size_t)groups : w.shape[0]);
    if (vector_row(&desc->params, "num_embeddings")) {
        json_object_set_new(params, "num_embeddings", json_integer((json_int_t)w.shape[0]));
        json_object_set_new(params, "embedding_dim", json_integer((json_int_t)w.shape[1]));
    }
    if (vector_row(&desc->params, "features"))
        json_object_set_new(params, "features", json_integer(outputs));
    if (vector_row(&desc->params, "filters"))
        json_object_set_new(params, "filters", json_integer(outputs));
    if (vector_row(&desc->params, "kernel"))
        json_object_set_new(params, "kernel",
                            !strcmp(desc->name, "conv1d")
                                ? json_integer((json_int_t)w.shape[3])
                                : json_pack("[i,i]", (int)w.shape[2], (int)w.shape[3]));
    if (vector_row(&desc->params, "bias"))
        json_object_set_new(params, "bias", json_boolean(vector_has_input(c, "b")));
    return AUG_OK;
}

AugStatus vector_layer_choose(VectorCase *c, VectorLayer *layer)
{
    const char *given = NULL, *name;
    bool is_row = false;
    json_t *value;
    layer->module = c->op;
    for (size_t i = 0; i < AUG_COUNT(names); i++)
        if (!strcmp(names[i].op, c->op)) {
            layer->module = names[i].layer;
            given = names[i].given;
            is_row = names[i].is_row;
        }
    const NnLayerDesc *desc = nn_layer_find(layer->module);
    if (!desc || desc->has_branches)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    layer->is_tokens = desc->hooks->limit != NULL;
    layer->params = vector_keep(c, given ? json_loads(given, 0, NULL) : json_object());
    json_object_foreach((json_t *)(uintptr_t)c->params, name, value)
        AUG_TRY(take_param(c, desc, is_row, name, layer->params));
    return take_weight(c, desc, layer->params);
}
