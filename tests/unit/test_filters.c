/* The kernels of image/filters against formulas in double, written out once more. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/filters/blur.h"
#include "image/filters/contrast.h"
#include "image/filters/hue.h"
#include "image/filters/noise.h"
#include "tests/support/image_case.h"
#include "tests/support/pictures.h"

/* Runs a kernel on a whole picture in memory, making one window; the caller frees the pixels. */
static AugImage run(const ImgFilterKernel *kernel, const void *state, const AugImage *picture,
                    ImgWindow made)
{
    ImgFilterScratch scratch = {0};
    const ImgSource source = img_source_all(picture);
    const int32_t width = made.x1 - made.x0, height = made.y1 - made.y0;
    AugImage out = {.height = height, .width = width, .channels = picture->channels};
    out.row_size = (size_t)width * (size_t)out.channels;
    out.pixels = malloc(out.row_size * (size_t)height);
    ck_assert_ptr_nonnull(out.pixels);
    AugError error = {0};
    const AugStatus status = kernel->run(state, &source, made, &out, &scratch, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", kernel->name, error.message);
    img_filter_scratch_fini(&scratch);
    return out;
}

static AugImage picture_of(int32_t height, int32_t width, int32_t channels, uint32_t seed)
{
    return (AugImage){image_pixels(height, width, channels, seed),
                      height,
                      width,
                      channels,
                      (size_t)(width * channels),
                      AUG_DTYPE_U8};
}

static uint8_t value_at(const AugImage *image, int32_t y, int32_t x, int32_t c)
{
    return image->pixels[(size_t)y * image->row_size + (size_t)(x * image->channels + c)];
}

/* The exact blur of one value: weights of the bell over 2 radius + 1 taps a side, mirrored. */
static double blurred(const AugImage *image, const ImgBlur *blur, int32_t y, int32_t x, int32_t c)
{
    double sum = 0, weights = 0;
    for (int32_t j = -blur->radius; j <= blur->radius; j++)
        for (int32_t i = -blur->radius; i <= blur->radius; i++) {
            const double weight = exp(-(i * i + j * j) / (2 * blur->sigma * blur->sigma));
            const int32_t at_x = img_border_index(IMG_BORDER_REFLECT101, x + i, image->width);
            const int32_t at_y = img_border_index(IMG_BORDER_REFLECT101, y + j, image->height);
            sum += weight * value_at(image, at_y, at_x, c);
            weights += weight;
        }
    return sum / weights;
}

/* Coefficients have 8 bits: up to 1.5 off, as the measured 1.2 with some room. */
START_TEST(blur_is_the_bell)
{
    static const ImgBlur blurs[] = {{0.3, 1}, {0.5, 1}, {1, 3}, {2, 7}, {3, 2}, {5, 17}};
    static const int32_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 3}, {5, 30}, {24, 17}};
    for (size_t b = 0; b < AUG_COUNT(blurs); b++)
        for (size_t s = 0; s < AUG_COUNT(sizes); s++)
            for (int32_t channels = 1; channels <= 3; channels += 2) {
                const AugImage in = picture_of(sizes[s][0], sizes[s][1], channels, 3);
                const AugImage out =
                    run(&img_blur_kernel, &blurs[b], &in, img_window_all(in.width, in.height));
                for (int32_t y = 0; y < in.height; y++)
                    for (int32_t x = 0; x < in.width; x++) {
                        const double wanted = blurred(&in, &blurs[b], y, x, channels - 1);
                        const int got = value_at(&out, y, x, channels - 1);
                        ck_assert_msg(fabs(got - wanted) <= 1.5,
                                      "sigma %g, %d x %d, row %d, column %d: %d, wanted %.2f",
                                      blurs[b].sigma, in.height, in.width, y, x, got, wanted);
                    }
                free(out.pixels);
                free(in.pixels);
            }
}
END_TEST

/* A window, from no more pixels than its reach, has the bytes of the whole. */
START_TEST(windows_of_kernels)
{
    const ImgBlur blur = {2.2, 7};
    const ImgGaussNoise noise = {.seed = 99, .std = 30, .per_channel = true};
    const ImgGaussNoise grey = {.seed = 98, .std = 30};
    const ImgHue hue = {0.3};
    const struct {
        const ImgFilterKernel *kernel;
        const void *state;
    } cases[] = {{&img_blur_kernel, &blur},
                 {&img_gauss_noise_kernel, &noise},
                 {&img_gauss_noise_kernel, &grey},
                 {&img_hue_kernel, &hue}};
    const AugImage in = picture_of(40, 50, 3, 5);
    uint64_t random = 1;
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const AugImage all = run(cases[i].kernel, cases[i].state, &in, img_window_all(50, 40));
        for (int round = 0; round < 100; round++) {
            const ImgWindow made = test_window(&random, 50, 40);
            const AugImage part = run(cases[i].kernel, cases[i].state, &in, made);
            AugImage wanted = all;
            wanted.pixels += (size_t)made.y0 * all.row_size + (size_t)(made.x0 * 3);
            wanted.width = made.x1 - made.x0;
            wanted.height = made.y1 - made.y0;
            image_assert_equal(&part, &wanted, cases[i].kernel->name);
            free(part.pixels);
        }
        free(all.pixels);
    }
    free(in.pixels);
}
END_TEST

/* The distribution function of the standard normal. */
static double normal_below(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

/* 100 cells of 10,000 expected; chi-square with 99 degrees of freedom exceeds 170 with probability
 * 1e-5. Mean and variance within five deviations; the kurtosis shows the tails. */
START_TEST(normals_are_normal)
{
    enum { ROWS = 1000, N = 1000, CELLS = 100 };
    static float row[N];
    static int counts[CELLS];
    double sum = 0, squares = 0, fourth = 0, most = 0;
    for (int32_t y = 0; y < ROWS; y++) {
        img_normal_row(7, y, 0, N, row);
        for (int i = 0; i < N; i++) {
            const double z = (double)row[i];
            sum += z;
            squares += z * z;
            fourth += z * z * z * z;
            most = fabs(z) > most ? fabs(z) : most;
            counts[(int)(normal_below(z) * CELLS)]++;
        }
    }
    const double n = (double)ROWS * N, expected = n / CELLS;
    double chi = 0;
    for (int i = 0; i < CELLS; i++)
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    ck_assert_msg(chi < 170, "chi-square %g, wanted below 170", chi);
    ck_assert_double_eq_tol(sum / n, 0, 0.005);
    ck_assert_double_eq_tol(squares / n, 1, 0.0071);
    ck_assert_double_eq_tol(fourth / n, 3, 0.05);
    ck_assert_msg(most > 4.4 && most < 5.7, "the largest of a million is %g", most);
}
END_TEST

/* Rows, columns, seeds: each gives other numbers, and the same place the same ones. */
START_TEST(normals_are_a_function_of_place)
{
    float a[9], b[9];
    img_normal_row(5, 3, 0, 9, a);
    for (int64_t first = 0; first < 9; first++) {
        img_normal_row(5, 3, first, 9 - first, b);
        ck_assert_mem_eq(b, a + first, (size_t)(9 - first) * sizeof(*a));
    }
    img_normal_row(5, 4, 0, 9, b);
    ck_assert_mem_ne(a, b, sizeof(a));
    img_normal_row(6, 3, 0, 9, b);
    ck_assert_mem_ne(a, b, sizeof(a));
    img_normal_row(UINT64_C(5) + (UINT64_C(1) << 40), 3, 0, 9, b);
    ck_assert_mem_ne(a, b, sizeof(a));
}
END_TEST

START_TEST(noise_has_its_mean_and_deviation)
{
    const int32_t side = 200;
    AugImage in = picture_of(side, side, 3, 1);
    memset(in.pixels, 128, (size_t)side * in.row_size);
    for (int grey = 0; grey < 2; grey++) {
        const ImgGaussNoise noise = {.seed = 3, .mean = 10, .std = 12, .per_channel = !grey};
        const AugImage out = run(&img_gauss_noise_kernel, &noise, &in, img_window_all(side, side));
        double sum = 0, squares = 0;
        int n_grey = 0;
        for (int32_t i = 0; i < side * side; i++) {
            const double value = out.pixels[3 * i] - 128;
            sum += value;
            squares += value * value;
            n_grey += out.pixels[3 * i] == out.pixels[3 * i + 1];
        }
        const double n = (double)side * side, mean = sum / n;
        /* Rounding adds 1/12 to the variance; five deviations of the estimates. */
        ck_assert_double_eq_tol(mean, 10, 5 * 12 / 200.0);
        ck_assert_double_eq_tol(squares / n - mean * mean, 144 + 1 / 12.0, 5 * 144 * sqrt(2) / 200);
        ck_assert_int_eq(n_grey == side * side, grey);
        free(out.pixels);
    }
    free(in.pixels);
}
END_TEST

/* HSV by its textbook formula, for one channel: v - v s max(0, min(k, 4 - k, 1)). */
static double hsv_channel(const double hsv[3], int n)
{
    const double k = fmod(n + hsv[0] * 6, 6);
    const double least = fmin(k, fmin(4 - k, 1));
    return hsv[2] - hsv[2] * hsv[1] * fmax(0, least);
}

static void to_hsv(const uint8_t rgb[3], double hsv[3])
{
    const double r = rgb[0], g = rgb[1], b = rgb[2];
    const double most = fmax(r, fmax(g, b)), chroma = most - fmin(r, fmin(g, b));
    double hue = 0;
    if (chroma > 0)
        hue = most <= r   ? (g - b) / chroma
              : most <= g ? (b - r) / chroma + 2
                          : (r - g) / chroma + 4;
    hsv[0] = hue / 6 - floor(hue / 6);
    hsv[1] = most > 0 ? chroma / most : 0;
    hsv[2] = most;
}

START_TEST(hue_turns_in_hsv)
{
    static const int places[3] = {5, 3, 1};
    const AugImage in = picture_of(30, 30, 3, 9);
    memset(in.pixels, 77, 30);
    for (int step = -5; step <= 5; step++) {
        const ImgHue hue = {.turns = step / 10.0};
        const AugImage out = run(&img_hue_kernel, &hue, &in, img_window_all(30, 30));
        for (int i = 0; i < 900; i++) {
            double hsv[3];
            to_hsv(in.pixels + 3 * i, hsv);
            hsv[0] = hsv[0] + hue.turns - floor(hsv[0] + hue.turns);
            for (int c = 0; c < 3; c++) {
                const double wanted = hsv_channel(hsv, places[c]);
                ck_assert_msg(fabs(out.pixels[3 * i + c] - wanted) <= 0.5 + 1e-9,
                              "turns %g, pixel %d, channel %d: %d, wanted %.3f", hue.turns, i, c,
                              out.pixels[3 * i + c], wanted);
            }
        }
        free(out.pixels);
    }
    free(in.pixels);
}
END_TEST

START_TEST(contrast_turns_about_the_mean)
{
    ImgHistogram histogram = {0};
    histogram.counts[0][10] = 2;
    histogram.counts[1][50] = 2;
    histogram.counts[2][100] = histogram.counts[2][200] = 1;
    ImgTable table;
    ImgContrast contrast = {.scale = 2, .per_mean = -1, .luma = true};
    img_contrast_kernel.table(&contrast, 3, &histogram, &table);
    /* 0.299 10 + 0.587 50 + 0.114 150 = 49.44 */
    ck_assert_int_eq(table.values[0][50], 51);
    ck_assert_int_eq(table.values[2][24], 0);
    ck_assert_int_eq(table.values[1][152], 255);
    contrast = (ImgContrast){.scale = 1, .per_mean = 0.5, .offset = 3};
    img_contrast_kernel.table(&contrast, 3, &histogram, &table);
    ck_assert_int_eq(table.values[0][0], 38); /* half of 70, and 3 */
    img_contrast_kernel.table(&contrast, 1, &histogram, &table);
    ck_assert_int_eq(table.values[0][0], 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filters");
    TCase *filters = tcase_create("filters");
    tcase_set_timeout(filters, 60);
    tcase_add_test(filters, blur_is_the_bell);
    tcase_add_test(filters, windows_of_kernels);
    tcase_add_test(filters, normals_are_normal);
    tcase_add_test(filters, normals_are_a_function_of_place);
    tcase_add_test(filters, noise_has_its_mean_and_deviation);
    tcase_add_test(filters, hue_turns_in_hsv);
    tcase_add_test(filters, contrast_turns_about_the_mean);
    suite_add_tcase(suite, filters);
    return test_run(suite);
}
