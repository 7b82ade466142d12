/* Nearest pixels are those of PyTorch, whose step is a rounded float, also at scales where its inverse
 * is not exact. */
#include "tests/support/nn_harness.h"
#include "tests/support/support.h"

#include <stdio.h>

#define MAX_SIDE 260

/* The row of outputs that a row of n_in inputs 0, 1, 2, ... gives. */
static int32_t resample(const char *layer, int32_t n_in, NnReal *y)
{
    char text[100];
    NnReal x[MAX_SIDE];
    snprintf(text, sizeof(text), "[upsample: {%s}, flatten, linear: 2]", layer);
    Harness harness = harness_make(text, (NnShape){1, n_in, 1, false}, 1, NN_KERNELS_AUTO);
    for (int32_t i = 0; i < n_in; i++)
        x[i] = (NnReal)i;
    HarnessPass pass = {.n = 1, .probe = 1, .target = 1, .x = x, .y = y};
    harness_run(harness.network, &harness.network->blueprint.train, &pass);
    const int32_t n_out = harness.network->graph.nodes[1].out.width;
    harness_free(&harness);
    return n_out;
}

/* 41 * (1 / 41) is below 1 in float, so the second square begins at output 42. */
START_TEST(squares_begin_where_those_of_pytorch_do)
{
    static NnReal y[MAX_SIDE * MAX_SIDE];
    ck_assert_int_eq(resample("scale_factor: 41", 2, y), 82);
    for (int32_t i = 0; i < 82; i++)
        ck_assert_int_eq((int32_t)y[i], i >= 42);
}
END_TEST

/* torch.nn.functional.interpolate of 24 pixels to 74: 37 * (24 / 74) is 12 in numbers, below it in
 * float; of twice as many pixels each comes twice, by a shift. */
START_TEST(sizes_are_those_of_pytorch)
{
    static NnReal y[MAX_SIDE * MAX_SIDE];
    ck_assert_int_eq(resample("size: [1, 74]", 24, y), 74);
    ck_assert_int_eq((int32_t)y[36], 11);
    ck_assert_int_eq((int32_t)y[37], 11);
    ck_assert_int_eq((int32_t)y[38], 12);
    ck_assert_int_eq(resample("size: [1, 82]", 41, y), 82);
    for (int32_t i = 0; i < 82; i++)
        ck_assert_int_eq((int32_t)y[i], i / 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_upsample");
    TCase *tests = tcase_create("upsample");
    tcase_add_test(tests, squares_begin_where_those_of_pytorch_do);
    tcase_add_test(tests, sizes_are_those_of_pytorch);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
