/* Walks the registry of layers: what every kind must hold, without a test of its own, tried in the
 * network that each has as its example. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/layer.h"

#define SIDE 7
#define CHANNELS 3
#define VALUES (SIDE * SIDE * CHANNELS)
#define N 21
#define CLASSES 3

/* Whether the network of the current test reads indices. */
static bool reads_indices;

static NnNetwork *build(const char *text, uint32_t n_threads, NnKernelChoice kernels)
{
    NnFixture fixture = nn_fixture_make(text);
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, CHANNELS, false},
        .input_indices = fixture.layers[0].desc->hooks->limit != NULL,
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1, momentum: 0.9}"),
        .max_batch = N,
        .seed = 9,
        .n_threads = n_threads,
        .kernels = kernels,
    };
    NnNetwork *network;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s: %s", text, error.message);
    reads_indices = spec.input_indices;
    nn_fixture_free(&fixture);
    return network;
}

static float data[N * VALUES];
static int32_t indices[N * VALUES];
static int64_t labels[N];

static NnBatch batch_of(uint32_t n)
{
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    for (uint32_t i = 0; i < N; i++)
        labels[i] = i % CLASSES;
    for (uint32_t i = 0; i < AUG_COUNT(indices); i++)
        indices[i] = (int32_t)(i * 5 + i / 11) % 7;
    if (reads_indices)
        return (NnBatch){.data = indices, .dtype = AUG_DTYPE_I32, .n = n, .labels = labels};
    return (NnBatch){.data = data, .dtype = AUG_DTYPE_F32, .n = n, .labels = labels};
}

/* All parameters, buffers and states after two steps; the caller frees them. */
static NnReal *trained(const char *text, uint32_t n_threads, NnKernelChoice kernels, size_t *n)
{
    NnNetwork *network = build(text, n_threads, kernels);
    NnReal *values = NULL;
    *n = 0;
    for (uint32_t step = 0; step < 2; step++) {
        const NnBatch batch = batch_of(N - step);
        NnResult result;
        AugError error = {0};
        ck_assert_msg(nn_network_train(network, &batch, (NnRates){0.1, 0.9}, &result, &error) ==
                          AUG_OK,
                      "%s: %s", text, error.message);
    }
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        values = realloc(values, (*n + info.n_values) * sizeof(*values));
        nn_network_read_tensor(network, i, values + *n);
        *n += info.n_values;
    }
    nn_network_free(network);
    return values;
}

START_TEST(examples_hold_the_layer)
{
    const NnLayerDesc *layer = nn_layers[_i];
    ck_assert_msg(layer->example && strstr(layer->example, layer->name),
                  "%s: the example is no network with this layer in it", layer->name);
}
END_TEST

START_TEST(threads_give_the_same_bytes)
{
    const char *text = nn_layers[_i]->example;
    static const uint32_t counts[] = {2, 3, 8};
    size_t n, m;
    NnReal *one = trained(text, 1, NN_KERNELS_AUTO, &n);
    for (size_t i = 0; i < AUG_COUNT(counts); i++) {
        NnReal *many = trained(text, counts[i], NN_KERNELS_AUTO, &m);
        ck_assert_uint_eq(n, m);
        ck_assert_msg(!memcmp(one, many, n * sizeof(*one)), "%s: %u threads", text, counts[i]);
        free(many);
    }
    free(one);
}
END_TEST

START_TEST(kernels_agree)
{
    const char *text = nn_layers[_i]->example;
    size_t n, m;
    NnReal *reference = trained(text, 2, NN_KERNELS_REFERENCE, &n);
    NnReal *best = trained(text, 2, NN_KERNELS_AUTO, &m);
    /* Sums of some hundred float products, twice over. */
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol((double)best[i], (double)reference[i], 2e-5);
    free(reference);
    free(best);
}
END_TEST

/* In evaluation a sample's logits depend on that sample alone, wherever in a batch it lies. */
START_TEST(samples_are_evaluated_alone)
{
    NnNetwork *network = build(nn_layers[_i]->example, 2, NN_KERNELS_AUTO);
    NnBatch batch = batch_of(N);
    NnResult result;
    NnReal all[N * CLASSES], one[CLASSES];
    ck_assert_int_eq(nn_network_evaluate(network, &batch, all, &result, NULL), AUG_OK);
    for (uint32_t i = 0; i < N; i++) {
        batch = batch_of(1);
        batch.data = reads_indices ? (const void *)(indices + i * VALUES) : data + i * VALUES;
        ck_assert_int_eq(nn_network_evaluate(network, &batch, one, &result, NULL), AUG_OK);
        ck_assert_mem_eq(one, all + i * CLASSES, sizeof(one));
    }
    nn_network_free(network);
}
END_TEST

START_TEST(a_batch_of_one_trains)
{
    NnNetwork *network = build(nn_layers[_i]->example, 2, NN_KERNELS_AUTO);
    const NnBatch batch = batch_of(1);
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_train(network, &batch, (NnRates){0.1, 0.9}, &result, &error) == AUG_OK,
                  "%s", error.message);
    nn_network_free(network);
}
END_TEST

/* Binds "{row: value}", with what must be given; returns the number of problems. */
static size_t bind(const NnLayerDesc *layer, const char *row, const char *value, char *message,
                   size_t size)
{
    char text[200] = "{";
    for (size_t i = 0; i < layer->params.n; i++) {
        const AugParamDesc *other = &layer->params.rows[i];
        if (!other->fallback && !other->optional && strcmp(other->name, row) != 0)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s: 2, ", other->name);
    }
    snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s: %s}", row, value);
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugLimits limits;
    AugiTreeDocument *document;
    aug_limits_init(&limits);
    ck_assert_int_eq(augi_tree_parse(&document, text, strlen(text), "test", &limits, &problems),
                     AUG_OK);
    void *params = calloc(1, layer->params.size);
    augi_params_bind(&layer->params, &document->root, NULL, layer->name, params, &problems);
    augi_params_fini(&layer->params, params);
    free(params);
    augi_tree_free(document);
    snprintf(message, size, "%s", items[0].message);
    return problems.n;
}

/* The bounds themselves are allowed; just outside is refused, and the message names the row. */
START_TEST(bounds_of_parameters_hold)
{
    const NnLayerDesc *layer = nn_layers[_i];
    for (size_t i = 0; i < layer->params.n; i++) {
        const AugParamDesc *row = &layer->params.rows[i];
        if (row->low == 0 && row->high == 0)
            continue;
        const double step = row->kind == &aug_kind_float ? 1e-6 : 1;
        const double values[] = {row->low, row->high, row->low - step, row->high + step};
        for (size_t k = 0; k < AUG_COUNT(values); k++) {
            char text[32], message[600];
            snprintf(text, sizeof(text), "%.17g", values[k]);
            /* What is the default may need another row beside it. */
            if (row->fallback && !strcmp(text, row->fallback))
                continue;
            const size_t n = bind(layer, row->name, text, message, sizeof(message));
            ck_assert_msg((n != 0) == (k >= 2), "%s.%s: %s: %s", layer->name, row->name, text,
                          message);
            ck_assert_msg(n == 0 || strstr(message, row->name), "%s", message);
        }
    }
}
END_TEST

/* Written out and read again, parameters are the same bytes. */
START_TEST(parameters_survive_a_round_trip)
{
    const NnLayerDesc *layer = nn_layers[_i];
    NnFixture fixture = nn_fixture_make(layer->example);
    for (size_t i = 0; i < fixture.n_layers; i++) {
        const NnLayerDesc *desc = fixture.layers[i].desc;
        if (!desc->params.n)
            continue;
        AugiJsonWriter writer = {0};
        augi_json_object(&writer);
        augi_params_write(&desc->params, fixture.layers[i].params, &writer);
        augi_json_object_end(&writer);
        char *text = augi_json_take(&writer);
        void *again = nn_fixture_params(&desc->params, text);
        char *second;
        augi_json_object(&writer);
        augi_params_write(&desc->params, again, &writer);
        augi_json_object_end(&writer);
        second = augi_json_take(&writer);
        ck_assert_str_eq(text, second);
        free(text);
        free(second);
        free(again);
    }
    nn_fixture_free(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_layers");
    TCase *tests = tcase_create("layers");
    const int n = (int)nn_n_layers;
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, examples_hold_the_layer, 0, n);
    tcase_add_loop_test(tests, threads_give_the_same_bytes, 0, n);
    tcase_add_loop_test(tests, kernels_agree, 0, n);
    tcase_add_loop_test(tests, samples_are_evaluated_alone, 0, n);
    tcase_add_loop_test(tests, a_batch_of_one_trains, 0, n);
    tcase_add_loop_test(tests, bounds_of_parameters_hold, 0, n);
    tcase_add_loop_test(tests, parameters_survive_a_round_trip, 0, n);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
