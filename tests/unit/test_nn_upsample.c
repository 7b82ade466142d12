/* Nearest pixels are those of PyTorch, whose step is a rounded float, also at scales where its inverse
 * is not exact; and gradients of maps that grow much lose little in their sums. */
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

/* How much a map grows, and its channels. */
#define GROWTH 150
#define N_CHANNELS 3

/* Of the corners of a map of 2 x 2 each value is a sum of some 22500 terms. bilinear: between them. */
static NnResample grown_job(NnResampleTap taps[2 * GROWTH], bool bilinear)
{
    for (int32_t i = 0; i < 2 * GROWTH; i++) {
        const NnReal between = (NnReal)(2 * i + 1) / (4 * GROWTH);
        taps[i] = bilinear ? (NnResampleTap){0, 1, between} : (NnResampleTap){i / GROWTH, 1, 0};
    }
    return (NnResample){.in = {2, 2, N_CHANNELS, false},
                        .out = {2 * GROWTH, 2 * GROWTH, N_CHANNELS, false},
                        .rows = taps,
                        .cols = taps};
}

/* The gradient of input (row, col, channel) in double values. */
static double exact_gradient(const NnResample *job, int32_t row, int32_t col, size_t channel)
{
    double sum = 0;
    for (int32_t y = 0; y < job->out.height; y++)
        for (int32_t x = 0; x < job->out.width; x++) {
            const NnResampleTap *a = &job->rows[y], *b = &job->cols[x];
            const double share_y = (a->first == row ? 1 - (double)a->share : 0) +
                                   (a->second == row ? (double)a->share : 0);
            const double share_x = (b->first == col ? 1 - (double)b->share : 0) +
                                   (b->second == col ? (double)b->share : 0);
            const size_t at = (size_t)(y * job->out.width + x) * N_CHANNELS + channel;
            sum += share_y * share_x * (double)job->dy[at];
        }
    return sum;
}

/* One float sum over all terms of the bilinear map is off by 1e-5; each of two sums of 150 to 300 terms by
 * some 3e-7. */
START_TEST(gradients_are_sums_of_short_sums)
{
    static const NnKernelChoice choices[] = {NN_KERNELS_AUTO, NN_KERNELS_BASELINE,
                                             NN_KERNELS_REFERENCE};
    static NnReal dy[4 * GROWTH * GROWTH * N_CHANNELS];
    NnReal dx[4 * N_CHANNELS], sums[2 * N_CHANNELS];
    NnResampleTap taps[2 * GROWTH];
    const NnKernels *kernels;
    ck_assert_int_eq(nn_kernels_choose(choices[_i / 2], &kernels, NULL), AUG_OK);
    NnResample job = grown_job(taps, _i % 2);
    for (size_t i = 0; i < AUG_COUNT(dy); i++)
        dy[i] = (NnReal)(1 + nn_fixture_value(3, (uint32_t)i));
    job.dy = dy;
    job.dx = dx;
    job.sums = sums;
    kernels->resample_backward(&job);
    for (size_t i = 0; i < AUG_COUNT(dx); i++) {
        const size_t pixel = i / N_CHANNELS;
        const double exact =
            exact_gradient(&job, (int32_t)pixel / 2, (int32_t)pixel % 2, i % N_CHANNELS);
        ck_assert_double_eq_tol((double)dx[i] / exact, 1, 1e-6);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_upsample");
    TCase *tests = tcase_create("upsample");
    tcase_add_test(tests, squares_begin_where_those_of_pytorch_do);
    tcase_add_loop_test(tests, gradients_are_sums_of_short_sums, 0, 6);
    tcase_add_test(tests, sizes_are_those_of_pytorch);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
