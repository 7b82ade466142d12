/* The kernels of every instruction set against the plain loops, on random shapes with all the rests
 * that tiles, panels and vectors can leave. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/kernels/kernels.h"

/* Float sums of up to 600 products of values below 1, in different orders: the error grows with the
 * root of the number of terms, 25 * 6e-8 times partial sums of about 10. */
#define TOLERANCE 2e-5

#define GUARD 1234.5f
#define N_GUARD 16

#define MAX_TABLES 3

/* Tables to test beside the reference: all that this CPU has. */
static size_t tables(const NnKernels *list[MAX_TABLES])
{
    size_t n = 0;
    list[n++] = &nn_kernels_baseline;
    for (int choice = NN_KERNELS_AVX2; choice <= NN_KERNELS_NEON; choice++)
        if (nn_kernels_choose((NnKernelChoice)choice, &list[n], NULL) == AUG_OK)
            n++;
    const NnKernels *best;
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_AUTO, &best, NULL), AUG_OK);
    ck_assert_ptr_eq(best, list[n - 1]);
    return n;
}

/* n values of the fixture's sequence with guards behind them. */
static NnReal *values(uint32_t salt, size_t n)
{
    NnReal *x = malloc((n + N_GUARD) * sizeof(*x));
    for (size_t i = 0; i < n; i++)
        x[i] = (NnReal)nn_fixture_value(salt, (uint32_t)i);
    for (size_t i = n; i < n + N_GUARD; i++)
        x[i] = GUARD;
    return x;
}

static void assert_guard(const NnReal *x, size_t n, const char *what)
{
    for (size_t i = n; i < n + N_GUARD; i++)
        ck_assert_msg(x[i] == GUARD, "%s wrote behind its output", what);
}

static void assert_close(const NnReal *a, const NnReal *b, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs((double)a[i] - (double)b[i]) <= TOLERANCE,
                      "%s: value %zu is %.9g, not %.9g", what, i, (double)a[i], (double)b[i]);
}

/* Maps of h x w x c, and windows of taps x cols on them with strides. maps 0: one, as the jobs say.
 * The last four have several blocks of a tap, several of whole taps, a row of several bands, and no taps. */
typedef struct Case {
    size_t h, w, c, taps, cols, stride, n_out, maps;
} Case;

static const Case cases[] = {
    {1, 1, 1, 1, 1, 1, 1, 0},    {1, 1, 7, 1, 1, 1, 10, 0},  {3, 3, 1, 3, 3, 1, 16, 2},
    {9, 8, 2, 3, 3, 1, 17, 0},   {9, 8, 3, 3, 2, 2, 24, 3},  {7, 7, 5, 1, 1, 2, 8, 1},
    {6, 13, 4, 5, 3, 1, 33, 0},  {1, 12, 1, 1, 1, 1, 40, 2}, {16, 16, 8, 3, 3, 1, 32, 0},
    {11, 5, 6, 4, 5, 3, 31, 2},  {5, 6, 64, 3, 3, 1, 48, 0}, {2, 19, 3, 2, 1, 1, 9, 3},
    {6, 6, 12, 3, 3, 1, 72, 5},  {7, 7, 12, 1, 1, 1, 64, 3}, {3, 15, 4, 3, 3, 1, 16, 0},
    {4, 9, 6, 2, 6, 1, 136, 4},  {2, 4, 30, 1, 1, 1, 80, 2}, {40, 30, 3, 3, 3, 1, 24, 2},
    {1, 3, 700, 1, 1, 1, 12, 2}, {12, 9, 7, 9, 5, 1, 20, 2}, {1, 600, 2, 1, 1, 1, 9, 2},
    {2, 3, 4, 0, 0, 1, 9, 0},
};

static size_t maps_of(const Case *c)
{
    return c->maps ? c->maps : 1;
}

static NnWindow window_of(const Case *c, const NnReal *x)
{
    return (NnWindow){.x = x,
                      .n_rows = (c->h - c->taps) / c->stride + 1,
                      .n_cols = (c->w - c->cols) / c->stride + 1,
                      .row_step = c->stride * c->w * c->c,
                      .col_step = c->stride * c->c,
                      .n_taps = c->taps,
                      .tap_step = c->w * c->c,
                      .run = c->cols * c->c,
                      .n_maps = c->maps,
                      .map_step = c->h * c->w * c->c};
}

static void check_dot(const NnKernels *kernels, const Case *c, bool bias, bool relu, bool add)
{
    NnReal *x = values(1, maps_of(c) * c->h * c->w * c->c);
    const NnWindow window = window_of(c, x);
    const size_t rows = window.n_taps * window.run;
    const size_t map = window.n_rows * window.n_cols * c->n_out, n = maps_of(c) * map;
    NnReal *weights = values(2, rows * nn_padded(c->n_out));
    NnReal *b = values(3, nn_padded(c->n_out)), *expected = values(4, n), *y = values(4, n);
    NnDot job = {.window = window,
                 .weights = weights,
                 .bias = bias ? b : NULL,
                 .y = expected,
                 .y_row_step = window.n_cols * c->n_out,
                 .y_col_step = c->n_out,
                 .y_map_step = map,
                 .n_out = c->n_out,
                 .relu = relu,
                 .add = add};
    nn_kernels_reference.dot(&job);
    job.y = y;
    kernels->dot(&job);
    assert_close(y, expected, n, kernels->name);
    assert_guard(y, n, "dot");
    free(x);
    free(weights);
    free(b);
    free(expected);
    free(y);
}

START_TEST(dot_agrees_with_plain_loops)
{
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t i = 0; i < AUG_COUNT(cases); i++)
            for (int flags = 0; flags < 8; flags++)
                check_dot(list[t], &cases[i], flags & 1, flags & 2, flags & 4);
}
END_TEST

/* The reference itself, by hand: two pixels, two inputs, one output. */
START_TEST(reference_dot_is_right)
{
    const NnReal x[] = {1, 2, 3, -4}, weights[16] = {[0] = 10, [8] = 100};
    const NnReal bias[8] = {0.5};
    NnReal y[2];
    NnDot job = {{x, 1, 2, 0, 2, 1, 0, 2, 0, 0}, weights, bias, y, 0, 1, 1, false, 0, false};
    nn_kernels_reference.dot(&job);
    ck_assert_double_eq((double)y[0], 210.5);
    ck_assert_double_eq((double)y[1], -369.5);
    job.relu = true;
    nn_kernels_reference.dot(&job);
    ck_assert_double_eq((double)y[0], 210.5);
    ck_assert_double_eq((double)y[1], 0);
    job.add = true;
    job.relu = false;
    nn_kernels_reference.dot(&job);
    ck_assert_double_eq((double)y[0], 421);
    ck_assert_double_eq((double)y[1], -369.5);
}
END_TEST

static void check_outer(const NnKernels *kernels, const Case *c, bool add)
{
    NnReal *x = values(1, maps_of(c) * c->h * c->w * c->c);
    const NnWindow window = window_of(c, x);
    /* Two more rows in the matrix than the window has, one before and one behind. */
    const size_t rows = window.n_taps * window.run, out_pad = nn_padded(c->n_out);
    const size_t n = (rows + 2) * out_pad;
    const size_t map = window.n_rows * (window.n_cols + 1);
    NnReal *dy = values(2, maps_of(c) * map * out_pad);
    NnReal *expected = values(3, n), *dw = values(3, n);
    for (size_t pixel = 0; pixel < maps_of(c) * map; pixel++)
        for (size_t out = c->n_out; out < out_pad; out++)
            dy[pixel * out_pad + out] = 0;
    for (size_t row = 0; row < rows + 2; row++)
        for (size_t out = c->n_out; out < out_pad; out++)
            expected[nn_panel_index(rows + 2, c->n_out, row, out)] =
                dw[nn_panel_index(rows + 2, c->n_out, row, out)] = 0;
    NnOuter job = {.window = window,
                   .dy = dy,
                   .dy_row_step = (window.n_cols + 1) * out_pad,
                   .dy_col_step = out_pad,
                   .dy_map_step = map * out_pad,
                   .dw = expected,
                   .dw_rows = rows + 2,
                   .first_row = 1,
                   .n_out = c->n_out,
                   .add = add};
    nn_kernels_reference.outer(&job);
    job.dw = dw;
    kernels->outer(&job);
    assert_close(dw, expected, n, kernels->name);
    assert_guard(dw, n, "outer");
    free(x);
    free(dy);
    free(expected);
    free(dw);
}

START_TEST(outer_agrees_with_plain_loops)
{
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t i = 0; i < AUG_COUNT(cases); i++) {
            check_outer(list[t], &cases[i], false);
            check_outer(list[t], &cases[i], true);
        }
}
END_TEST

/* Two pixels, one input, one output: 1*5 + 2*7, added to 100. */
START_TEST(reference_outer_is_right)
{
    const NnReal x[] = {1, 2}, dy[16] = {[0] = 5, [8] = 7};
    NnReal dw[8] = {100};
    const NnOuter job = {.window = {x, 1, 2, 0, 1, 1, 0, 1, 0, 0},
                         .dy = dy,
                         .dy_col_step = 8,
                         .dw = dw,
                         .dw_rows = 1,
                         .n_out = 1,
                         .add = true};
    nn_kernels_reference.outer(&job);
    ck_assert_double_eq((double)dw[0], 119);
}
END_TEST

#define MAX_PIXELS 150
#define MAX_CHANNELS 37

/* Runs the channel-wise kernels of one table; all outputs go to out. Returns how many. */
static size_t run_channel_kernels(const NnKernels *k, size_t pixels, size_t channels, NnReal *out)
{
    const size_t n = pixels * channels;
    NnReal *x = values(1, n), *dy = values(2, n), *per = values(3, 5 * channels);
    double *sums = malloc(5 * channels * sizeof(*sums));
    NnNorm norm = {.n_pixels = pixels,
                   .n_channels = channels,
                   .x = x,
                   .mean = per,
                   .scale = per + channels,
                   .shift = per + 2 * channels,
                   .dy = dy,
                   .mean_d = per + 3 * channels,
                   .slope = per + 4 * channels,
                   .y = out,
                   .dx = out + n,
                   .relu = true};
    k->norm_forward(&norm);
    k->norm_backward(&norm);
    norm.relu = false;
    norm.dx = out + 2 * n;
    k->norm_backward(&norm);
    NnSums job = {.n_pixels = pixels,
                  .n_channels = channels,
                  .x = x,
                  .mask = dy,
                  .mean = per,
                  .scale = per + channels,
                  .shift = per + 2 * channels,
                  .relu = true,
                  .first = sums,
                  .second = sums + channels};
    k->norm_sums(&job);
    job.dy = dy;
    job.first = sums + 2 * channels;
    job.second = sums + 3 * channels;
    k->norm_sums(&job);
    job.first = sums + 4 * channels;
    k->sums(&job);
    for (size_t i = 0; i < 5 * channels; i++)
        out[3 * n + i] = (NnReal)sums[i];
    free(x);
    free(dy);
    free(per);
    free(sums);
    return 3 * n + 5 * channels;
}

/* What norm_forward adds to its output comes before the rectifier. */
START_TEST(norm_forward_adds_another_array)
{
    const NnReal x[] = {1, 2, 3}, plus[] = {-5, 5, 10}, mean[] = {1}, scale[] = {2}, shift[] = {3};
    static const NnReal expected[2][3] = {{-2, 10, 17}, {0, 10, 17}};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (int relu = 0; relu < 2; relu++) {
            NnReal y[3];
            list[t]->norm_forward(&(NnNorm){.n_pixels = 3,
                                            .n_channels = 1,
                                            .x = x,
                                            .mean = mean,
                                            .scale = scale,
                                            .shift = shift,
                                            .plus = plus,
                                            .y = y,
                                            .relu = relu});
            ck_assert_mem_eq(y, expected[relu], sizeof(y));
        }
}
END_TEST

/* These have one order of operations whatever the vectors are, so the bits are equal. */
START_TEST(channel_kernels_are_equal_in_every_table)
{
    static NnReal expected[3 * MAX_PIXELS * MAX_CHANNELS + 5 * MAX_CHANNELS];
    static NnReal got[AUG_COUNT(expected)];
    const size_t pixels[] = {0, 1, 63, 64, 65, MAX_PIXELS};
    const size_t channels[] = {1, 3, 4, 8, 13, 16, MAX_CHANNELS};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t p = 0; p < AUG_COUNT(pixels); p++)
            for (size_t c = 0; c < AUG_COUNT(channels); c++) {
                const size_t n =
                    run_channel_kernels(&nn_kernels_reference, pixels[p], channels[c], expected);
                run_channel_kernels(list[t], pixels[p], channels[c], got);
                ck_assert_msg(!memcmp(got, expected, n * sizeof(NnReal)),
                              "%s differs for %zu pixels of %zu channels", list[t]->name, pixels[p],
                              channels[c]);
            }
}
END_TEST

START_TEST(sums_are_right)
{
    /* 130 pixels of two channels: 1, 1, ... and 0, 1, 0, 1, ...; three blocks. */
    NnReal x[260];
    for (int i = 0; i < 130; i++) {
        x[2 * i] = 1;
        x[2 * i + 1] = (NnReal)(i % 2);
    }
    const NnReal mean[2] = {0.5, 0.5}, scale[2] = {2, 2}, shift[2] = {0, 0};
    double first[2], second[2];
    NnSums job = {.n_pixels = 130,
                  .n_channels = 2,
                  .x = x,
                  .mean = mean,
                  .scale = scale,
                  .shift = shift,
                  .first = first,
                  .second = second};
    nn_kernels_baseline.norm_sums(&job);
    ck_assert_double_eq(first[0], 65);
    ck_assert_double_eq(first[1], 0);
    ck_assert_double_eq(second[0], 32.5);
    ck_assert_double_eq(second[1], 32.5);
    /* The gradient is x + 1; with a rectifier only the ones of the second channel count. */
    NnReal dy[260];
    for (int i = 0; i < 260; i++)
        dy[i] = x[i] + 1;
    job.dy = dy;
    nn_kernels_baseline.norm_sums(&job);
    ck_assert_double_eq(first[1], 65 * 3);
    ck_assert_double_eq(second[1], 65 * 2 * 0.5 - 65 * 0.5);
    job.relu = true;
    nn_kernels_baseline.norm_sums(&job);
    ck_assert_double_eq(first[1], 65 * 2);
    ck_assert_double_eq(second[1], 65 * 2 * 0.5);
    job.mask = x;
    nn_kernels_baseline.sums(&job);
    ck_assert_double_eq(first[0], 130);
    ck_assert_double_eq(first[1], 65);
}
END_TEST

START_TEST(elementwise_kernels_are_equal_in_every_table)
{
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t n = 0; n < 70; n++) {
            NnReal *a = values(1, n), *b = values(2, n);
            NnReal *x = values(3, n), *y = values(3, n);
            uint8_t keep[70];
            for (size_t i = 0; i < n; i++)
                keep[i] = i % 3 == 0;
            nn_kernels_reference.add(x, a, b, n, true);
            list[t]->add(y, a, b, n, true);
            ck_assert_mem_eq(x, y, (n + N_GUARD) * sizeof(*x));
            nn_kernels_reference.mask(x, a, keep, 2, n);
            list[t]->mask(y, a, keep, 2, n);
            ck_assert_mem_eq(x, y, (n + N_GUARD) * sizeof(*x));
            free(a);
            free(b);
            free(x);
            free(y);
        }
}
END_TEST

/* The reference asks the generator itself. */
START_TEST(drawn_decisions_are_equal_in_every_table)
{
    static const uint64_t thresholds[] = {0, 1, UINT64_C(1) << 30, UINT64_C(0xffffffff),
                                          UINT64_C(1) << 32};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t n = 0; n < 200; n++) {
            uint8_t expected[201], got[201];
            memset(expected, 7, sizeof(expected));
            memset(got, 7, sizeof(got));
            NnDraw job = {.counter = {3, 0xfffffff0u + (uint32_t)n, 0xfffe0001u},
                          .key = {0x89abcdefu, 0x01234567u},
                          .threshold = thresholds[n % AUG_COUNT(thresholds)],
                          .n = n};
            job.keep = expected;
            nn_kernels_reference.draw(&job);
            job.keep = got;
            list[t]->draw(&job);
            ck_assert_mem_eq(got, expected, sizeof(got));
        }
}
END_TEST

/* Salmon et al. give the words of counter and key zero. */
START_TEST(draws_are_known_words)
{
    static const uint32_t words[4] = {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t word = 0; word < 4; word++)
            for (uint64_t above = 0; above < 2; above++) {
                uint8_t keep[4];
                list[t]->draw(&(NnDraw){.threshold = words[word] + above, .keep = keep, .n = 4});
                ck_assert_uint_eq(keep[word], above == 0);
            }
}
END_TEST

#define MAX_DEPTHWISE (9 * 10 * 37)

/* All three kernels of one table on a map of 9 x 10, to out: y, dx and dw. Returns how many. */
static size_t run_depthwise(const NnKernels *k, size_t channels, size_t side, size_t stride,
                            NnReal *out)
{
    const size_t map = 9 * 10 * channels, taps = side * side;
    NnReal *x = values(1, map), *dy = values(2, map), *w = values(3, taps * channels);
    NnDepthwise job = {.n_rows = (9 - side) / stride + 1,
                       .n_cols = (10 - side) / stride + 1,
                       .n_channels = channels,
                       .kernel_h = side,
                       .kernel_w = side,
                       .x_row = stride * 10 * channels,
                       .x_col = stride * channels,
                       .tap_row = 10 * channels,
                       .tap_col = channels,
                       .w_step = channels,
                       .x = x,
                       .weights = w,
                       .bias = dy,
                       .dy = dy,
                       .y = out,
                       .dx = out + map,
                       .dw = out + 2 * map};
    memset(out, 0, 3 * map * sizeof(*out));
    k->depthwise_forward(&job);
    k->depthwise_backward(&job);
    k->depthwise_weights(&job);
    free(x);
    free(dy);
    free(w);
    return 3 * map;
}

START_TEST(depthwise_kernels_are_equal_in_every_table)
{
    static NnReal expected[3 * MAX_DEPTHWISE], got[3 * MAX_DEPTHWISE];
    const size_t channels[] = {1, 4, 13, 16, MAX_CHANNELS};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t c = 0; c < AUG_COUNT(channels); c++)
            for (size_t side = 1; side <= 5; side++) {
                const size_t n =
                    run_depthwise(&nn_kernels_reference, channels[c], side, 1 + c % 2, expected);
                run_depthwise(list[t], channels[c], side, 1 + c % 2, got);
                ck_assert_msg(!memcmp(got, expected, n * sizeof(NnReal)),
                              "%s differs for kernels of %zu in %zu channels", list[t]->name, side,
                              channels[c]);
            }
}
END_TEST

/* Two channels, a kernel of 1 x 2 on a row of three: y = bias + x w, and what flows back. */
START_TEST(depthwise_is_right)
{
    const NnReal x[] = {1, 2, 3, 4, 5, 6}, w[] = {10, 20, 100, 200}, bias[] = {1, 2};
    const NnReal dy[] = {1, 10, 100, 1000};
    NnReal y[4], dx[6] = {0}, dw[4] = {0};
    const NnDepthwise job = {.n_rows = 1,
                             .n_cols = 2,
                             .n_channels = 2,
                             .kernel_h = 1,
                             .kernel_w = 2,
                             .x_col = 2,
                             .tap_col = 2,
                             .w_step = 2,
                             .x = x,
                             .weights = w,
                             .bias = bias,
                             .dy = dy,
                             .y = y,
                             .dx = dx,
                             .dw = dw};
    nn_kernels_baseline.depthwise_forward(&job);
    nn_kernels_baseline.depthwise_backward(&job);
    nn_kernels_baseline.depthwise_weights(&job);
    const NnReal right_y[] = {311, 842, 531, 1282};
    const NnReal right_dx[] = {10, 200, 1100, 22000, 10000, 200000};
    const NnReal right_dw[] = {301, 4020, 503, 6040};
    ck_assert_mem_eq(y, right_y, sizeof(y));
    ck_assert_mem_eq(dx, right_dx, sizeof(dx));
    ck_assert_mem_eq(dw, right_dw, sizeof(dw));
}
END_TEST

/* A peak is more than nothing, and its sum a number. */
START_TEST(peaks_are_counted)
{
    const NnKernels *list[MAX_TABLES];
    NnReal sum = 0;
    for (size_t t = tables(list); t--;) {
        ck_assert_uint_gt(list[t]->peak(100, &sum), 100);
        ck_assert(sum > 0 && sum < 1000);
    }
}
END_TEST

START_TEST(finite_is_told_from_broken)
{
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;)
        for (size_t n = 1; n < 40; n++)
            for (size_t at = 0; at < n; at++) {
                NnReal *x = values(1, n);
                ck_assert(list[t]->all_finite(x, n));
                x[at] = (NnReal)NAN;
                ck_assert(!list[t]->all_finite(x, n));
                x[at] = (NnReal)-INFINITY;
                ck_assert(!list[t]->all_finite(x, n));
                x[at] = (NnReal)3e38;
                ck_assert(list[t]->all_finite(x, n));
                free(x);
            }
}
END_TEST

/* A rectifier that made NaN to 0 would hide a broken network. */
START_TEST(rectifiers_keep_nan)
{
    const NnReal x[] = {(NnReal)NAN, -1, 2, 0};
    NnReal y[4];
    nn_kernels_baseline.relu_forward(y, x, 4);
    ck_assert(isnan(y[0]) && y[1] == 0 && y[2] == 2 && y[3] == 0);
    const NnReal weights[8] = {1}, one[1] = {(NnReal)NAN};
    const NnDot job = {{one, 1, 1, 0, 1, 1, 0, 1, 0, 0}, weights, NULL, y, 0, 1, 1, true, 0, false};
    const NnKernels *list[MAX_TABLES];
    for (size_t t = tables(list); t--;) {
        list[t]->dot(&job);
        ck_assert_msg(isnan(y[0]), "%s", list[t]->name);
    }
}
END_TEST

START_TEST(the_tree_adds_in_its_order)
{
    /* (1e8 + 1) loses the 1, so only the order ((0+1)+(2+3))... gives this sum. */
    NnReal values16[NN_SHARDS] = {1e8f, 1, -1e8f, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const NnReal *parts[NN_SHARDS];
    NnReal y;
    for (int i = 0; i < NN_SHARDS; i++)
        parts[i] = &values16[i];
    nn_kernels_baseline.tree(&y, parts, 1);
    ck_assert_double_eq((double)y, 12);
}
END_TEST

START_TEST(the_choice_is_kept)
{
    const NnKernels *kernels;
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_REFERENCE, &kernels, NULL), AUG_OK);
    ck_assert_ptr_eq(kernels, &nn_kernels_reference);
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_BASELINE, &kernels, NULL), AUG_OK);
    ck_assert_ptr_eq(kernels, &nn_kernels_baseline);
#ifdef __aarch64__
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_AUTO, &kernels, NULL), AUG_OK);
    ck_assert_str_eq(kernels->name, "neon");
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_AVX2, &kernels, NULL), AUG_UNSUPPORTED);
#else
    ck_assert_int_eq(nn_kernels_choose(NN_KERNELS_NEON, &kernels, NULL), AUG_UNSUPPORTED);
#endif
}
END_TEST

/* The mean of a large map of large values: float sums one by one would lose 100 times as much. */
START_TEST(large_means_are_exact)
{
    const NnShape in = {224, 224, 9, false};
    const size_t n = 224 * 224 * 9;
    NnReal *x = values(3, n), y[9];
    const NnKernels *list[MAX_TABLES];
    for (size_t i = 0; i < n; i++)
        x[i] += 8;
    for (size_t t = 0; t < tables(list); t++) {
        list[t]->avg_pool_forward(
            &(NnPool2d){.in = in, .out = {1, 1, 9, false}, .adaptive = true, .x = x, .y = y});
        for (size_t c = 0; c < 9; c++) {
            double sum = 0;
            for (size_t i = c; i < n; i += 9)
                sum += (double)x[i];
            /* Half a rounding of the sum, of the share and of their product, 6e-8 each. */
            ck_assert_double_eq_tol((double)y[c] / (sum / (224 * 224)), 1, 2e-7);
        }
    }
    free(x);
}
END_TEST

/* Values where functions bend, overflow and vanish, and 37 of each so that vectors leave a rest. */
START_TEST(activations_and_rows_are_equal_in_every_table)
{
    const size_t n = 37 * 8;
    NnReal *x = values(4, n), *dy = values(5, n), *a = values(6, n), *b = values(7, n);
    const NnKernels *list[MAX_TABLES], *reference = &nn_kernels_reference;
    for (size_t i = 0; i < n; i++)
        x[i] *= i % 5 == 0 ? 100 : 4;
    for (size_t t = 0; t < tables(list); t++) {
        for (size_t k = 0; k < NN_N_ACTIVATIONS; k++) {
            NnActivate job = {.x = x, .dy = dy, .out = a, .n = n, .a = 1, .b = 20}, other = job;
            other.out = b;
            list[t]->activation_forward[k](&job);
            reference->activation_forward[k](&other);
            ck_assert_mem_eq(a, b, n * sizeof(*a));
            list[t]->activation_backward[k](&job);
            reference->activation_backward[k](&other);
            ck_assert_mem_eq(a, b, n * sizeof(*a));
        }
        for (size_t k = 0; k < NN_N_ROW_FUNCTIONS; k++) {
            NnRows job = {.from = x, .dy = dy, .out = a, .n_rows = 8, .n = 37, .eps = 1e-9};
            NnRows other = job;
            other.out = b;
            list[t]->row_forward[k](&job);
            reference->row_forward[k](&other);
            ck_assert_mem_eq(a, b, n * sizeof(*a));
            list[t]->row_backward[k](&job);
            reference->row_backward[k](&other);
            ck_assert_mem_eq(a, b, n * sizeof(*a));
        }
        assert_guard(a, n, "activations and rows");
    }
    free(x);
    free(dy);
    free(a);
    free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_kernels");
    TCase *tests = tcase_create("kernels");
    tcase_add_test(tests, dot_agrees_with_plain_loops);
    tcase_add_test(tests, reference_dot_is_right);
    tcase_add_test(tests, outer_agrees_with_plain_loops);
    tcase_add_test(tests, reference_outer_is_right);
    tcase_add_test(tests, drawn_decisions_are_equal_in_every_table);
    tcase_add_test(tests, draws_are_known_words);
    tcase_add_test(tests, norm_forward_adds_another_array);
    tcase_add_test(tests, channel_kernels_are_equal_in_every_table);
    tcase_add_test(tests, sums_are_right);
    tcase_add_test(tests, elementwise_kernels_are_equal_in_every_table);
    tcase_add_test(tests, large_means_are_exact);
    tcase_add_test(tests, activations_and_rows_are_equal_in_every_table);
    tcase_add_test(tests, depthwise_kernels_are_equal_in_every_table);
    tcase_add_test(tests, depthwise_is_right);
    tcase_add_test(tests, peaks_are_counted);
    tcase_add_test(tests, finite_is_told_from_broken);
    tcase_add_test(tests, rectifiers_keep_nan);
    tcase_add_test(tests, the_tree_adds_in_its_order);
    tcase_add_test(tests, the_choice_is_kept);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
