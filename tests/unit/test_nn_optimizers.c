/* What the library does around an optimizer: states, groups, frozen layers, accumulation, clipping;
 * for every optimizer of the list where it should not matter which. Steps are compared with
 * PyTorch's by the vectors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/optimizer.h"

#define SIDE 6
#define VALUES (SIDE * SIDE * 2)
#define N 24
#define CLASSES 3

#define LAYERS                                                                                  \
    "[conv: {filters: 4, padding: 1}, batch_norm, relu, conv: {filters: 4, padding: 1}, relu, " \
    "flatten, dropout: 0.25, linear: 3]"

static float data[N * VALUES];
static int64_t labels[N];

static NnBatch batch_of(uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    for (uint32_t i = 0; i < N; i++)
        labels[i] = i % CLASSES;
    return (NnBatch){
        .data = data + first * VALUES, .dtype = AUG_DTYPE_F32, .n = n, .labels = labels + first};
}

/* What differs between the networks here. */
typedef struct Options {
    const char *layers, *optimizer;
    const NnGroupSpec *groups;
    size_t n_groups;
    uint32_t n_threads;
    bool accumulates;
} Options;

static NnNetwork *build(const Options *options)
{
    NnFixture fixture = nn_fixture_make(options->layers ? options->layers : LAYERS);
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, 2, false},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer(options->optimizer),
        .groups = options->groups,
        .n_groups = options->n_groups,
        .accumulates = options->accumulates,
        .max_batch = N,
        .seed = 4,
        .n_threads = options->n_threads ? options->n_threads : 2,
    };
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    nn_fixture_free(&fixture);
    return network;
}

static void gradients(NnNetwork *network, uint32_t first, uint32_t n)
{
    const NnBatch batch = batch_of(first, n);
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, &batch, &result, &error) == AUG_OK, "%s",
                  error.message);
}

/* One tensor; the caller frees it. */
static NnReal *tensor(const NnNetwork *network, const char *name, size_t *n)
{
    size_t index;
    NnTensorInfo info;
    ck_assert_msg(nn_network_find_tensor(network, name, &index), "%s", name);
    nn_network_tensor(network, index, &info);
    NnReal *values = malloc(info.n_values * sizeof(*values));
    nn_network_read_tensor(network, index, values);
    *n = info.n_values;
    return values;
}

/* All of them in a row. */
static NnReal *snapshot(const NnNetwork *network, size_t *n)
{
    NnReal *values = NULL;
    *n = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        values = realloc(values, (*n + info.n_values) * sizeof(*values));
        nn_network_read_tensor(network, i, values + *n);
        *n += info.n_values;
    }
    return values;
}

static void optimizer_text(size_t i, const char *more, char text[200])
{
    snprintf(text, 200, "%s: {lr: 0.05%s}", nn_optimizers[i]->name, more);
}

/* Every optimizer with everything on: the same bits for any number of threads, finite, moving. */
START_TEST(threads_make_no_difference)
{
    char text[200];
    optimizer_text((size_t)_i, ", clip_norm: 0.5, clip_value: 0.1, l1: 0.01, weight_decay: 0.1",
                   text);
    NnReal *first = NULL;
    size_t n = 0, m;
    for (uint32_t threads = 1; threads <= 3; threads++) {
        NnNetwork *network = build(&(Options){.optimizer = text, .n_threads = threads});
        NnReal *before = snapshot(network, &m);
        for (int step = 0; step < 3; step++) {
            gradients(network, 0, N);
            ck_assert_int_eq(nn_network_update(network, (NnRates){0.05, 0.9}, NULL), AUG_OK);
        }
        NnReal *after = snapshot(network, &m);
        ck_assert_msg(memcmp(before, after, m * sizeof(*after)) != 0, "%s did nothing", text);
        for (size_t i = 0; i < m; i++)
            ck_assert_msg(isfinite(after[i]), "%s: value %zu", text, i);
        if (!first) {
            first = after;
            n = m;
        } else {
            ck_assert_msg(n == m && !memcmp(first, after, n * sizeof(*after)), "%s", text);
            free(after);
        }
        free(before);
        nn_network_free(network);
    }
    free(first);
}
END_TEST

/* Each state is a tensor of its name for each parameter. */
START_TEST(states_have_their_names)
{
    static const struct {
        const char *optimizer, *states;
    } cases[] = {
        {"sgd: {lr: 1}", ""},
        {"sgd: {lr: 1, momentum: 0.5}", "momentum_buffer"},
        {"adagrad: {}", "sum"},
        {"rmsprop: {}", "square_avg"},
        {"rmsprop: {momentum: 0.5}", "square_avg momentum_buffer"},
        {"rmsprop: {momentum: 0.5, centered: true}", "square_avg grad_avg momentum_buffer"},
        {"adam: {}", "exp_avg exp_avg_sq"},
        {"adamw: {amsgrad: true}", "exp_avg exp_avg_sq max_exp_avg_sq"},
        {"lion: {}", "exp_avg"},
        {"gd: {lr: 1}", ""},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        NnNetwork *network = build(&(Options){.optimizer = cases[i].optimizer});
        size_t n_states = 0;
        for (size_t k = 0; k < nn_network_n_tensors(network); k++) {
            NnTensorInfo info;
            nn_network_tensor(network, k, &info);
            if (info.kind != NN_TENSOR_STATE)
                continue;
            char state[40];
            snprintf(state, sizeof(state), "%.*s", (int)strcspn(info.name, "."), info.name);
            ck_assert_msg(strstr(cases[i].states, state) != NULL, "%s: %s", cases[i].optimizer,
                          info.name);
            n_states++;
        }
        /* Eight parameters. */
        size_t wanted = cases[i].states[0] ? 8 : 0;
        for (const char *c = cases[i].states; *c; c++)
            wanted += *c == ' ' ? 8 : 0;
        ck_assert_msg(n_states == wanted, "%s: %zu states", cases[i].optimizer, n_states);
        nn_network_free(network);
    }
}
END_TEST

static void assert_moved(const NnNetwork *network, const NnNetwork *fresh, const char *name,
                         bool moved)
{
    size_t n, m;
    NnReal *a = tensor(network, name, &n), *b = tensor(fresh, name, &m);
    ck_assert_msg((memcmp(a, b, n * sizeof(*a)) != 0) == moved, "%s %s", name,
                  moved ? "stayed" : "moved");
    free(a);
    free(b);
}

START_TEST(frozen_layers_stay)
{
    char text[200];
    optimizer_text((size_t)_i, "", text);
    const NnGroupSpec groups[] = {
        {.match = "[01].*", .frozen = true, .lr_scale = 1, .weight_decay = -1, .l1 = -1}};
    const Options options = {.optimizer = text, .groups = groups, .n_groups = 1};
    NnNetwork *network = build(&options), *fresh = build(&options);
    for (int step = 0; step < 3; step++) {
        gradients(network, 0, N);
        ck_assert_int_eq(nn_network_update(network, (NnRates){0.05, 0.9}, NULL), AUG_OK);
    }
    static const char *const stay[] = {"0.weight", "0.bias",         "1.weight",
                                       "1.bias",   "1.running_mean", "1.running_var"};
    for (size_t i = 0; i < AUG_COUNT(stay); i++)
        assert_moved(network, fresh, stay[i], false);
    assert_moved(network, fresh, "3.weight", true);
    assert_moved(network, fresh, "7.bias", true);
    NnNetworkInfo info, whole;
    nn_network_info(network, &info);
    NnNetwork *all = build(&(Options){.optimizer = text});
    nn_network_info(all, &whole);
    /* No gradients, no states, and less to keep between forward and backward. */
    ck_assert_uint_lt(info.gradient_size, whole.gradient_size);
    ck_assert(info.optimizer_size < whole.optimizer_size || whole.optimizer_size == 0);
    ck_assert_uint_lt(info.activation_size, whole.activation_size);
    nn_network_free(all);
    nn_network_free(network);
    nn_network_free(fresh);
}
END_TEST

/* As in PyTorch with requires_grad = False on some parameters: what is frozen has no gradient, the others
 * move as they do beside it, to the same bits. */
START_TEST(frozen_parameters_stay)
{
    char text[200];
    optimizer_text((size_t)_i, ", weight_decay: 0.1, l1: 0.01", text);
    const NnGroupSpec groups[] = {
        {.match = "*.bias", .frozen = true, .lr_scale = 1, .weight_decay = 0.5, .l1 = 0.5}};
    const Options options = {
        .optimizer = text, .groups = groups, .n_groups = 1, .accumulates = true};
    NnNetwork *network = build(&options), *fresh = build(&options);
    NnNetwork *all = build(&(Options){.optimizer = text});
    gradients(network, 0, N);
    gradients(all, 0, N);
    double squares = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        size_t other;
        nn_network_tensor(network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        const bool is_bias = strstr(info.name, ".bias") != NULL;
        NnReal *own = calloc(info.n_values, sizeof(*own)),
               *others = calloc(info.n_values, sizeof(*others));
        ck_assert(nn_network_find_tensor(all, info.name, &other));
        nn_network_read_gradient(network, i, own);
        nn_network_read_gradient(all, other, others);
        for (size_t k = 0; k < info.n_values; k++) {
            ck_assert_msg(own[k] == (is_bias ? 0 : others[k]), "%s", info.name);
            squares += (double)own[k] * (double)own[k];
        }
        free(own);
        free(others);
    }
    ck_assert_double_eq_tol(nn_network_gradient_norm(network), sqrt(squares), 1e-9);
    for (int step = 0; step < 3; step++) {
        for (int i = 0; i < 2; i++) {
            gradients(network, 0, N);
            nn_network_accumulate(network);
        }
        ck_assert_int_eq(nn_network_update(network, (NnRates){0.05, 0.9}, NULL), AUG_OK);
    }
    static const char *const stay[] = {"0.bias", "1.bias", "3.bias", "7.bias"};
    for (size_t i = 0; i < AUG_COUNT(stay); i++)
        assert_moved(network, fresh, stay[i], false);
    assert_moved(network, fresh, "0.weight", true);
    assert_moved(network, fresh, "1.running_mean", true);
    assert_moved(network, fresh, "7.weight", true);
    nn_network_free(network);
    nn_network_free(fresh);
    nn_network_free(all);
}
END_TEST

/* A frozen batch norm behind a layer that learns: gradients go through its running statistics. */
START_TEST(gradients_pass_frozen_layers)
{
    const NnGroupSpec groups[] = {
        {.match = "1.*", .frozen = true, .lr_scale = 1, .weight_decay = -1, .l1 = -1}};
    NnNetwork *frozen =
        build(&(Options){.optimizer = "gd: {lr: 0.1}", .groups = groups, .n_groups = 1});
    NnNetwork *said = build(&(Options){
        .layers = "[conv: {filters: 4, padding: 1}, batch_norm: {frozen: true}, relu, conv: "
                  "{filters: 4, padding: 1}, relu, flatten, dropout: 0.25, linear: 3]",
        .optimizer = "gd: {lr: 0.1}"});
    gradients(frozen, 0, N);
    gradients(said, 0, N);
    ck_assert_int_eq(nn_network_update(frozen, (NnRates){0.1, 0}, NULL), AUG_OK);
    ck_assert_int_eq(nn_network_update(said, (NnRates){0.1, 0}, NULL), AUG_OK);
    assert_moved(frozen, said, "0.weight", false);
    assert_moved(frozen, said, "7.weight", false);
    assert_moved(frozen, said, "1.weight", true);
    nn_network_free(frozen);
    nn_network_free(said);
}
END_TEST

START_TEST(groups_have_rates_and_decay)
{
    const NnGroupSpec groups[] = {
        {.match = "0.weight", .lr_scale = 0, .weight_decay = -1, .l1 = -1},
        {.match = "3.*", .lr_scale = 1, .weight_decay = 0.5, .l1 = -1},
    };
    const Options options = {.optimizer = "gd: {lr: 1}", .groups = groups, .n_groups = 2};
    NnNetwork *network = build(&options), *fresh = build(&options);
    gradients(network, 0, N);
    size_t index, n, m;
    ck_assert(nn_network_find_tensor(network, "3.bias", &index));
    NnReal gradient[4];
    nn_network_read_gradient(network, index, gradient);
    /* Biases begin at zero, so that decay would not be seen. */
    const NnReal bias[4] = {1, -2, 3, -4};
    nn_network_write_tensor(network, index, bias);
    ck_assert_int_eq(nn_network_update(network, (NnRates){0.25, 0}, NULL), AUG_OK);
    assert_moved(network, fresh, "0.weight", false);
    assert_moved(network, fresh, "0.bias", true);
    NnReal *after = tensor(network, "3.bias", &n);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol(
            (double)after[i],
            (double)bias[i] - 0.25 * ((double)gradient[i] + 0.5 * (double)bias[i]), 1e-6);
    free(after);
    after = tensor(network, "7.bias", &m);
    free(after);
    nn_network_free(network);
    nn_network_free(fresh);
}
END_TEST

/* Without batch norm, some batches together are one of all their samples; dropout included. */
START_TEST(accumulated_batches_are_one)
{
    const char *layers = "[conv: {filters: 4, padding: 1}, relu, flatten, dropout: 0.5, linear: 3]";
    NnNetwork *parts =
        build(&(Options){.layers = layers, .optimizer = "adam: {}", .accumulates = true});
    NnNetwork *whole = build(&(Options){.layers = layers, .optimizer = "adam: {}"});
    for (int step = 0; step < 2; step++) {
        static const uint32_t ends[] = {0, 7, 8, N};
        for (size_t i = 0; i + 1 < AUG_COUNT(ends); i++) {
            gradients(parts, ends[i], ends[i + 1] - ends[i]);
            nn_network_accumulate(parts);
        }
        gradients(whole, 0, N);
        const double norm = nn_network_gradient_norm(whole);
        ck_assert_double_eq_tol(nn_network_gradient_norm(parts), norm, 1e-5 * norm);
        ck_assert_int_eq(nn_network_update(parts, (NnRates){0.01, 0.9}, NULL), AUG_OK);
        ck_assert_int_eq(nn_network_update(whole, (NnRates){0.01, 0.9}, NULL), AUG_OK);
    }
    size_t n, m;
    NnReal *a = snapshot(parts, &n), *b = snapshot(whole, &m);
    ck_assert_uint_eq(n, m);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs((double)a[i] - (double)b[i]) < 2e-5, "value %zu: %g %g", i, (double)a[i],
                      (double)b[i]);
    free(a);
    free(b);
    nn_network_free(parts);
    nn_network_free(whole);
}
END_TEST

START_TEST(the_norm_is_that_of_all_gradients)
{
    NnNetwork *network = build(&(Options){.optimizer = "gd: {lr: 1}"});
    gradients(network, 0, N);
    double squares = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        NnReal *values = malloc(info.n_values * sizeof(*values));
        nn_network_read_gradient(network, i, values);
        for (size_t k = 0; k < info.n_values; k++)
            squares += (double)values[k] * (double)values[k];
        free(values);
    }
    ck_assert_double_eq_tol(nn_network_gradient_norm(network), sqrt(squares), 1e-9);
    nn_network_free(network);
}
END_TEST

START_TEST(nothing_to_train_is_refused)
{
    NnFixture fixture = nn_fixture_make("[flatten, linear: 3]");
    const NnGroupSpec groups[] = {
        {.match = "*", .frozen = true, .lr_scale = 1, .weight_decay = -1, .l1 = -1}};
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, 2, false},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer("gd: {lr: 1}"),
        .groups = groups,
        .n_groups = 1,
        .max_batch = N,
    };
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_BAD_SPEC);
    ck_assert_str_eq(error.message,
                     "no layer has weights that are not frozen, so there is nothing to train");
    nn_fixture_free(&fixture);
}
END_TEST

/* What overflows after the gradients were looked at: their sum over batches, or the step itself. It is
 * said in the same step, of the parameter, and what is summed leaves the weights as they are. */
START_TEST(late_overflows_are_noticed)
{
    AugError error = {0};
    size_t n;
    NnNetwork *network =
        build(&(Options){.layers = "[flatten, linear: {features: 3, bias: false, init: constant}]",
                         .optimizer = "sgd: {lr: 1}",
                         .accumulates = true});
    const NnBatch batch = batch_of(0, N);
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = 1e38f;
    NnResult result;
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    nn_network_accumulate(network);
    for (uint32_t i = 0; i < N; i++)
        labels[i] = 0;
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    nn_network_accumulate(network);
    ck_assert_int_eq(nn_network_update(network, (NnRates){1, 0}, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message, "the gradient of 1.weight is not finite in step 0; a smaller "
                                    "learning rate may help");
    NnReal *weights = tensor(network, "1.weight", &n);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq((double)weights[i], 0);
    free(weights);
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    ck_assert_int_eq(nn_network_update(network, (NnRates){1000, 0}, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message, "1.weight got a value that is not finite in step 0; a smaller "
                                    "learning rate may help");
    ck_assert_uint_eq(nn_network_steps(network), 0);
    nn_network_free(network);
}
END_TEST

/* An eps that float does not hold is not 0, by which a gradient of 0 would be divided. */
START_TEST(tiny_eps_is_no_zero)
{
    static const char *const optimizers[] = {"adam: {eps: 1e-50}", "adamw: {eps: 1e-42}",
                                             "rmsprop: {eps: 1e-50}", "adagrad: {eps: 1e-50}"};
    for (size_t k = 0; k < AUG_COUNT(optimizers); k++) {
        NnNetwork *network = build(&(Options){.optimizer = optimizers[k]});
        const NnBatch batch = batch_of(0, N);
        memset(data, 0, sizeof(data));
        AugError error = {0};
        NnResult result;
        ck_assert_msg(nn_network_train(network, &batch, (NnRates){0.01, 0.9}, &result, &error) ==
                          AUG_OK,
                      "%s: %s", optimizers[k], error.message);
        nn_network_free(network);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_optimizers");
    TCase *tests = tcase_create("optimizers");
    const int n = (int)nn_n_optimizers;
    tcase_add_loop_test(tests, threads_make_no_difference, 0, n);
    tcase_add_test(tests, states_have_their_names);
    tcase_add_loop_test(tests, frozen_layers_stay, 0, n);
    tcase_add_loop_test(tests, frozen_parameters_stay, 0, n);
    tcase_add_test(tests, gradients_pass_frozen_layers);
    tcase_add_test(tests, groups_have_rates_and_decay);
    tcase_add_test(tests, accumulated_batches_are_one);
    tcase_add_test(tests, the_norm_is_that_of_all_gradients);
    tcase_add_test(tests, nothing_to_train_is_refused);
    tcase_add_test(tests, late_overflows_are_noticed);
    tcase_add_test(tests, tiny_eps_is_no_zero);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
