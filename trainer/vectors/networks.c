/* Cases of kind "network": whole networks.
 *
 * gradients: one pass of training. params: layers, as in a model file (a list, or its text). Inputs: x,
 *            dy, and each parameter's values as "w.NAME". Expected: y, each gradient as "d.NAME", each
 *            running statistic after the pass as "b.NAME", y_eval
 * train:     two steps and an evaluation, of tensors that are too large to be written down. params:
 *            layers, input, n, seed, classes, label_smoothing, the optimizer's, scales. Everything
 *            given is a sequence (vector_sequence_value) by number: parameters in their order from
 *            salt 100, times their scale, around 1 for vectors named weight; the samples of step k of
 *            salt 300 + k; labels are (3 * i + step) % classes. Expected is of each tensor a digest
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trainer/vectors/case.h"
#include "trainer/vectors/probe.h"

#define SALT_PARAMETERS 100
#define SALT_PRODUCTS 200
#define SALT_SAMPLES 300

/* Values of a digest that are the tensor's own. */
#define N_SOME 24

/* Branches in branches that are looked at. */
#define MAX_DEPTH 16

/* Room for what stands before a tensor's name. */
#define NAME_SIZE 200

double vector_sequence_value(uint32_t salt, uint32_t i)
{
    uint32_t x = i * 0x9E3779B9u + salt * 0x85EBCA6Bu + 0xC2B2AE35u;
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    x ^= x >> 16;
    return ((double)(x % 128) * 2 + 1) / 128 - 1;
}

/* Puts the layers of a list on record, those of branches too. */
static void note_layers(VectorCase *c, const json_t *list, int depth)
{
    size_t i;
    const char *name;
    json_t *entry, *params;
    json_array_foreach((json_t *)(uintptr_t)list, i, entry)
    {
        if (json_is_string(entry))
            vector_note(c, "layer", json_string_value(entry), NULL);
        json_object_foreach(entry, name, params)
        {
            if (!strcmp(name, "name") || !strcmp(name, "from"))
                continue;
            vector_note(c, "layer", name, params);
            if (depth < MAX_DEPTH) {
                note_layers(c, json_object_get(params, "branch"), depth + 1);
                note_layers(c, json_object_get(params, "shortcut"), depth + 1);
            }
        }
    }
}

static AugStatus read_layers(VectorCase *c, NnNetworkSpec *spec)
{
    const json_t *layers = vector_param(c, "layers");
    if (json_is_string(layers))
        return vector_layers_text(c, json_string_value(layers), &spec->layers, &spec->n_layers);
    if (!json_is_array(layers))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "params has no list of layers");
    note_layers(c, layers, 0);
    return vector_layers(c, json_deep_copy(layers), &spec->layers, &spec->n_layers);
}

/* --- one pass --------------------------------------------------------------------------------- */

static AugStatus write_parameters(VectorCase *c, NnNetwork *network)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)c->inputs, name, value)
    {
        VectorTensor tensor;
        if (strncmp(name, "w.", 2) != 0)
            continue;
        AUG_TRY(vector_input(c, name, &tensor));
        AUG_TRY(vector_write(c, network, name + 2, &tensor));
    }
    return AUG_OK;
}

static AugStatus compare_all(VectorCase *c, const NnNetwork *network)
{
    char name[NAME_SIZE];
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        snprintf(name, sizeof(name), "%c.%.190s", info.kind == NN_TENSOR_BUFFER ? 'b' : 'd',
                 info.name);
        if (info.kind == NN_TENSOR_BUFFER)
            AUG_TRY(vector_compare_tensor(c, name, network, info.name));
        if (info.kind == NN_TENSOR_PARAMETER)
            AUG_TRY(vector_compare_gradient(c, name, network, info.name));
    }
    return AUG_OK;
}

static AugStatus run_gradients(VectorCase *c)
{
    NnNetworkSpec spec = {0};
    NnNetwork *network;
    VectorTensor x, dy;
    NnReal *in, *out;
    AUG_TRY(vector_needed_input(c, "x", &x));
    AUG_TRY(vector_input(c, "dy", &dy));
    AUG_TRY(read_layers(c, &spec));
    AUG_TRY(vector_choice(c, NN_MODULE_LOSS, "mse", json_object(), &spec.loss));
    spec.input = vector_sample_shape(&x);
    spec.input.flat = x.n_dims < 3;
    spec.max_batch = (uint32_t)x.shape[0];
    AUG_TRY(vector_network(c, &spec, &network));
    AUG_TRY(write_parameters(c, network));
    AUG_TRY(vector_to_pixels(c, &x, &in));
    const uint32_t last = network->graph.n_nodes - 2;
    const NnShape shape = network->graph.nodes[last].out;
    const size_t n = nn_shape_values(shape) * x.shape[0];
    if (network->graph.nodes[0].indices || (dy.n && dy.n != n) || n > VECTOR_MAX_VALUES)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "dy has %zu values, the output %zu; allowed are the same, up to %zu", dy.n,
                        n, VECTOR_MAX_VALUES);
    const size_t sizes[] = {x.shape[0], (size_t)shape.channels, (size_t)shape.height,
                            (size_t)shape.width};
    memcpy(dy.shape, sizes, sizeof(sizes));
    AUG_TRY(vector_to_pixels(c, &dy, &out));
    VectorPass pass = {.n = (uint32_t)x.shape[0], .target = last, .x = in, .dy = dy.n ? out : NULL};
    AUG_TRY(vector_reals(c, n, &pass.y));
    vector_pass_run(network, &network->blueprint.train, &pass);
    AUG_TRY(vector_compare_images(c, "y", pass.y, shape, pass.n));
    vector_pass_commit(network);
    AUG_TRY(compare_all(c, network));
    pass.dy = NULL;
    vector_pass_run(network, &network->blueprint.evaluate, &pass);
    return vector_compare_images(c, "y_eval", pass.y, shape, pass.n);
}

/* --- two steps -------------------------------------------------------------------------------- */

/* Compares a tensor with its digest: the scale, some values, three products with fixed sequences; all
 * but the first times the scale. */
static AugStatus compare_digest(VectorCase *c, const char *name, const NnReal *values, size_t n)
{
    VectorTensor expected;
    double *got;
    if (!vector_expects(c, name))
        return AUG_OK;
    AUG_TRY(vector_expected(c, name, &expected));
    const size_t stride = n / N_SOME ? n / N_SOME : 1, n_some = (n + stride - 1) / stride;
    AUG_TRY(vector_take(c, n_some + 4, sizeof(*got), &got));
    got[0] = expected.data[0];
    for (size_t i = 0; i < n_some; i++)
        got[1 + i] = (double)values[i * stride] * got[0];
    for (uint32_t p = 0; p < 3; p++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += (double)values[k] * vector_sequence_value(SALT_PRODUCTS + p, (uint32_t)k);
        got[1 + n_some + p] = sum / sqrt((double)n) * got[0];
    }
    return vector_compare(c, name, got, n_some + 4);
}

/* All tensors of the network after a step, or their gradients. */
static AugStatus compare_digests(VectorCase *c, const NnNetwork *network, const char *what,
                                 int step)
{
    char name[NAME_SIZE];
    const bool is_gradient = !strcmp(what, "gradient");
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        NnReal *values;
        nn_network_tensor(network, i, &info);
        snprintf(name, sizeof(name), "%s.%d.%.170s", what, step, info.name);
        if (info.kind == NN_TENSOR_STATE || !vector_expects(c, name) ||
            (is_gradient && info.kind != NN_TENSOR_PARAMETER))
            continue;
        AUG_TRY(vector_reals(c, info.n_values, &values));
        if (is_gradient)
            nn_network_read_gradient(network, i, values);
        else
            nn_network_read_tensor(network, i, values);
        AUG_TRY(compare_digest(c, name, values, info.n_values));
    }
    return AUG_OK;
}

static AugStatus fill_parameters(VectorCase *c, NnNetwork *network)
{
    const json_t *scales = vector_param(c, "scales");
    uint32_t salt = SALT_PARAMETERS;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        NnReal *values;
        nn_network_tensor(network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        const json_t *scale = json_object_get(scales, info.name);
        if (!json_is_number(scale))
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "scales has none of %.60s", info.name);
        const double center = info.desc.n_dims == 1 && strstr(info.name, "weight") ? 1 : 0;
        AUG_TRY(vector_reals(c, info.n_values, &values));
        for (size_t k = 0; k < info.n_values; k++)
            values[k] = (NnReal)(center + json_number_value(scale) *
                                              vector_sequence_value(salt, (uint32_t)k));
        nn_network_write_tensor(network, i, values);
        salt++;
    }
    return AUG_OK;
}

static AugStatus build_training(VectorCase *c, NnNetworkSpec *spec, NnNetwork **network)
{
    int64_t sizes[3] = {1, 1, 1}, n = 1, seed = 0;
    for (size_t i = 0; i < 3; i++)
        AUG_TRY(vector_whole(c, "input", i, 1, 65536, &sizes[i]));
    AUG_TRY(vector_whole(c, "n", 0, 1, 65536, &n));
    AUG_TRY(vector_whole(c, "seed", 0, 0, INT32_MAX, &seed));
    vector_number(c, "classes", 0);
    AUG_TRY(read_layers(c, spec));
    AUG_TRY(
        vector_choice(c, NN_MODULE_LOSS, "cross_entropy",
                      json_pack("{s:f}", "label_smoothing", vector_number(c, "label_smoothing", 0)),
                      &spec->loss));
    AUG_TRY(vector_choice(c, NN_MODULE_OPTIMIZER, "sgd",
                          json_pack("{s:f,s:f,s:b,s:f}", "lr", vector_number(c, "lr", 0),
                                    "momentum", vector_number(c, "momentum", 0), "nesterov",
                                    vector_number(c, "nesterov", 0) != 0, "weight_decay",
                                    vector_number(c, "weight_decay", 0)),
                          &spec->optimizer));
    spec->input = (NnShape){(int32_t)sizes[0], (int32_t)sizes[1], (int32_t)sizes[2], false};
    spec->max_batch = (uint32_t)n;
    spec->seed = (uint64_t)seed;
    return vector_network(c, spec, network);
}

/* Samples and labels of a step. */
static AugStatus make_batch(VectorCase *c, const NnNetwork *network, uint32_t step, NnBatch *batch)
{
    NnNetworkInfo info;
    float *data;
    int64_t *labels;
    nn_network_info(network, &info);
    const size_t n = nn_shape_values(info.input) * info.max_batch;
    AUG_TRY(vector_take(c, n, sizeof(*data), &data));
    AUG_TRY(vector_take(c, info.max_batch, sizeof(*labels), &labels));
    for (size_t i = 0; i < n; i++)
        data[i] = (float)vector_sequence_value(SALT_SAMPLES + step, (uint32_t)i);
    for (uint32_t i = 0; i < info.max_batch; i++)
        labels[i] = (3 * (int64_t)i + step) % info.n_classes;
    *batch = (NnBatch){.data = data,
                       .dtype = AUG_DTYPE_F32,
                       .layout = NN_LAYOUT_NCHW,
                       .n = info.max_batch,
                       .labels = labels};
    return AUG_OK;
}

static AugStatus run_training(VectorCase *c)
{
    NnNetworkSpec spec = {0};
    NnNetwork *network;
    NnBatch batch;
    NnResult result;
    NnReal *logits;
    char name[16];
    AUG_TRY(build_training(c, &spec, &network));
    AUG_TRY(fill_parameters(c, network));
    const NnRates rates = {vector_number(c, "lr", 0), vector_number(c, "momentum", 0)};
    for (uint32_t step = 0; step < 2; step++) {
        AUG_TRY(make_batch(c, network, step, &batch));
        AUG_TRY(nn_network_gradients(network, &batch, &result, &c->error));
        snprintf(name, sizeof(name), "loss.%u", step);
        AUG_TRY(vector_compare(c, name, &result.loss, 1));
        AUG_TRY(compare_digests(c, network, "gradient", (int)step));
        AUG_TRY(nn_network_update(network, rates, &c->error));
        AUG_TRY(compare_digests(c, network, "value", (int)step));
    }
    AUG_TRY(make_batch(c, network, 2, &batch));
    batch.labels = NULL;
    const size_t n =
        nn_shape_values(network->graph.nodes[network->graph.n_nodes - 2].out) * batch.n;
    AUG_TRY(vector_reals(c, n, &logits));
    AUG_TRY(nn_network_evaluate(network, &batch, logits, &result, &c->error));
    return compare_digest(c, "logits", logits, n);
}

AugStatus vector_run_network(VectorCase *c)
{
    if (!strcmp(c->op, "gradients"))
        return run_gradients(c);
    if (!strcmp(c->op, "train"))
        return run_training(c);
    return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known", c->op);
}
