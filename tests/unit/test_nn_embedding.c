/* Embeddings and bags of them: rows of the table in the right places, padding left out, and the
 * table's gradient, which is compared with sums over all tokens. */
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

#define N 19
#define LENGTH 6
#define ROWS 9
#define DIM 5
#define PADDING 2

static int32_t tokens[N * LENGTH];

/* A network of the layer and an end, with a text of nothing but padding among its texts. */
static NnNetwork *build(const char *layer, NnFixture *fixture)
{
    char text[200];
    NnNetwork *network;
    AugError error = {0};
    snprintf(text, sizeof(text), "[%s, flatten, linear: 2]", layer);
    *fixture = nn_fixture_make(text);
    const NnNetworkSpec spec = {.input = {1, LENGTH, 1, false},
                                .input_indices = true,
                                .layers = fixture->layers,
                                .n_layers = fixture->n_layers,
                                .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
                                .max_batch = N,
                                .seed = 3,
                                .n_threads = 2};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    for (size_t i = 0; i < N * LENGTH; i++)
        tokens[i] = i < LENGTH ? PADDING : (int32_t)((i * 7 + i / 5) % ROWS);
    return network;
}

/* Gradients of a batch; the outputs' gradient follows from the end's weights, so it is read from the
 * network's own slot. */
static void step(NnNetwork *network)
{
    static int64_t labels[N];
    NnResult result;
    AugError error = {0};
    const NnBatch batch = {.data = tokens, .dtype = AUG_DTYPE_I32, .n = N, .labels = labels};
    ck_assert_msg(nn_network_gradients(network, &batch, &result, &error) == AUG_OK, "%s",
                  error.message);
}

/* The table's gradient against differences of the loss. */
static void check_gradient(const char *layer)
{
    NnFixture fixture;
    NnNetwork *network = build(layer, &fixture);
    NnReal table[ROWS * DIM], gradient[ROWS * DIM];
    static int64_t labels[N];
    const NnBatch batch = {.data = tokens, .dtype = AUG_DTYPE_I32, .n = N, .labels = labels};
    step(network);
    nn_network_read_tensor(network, 0, table);
    nn_network_read_gradient(network, 0, gradient);
    for (size_t i = 0; i < ROWS * DIM; i++) {
        double loss[2];
        const NnReal saved = table[i];
        NnResult result;
        for (int side = 0; side < 2; side++) {
            table[i] = saved + (side ? (NnReal)-0.02 : (NnReal)0.02);
            nn_network_write_tensor(network, 0, table);
            ck_assert_int_eq(nn_network_evaluate(network, &batch, NULL, &result, NULL), AUG_OK);
            loss[side] = result.loss;
        }
        table[i] = saved;
        const double numeric = i / DIM == PADDING ? 0 : (loss[0] - loss[1]) / 0.04;
        /* Floats: a loss near 1 has 1e-7, by 0.04; and the third derivative of the loss. */
        ck_assert_msg(fabs(numeric - (double)gradient[i]) < 1e-4, "%s: %zu: %g, not %g", layer, i,
                      (double)gradient[i], numeric);
    }
    nn_network_free(network);
    nn_fixture_free(&fixture);
}

START_TEST(gradients_are_those_of_the_loss)
{
    check_gradient("embedding: {num_embeddings: 9, embedding_dim: 5, padding_idx: 2}");
    check_gradient("embedding_bag: {num_embeddings: 9, embedding_dim: 5, padding_idx: 2}");
    check_gradient(
        "embedding_bag: {num_embeddings: 9, embedding_dim: 5, padding_idx: 2, mode: sum}");
}
END_TEST

/* Output of the layer. */
static void run_layer(NnNetwork *network, NnReal *y)
{
    const NnNode *node = &network->graph.nodes[1];
    step(network);
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = nn_shape_values(node->out) * nn_shard_samples(&network->pass, s);
        memcpy(y, nn_slot(&network->pass, node->y, s), n * sizeof(NnReal));
        y += n;
    }
}

START_TEST(padding_begins_as_zero)
{
    NnFixture fixture;
    NnReal table[ROWS * DIM];
    NnNetwork *network =
        build("embedding: {num_embeddings: 9, embedding_dim: 5, padding_idx: 2}", &fixture);
    nn_network_read_tensor(network, 0, table);
    for (size_t i = 0; i < ROWS * DIM; i++)
        ck_assert_int_eq(table[i] == 0, i / DIM == PADDING);
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(bags_are_means_without_padding)
{
    NnFixture fixture;
    NnReal table[ROWS * DIM], y[N * DIM];
    NnNetwork *network =
        build("embedding_bag: {num_embeddings: 9, embedding_dim: 5, padding_idx: 2}", &fixture);
    nn_network_read_tensor(network, 0, table);
    run_layer(network, y);
    for (size_t s = 0; s < N; s++)
        for (size_t k = 0; k < DIM; k++) {
            double sum = 0, n = 0;
            for (size_t i = 0; i < LENGTH; i++) {
                const size_t row = (size_t)tokens[s * LENGTH + i];
                sum += row == PADDING ? 0 : (double)table[row * DIM + k];
                n += row != PADDING;
            }
            ck_assert_double_eq_tol((double)y[s * DIM + k], n > 0 ? sum / n : 0, 1e-6);
        }
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

/* The shapes fit, but a sum of ids and values means nothing. */
START_TEST(ids_are_not_added_to_values)
{
    NnFixture fixture = nn_fixture_make(
        "[residual: {branch: [embedding_bag: {num_embeddings: 9, embedding_dim: 6}]}, linear: 2]");
    const NnNetworkSpec spec = {.input = {1, 1, LENGTH, true},
                                .input_indices = true,
                                .layers = fixture.layers,
                                .n_layers = fixture.n_layers,
                                .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
                                .max_batch = N,
                                .n_threads = 1};
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_BAD_SPEC);
    ck_assert_str_eq(error.message, "layer 0 (residual): its input are indices, not values; put an "
                                    "embedding before it");
    nn_fixture_free(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_embedding");
    TCase *tests = tcase_create("embedding");
    tcase_add_test(tests, gradients_are_those_of_the_loss);
    tcase_add_test(tests, padding_begins_as_zero);
    tcase_add_test(tests, bags_are_means_without_padding);
    tcase_add_test(tests, ids_are_not_added_to_values);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
