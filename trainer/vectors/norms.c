/* Cases of kind "norm". */
#include <stdio.h>
#include <string.h>

#include "trainer/vectors/layer.h"

/* --- normalizations of one batch -------------------------------------------------------------- */

/* What is normalized together: all dimensions but the first, or the last ones; "channels", as our layer
 * says, or normalized_shape of a single pixel's channels is the same. */
static AugStatus take_shape(VectorCase *c, VectorLayer *layer)
{
    const json_t *shape = vector_param(c, "normalized_shape");
    const VectorTensor *x = &layer->x[0];
    const json_t *lone = json_is_integer(shape) ? shape : NULL;
    const size_t n = lone ? 1 : json_array_size(shape);
    if (!shape)
        return AUG_OK;
    if (n == 0 || n >= x->n_dims + (x->n_dims == 1))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "normalized_shape has %zu sizes; allowed are 1 to those of a sample", n);
    for (size_t i = 0; i < n; i++) {
        const json_t *size = lone ? lone : json_array_get(shape, i);
        if (!json_is_integer(size) ||
            json_integer_value(size) != (json_int_t)x->dims[x->n_dims - n + i])
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                            "normalized_shape is not the last %zu sizes of x", n);
    }
    if (n + 1 >= x->n_dims)
        return AUG_OK;
    return json_object_set_new(layer->params, "normalized_shape",
                               lone ? json_pack("[O]", lone) : json_deep_copy(shape)) == 0
               ? AUG_OK
               : AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for normalized_shape");
}

/* Weight and bias are there if the case has them, and running statistics if it expects them. */
static AugStatus run_one(VectorCase *c)
{
    VectorLayer layer = {.module = c->op};
    const bool by_value = !strcmp(c->op, "layer_norm") || !strcmp(c->op, "rms_norm");
    const bool has_gamma = vector_has_input(c, "gamma"), has_beta = vector_has_input(c, "beta");
    const char *name;
    json_t *value;
    const NnLayerDesc *desc = nn_layer_find(c->op);
    if (!desc)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    AUG_TRY(vector_layer_inputs(c, &layer));
    layer.params = vector_keep(c, json_object());
    json_object_foreach((json_t *)(uintptr_t)c->params, name, value)
    {
        if (!strcmp(name, "normalized_shape") || json_is_null(value))
            continue;
        const AugParamDesc *row = vector_row(&desc->params, name);
        if (!row)
            return vector_unknown(c, "parameter", name);
        json_object_set(layer.params, row->name, (json_t *)(uintptr_t)vector_param(c, name));
    }
    AUG_TRY(take_shape(c, &layer));
    json_object_set_new(layer.params, by_value ? "elementwise_affine" : "affine",
                        json_boolean(has_gamma));
    if (has_gamma && !has_beta && !strcmp(c->op, "layer_norm"))
        json_object_set_new(layer.params, "bias", json_false());
    if (vector_row(&desc->params, "track_running_stats") && vector_expects(c, "rm"))
        json_object_set_new(layer.params, "track_running_stats", json_true());
    return vector_layer_run(c, &layer, (VectorWords){"gamma", "beta", "dgamma", "dbeta"});
}

/* --- batch norm ------------------------------------------------------------------------------- */

/* Batch norm of the two batches. */
typedef struct BatchNorm {
    VectorLayer layer;
    VectorTensor dy, gamma, beta;
} BatchNorm;

/* One pass over the layer's batch; suffix is the end of the expected names ("1": y1, dx1, ...). */
static AugStatus run_pass(VectorCase *c, BatchNorm *norm, bool trains, const char *suffix)
{
    NnNetwork *network = norm->layer.network;
    VectorPass pass;
    char name[16];
    AUG_TRY(vector_layer_pass(c, &norm->layer, &norm->dy, &pass));
    vector_pass_run(network, trains ? &network->blueprint.train : &network->blueprint.evaluate,
                    &pass);
    snprintf(name, sizeof(name), "y%s", suffix);
    AUG_TRY(vector_layer_compare_y(c, &norm->layer, &pass, name));
    if (!trains)
        return AUG_OK;
    vector_pass_commit(network);
    if (norm->dy.n == 0)
        return AUG_OK;
    snprintf(name, sizeof(name), "dx%s", suffix);
    AUG_TRY(
        vector_compare_images(c, name, pass.dx, vector_sample_shape(&norm->layer.x[0]), pass.n));
    snprintf(name, sizeof(name), "dgamma%s", suffix);
    AUG_TRY(vector_compare_gradient(c, name, network, "layer.weight"));
    snprintf(name, sizeof(name), "dbeta%s", suffix);
    return vector_compare_gradient(c, name, network, "layer.bias");
}

/* The layer for a batch; frozen: it uses running statistics in training, too. */
static AugStatus build_norm(VectorCase *c, BatchNorm *norm, bool frozen)
{
    const bool affine = vector_number(c, "affine", 1) != 0;
    const bool tracks = vector_number(c, "track_running_stats", 1) != 0;
    /* A momentum of null is none: the plain average. */
    const bool is_cumulative = json_is_null(json_object_get(c->params, "momentum"));
    norm->layer.module = "batch_norm";
    norm->layer.params = vector_keep(
        c, json_pack("{s:f,s:f,s:b,s:b,s:b,s:b}", "eps", vector_number(c, "eps", 1e-5), "momentum",
                     vector_number(c, "momentum", 0.1), "cumulative", is_cumulative, "affine",
                     affine, "track_running_stats", tracks, "frozen", frozen && tracks));
    AUG_TRY(vector_layer_build(c, &norm->layer));
    AUG_TRY(vector_write(c, norm->layer.network, "layer.weight", &norm->gamma));
    return vector_write(c, norm->layer.network, "layer.bias", &norm->beta);
}

static AugStatus compare_statistics(VectorCase *c, const BatchNorm *norm, const char *mean,
                                    const char *variance)
{
    AUG_TRY(vector_compare_tensor(c, mean, norm->layer.network, "layer.running_mean"));
    return vector_compare_tensor(c, variance, norm->layer.network, "layer.running_var");
}

/* Running statistics from one network to another. */
static AugStatus carry_statistics(VectorCase *c, const NnNetwork *from, NnNetwork *to)
{
    static const char *const names[] = {"layer.running_mean", "layer.running_var"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        size_t index;
        NnTensorInfo info;
        NnReal *values;
        if (!nn_network_find_tensor(from, names[i], &index))
            continue;
        nn_network_tensor(from, index, &info);
        AUG_TRY(vector_reals(c, info.n_values, &values));
        nn_network_read_tensor(from, index, values);
        nn_network_write_tensor(to, index, values);
    }
    return AUG_OK;
}

/* Two training batches and, with the statistics that they leave, the first in evaluation: as a frozen
 * layer, which has gradients, and by the program of evaluation. */
static AugStatus run_batch_norm(VectorCase *c)
{
    BatchNorm norm = {.layer = {.n_inputs = 1}};
    VectorTensor x1, x2;
    AUG_TRY(vector_needed_input(c, vector_has_input(c, "x1") ? "x1" : "x", &x1));
    AUG_TRY(vector_input(c, "x2", &x2));
    AUG_TRY(vector_input(c, "dy", &norm.dy));
    AUG_TRY(vector_input(c, "gamma", &norm.gamma));
    AUG_TRY(vector_input(c, "beta", &norm.beta));
    if (x2.n && x2.n != x1.n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "x2 has %zu values; x1 has %zu", x2.n, x1.n);
    norm.layer.x[0] = x1;
    AUG_TRY(build_norm(c, &norm, false));
    NnNetwork *first = norm.layer.network;
    AUG_TRY(run_pass(c, &norm, true, vector_has_input(c, "x1") ? "1" : ""));
    AUG_TRY(compare_statistics(c, &norm, vector_has_input(c, "x1") ? "rm1" : "rm",
                               vector_has_input(c, "x1") ? "rv1" : "rv"));
    if (x2.n) {
        NnReal *in;
        AUG_TRY(vector_to_pixels(c, &x2, &in));
        norm.layer.in = in;
        AUG_TRY(run_pass(c, &norm, true, "2"));
        AUG_TRY(compare_statistics(c, &norm, "rm2", "rv2"));
    }
    norm.layer.x[0] = x1;
    AUG_TRY(build_norm(c, &norm, true));
    AUG_TRY(carry_statistics(c, first, norm.layer.network));
    const char *suffix = vector_has_input(c, "x1") ? "1_eval" : "_eval";
    AUG_TRY(run_pass(c, &norm, true, suffix));
    return run_pass(c, &norm, false, suffix);
}

AugStatus vector_run_norm(VectorCase *c)
{
    return strcmp(c->op, "batch_norm") != 0 ? run_one(c) : run_batch_norm(c);
}
