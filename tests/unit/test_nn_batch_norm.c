/* Batch norm without running statistics: training and evaluation give the same, and there is nothing
 * to carry along; with them, evaluation does not depend on the batch. */
#include <stdio.h>

#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

#define N 20
#define VALUES (3 * 3 * 5)

static NnReal x[N * VALUES], y[N * VALUES], evaluated[N * VALUES];

/* Training into y, evaluation into `evaluated`; whether there are running statistics. */
static bool run_layer(const char *layer)
{
    char text[200];
    size_t index;
    snprintf(text, sizeof(text), "[%s, flatten, linear: 2]", layer);
    Harness harness = harness_make(text, (NnShape){3, 3, 5, false}, N, NN_KERNELS_AUTO);
    const NnBlueprint *blueprint = &harness.network->blueprint;
    for (uint32_t i = 0; i < N * VALUES; i++)
        x[i] = (NnReal)nn_fixture_value(1, i) * 3 + 1;
    HarnessPass pass = {.n = N, .probe = 1, .target = 1, .x = x, .y = y};
    harness_run(harness.network, &blueprint->train, &pass);
    harness_commit(harness.network);
    pass.y = evaluated;
    harness_run(harness.network, &blueprint->evaluate, &pass);
    const bool has_buffers = nn_network_find_tensor(harness.network, "0.running_mean", &index);
    harness_free(&harness);
    return has_buffers;
}

START_TEST(without_statistics_the_batch_counts)
{
    ck_assert(!run_layer("batch_norm: {track_running_stats: false}"));
    ck_assert_mem_eq(y, evaluated, sizeof(y));
    /* The values of a channel have mean 0. */
    double sum = 0;
    for (size_t i = 0; i < N * VALUES; i += 5)
        sum += (double)evaluated[i];
    ck_assert_double_eq_tol(sum / (N * 9), 0, 1e-5);
}
END_TEST

START_TEST(with_statistics_they_count)
{
    ck_assert(run_layer("batch_norm"));
    ck_assert_mem_ne(y, evaluated, sizeof(y));
}
END_TEST

/* All batches count alike, also those that are accumulated for one step. */
START_TEST(cumulative_is_the_mean_of_all_batches)
{
    static const int64_t labels[4] = {0, 1, 0, 1};
    static float data[4];
    NnFixture fixture = nn_fixture_make("[batch_norm: {cumulative: true}, linear: 2]");
    const NnNetworkSpec spec = {.input = {1, 1, 1, true},
                                .layers = fixture.layers,
                                .n_layers = fixture.n_layers,
                                .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
                                .max_batch = 4,
                                .n_threads = 1,
                                .accumulates = true};
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = 4, .labels = labels};
    NnNetwork *network;
    NnResult result;
    size_t index;
    NnReal mean;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    for (int k = 0; k < 6; k++) {
        for (int i = 0; i < 4; i++)
            data[i] = (float)(k * k + i);
        ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
        nn_network_accumulate(network);
        if (k % 2)
            ck_assert_int_eq(nn_network_update(network, (NnRates){0.1, 0}, NULL), AUG_OK);
    }
    ck_assert(nn_network_find_tensor(network, "0.running_mean", &index));
    nn_network_read_tensor(network, index, &mean);
    /* (0 + 1 + 4 + 9 + 16 + 25) / 6 + 1.5 */
    ck_assert_double_eq_tol((double)mean, 55.0 / 6 + 1.5, 1e-5);
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_batch_norm");
    TCase *tests = tcase_create("batch_norm");
    tcase_add_test(tests, without_statistics_the_batch_counts);
    tcase_add_test(tests, with_statistics_they_count);
    tcase_add_test(tests, cumulative_is_the_mean_of_all_batches);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
