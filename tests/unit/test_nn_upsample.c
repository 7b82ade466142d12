/* Nearest pixels at scales whose inverse is not exact: each input pixel fills its whole square. */
#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

#define SCALE 49

START_TEST(pixels_fill_their_squares)
{
    static NnReal x[2] = {3, 5}, y[2 * SCALE * SCALE];
    Harness harness = harness_make("[upsample: 49, flatten, linear: 2]", (NnShape){1, 2, 1, false},
                                   1, NN_KERNELS_AUTO);
    HarnessPass pass = {.n = 1, .probe = 1, .target = 1, .x = x, .y = y};
    harness_run(harness.network, &harness.network->blueprint.train, &pass);
    for (size_t i = 0; i < 2 * SCALE * SCALE; i++)
        ck_assert_int_eq(y[i] == x[0], i % (2 * SCALE) < SCALE);
    harness_free(&harness);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_upsample");
    TCase *tests = tcase_create("upsample");
    tcase_add_test(tests, pixels_fill_their_squares);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
