/* What spatial dropout and stochastic depth drop: whole channels and whole samples, as often as they
 * should, nothing in evaluation, and what is kept grows so that the mean stays. */
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

#define N 128
#define SIDE 3
#define CHANNELS 8
#define VALUES (SIDE * SIDE * CHANNELS)

static NnReal x[N * VALUES], y[N * VALUES];

/* The layer's output for a batch of ones, in training or evaluation. */
static void run_layer(const char *layer, bool trains)
{
    char text[200];
    snprintf(text, sizeof(text), "[%s, flatten, linear: 2]", layer);
    Harness harness =
        harness_make(text, (NnShape){SIDE, SIDE, CHANNELS, false}, N, NN_KERNELS_AUTO);
    for (size_t i = 0; i < N * VALUES; i++)
        x[i] = 1;
    const HarnessPass pass = {.n = N, .probe = 1, .target = 1, .x = x, .y = y};
    const NnBlueprint *blueprint = &harness.network->blueprint;
    harness_run(harness.network, trains ? &blueprint->train : &blueprint->evaluate, &pass);
    harness_free(&harness);
}

static void check_all(NnReal expected)
{
    for (size_t i = 0; i < N * VALUES; i++)
        ck_assert_double_eq((double)y[i], (double)expected);
}

/* All values of a sample's channel are equal: 0, or the scale. Counts channels that are kept. */
static size_t kept_channels(NnReal scale)
{
    size_t n = 0;
    for (size_t s = 0; s < N; s++)
        for (size_t c = 0; c < CHANNELS; c++) {
            const NnReal *first = y + s * VALUES + c;
            ck_assert_msg(*first == 0 || fabs((double)(*first - scale)) < 1e-6, "%g",
                          (double)*first);
            for (size_t p = 1; p < SIDE * SIDE; p++)
                ck_assert_double_eq((double)first[p * CHANNELS], (double)*first);
            n += *first != 0;
        }
    return n;
}

/* Five standard deviations of a binomial of n draws. */
static void check_share(size_t kept, size_t n, double share)
{
    const double deviation = sqrt(share * (1 - share) / (double)n);
    ck_assert_double_eq_tol((double)kept / (double)n, share, 5 * deviation);
}

START_TEST(channels_are_dropped_as_a_whole)
{
    run_layer("dropout2d: 0.25", true);
    check_share(kept_channels((NnReal)(1 / 0.75)), N * CHANNELS, 0.75);
    run_layer("dropout2d: 0.25", false);
    check_all(1);
    run_layer("dropout2d: 1", true);
    check_all(0);
}
END_TEST

START_TEST(samples_are_dropped_as_a_whole)
{
    run_layer("stochastic_depth: 0.25", true);
    const size_t kept = kept_channels((NnReal)(1 / 0.75));
    ck_assert_uint_eq(kept % CHANNELS, 0);
    check_share(kept / CHANNELS, N, 0.75);
    run_layer("stochastic_depth: 0.25", false);
    check_all(1);
}
END_TEST

START_TEST(a_batch_is_dropped_as_a_whole)
{
    run_layer("stochastic_depth: {p: 0.5, mode: batch}", true);
    check_all(y[0]);
    ck_assert(y[0] == 0 || y[0] == 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_drops");
    TCase *tests = tcase_create("drops");
    tcase_add_test(tests, channels_are_dropped_as_a_whole);
    tcase_add_test(tests, samples_are_dropped_as_a_whole);
    tcase_add_test(tests, a_batch_is_dropped_as_a_whole);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
