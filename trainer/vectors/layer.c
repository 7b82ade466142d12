/* Cases of kind "layer", and the network that every case about a layer has around it. */
#include "trainer/vectors/layer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void number_name(char name[16], const char *word, const VectorLayer *layer, size_t k)
{
    if (layer->n_inputs > 1)
        snprintf(name, 16, "%s%zu", word, k + 1);
    else
        snprintf(name, 16, "%s", word);
}

AugStatus vector_layer_inputs(VectorCase *c, VectorLayer *layer)
{
    char name[16];
    layer->n_inputs = 1;
    if (vector_has_input(c, "x"))
        return vector_input(c, "x", &layer->x[0]);
    AUG_TRY(vector_needed_input(c, vector_has_input(c, "x1") ? "x1" : "x", &layer->x[0]));
    for (size_t k = 1; k < NN_MAX_INPUTS; k++) {
        snprintf(name, sizeof(name), "x%zu", k + 1);
        if (!vector_has_input(c, name))
            break;
        AUG_TRY(vector_input(c, name, &layer->x[k]));
        layer->n_inputs++;
    }
    for (size_t k = 1; k < layer->n_inputs; k++)
        for (size_t d = 0; d < 4; d++)
            if (d != 1 && layer->x[k].shape[d] != layer->x[0].shape[d])
                return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                                "x%zu differs from x1 in more than its channels", k + 1);
    return AUG_OK;
}

static size_t all_channels(const VectorLayer *layer)
{
    size_t n = 0;
    for (size_t k = 0; k < layer->n_inputs; k++)
        n += layer->x[k].shape[1];
    return n;
}

/* --- the network ------------------------------------------------------------------------------ */

/* The layers. A rectifier is kept from becoming part of the identity before it. */
static json_t *layer_list(const VectorLayer *layer)
{
    json_t *list = json_array(), *from = json_array();
    char name[16];
    for (size_t k = 0; k < layer->n_inputs && !layer->is_tokens; k++) {
        number_name(name, "probe", layer, k);
        json_array_append_new(list, json_pack("{s:{s:i,s:i,s:b},s:s,s:s}", "conv", "filters",
                                              (int)layer->x[k].shape[1], "kernel", 1, "bias", 0,
                                              "name", name, "from", "input"));
        json_array_append_new(from, json_string(name));
    }
    if (!strcmp(layer->module, "relu"))
        json_array_append_new(list, json_string("flatten"));
    json_t *own = json_pack("{s:O,s:s}", layer->module, layer->params, "name", "layer");
    if (layer->n_inputs > 1)
        json_object_set(own, "from", from);
    json_decref(from);
    json_array_append_new(list, own);
    json_array_append_new(list, json_string("flatten"));
    json_array_append_new(list, json_pack("{s:i,s:s}", "linear", 2, "name", "end"));
    return list;
}

/* The k-th identity picks the channels of the k-th input out of all. */
static AugStatus set_identities(VectorCase *c, VectorLayer *layer)
{
    const size_t all = all_channels(layer);
    char name[32], probe[16];
    size_t first = 0;
    for (size_t k = 0; k < layer->n_inputs; k++) {
        const size_t own = layer->x[k].shape[1];
        VectorTensor eye = {.n = own * all};
        AUG_TRY(vector_take(c, eye.n, sizeof(*eye.data), &eye.data));
        for (size_t i = 0; i < own; i++)
            eye.data[i * all + first + i] = 1;
        number_name(probe, "probe", layer, k);
        snprintf(name, sizeof(name), "%s.weight", probe);
        AUG_TRY(vector_write(c, layer->network, name, &eye));
        layer->probes[k] = vector_node_find(layer->network, probe);
        first += own;
    }
    return AUG_OK;
}

/* Whole numbers, each below what the layer has. */
static AugStatus take_tokens(VectorCase *c, VectorLayer *layer)
{
    const VectorTensor *x = &layer->x[0];
    int32_t *in;
    AUG_TRY(vector_take(c, x->n, sizeof(*in), &in));
    for (size_t i = 0; i < x->n; i++) {
        if (!(x->data[i] >= 0 && x->data[i] < layer->network->n_indices) ||
            floor(x->data[i]) != x->data[i])
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                            "value %zu of x, %g, is not an index from 0 to %u", i, x->data[i],
                            layer->network->n_indices - 1);
        in[i] = (int32_t)x->data[i];
    }
    layer->in = in;
    return AUG_OK;
}

/* All inputs side by side. */
static AugStatus take_images(VectorCase *c, VectorLayer *layer)
{
    const size_t all = all_channels(layer);
    const size_t pixels = layer->x[0].n / layer->x[0].shape[1];
    NnReal *in, *one;
    size_t first = 0;
    AUG_TRY(vector_reals(c, all * pixels, &in));
    for (size_t k = 0; k < layer->n_inputs; k++) {
        const size_t own = layer->x[k].shape[1];
        AUG_TRY(vector_to_pixels(c, &layer->x[k], &one));
        for (size_t p = 0; p < pixels; p++)
            memcpy(in + p * all + first, one + p * own, own * sizeof(*in));
        first += own;
    }
    layer->in = in;
    return AUG_OK;
}

AugStatus vector_layer_build(VectorCase *c, VectorLayer *layer)
{
    NnNetworkSpec spec = {.input = vector_sample_shape(&layer->x[0]),
                          .input_indices = layer->is_tokens,
                          .max_batch = (uint32_t)layer->x[0].shape[0],
                          .seed = 7};
    spec.input.channels = (int32_t)all_channels(layer);
    if (all_channels(layer) > VECTOR_MAX_VALUES)
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the inputs have too many channels");
    vector_note(c, "layer", layer->module, layer->params);
    AUG_TRY(vector_layers(c, layer_list(layer), &spec.layers, &spec.n_layers));
    AUG_TRY(vector_network(c, &spec, &layer->network));
    layer->target = vector_node_find(layer->network, "layer");
    if (layer->is_tokens)
        return take_tokens(c, layer);
    AUG_TRY(set_identities(c, layer));
    return take_images(c, layer);
}

/* --- passes ----------------------------------------------------------------------------------- */

static NnShape output_shape(const VectorLayer *layer)
{
    return layer->network->graph.nodes[layer->target].out;
}

/* Tokens of a text lie as they are in a case: token after token. */
static bool is_plain(const VectorLayer *layer)
{
    return layer->is_tokens;
}

AugStatus vector_layer_pass(VectorCase *c, const VectorLayer *layer, const VectorTensor *dy,
                            VectorPass *pass)
{
    const size_t n_samples = layer->x[0].shape[0];
    const size_t n_out = nn_shape_values(output_shape(layer)) * n_samples;
    *pass = (VectorPass){.n = (uint32_t)n_samples, .target = layer->target, .x = layer->in};
    if (n_out > VECTOR_MAX_VALUES)
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the output has more than %zu values",
                        VECTOR_MAX_VALUES);
    AUG_TRY(vector_reals(c, n_out, &pass->y));
    if (dy->n && dy->n != n_out)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "dy has %zu values; the output has %zu",
                        dy->n, n_out);
    NnReal *values = NULL;
    /* As the output lies, whatever its dimensions are. */
    const NnShape out = output_shape(layer);
    const VectorTensor as_output = {
        .n = dy->n,
        .shape = {n_samples, (size_t)out.channels, (size_t)out.height, (size_t)out.width},
        .data = dy->data};
    if (dy->n && is_plain(layer))
        AUG_TRY(vector_to_reals(c, dy, &values));
    else if (dy->n)
        AUG_TRY(vector_to_pixels(c, &as_output, &values));
    pass->dy = values;
    for (size_t k = 0; k < layer->n_inputs && !layer->is_tokens; k++) {
        pass->probes[k] = layer->probes[k];
        AUG_TRY(vector_reals(c, layer->x[k].n, &pass->dxs[k]));
    }
    return AUG_OK;
}

AugStatus vector_layer_compare_y(VectorCase *c, const VectorLayer *layer, const VectorPass *pass,
                                 const char *name)
{
    const NnShape out = output_shape(layer);
    if (is_plain(layer))
        return vector_compare_reals(c, name, pass->y, nn_shape_values(out) * pass->n);
    return vector_compare_images(c, name, pass->y, out, pass->n);
}

AugStatus vector_layer_compare_dx(VectorCase *c, const VectorLayer *layer, const VectorPass *pass)
{
    char name[16];
    for (size_t k = 0; k < layer->n_inputs && pass->dxs[k]; k++) {
        number_name(name, "dx", layer, k);
        AUG_TRY(vector_compare_images(c, name, pass->dxs[k], vector_sample_shape(&layer->x[k]),
                                      pass->n));
    }
    return AUG_OK;
}

AugStatus vector_layer_run(VectorCase *c, VectorLayer *layer, VectorWords words)
{
    VectorTensor w, b, dy;
    VectorPass pass;
    AUG_TRY(vector_input(c, words.w, &w));
    AUG_TRY(vector_input(c, words.b, &b));
    AUG_TRY(vector_input(c, "dy", &dy));
    AUG_TRY(vector_layer_build(c, layer));
    NnNetwork *network = layer->network;
    AUG_TRY(vector_write(c, network, "layer.weight", &w));
    AUG_TRY(vector_write(c, network, "layer.bias", &b));
    AUG_TRY(vector_layer_pass(c, layer, &dy, &pass));
    vector_pass_run(network, &network->blueprint.train, &pass);
    AUG_TRY(vector_layer_compare_y(c, layer, &pass, "y"));
    vector_pass_commit(network);
    if (dy.n) {
        AUG_TRY(vector_layer_compare_dx(c, layer, &pass));
        AUG_TRY(vector_compare_gradient(c, words.dw, network, "layer.weight"));
        AUG_TRY(vector_compare_gradient(c, words.db, network, "layer.bias"));
    }
    AUG_TRY(vector_compare_tensor(c, "rm", network, "layer.running_mean"));
    AUG_TRY(vector_compare_tensor(c, "rv", network, "layer.running_var"));
    if (!vector_expects(c, "y_eval"))
        return AUG_OK;
    vector_pass_run(network, &network->blueprint.evaluate, &pass);
    return vector_layer_compare_y(c, layer, &pass, "y_eval");
}

AugStatus vector_run_layer(VectorCase *c)
{
    VectorLayer layer = {0};
    AUG_TRY(vector_layer_choose(c, &layer));
    AUG_TRY(vector_layer_inputs(c, &layer));
    return vector_layer_run(c, &layer, (VectorWords){"w", "b", "dw", "db"});
}
