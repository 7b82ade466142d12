/* The pool, and the library's central promise: the same bytes for any number of threads. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/pool.h"

typedef struct Count {
    atomic_uint parts[100];
    atomic_uint largest_thread;
} Count;

static void count_part(void *context, uint32_t part, uint32_t thread)
{
    Count *count = context;
    atomic_fetch_add(&count->parts[part], 1);
    if (thread > atomic_load(&count->largest_thread))
        atomic_store(&count->largest_thread, thread);
}

START_TEST(every_part_runs_once)
{
    for (uint32_t n_threads = 1; n_threads <= 8; n_threads++) {
        NnPool *pool;
        ck_assert_int_eq(nn_pool_new(&pool, n_threads, NULL), AUG_OK);
        Count count = {0};
        for (unsigned job = 1; job <= 300; job++) {
            const uint32_t n_parts = job % 2 ? 100 : 3;
            nn_pool_run(pool, n_parts, count_part, &count);
            for (uint32_t part = 0; part < n_parts; part++)
                ck_assert_uint_eq(atomic_load(&count.parts[part]), part < 3 ? job : (job + 1) / 2);
        }
        ck_assert_uint_lt(atomic_load(&count.largest_thread), n_threads);
        nn_pool_free(pool);
    }
    nn_pool_free(NULL);
}
END_TEST

/* One layer of each kind, and a batch that leaves the shards unequal. */
#define EVERYTHING                                                                                 \
    "[conv: {filters: 12, padding: 1}, batch_norm, relu, residual: {branch: [conv: {filters: 12, " \
    "padding: 1}, batch_norm, relu]}, max_pool: 2, conv: {filters: 9, stride: 2, padding: 1}, "    \
    "relu, avg_pool: {kernel: 2, stride: 1}, dropout: 0.3, flatten, linear: 20, relu, linear: 5]"

#define MAX_BATCH 37
#define SIDE 11
#define N_STEPS 6

typedef struct Trace {
    NnReal *tensors;
    size_t n;
    double losses[N_STEPS];
    double n_correct[N_STEPS];
} Trace;

/* Some steps with batches of different sizes; all tensors afterwards. */
static Trace train(uint32_t n_threads, NnKernelChoice kernels, int n_steps)
{
    NnFixture fixture = nn_fixture_make(EVERYTHING);
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, 2, false},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .optimizer = nn_fixture_optimizer(
            "sgd: {lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 1e-3}"),
        .max_batch = MAX_BATCH,
        .seed = 5,
        .n_threads = n_threads,
        .kernels = kernels,
    };
    NnNetwork *network;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    static float data[MAX_BATCH * SIDE * SIDE * 2];
    int64_t labels[MAX_BATCH];
    Trace trace = {0};
    for (int step = 0; step < n_steps; step++) {
        static const uint32_t sizes[] = {MAX_BATCH, 32, 5, 1, 17, MAX_BATCH};
        for (uint32_t i = 0; i < AUG_COUNT(data); i++)
            data[i] = (float)nn_fixture_value((uint32_t)step, i);
        for (int i = 0; i < MAX_BATCH; i++)
            labels[i] = (i * 3 + step) % 5;
        const NnBatch batch = {
            .data = data, .dtype = AUG_DTYPE_F32, .n = sizes[step], .labels = labels};
        NnResult result;
        AugError error = {0};
        ck_assert_msg(nn_network_train(network, &batch, (NnRates){0.05, 0.9}, &result, &error) ==
                          AUG_OK,
                      "%s", error.message);
        trace.losses[step] = result.loss;
        trace.n_correct[step] = result.sums[0];
    }
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        trace.tensors = realloc(trace.tensors, (trace.n + info.n_values) * sizeof(NnReal));
        nn_network_read_tensor(network, i, trace.tensors + trace.n);
        trace.n += info.n_values;
    }
    nn_network_free(network);
    nn_fixture_free(&fixture);
    return trace;
}

START_TEST(threads_do_not_change_a_bit)
{
    static const NnKernelChoice choices[] = {NN_KERNELS_AUTO, NN_KERNELS_BASELINE,
                                             NN_KERNELS_REFERENCE};
    static const uint32_t counts[] = {2, 3, 8, 16, 0};
    const Trace one = train(1, choices[_i], N_STEPS);
    for (size_t i = 0; i < AUG_COUNT(counts); i++) {
        const Trace many = train(counts[i], choices[_i], N_STEPS);
        ck_assert_msg(!memcmp(one.losses, many.losses, sizeof(one.losses)), "%u threads",
                      counts[i]);
        ck_assert_msg(!memcmp(one.n_correct, many.n_correct, sizeof(one.n_correct)), "%u threads",
                      counts[i]);
        ck_assert_uint_eq(one.n, many.n);
        ck_assert_msg(!memcmp(one.tensors, many.tensors, one.n * sizeof(NnReal)), "%u threads",
                      counts[i]);
        free(many.tensors);
    }
    free(one.tensors);
}
END_TEST

/* Across kernels rounding differs, by some 1e-7 after two steps. More steps prove nothing: once a
 * rectifier changes sides, the runs part. */
START_TEST(kernels_agree_within_rounding)
{
    const Trace reference = train(1, NN_KERNELS_REFERENCE, 2);
    const Trace best = train(2, NN_KERNELS_AUTO, 2), baseline = train(2, NN_KERNELS_BASELINE, 2);
    for (size_t i = 0; i < reference.n; i++) {
        ck_assert_double_eq_tol((double)best.tensors[i], (double)reference.tensors[i], 2e-5);
        ck_assert_double_eq_tol((double)baseline.tensors[i], (double)reference.tensors[i], 2e-5);
    }
    free(reference.tensors);
    free(best.tensors);
    free(baseline.tensors);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_threads");
    TCase *tests = tcase_create("threads");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_part_runs_once);
    tcase_add_loop_test(tests, threads_do_not_change_a_bit, 0, 3);
    tcase_add_test(tests, kernels_agree_within_rounding);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
