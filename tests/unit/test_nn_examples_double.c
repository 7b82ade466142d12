/* Finite differences on every layer of the list, in the network that each has as its example: the
 * gradients of all parameters, those of a convolution before the layer among them, are those of the
 * loss. With all values in double: central, step 1e-5, relative error below 1e-6.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/layer.h"

/* The error of a central difference is of order STEP^2 (1e-10) from the third derivative, and 1e-16
 * / STEP = 1e-11 from rounding, both times the sizes of sums. */
#define STEP 1e-5
#define TOLERANCE 1e-6

#define SIDE 7
#define CHANNELS 3
#define VALUES (SIDE * SIDE * CHANNELS)
#define N 5
#define CLASSES 3

/* Values tried in each tensor. */
#define MAX_TRIES 12

/* A network, and the batch that it gets. */
typedef struct Check {
    NnNetwork *network;
    const char *text;
    NnBatch batch;
} Check;

static NnNetwork *build(const char *text, bool reads_indices)
{
    NnFixture fixture = nn_fixture_make(text);
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, CHANNELS, false},
        .input_indices = reads_indices,
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
        .max_batch = N,
        .seed = 3,
        .n_threads = 1,
    };
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s: %s", text, error.message);
    nn_fixture_free(&fixture);
    return network;
}

/* The loss, and gradients at the weights as they are. */
static double loss_of(const Check *check)
{
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(check->network, &check->batch, &result, &error) == AUG_OK,
                  "%s: %s", check->text, error.message);
    return result.loss;
}

static void check_tensor(const Check *check, size_t index)
{
    NnTensorInfo info;
    nn_network_tensor(check->network, index, &info);
    NnReal *values = malloc(2 * info.n_values * sizeof(*values)),
           *gradient = values + info.n_values;
    double largest = 0;
    (void)loss_of(check);
    nn_network_read_tensor(check->network, index, values);
    nn_network_read_gradient(check->network, index, gradient);
    for (size_t i = 0; i < info.n_values; i++)
        largest = fmax(largest, fabs((double)gradient[i]));
    for (size_t i = 0; i < info.n_values; i += info.n_values / MAX_TRIES + 1) {
        const NnReal kept = values[i];
        values[i] = kept + (NnReal)STEP;
        nn_network_write_tensor(check->network, index, values);
        const double above = loss_of(check);
        values[i] = kept - (NnReal)STEP;
        nn_network_write_tensor(check->network, index, values);
        const double below = loss_of(check);
        values[i] = kept;
        nn_network_write_tensor(check->network, index, values);
        const double numeric = (above - below) / (2 * STEP);
        ck_assert_msg(fabs(numeric - (double)gradient[i]) <= TOLERANCE * fmax(1, largest),
                      "%s: %s[%zu]: backward gives %.12g, differences %.12g", check->text,
                      info.name, i, (double)gradient[i], numeric);
    }
    free(values);
}

START_TEST(gradients_are_those_of_the_loss)
{
    static float data[N * VALUES];
    static int32_t indices[N * VALUES];
    static int64_t labels[N];
    const NnLayerDesc *layer = nn_layers[_i];
    const bool reads_indices = layer->hooks->limit != NULL;
    char text[800];
    snprintf(text, sizeof(text), "[%s%s", reads_indices ? "" : "conv: {filters: 3, kernel: 1}, ",
             layer->example + 1);
    for (uint32_t i = 0; i < N * VALUES; i++) {
        data[i] = (float)nn_fixture_value(1, i);
        indices[i] = (int32_t)(i * 5 + i / 11) % 7;
    }
    for (uint32_t i = 0; i < N; i++)
        labels[i] = i % CLASSES;
    Check check = {.network = build(text, reads_indices),
                   .text = text,
                   .batch = {.data = reads_indices ? (const void *)indices : data,
                             .dtype = reads_indices ? AUG_DTYPE_I32 : AUG_DTYPE_F32,
                             .n = N,
                             .labels = labels}};
    size_t n_checked = 0;
    for (size_t i = 0; i < nn_network_n_tensors(check.network); i++) {
        NnTensorInfo info;
        nn_network_tensor(check.network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        check_tensor(&check, i);
        n_checked++;
    }
    ck_assert_uint_ge(n_checked, reads_indices ? 2 : 3);
    nn_network_free(check.network);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_examples");
    TCase *tests = tcase_create("differences");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, gradients_are_those_of_the_loss, 0, (int)nn_n_layers);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
