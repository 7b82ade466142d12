/* Building networks: shapes, names, tensors, memory, and every mistake that a model can hold. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/network.h"

static const NnShape gray = {28, 28, 1, false};

static NnNetworkSpec spec_of(const NnFixture *fixture, NnShape input)
{
    return (NnNetworkSpec){.input = input,
                           .layers = fixture->layers,
                           .n_layers = fixture->n_layers,
                           .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1, momentum: 0.9}"),
                           .max_batch = 8,
                           .seed = 1,
                           .n_threads = 1};
}

static NnNetwork *build(const char *text, NnShape input)
{
    NnFixture fixture = nn_fixture_make(text);
    const NnNetworkSpec spec = spec_of(&fixture, input);
    NnNetwork *network;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s: %s", text, error.message);
    nn_fixture_free(&fixture);
    return network;
}

#define LENET                                                                                      \
    "[conv: {filters: 32, padding: 1}, relu, max_pool: 2, conv: {filters: 64, padding: 1}, relu, " \
    "max_pool: 2, flatten, linear: 128, relu, dropout: 0.25, linear: 10]"

START_TEST(lenet_is_as_in_pytorch)
{
    /* Shape and number of parameters of every layer, and the names of state_dict. */
    static const struct {
        int32_t height, width, channels;
        uint64_t n_parameters;
        bool fused;
    } layers[] = {{28, 28, 32, 320, false},   {28, 28, 32, 0, true},      {14, 14, 32, 0, false},
                  {14, 14, 64, 18496, false}, {14, 14, 64, 0, true},      {7, 7, 64, 0, false},
                  {7, 7, 64, 0, false},       {1, 1, 128, 401536, false}, {1, 1, 128, 0, true},
                  {1, 1, 128, 0, false},      {1, 1, 10, 1290, false}};
    static const char *const names[] = {"0.weight", "0.bias", "3.weight",  "3.bias",
                                        "7.weight", "7.bias", "10.weight", "10.bias"};
    NnNetwork *network = build(LENET, gray);
    NnNetworkInfo info;
    nn_network_info(network, &info);
    ck_assert_uint_eq(info.n_parameters, 421642);
    ck_assert_uint_eq(info.n_classes, 10);
    ck_assert_uint_eq(nn_network_n_layers(network), AUG_COUNT(layers));
    for (size_t i = 0; i < AUG_COUNT(layers); i++) {
        NnLayerInfo layer;
        nn_network_layer(network, i, &layer);
        ck_assert_int_eq(layer.output.height, layers[i].height);
        ck_assert_int_eq(layer.output.width, layers[i].width);
        ck_assert_int_eq(layer.output.channels, layers[i].channels);
        ck_assert_uint_eq(layer.n_parameters, layers[i].n_parameters);
        ck_assert_int_eq(layer.fused, layers[i].fused);
    }
    ck_assert_uint_eq(nn_network_n_tensors(network), 2 * AUG_COUNT(names));
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        NnTensorInfo tensor;
        char state[40];
        size_t index;
        nn_network_tensor(network, i, &tensor);
        ck_assert_str_eq(tensor.name, names[i]);
        ck_assert_int_eq(tensor.kind, NN_TENSOR_PARAMETER);
        ck_assert_int_eq(tensor.decays, strstr(names[i], "weight") != NULL);
        snprintf(state, sizeof(state), "momentum_buffer.%s", names[i]);
        ck_assert(nn_network_find_tensor(network, state, &index));
    }
    nn_network_free(network);
}
END_TEST

START_TEST(names_and_shapes_of_tensors)
{
    NnNetwork *network = build(
        "[conv: {filters: 5, kernel: [3, 2]}, batch_norm, residual: {branch: [conv: {filters: "
        "5, kernel: 1, bias: false}], shortcut: [batch_norm: {affine: false}]}, "
        "global_avg_pool, flatten, linear: 3]",
        (NnShape){9, 9, 2, false});
    static const struct {
        const char *name;
        NnTensorKind kind;
        uint32_t n_dims;
        uint64_t shape[4];
    } tensors[] = {
        {"0.weight", NN_TENSOR_PARAMETER, 4, {5, 2, 3, 2}},
        {"0.bias", NN_TENSOR_PARAMETER, 1, {5}},
        {"1.weight", NN_TENSOR_PARAMETER, 1, {5}},
        {"1.bias", NN_TENSOR_PARAMETER, 1, {5}},
        {"1.running_mean", NN_TENSOR_BUFFER, 1, {5}},
        {"1.running_var", NN_TENSOR_BUFFER, 1, {5}},
        {"2.branch.0.weight", NN_TENSOR_PARAMETER, 4, {5, 5, 1, 1}},
        {"2.shortcut.0.running_mean", NN_TENSOR_BUFFER, 1, {5}},
        {"2.shortcut.0.running_var", NN_TENSOR_BUFFER, 1, {5}},
        {"5.weight", NN_TENSOR_PARAMETER, 2, {3, 5}},
        {"5.bias", NN_TENSOR_PARAMETER, 1, {3}},
    };
    for (size_t i = 0; i < AUG_COUNT(tensors); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        ck_assert_str_eq(info.name, tensors[i].name);
        ck_assert_int_eq(info.kind, tensors[i].kind);
        ck_assert_uint_eq(info.desc.n_dims, tensors[i].n_dims);
        size_t n = 1;
        for (uint32_t k = 0; k < info.desc.n_dims; k++) {
            ck_assert_uint_eq(info.desc.shape[k], tensors[i].shape[k]);
            n *= info.desc.shape[k];
        }
        ck_assert_uint_eq(info.n_values, n);
    }
    nn_network_free(network);
}
END_TEST

START_TEST(tensors_come_back_as_they_went_in)
{
    NnNetwork *network = build(
        "[conv: {filters: 19, kernel: [3, 2]}, batch_norm, flatten, batch_norm, linear: 11, relu, "
        "linear: 3]",
        (NnShape){4, 5, 3, false});
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        NnReal *in = malloc(info.n_values * sizeof(*in)),
               *out = malloc(info.n_values * sizeof(*out));
        for (size_t k = 0; k < info.n_values; k++)
            in[k] = (NnReal)(k + 1);
        nn_network_write_tensor(network, i, in);
        nn_network_read_tensor(network, i, out);
        ck_assert_mem_eq(in, out, info.n_values * sizeof(*in));
        free(in);
        free(out);
    }
    nn_network_free(network);
}
END_TEST

/* No tensor lies on another: all are written, then all are read. */
START_TEST(tensors_do_not_overlap)
{
    NnNetwork *network = build("[conv: 3, batch_norm, relu, flatten, linear: 9, relu, linear: 3]",
                               (NnShape){4, 5, 3, false});
    NnReal values[2048];
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
            NnTensorInfo info;
            nn_network_tensor(network, i, &info);
            ck_assert_uint_le(info.n_values, AUG_COUNT(values));
            for (size_t k = 0; k < info.n_values && pass == 0; k++)
                values[k] = (NnReal)(i * 10000 + k);
            if (pass == 0)
                nn_network_write_tensor(network, i, values);
            else
                nn_network_read_tensor(network, i, values);
            for (size_t k = 0; k < info.n_values && pass == 1; k++)
                ck_assert_msg(values[k] == (NnReal)(i * 10000 + k), "%s[%zu]", info.name, k);
        }
    nn_network_free(network);
}
END_TEST

/* Two slots whose lifetimes meet must not share memory, and the plan must make some share. */
START_TEST(slots_that_live_together_do_not_overlap)
{
    NnNetwork *network = build(
        "[conv: {filters: 8, padding: 1}, batch_norm, relu, residual: {branch: [conv: "
        "{filters: 8, padding: 1}, batch_norm]}, relu, max_pool: 2, dropout: 0.5, avg_pool: 2, "
        "flatten, linear: 20, relu, linear: 3]",
        gray);
    const NnBlueprint *blueprint = &network->blueprint;
    size_t total = 0;
    for (uint32_t i = 0; i < blueprint->n_slots; i++) {
        const NnSlot *a = &blueprint->slots[i];
        total += a->size;
        ck_assert_uint_le(a->offset + a->size, blueprint->shard_size);
        for (uint32_t k = 0; k < i; k++) {
            const NnSlot *b = &blueprint->slots[k];
            const bool together = a->first <= b->last && b->first <= a->last;
            ck_assert_msg(!together || a->offset >= b->offset + b->size ||
                              b->offset >= a->offset + a->size,
                          "slots %u and %u", i, k);
        }
    }
    ck_assert_msg(blueprint->shard_size < total * 3 / 4, "%zu bytes of %zu", blueprint->shard_size,
                  total);
    nn_network_free(network);
}
END_TEST

typedef struct Mistake {
    const char *layers;
    NnShape input;
    const char *message;
} Mistake;

static const Mistake mistakes[] = {
    {"[flatten, conv: 3, linear: 2]",
     {8, 8, 1, false},
     "layer 1 (conv): needs a map, but its input is 64 features; put it before flatten"
     "; it reads layer 0 (flatten), 64 features"},
    {"[conv: {filters: 3, kernel: 7}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0 (conv): the kernel's height 7 is larger than its input's 5 with padding 0"
     "; it reads the input, 5x5x1"},
    {"[conv: {filters: 3, kernel: [1, 7]}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0 (conv): the kernel's width 7 is larger than its input's 5 with padding 0"
     "; it reads the input, 5x5x1"},
    {"[conv: {filters: 3, kernel: 3, padding: 3}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0 (conv): padding 3 is not smaller than the kernel's height 3"
     "; it reads the input, 5x5x1"},
    {"[conv: 3, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (linear): needs features, but its input is a 3x3x3 map; put flatten before it"
     "; it reads layer 0 (conv), 3x3x3"},
    {"[max_pool: 3, flatten, linear: 2]",
     {2, 5, 1, false},
     "layer 0 (max_pool): the window's height 3 is larger than its input's 2 with padding 0"
     "; it reads the input, 2x5x1"},
    {"[avg_pool: {kernel: 3, padding: 2}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0 (avg_pool): padding 2 is more than half of the window's height 3"
     "; it reads the input, 5x5x1"},
    {"[flatten, max_pool: 3, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (max_pool): needs a map, but its input is 25 features; put it before flatten"
     "; it reads layer 0 (flatten), 25 features"},
    {"[flatten, global_avg_pool, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (global_avg_pool): needs a map, but its input is 25 features; put it before flatten"
     "; it reads layer 0 (flatten), 25 features"},
    {"[conv: 3]",
     {5, 5, 1, false},
     "layer 0 (conv), the last, gives 3x3x3; the loss needs one value for each of at least 2 "
     "classes, such as a linear layer's"},
    {"[flatten, linear: 1]",
     {5, 5, 1, false},
     "layer 1 (linear), the last, gives 1 features; the loss needs one value for each of at least "
     "2 classes, such as a linear layer's"},
    {"[relu, global_avg_pool]",
     {5, 5, 2, false},
     "no layer has weights, so there is nothing to train"},
    {"[residual: {branch: [conv: 3]}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0 (residual): its branch gives 3x3x3, its shortcut 5x5x1; they must be equal (a 1x1 "
     "convolution as shortcut changes channels and stride)"},
    {"[residual: {branch: [conv: {filters: 3, kernel: 9}]}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 0.branch.0 (conv): the kernel's height 9 is larger than its input's 5 with padding 0"
     "; it reads the input, 5x5x1"},
    {"[conv: {filters: 60000}, flatten, linear: 2]",
     {200, 200, 1, false},
     "layer 0 (conv): its output has 2352240000 values for one sample; allowed are at most "
     "268435456"},
    {"[flatten, {linear: 2, from: [later]}, {linear: 2, name: later}]",
     {5, 5, 1, false},
     "from: there is no layer 'later' before this one"},
    {"[flatten, {linear: 2, from: [0, input]}]",
     {5, 5, 1, false},
     "layer 1 (linear): it reads 2 layers; allowed are up to 1"},
    {"[flatten, add, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (add): it reads one layer; it needs at least two, such as from: [a, b]"},
    {"[{conv: {filters: 3}, name: a}, {add: {}, from: [a, input]}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (add): its inputs are 3x3x3 and 5x5x1; they must be equal"
     "; it reads layer a (conv), 3x3x3 and the input, 5x5x1"},
    {"[{conv: {filters: 3}, name: a}, {concat: {}, from: [a, input]}, flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (concat): its inputs are 3x3x3 and 5x5x1; they may differ in channels only"
     "; it reads layer a (conv), 3x3x3 and the input, 5x5x1"},
    {"[{conv: {filters: 1, padding: 1}, name: a}, {residual: {branch: [relu]}, from: [a, input]}, "
     "flatten, linear: 2]",
     {5, 5, 1, false},
     "layer 1 (residual): it reads 2 layers; allowed are up to 1"},
    {"[{conv_transpose: {filters: 2, kernel: 1, stride: 255}}, flatten, linear: 2]",
     {1, 16843011, 1, false},
     "layer 0 (conv_transpose): its output has an extent of 4294967551; allowed is 2147483647"
     "; it reads the input, 1x16843011x1"},
};

/* Names are looked for in the layer's own list first, then in those around it. */
START_TEST(names_are_found_from_inside)
{
    NnNetwork *network = build(
        "[{conv: {filters: 4, padding: 1}, name: a}, {residual: {branch: [{conv: {filters: 3, "
        "padding: 1}, name: a}, {concat: {}, from: [a, input]}, {conv: {filters: 4, padding: 1}, "
        "name: b}]}, name: r}, {concat: {}, from: [r, a]}, flatten, linear: 2]",
        (NnShape){6, 5, 2, false});
    NnLayerInfo layer;
    /* a, r.branch.a, r.branch.1, r.branch.b, r, 2 */
    nn_network_layer(network, 2, &layer);
    ck_assert_str_eq(layer.name, "r.branch.1");
    ck_assert_int_eq(layer.output.channels, 3 + 2);
    nn_network_layer(network, 5, &layer);
    ck_assert_int_eq(layer.output.channels, 4 + 4);
    nn_network_free(network);
}
END_TEST

/* What the loss does not depend on has no weights and takes no memory. */
START_TEST(dead_branches_cost_nothing)
{
    const NnShape shape = {6, 6, 2, false};
    NnNetwork *with = build("[{conv: {filters: 4}, name: a}, {conv: {filters: 64}, name: dead}, "
                            "{batch_norm: {}, name: too}, {flatten: {}, from: a}, linear: 2]",
                            shape);
    NnNetwork *without = build("[{conv: {filters: 4}, name: a}, flatten, linear: 2]", shape);
    NnNetworkInfo a, b;
    nn_network_info(with, &a);
    nn_network_info(without, &b);
    ck_assert_uint_eq(a.n_parameters, b.n_parameters);
    ck_assert_uint_eq(a.activation_size, b.activation_size);
    ck_assert_uint_eq(a.gradient_size, b.gradient_size);
    size_t index;
    ck_assert(!nn_network_find_tensor(with, "dead.weight", &index));
    nn_network_free(with);
    nn_network_free(without);
}
END_TEST

/* Statistics of what is not run are not kept. */
START_TEST(dead_branches_are_trained_around)
{
    static const uint8_t data[2 * 6 * 6 * 2];
    static const int64_t labels[2] = {0, 1};
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_U8, .n = 2, .labels = labels};
    NnNetwork *network = build(
        "[{conv: {filters: 4}, name: a}, batch_norm, instance_norm: {track_running_stats: true}, "
        "{flatten: {}, from: a}, linear: 2]",
        (NnShape){6, 6, 2, false});
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_train(network, &batch, (NnRates){0.1, 0.9}, &result, &error) == AUG_OK,
                  "%s", error.message);
    nn_network_free(network);
}
END_TEST

/* A loss of one row would leave gradients of the others as they lie in memory. */
START_TEST(rows_need_a_loss_of_rows)
{
    NnFixture fixture = nn_fixture_make("[flatten, linear: 2]");
    NnNetworkSpec spec = spec_of(&fixture, (NnShape){6, 6, 2, false});
    NnNetwork *network = NULL;
    AugError error = {0};
    spec.input_rows = 2;
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_BAD_SPEC);
    ck_assert_str_eq(error.message, "layer 1 (linear), the last, gives 2 rows for each sample; "
                                    "cross_entropy compares 1");
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(mistakes_are_named)
{
    const Mistake *mistake = &mistakes[_i];
    NnFixture fixture = nn_fixture_make(mistake->layers);
    const NnNetworkSpec spec = spec_of(&fixture, mistake->input);
    NnNetwork *network = NULL;
    AugError error = {0};
    const AugStatus status = nn_network_new(&network, &spec, &error);
    ck_assert_msg(status == AUG_BAD_SPEC || status == AUG_TOO_LARGE, "%s", mistake->layers);
    ck_assert_ptr_null(network);
    ck_assert_str_eq(error.message, mistake->message);
    nn_fixture_free(&fixture);
}
END_TEST

/* Mistakes outside the layers: what the caller fills in. */
START_TEST(bad_specs_are_refused)
{
    NnFixture fixture = nn_fixture_make("[flatten, linear: 2]");
    const NnNetworkSpec good = spec_of(&fixture, gray);
    NnNetworkSpec specs[12];
    for (size_t i = 0; i < AUG_COUNT(specs); i++)
        specs[i] = good;
    specs[0].max_batch = 0;
    specs[1].max_batch = UINT32_MAX;
    specs[2].n_threads = 100000;
    specs[3].n_layers = 0;
    specs[4].input.channels = 0;
    specs[5].input = (NnShape){1 << 30, 1 << 30, 1 << 30, false};
    specs[6].input.height = -1;
    specs[7].optimizer.module = NULL;
    specs[8].optimizer.params = NULL; /* all defaults; lr has none */
    specs[9].max_memory = 1000;
    /* Rows of the largest batch that 32 bits could not count, and values that memory could not. */
    specs[10].max_batch = AUG_MAX_BATCH;
    specs[10].input = (NnShape){1, 1, 1, true};
    specs[10].input_rows = NN_MAX_ROWS + 1;
    specs[11].input_rows = NN_MAX_ROWS;
    specs[11].input = (NnShape){1, 1, 1 << 20, true};
    for (size_t i = 0; i < AUG_COUNT(specs); i++) {
        NnNetwork *network = NULL;
        AugError error = {0};
        const AugStatus status = nn_network_new(&network, &specs[i], &error);
        ck_assert_msg(status == (i == 9 ? AUG_TOO_LARGE : AUG_BAD_SPEC), "spec %zu: %s", i,
                      error.message);
        ck_assert_msg(error.message[0] != 0, "spec %zu", i);
    }
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(memory_is_said_before_it_is_taken)
{
    NnFixture fixture = nn_fixture_make("[linear: 1000000, linear: 1000000, linear: 2]");
    const NnNetworkSpec spec = spec_of(&fixture, (NnShape){1, 1, 4, true});
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_TOO_LARGE);
    ck_assert_msg(strstr(error.message, "MiB") != NULL, "%s", error.message);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(equal_names_are_refused)
{
    NnFixture fixture = nn_fixture_make("[{flatten: {}}, linear: 4, linear: 2]");
    NnLayerSpec layers[3];
    memcpy(layers, fixture.layers, sizeof(layers));
    layers[1].name = layers[2].name = "head";
    NnNetworkSpec spec = spec_of(&fixture, gray);
    spec.layers = layers;
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_BAD_SPEC);
    ck_assert_str_eq(error.message, "layer name head is used twice; names must differ");
    char long_name[400];
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = 0;
    layers[1].name = long_name;
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_TOO_LARGE);
    layers[1].name = "body";
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_OK);
    size_t index;
    ck_assert(nn_network_find_tensor(network, "body.weight", &index));
    ck_assert(nn_network_find_tensor(network, "head.bias", &index));
    ck_assert(!nn_network_find_tensor(network, "tail.bias", &index));
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(endless_nesting_is_refused)
{
    /* Each level is the branch of the one above. */
    NnFixture fixture = nn_fixture_make("[conv: {filters: 1, padding: 1}, {flatten: {}}]");
    NnLayerSpec layers[40];
    layers[0] = fixture.layers[0];
    for (size_t i = 1; i < AUG_COUNT(layers); i++)
        layers[i] = (NnLayerSpec){
            .desc = nn_layer_find("residual"), .branch = &layers[i - 1], .n_branch = 1};
    NnNetworkSpec spec = spec_of(&fixture, gray);
    spec.layers = &layers[39];
    spec.n_layers = 1;
    NnNetwork *network = NULL;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_TOO_LARGE);
    /* And a list that is too long. */
    NnLayerSpec *list = malloc(2000 * sizeof(*list));
    for (size_t i = 0; i < 2000; i++)
        list[i] = fixture.layers[0];
    spec.layers = list;
    spec.n_layers = 2000;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_TOO_LARGE);
    free(list);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(inference_needs_no_gradients)
{
    NnFixture fixture = nn_fixture_make(LENET);
    NnNetworkSpec spec = spec_of(&fixture, gray);
    NnNetwork *training, *inference;
    ck_assert_int_eq(nn_network_new(&training, &spec, NULL), AUG_OK);
    spec.inference = true;
    ck_assert_int_eq(nn_network_new(&inference, &spec, NULL), AUG_OK);
    NnNetworkInfo a, b;
    nn_network_info(training, &a);
    nn_network_info(inference, &b);
    ck_assert_uint_eq(b.gradient_size + b.optimizer_size, 0);
    ck_assert_uint_lt(b.activation_size, a.activation_size);
    ck_assert_uint_eq(nn_network_n_tensors(inference), 8);
    static float data[8 * 784];
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    const int64_t labels[8] = {0};
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = 8, .labels = labels};
    NnReal x[80], y[80];
    NnResult result;
    AugError error = {0};
    ck_assert_int_eq(nn_network_evaluate(training, &batch, x, &result, NULL), AUG_OK);
    ck_assert_int_eq(nn_network_evaluate(inference, &batch, y, &result, NULL), AUG_OK);
    ck_assert_mem_eq(x, y, sizeof(x));
    ck_assert_int_eq(nn_network_gradients(inference, &batch, &result, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "this network was built for inference only");
    nn_network_free(training);
    nn_network_free(inference);
    nn_fixture_free(&fixture);
}
END_TEST

/* What is written afterwards needs no first values, whatever they would take. */
START_TEST(empty_networks_are_zero)
{
    NnFixture fixture = nn_fixture_make("[batch_norm, flatten, linear: {features: 3, bias: true, "
                                        "init: orthogonal}]");
    const NnNetworkSpec spec = {.input = {4, 4, 1, false},
                                .layers = fixture.layers,
                                .n_layers = fixture.n_layers,
                                .max_batch = 1,
                                .n_threads = 1,
                                .inference = true,
                                .empty = true};
    NnNetwork *network;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    ck_assert_uint_eq(nn_network_n_tensors(network), 6);
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnReal values[48];
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        nn_network_read_tensor(network, i, values);
        for (size_t k = 0; k < info.n_values; k++)
            ck_assert_msg(values[k] == 0, "%s: value %zu", info.name, k);
    }
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

/* Weights from anywhere may be no numbers. */
START_TEST(broken_weights_are_named)
{
    const NnNetworkSpec spec = {.input = {1, 1, 2, true},
                                .max_batch = 1,
                                .n_threads = 1,
                                .inference = true,
                                .no_loss = true};
    NnNetwork *network = nn_fixture_network("[relu, {name: head, linear: 1}]", "sgd: 0.1", spec);
    float data[2] = {1, 2};
    const NnReal weight[2] = {1, NAN};
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = 1};
    NnReal output;
    NnResult result;
    AugError error = {0};
    size_t index;
    ck_assert(nn_network_find_tensor(network, "head.weight", &index));
    nn_network_write_tensor(network, index, weight);
    ck_assert_int_eq(nn_network_evaluate(network, &batch, &output, &result, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message,
                     "layer head (linear) made a value that is not finite, of data that are; its "
                     "weights or those before it are too large, or not finite themselves");
    data[0] = NAN;
    ck_assert_int_eq(nn_network_evaluate(network, &batch, &output, &result, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message, "the data hold a value that is not finite");
    nn_network_free(network);
}
END_TEST

START_TEST(registries_are_sorted_and_found)
{
    for (size_t i = 0; i < nn_n_layers; i++) {
        ck_assert_ptr_eq(nn_layer_find(nn_layers[i]->name), nn_layers[i]);
        ck_assert_msg(i == 0 || strcmp(nn_layers[i - 1]->name, nn_layers[i]->name) < 0, "%s",
                      nn_layers[i]->name);
        ck_assert_msg(nn_layers[i]->summary[0] != 0, "%s", nn_layers[i]->name);
        for (size_t k = 0; k < nn_layers[i]->params.n; k++)
            ck_assert_msg(nn_layers[i]->params.rows[k].help != NULL, "%s", nn_layers[i]->name);
    }
    for (NnModuleKind kind = 0; kind < NN_N_MODULE_KINDS; kind++)
        for (size_t i = 0; i < nn_n_modules(kind); i++) {
            const NnModuleDesc *module = nn_module_at(kind, i);
            ck_assert_ptr_eq(nn_module_find(kind, module->name), module);
            ck_assert_msg(module->summary[0] != 0, "%s", module->name);
            for (size_t k = 0; k < module->params.n; k++)
                ck_assert_msg(module->params.rows[k].help != NULL, "%s", module->name);
        }
    ck_assert_ptr_null(nn_layer_find("convolution"));
    ck_assert_str_eq(nn_module_nearest(NN_MODULE_LAYER, "max_pol"), "max_pool");
    ck_assert_str_eq(nn_module_nearest(NN_MODULE_SCHEDULE, "one_cycel"), "one_cycle");
}
END_TEST

/* Mean and standard deviation of fresh weights, over 400,000 values. */
START_TEST(initial_weights_have_their_distribution)
{
    static const struct {
        const char *rule;
        double deviation, bound;
    } rules[] = {
        {"he_normal", 0.0252538, 0},
        {"he_uniform", 0.0252538, 0.0437409},
        {"xavier_normal", 0.0247537, 0},
        {"xavier_uniform", 0.0247537, 0.0428746},
        {"torch", 0.0103098, 0.0178571},
        {"normal, init_gain: 0.02", 0.02, 0},
        {"truncated_normal, init_gain: 0.5", 0.4999, 2},
        {"truncated_normal", 0.879626, 2},
        {"he_normal, init_mode: fan_out", 0.125, 0},
        {"he_normal, init_gain: 1", 0.0178571, 0},
        {"orthogonal, init_gain: 3", 0.0535714, 0},
    };
    char text[100];
    snprintf(text, sizeof(text), "[linear: {features: 128, init: %s}, linear: 2]", rules[_i].rule);
    NnNetwork *network = build(text, (NnShape){1, 1, 3136, true});
    static NnReal w[3136 * 128];
    nn_network_read_tensor(network, 0, w);
    double sum = 0, squares = 0, largest = 0;
    for (size_t i = 0; i < AUG_COUNT(w); i++) {
        sum += (double)w[i];
        squares += (double)w[i] * (double)w[i];
        largest = fmax(largest, fabs((double)w[i]));
    }
    const double n = AUG_COUNT(w), deviation = sqrt(squares / n);
    /* Four standard errors: of a mean 1/sqrt(n), of a deviation at most 1/sqrt(2n). */
    ck_assert_msg(fabs(sum / n) < 4 * deviation / sqrt(n), "mean %g", sum / n);
    ck_assert_msg(fabs(deviation / rules[_i].deviation - 1) < 4 / sqrt(2 * n), "deviation %g",
                  deviation);
    if (rules[_i].bound > 0)
        ck_assert_msg(largest <= rules[_i].bound && largest > rules[_i].bound * 0.98, "largest %g",
                      largest);
    NnReal bias[128];
    nn_network_read_tensor(network, 1, bias);
    ck_assert_int_eq(bias[5] != 0, !strcmp(rules[_i].rule, "torch"));
    nn_network_free(network);
}
END_TEST

/* Rows, or columns, at right angles and of the length of the gain. */
START_TEST(orthogonal_weights_are_orthogonal)
{
    static const int sizes[][2] = {{7, 20}, {20, 7}, {9, 9}};
    const int out = sizes[_i][0], in = sizes[_i][1];
    char text[100];
    snprintf(text, sizeof(text),
             "[linear: {features: %d, init: orthogonal, init_gain: 2}, linear: 2]", out);
    NnNetwork *network = build(text, (NnShape){1, 1, in, true});
    NnReal w[20 * 20];
    nn_network_read_tensor(network, 0, w);
    const int n = out < in ? out : in, length = out < in ? in : out;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0;
            for (int k = 0; k < length; k++)
                sum += out < in ? (double)w[i * in + k] * (double)w[j * in + k]
                                : (double)w[k * in + i] * (double)w[k * in + j];
            ck_assert_double_eq_tol(sum, i == j ? 4 : 0, 1e-5);
        }
    nn_network_free(network);
}
END_TEST

START_TEST(weights_follow_the_seed)
{
    NnFixture fixture = nn_fixture_make("[linear: 5, linear: 5]");
    NnNetworkSpec spec = spec_of(&fixture, (NnShape){1, 1, 5, true});
    NnReal first[25], second[25], other[25], again[25];
    NnNetwork *network;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    nn_network_read_tensor(network, 0, first);
    nn_network_read_tensor(network, 2, second);
    nn_network_free(network);
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    nn_network_read_tensor(network, 0, again);
    nn_network_free(network);
    spec.seed = 2;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    nn_network_read_tensor(network, 0, other);
    nn_network_free(network);
    ck_assert_mem_eq(first, again, sizeof(first));
    ck_assert_mem_ne(first, other, sizeof(first));
    ck_assert_mem_ne(first, second, sizeof(first));
    nn_fixture_free(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_network");
    TCase *tests = tcase_create("network");
    tcase_add_test(tests, lenet_is_as_in_pytorch);
    tcase_add_test(tests, names_and_shapes_of_tensors);
    tcase_add_test(tests, tensors_come_back_as_they_went_in);
    tcase_add_test(tests, tensors_do_not_overlap);
    tcase_add_test(tests, slots_that_live_together_do_not_overlap);
    tcase_add_test(tests, names_are_found_from_inside);
    tcase_add_test(tests, dead_branches_cost_nothing);
    tcase_add_test(tests, rows_need_a_loss_of_rows);
    tcase_add_test(tests, dead_branches_are_trained_around);
    tcase_add_loop_test(tests, mistakes_are_named, 0, AUG_COUNT(mistakes));
    tcase_add_test(tests, bad_specs_are_refused);
    tcase_add_test(tests, memory_is_said_before_it_is_taken);
    tcase_add_test(tests, equal_names_are_refused);
    tcase_add_test(tests, endless_nesting_is_refused);
    tcase_add_test(tests, inference_needs_no_gradients);
    tcase_add_test(tests, broken_weights_are_named);
    tcase_add_test(tests, empty_networks_are_zero);
    tcase_add_test(tests, registries_are_sorted_and_found);
    tcase_add_loop_test(tests, initial_weights_have_their_distribution, 0, 11);
    tcase_add_loop_test(tests, orthogonal_weights_are_orthogonal, 0, 3);
    tcase_add_test(tests, weights_follow_the_seed);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
