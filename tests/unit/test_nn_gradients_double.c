/* Finite differences on every layer and on whole networks, with all values in double: central, step
 * 1e-5, relative error below 1e-6. Shapes are random, and chosen: odd sizes, one pixel, one sample.
 */
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

/* The error of a central difference is of order STEP^2 (1e-10) from the third derivative, and 1e-16
 * / STEP = 1e-11 from rounding, both times the sizes of sums. */
#define STEP 1e-5
#define TOLERANCE 1e-6

/* Coordinates tried in each tensor: all of a small one, some of a larger one. */
#define MAX_TRIES 40

static NnReal *values(uint32_t salt, size_t n, double scale)
{
    NnReal *x = malloc((n + 1) * sizeof(*x));
    for (size_t i = 0; i < n; i++)
        x[i] = scale * nn_fixture_value(salt, (uint32_t)i);
    return x;
}

/* Values that differ from each other and from 0 by far more than STEP, so that no maximum and no
 * rectifier changes sides: a permutation of the multiples of 1/n around 0. */
static NnReal *distinct_values(size_t n)
{
    NnReal *x = malloc((n + 1) * sizeof(*x));
    size_t stride = n / 3 + 1;
    for (size_t a = stride, b = n; b;) {
        const size_t rest = a % b;
        a = b;
        b = rest;
        if (!b && a != 1) {
            a = ++stride;
            b = n;
        }
    }
    for (size_t i = 0; i < n; i++)
        x[i] = ((double)(i * stride % n) + 0.5) / (double)n * 2 - 1 + 0.1 / (double)n;
    return x;
}

/* A layer under test between an identity-like convolution and the end of a network. */
typedef struct Check {
    Harness harness;
    HarnessPass pass;
    size_t n_in, n_out;
    NnReal *x, *dy, *y, *dx;
    char label[300];
} Check;

/* The sum of dy * y, whose gradients the backward pass gives. */
static double objective(Check *check)
{
    harness_run(check->harness.network, &check->harness.network->blueprint.train, &check->pass);
    double sum = 0;
    for (size_t i = 0; i < check->n_out; i++)
        sum += check->dy[i] * check->y[i];
    return sum;
}

/* Compares the derivative by *value with the gradient. */
static void check_value(Check *check, NnReal *value, double gradient, double size, const char *what)
{
    const NnReal saved = *value;
    *value = saved + STEP;
    const double above = objective(check);
    *value = saved - STEP;
    const double below = objective(check);
    *value = saved;
    const double numeric = (above - below) / (2 * STEP);
    ck_assert_msg(fabs(numeric - gradient) <= TOLERANCE * fmax(1, size),
                  "%s: %s: backward gives %.12g, differences %.12g", check->label, what, gradient,
                  numeric);
}

static double largest(const NnReal *x, size_t n)
{
    double result = 0;
    for (size_t i = 0; i < n; i++)
        result = fmax(result, fabs(x[i]));
    return result;
}

/* The parameters between the probe (tensor 0) and the last layer (weight and bias). Their memory is
 * changed in place: unused lanes of panels have no gradient and stay zero. */
static size_t check_parameters(Check *check)
{
    NnNetwork *network = check->harness.network;
    const NnTensor *tensors = network->blueprint.tensors;
    const uint32_t end = network->graph.nodes[network->graph.n_nodes - 2].weight;
    size_t n_checked = 0;
    for (uint32_t t = 1; t < end; t++) {
        if (tensors[t].kind != NN_TENSOR_PARAMETER)
            continue;
        objective(check);
        NnReal *gradient = malloc(tensors[t].n_stored * sizeof(*gradient));
        memcpy(gradient, nn_gradient(&network->pass, t), tensors[t].n_stored * sizeof(*gradient));
        const double size = largest(gradient, tensors[t].n_stored);
        NnReal *stored = nn_network_stored(network, &tensors[t]);
        for (size_t i = 0; i < tensors[t].n_stored; i += tensors[t].n_stored / MAX_TRIES + 1) {
            if (stored[i] == 0 && tensors[t].n_out != 0)
                continue;
            check_value(check, &stored[i], gradient[i], size, tensors[t].name);
            n_checked++;
        }
        free(gradient);
    }
    return n_checked;
}

/* dx is the gradient at the probe's output, which is the identity of x. */
static void check_input(Check *check)
{
    objective(check);
    NnReal *gradient = malloc(check->n_in * sizeof(*gradient));
    memcpy(gradient, check->dx, check->n_in * sizeof(*gradient));
    const double size = largest(gradient, check->n_in);
    for (size_t i = 0; i < check->n_in; i += check->n_in / MAX_TRIES + 1)
        check_value(check, &check->x[i], gradient[i], size, "input");
    free(gradient);
}

/* The probe is a 1x1 convolution with the identity; behind it `between` ("" or "flatten, ") and the
 * layer, `target` its node. */
static void check_layer(const char *layer, const char *behind, NnShape in, uint32_t n,
                        uint32_t target)
{
    Check check;
    char text[500];
    const size_t c = (size_t)in.channels;
    snprintf(text, sizeof(text), "[conv: {filters: %zu, kernel: 1, bias: false}, %s, %s]", c, layer,
             behind);
    check.harness = harness_make(text, in, n, NN_KERNELS_AUTO);
    snprintf(check.label, sizeof(check.label), "%s on %u of %dx%dx%d", layer, n, in.height,
             in.width, in.channels);
    NnNetwork *network = check.harness.network;
    NnReal *eye = calloc(c * c, sizeof(*eye));
    for (size_t i = 0; i < c; i++)
        eye[i * c + i] = 1;
    nn_network_write_tensor(network, 0, eye);
    free(eye);
    check.n_in = nn_shape_values(in) * n;
    check.n_out = nn_shape_values(network->graph.nodes[target].out) * n;
    check.x = distinct_values(check.n_in);
    check.dy = values(2, check.n_out, 1);
    check.y = malloc(check.n_out * sizeof(NnReal));
    check.dx = malloc(check.n_in * sizeof(NnReal));
    check.pass = (HarnessPass){.n = n,
                               .probe = 1,
                               .target = target,
                               .x = check.x,
                               .dy = check.dy,
                               .y = check.y,
                               .dx = check.dx};
    check_input(&check);
    const bool has_weights = strstr(layer, "conv") || strstr(layer, "linear:");
    ck_assert_msg(check_parameters(&check) > 0 || !has_weights, "%s", check.label);
    harness_free(&check.harness);
    free(check.x);
    free(check.dy);
    free(check.y);
    free(check.dx);
}

#define BEHIND "flatten, linear: 2"

static const NnShape shapes[] = {
    {1, 1, 1, false}, {1, 1, 5, false}, {3, 3, 1, false}, {5, 4, 3, false}, {7, 6, 9, false},
};
static const uint32_t batches[] = {1, 2, 3, 17};

/* Calls check_layer for every shape and batch. */
static void check_shapes(const char *layer)
{
    for (size_t s = 0; s < AUG_COUNT(shapes); s++)
        for (size_t b = 0; b < AUG_COUNT(batches); b++)
            check_layer(layer, BEHIND, shapes[s], batches[b], 2);
}

START_TEST(conv_gradients)
{
    check_shapes("conv: {filters: 4, kernel: 3, padding: 2}");
    check_shapes("conv: {filters: 19, kernel: [1, 1], bias: false}");
    check_shapes("conv: {filters: 3, kernel: [3, 3], stride: [2, 1], padding: 1}");
    check_layer("conv: {filters: 17, kernel: [5, 2], stride: [1, 3]}", BEHIND,
                (NnShape){7, 8, 2, false}, 2, 2);
    check_layer("conv: {filters: 2, kernel: 3, stride: 2}", BEHIND, (NnShape){8, 8, 2, false}, 3,
                2);
}
END_TEST

START_TEST(grouped_conv_gradients)
{
    const NnShape wide = {5, 4, 6, false}, flat = {1, 9, 4, false};
    check_layer("conv: {filters: 9, padding: 1, groups: 3}", BEHIND, wide, 17, 2);
    check_layer("conv: {filters: 6, padding: 1, groups: 6}", BEHIND, wide, 2, 2);
    check_layer("conv: {filters: 20, kernel: 2, dilation: 2, bias: false}", BEHIND, wide, 3, 2);
    check_layer("conv: {filters: 6, padding: 2, dilation: 2, groups: 2}, relu", BEHIND, wide, 2, 3);
    check_layer("conv1d: {filters: 5, padding: 1, stride: 2}", BEHIND, flat, 3, 2);
    check_layer("conv1d: {filters: 8, dilation: 2, groups: 4}", BEHIND, flat, 3, 2);
    check_shapes("conv_transpose: 4");
    check_shapes("conv_transpose: {filters: 17, kernel: 2, stride: 3, output_padding: 2}");
    check_layer("conv_transpose: {filters: 4, groups: 2, padding: 1, dilation: 2}", BEHIND, wide,
                17, 2);
}
END_TEST

START_TEST(linear_gradients)
{
    for (size_t b = 0; b < AUG_COUNT(batches); b++) {
        check_layer("linear: 1", "linear: 2", (NnShape){1, 1, 1, false}, batches[b], 2);
        check_layer("linear: 21", "linear: 2", (NnShape){1, 1, 7, false}, batches[b], 2);
        check_layer("flatten, linear: {features: 10, bias: false}", "linear: 2",
                    (NnShape){3, 2, 5, false}, batches[b], 3);
    }
}
END_TEST

START_TEST(batch_norm_gradients)
{
    const NnShape small = {1, 1, 5, false}, odd = {5, 3, 3, false}, wide = {2, 2, 21, false};
    check_layer("batch_norm", BEHIND, small, 7, 2);
    check_layer("batch_norm", BEHIND, odd, 1, 2);
    check_layer("batch_norm", BEHIND, odd, 18, 2);
    check_layer("batch_norm: {eps: 0.5}", BEHIND, wide, 3, 2);
    check_layer("batch_norm: {affine: false}", BEHIND, odd, 2, 2);
    check_layer("batch_norm: {frozen: true}", BEHIND, odd, 1, 2);
    check_layer("flatten, batch_norm", "linear: 2", odd, 4, 3);
}
END_TEST

START_TEST(other_norm_gradients)
{
    const NnShape odd = {5, 3, 3, false}, even = {4, 3, 3, false}, wide = {2, 2, 20, false};
    static const char *const layers[] = {
        "layer_norm",
        "layer_norm: channels",
        "layer_norm: {bias: false, eps: 0.1}",
        "layer_norm: {elementwise_affine: false}",
        "rms_norm",
        "rms_norm: {over: channels, eps: 0.5}",
        "rms_norm: {elementwise_affine: false}",
        "group_norm: 1",
        "instance_norm",
        "instance_norm: {affine: true, track_running_stats: true}",
    };
    for (size_t i = 0; i < AUG_COUNT(layers); i++)
        for (size_t b = 0; b < AUG_COUNT(batches); b++) {
            check_layer(layers[i], BEHIND, odd, batches[b], 2);
            check_layer(layers[i], BEHIND, wide, batches[b], 2);
        }
    check_layer("group_norm: 5", BEHIND, wide, 18, 2);
    check_layer("group_norm: {num_groups: 20, eps: 0.5}", BEHIND, wide, 2, 2);
    check_layer("group_norm: {num_groups: 3, affine: false}", BEHIND, odd, 2, 2);
    check_layer("flatten, layer_norm", "linear: 2", odd, 4, 3);
    check_layer("flatten, rms_norm", "linear: 2", odd, 4, 3);
    check_layer("group_norm: 3, relu", BEHIND, even, 3, 3);
    check_layer("instance_norm: {affine: true}, relu", BEHIND, even, 3, 3);
}
END_TEST

START_TEST(relu_gradients)
{
    for (size_t s = 0; s < AUG_COUNT(shapes); s++)
        check_layer("flatten, relu", "linear: 2", shapes[s], 3, 3);
}
END_TEST

START_TEST(activation_gradients)
{
    static const char *const layers[] = {
        "leaky_relu",
        "leaky_relu: 0.3",
        "elu",
        "elu: 2",
        "gelu",
        "gelu: tanh",
        "silu",
        "tanh",
        "sigmoid",
        "softplus",
        "hardswish",
        "softplus: {beta: 3, threshold: 1}",
        "l2_normalize: 0",
        "softmax",
        "log_softmax",
    };
    for (size_t i = 0; i < AUG_COUNT(layers); i++) {
        char text[80];
        check_layer(layers[i], BEHIND, (NnShape){5, 4, 3, false}, 3, 2);
        check_layer(layers[i], BEHIND, (NnShape){1, 1, 5, false}, 17, 2);
        snprintf(text, sizeof(text), "flatten, %s", layers[i]);
        check_layer(text, "linear: 2", (NnShape){3, 2, 5, false}, 3, 3);
    }
}
END_TEST

/* A rectifier that runs as part of the layer before it. */
START_TEST(fused_relu_gradients)
{
    check_layer("conv: {filters: 5, kernel: 3, padding: 1}, relu", BEHIND,
                (NnShape){4, 3, 2, false}, 3, 3);
    check_layer("flatten, linear: 9, relu", "linear: 2", (NnShape){2, 2, 3, false}, 5, 4);
    check_layer("batch_norm, relu", BEHIND, (NnShape){4, 3, 3, false}, 3, 3);
    /* Nodes: convolution, sum, rectifier. */
    check_layer("residual: {branch: [conv: {filters: 3, padding: 1}]}, relu", BEHIND,
                (NnShape){4, 3, 3, false}, 3, 4);
}
END_TEST

START_TEST(pooling_gradients)
{
    const NnShape even = {4, 6, 3, false}, odd = {7, 5, 2, false};
    check_shapes("max_pool: 1");
    check_layer("max_pool: 2", BEHIND, even, 3, 2);
    check_layer("max_pool: 2", BEHIND, odd, 1, 2);
    check_layer("max_pool: {kernel: 3, stride: [1, 2], padding: 1}", BEHIND, odd, 2, 2);
    check_shapes("avg_pool: 1");
    check_layer("avg_pool: {kernel: 2}", BEHIND, odd, 2, 2);
    check_layer("avg_pool: {kernel: [3, 2], stride: 1, padding: 1}", BEHIND, odd, 1, 2);
    check_layer("avg_pool: {kernel: 3, padding: 1, count_include_pad: false}", BEHIND, even, 2, 2);
    check_shapes("global_avg_pool");
}
END_TEST

START_TEST(resizing_gradients)
{
    check_shapes("adaptive_avg_pool: [2, 3]");
    check_shapes("adaptive_max_pool: [3, 1]");
    check_shapes("max_over_time");
    check_shapes("upsample: 2.5");
    check_shapes("upsample: {size: [4, 3], mode: bilinear}");
    check_shapes("upsample: {scale_factor: 3, mode: bilinear, align_corners: true}");
    check_layer("reshape: {channels: 6, height: 2, width: 5}", BEHIND, (NnShape){5, 4, 3, false}, 3,
                2);
    check_layer("flatten, reshape: {channels: 6, height: 2, width: 5}", BEHIND,
                (NnShape){5, 4, 3, false}, 3, 3);
}
END_TEST

START_TEST(dropout_gradients)
{
    check_shapes("dropout2d: 0.4");
    check_shapes("stochastic_depth: 0.5");
    check_layer("stochastic_depth: {p: 0.5, mode: batch}", BEHIND, (NnShape){3, 3, 2, false}, 5, 2);
    check_shapes("dropout: 0.5");
    check_layer("dropout: 0", BEHIND, (NnShape){3, 3, 2, false}, 2, 2);
}
END_TEST

/* Layers that read others by name, with several readers and several inputs. */
START_TEST(named_gradients)
{
    const NnShape shape = {4, 3, 2, false};
    check_layer("{conv: {filters: 3, padding: 1}, name: a}, {conv: {filters: 3, padding: 1}, name: "
                "b}, {conv: {filters: 3, kernel: 1}, from: a, name: c}, {add: {}, from: [a, b, c]}",
                BEHIND, shape, 2, 5);
    check_layer("{conv: {filters: 3, padding: 1}, name: a}, {conv: {filters: 5, padding: 1}, from: "
                "0, name: b}, {concat: {}, from: [b, a, 0, a]}, relu",
                BEHIND, shape, 3, 5);
    check_layer("{conv: {filters: 2, padding: 1}, name: a}, {relu: {}, name: r}, {add: {}, from: "
                "[a, r, 0]}, {relu: {}, name: q}, {concat: {}, from: [q, a]}",
                BEHIND, shape, 3, 6);
    check_layer("flatten, {linear: 4, name: a}, {linear: 3, name: b}, {concat: {}, from: [a, b]}, "
                "linear: 5",
                "linear: 2", shape, 3, 6);
}
END_TEST

START_TEST(residual_gradients)
{
    const NnShape shape = {5, 4, 3, false};
    /* Nodes of the second: convolution, norm, convolution, sum. */
    check_layer("residual: {branch: [conv: {filters: 3, padding: 1}]}", BEHIND, shape, 2, 3);
    check_layer("residual: {branch: [conv: {filters: 6, stride: 2, padding: 1}, batch_norm], "
                "shortcut: [conv: {filters: 6, kernel: 1, stride: 2}]}",
                BEHIND, shape, 3, 5);
    /* A branch without weights, and one branch inside another. */
    check_layer("residual: {branch: [avg_pool: {kernel: 3, stride: 1, padding: 1}]}", BEHIND, shape,
                2, 3);
    check_layer("residual: {branch: [residual: {branch: [conv: {filters: 3, kernel: 1}]}]}", BEHIND,
                shape, 2, 4);
    /* A rectifier inside, whose gradient goes on outside, too. */
    check_layer("residual: {branch: [residual: {branch: [conv: {filters: 3, kernel: 1}]}, relu]}",
                BEHIND, shape, 2, 5);
}
END_TEST

/* --- whole networks --------------------------------------------------------------------------- */

static double network_loss(NnNetwork *network, const NnBatch *batch)
{
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, batch, &result, &error) == AUG_OK, "%s",
                  error.message);
    return result.loss;
}

static void check_network_tensor(NnNetwork *network, const NnBatch *batch, size_t tensor)
{
    NnTensorInfo info;
    nn_network_tensor(network, tensor, &info);
    NnReal *w = malloc(info.n_values * sizeof(*w)), *g = malloc(info.n_values * sizeof(*g));
    nn_network_read_tensor(network, tensor, w);
    network_loss(network, batch);
    nn_network_read_gradient(network, tensor, g);
    const double size = largest(g, info.n_values);
    for (size_t i = 0; i < info.n_values; i += info.n_values / 7 + 1) {
        const NnReal saved = w[i];
        double loss[2];
        for (int side = 0; side < 2; side++) {
            w[i] = saved + (side ? -STEP : STEP);
            nn_network_write_tensor(network, tensor, w);
            loss[side] = network_loss(network, batch);
        }
        w[i] = saved;
        nn_network_write_tensor(network, tensor, w);
        const double numeric = (loss[0] - loss[1]) / (2 * STEP);
        ck_assert_msg(fabs(numeric - g[i]) <= TOLERANCE * fmax(1e-2, size),
                      "%s[%zu]: backward gives %.12g, differences %.12g", info.name, i, g[i],
                      numeric);
    }
    free(w);
    free(g);
}

static void check_network(const char *text, NnShape input, uint32_t n, bool soft)
{
    NnFixture fixture = nn_fixture_make(text);
    NnNetwork *network;
    const NnNetworkSpec spec = {
        .input = input,
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .loss = nn_fixture_choice(NN_MODULE_LOSS, "cross_entropy: {label_smoothing: 0.1}"),
        .optimizer = nn_fixture_optimizer("sgd: {lr: 1}"),
        .max_batch = n,
        .seed = 3,
        .n_threads = 1,
    };
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    const size_t n_in = nn_shape_values(input) * n;
    float *data = malloc(n_in * sizeof(*data)), *shares = malloc(3 * n * sizeof(*shares));
    int64_t *labels = malloc(n * sizeof(*labels));
    NnReal *x = distinct_values(n_in);
    for (size_t i = 0; i < n_in; i++)
        data[i] = (float)x[i];
    for (uint32_t i = 0; i < n; i++)
        labels[i] = i % 3;
    for (uint32_t i = 0; i < 3 * n; i++)
        shares[i] = (float)fabs(nn_fixture_value(9, i));
    const NnBatch batch = {.data = data,
                           .dtype = AUG_DTYPE_F32,
                           .n = n,
                           .labels = soft ? NULL : labels,
                           .soft = soft ? shares : NULL};
    for (size_t t = 0; t < nn_network_n_tensors(network); t++) {
        NnTensorInfo info;
        nn_network_tensor(network, t, &info);
        if (info.kind == NN_TENSOR_PARAMETER)
            check_network_tensor(network, &batch, t);
    }
    nn_network_free(network);
    nn_fixture_free(&fixture);
    free(data);
    free(shares);
    free(labels);
    free(x);
}

START_TEST(network_gradients)
{
    const char *text = "[conv: {filters: 4, padding: 1}, batch_norm, relu, max_pool: 2, "
                       "residual: {branch: [conv: {filters: 4, padding: 1}, batch_norm, relu, "
                       "conv: {filters: 4, padding: 1}]}, relu, avg_pool: 2, flatten, linear: 8, "
                       "relu, dropout: 0.25, linear: 3]";
    check_network(text, (NnShape){9, 8, 2, false}, 5, false);
    check_network(text, (NnShape){9, 8, 2, false}, 19, true);
    /* A residual on the batch itself, one of whose sides has no weights. */
    check_network("[residual: {branch: [max_pool: {kernel: 3, stride: 1, padding: 1}], "
                  "shortcut: [conv: {filters: 2, padding: 1}]}, flatten, linear: 3]",
                  (NnShape){5, 4, 2, false}, 3, false);
    check_network("[linear: 3]", (NnShape){1, 1, 2, true}, 1, false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_gradients_double");
    TCase *tests = tcase_create("gradients");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, conv_gradients);
    tcase_add_test(tests, grouped_conv_gradients);
    tcase_add_test(tests, linear_gradients);
    tcase_add_test(tests, batch_norm_gradients);
    tcase_add_test(tests, other_norm_gradients);
    tcase_add_test(tests, relu_gradients);
    tcase_add_test(tests, activation_gradients);
    tcase_add_test(tests, fused_relu_gradients);
    tcase_add_test(tests, pooling_gradients);
    tcase_add_test(tests, resizing_gradients);
    tcase_add_test(tests, dropout_gradients);
    tcase_add_test(tests, named_gradients);
    tcase_add_test(tests, residual_gradients);
    tcase_add_test(tests, network_gradients);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
