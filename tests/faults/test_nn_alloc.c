/* Memory of networks: every allocation of building one fails once, and each thread fails to start
 * once; and steps allocate nothing. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/faults/failing.h"
#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument)
{
    return failing_call(FAILING_ALLOCATION)
               ? EAGAIN
               : __real_pthread_create(thread, attributes, start, argument);
}

#define LAYERS                                                                                   \
    "[conv: {filters: 4, padding: 1}, batch_norm, relu, residual: {branch: [conv: {filters: 4, " \
    "padding: 1}]}, max_pool: 2, dropout: 0.5, avg_pool: 2, flatten, linear: 8, relu, linear: 3]"

#define N 20
#define VALUES (8 * 8 * 2)

static NnNetworkSpec spec_of(const NnFixture *fixture)
{
    return (NnNetworkSpec){.input = {8, 8, 2, false},
                           .layers = fixture->layers,
                           .n_layers = fixture->n_layers,
                           .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1, momentum: 0.9}"),
                           .max_batch = N,
                           .n_threads = 3};
}

START_TEST(every_failure_is_reported)
{
    NnFixture fixture = nn_fixture_make(LAYERS);
    const NnNetworkSpec spec = spec_of(&fixture);
    long n_failures = 0;
    for (;; n_failures++) {
        NnNetwork *network = NULL;
        AugError error = {0};
        failing_begin(n_failures + 1, false);
        const AugStatus status = nn_network_new(&network, &spec, &error);
        failing_end();
        if (status == AUG_OK) {
            nn_network_free(network);
            break;
        }
        ck_assert_int_eq(status, AUG_NO_MEMORY);
        ck_assert_ptr_null(network);
        ck_assert_msg(error.message[0] != 0, "call %ld", n_failures + 1);
    }
    /* The network, six arenas, the pool and its two threads at least. */
    ck_assert_int_ge(n_failures, 10);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(steps_allocate_nothing)
{
    NnFixture fixture = nn_fixture_make(LAYERS);
    const NnNetworkSpec spec = spec_of(&fixture);
    NnNetwork *network;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    static float data[N * VALUES];
    static int64_t labels[N];
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = N, .labels = labels};
    NnResult result;
    NnReal logits[N * 3];
    /* Nothing of Check in the loop: it allocates. */
    int n_failed = 0;
    failing_begin(0, false);
    for (uint32_t i = 0; i < 10; i++) {
        batch.n = N - i;
        const NnRates rates = {0.1, 0.9};
        n_failed += nn_network_train(network, &batch, rates, &result, NULL) != AUG_OK;
        n_failed += nn_network_evaluate(network, &batch, logits, &result, NULL) != AUG_OK;
    }
    const long n_calls = failing_end();
    ck_assert_int_eq(n_failed, 0);
    ck_assert_int_eq(n_calls, 0);
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_alloc");
    TCase *tests = tcase_create("alloc");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_failure_is_reported);
    tcase_add_test(tests, steps_allocate_nothing);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
