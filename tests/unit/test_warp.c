/* The affine warp: exact movements, a float64 oracle, borders, windows, vector code against plain.
 */
#include <math.h>

#include "image/geometry/warp.h"
#include "image/geometry/warp_kernels.h"
#include "tests/support/pictures.h"

/* Runs a warp into a new picture, or ends the test with the reason. */
static AugImage run(bool vector, const ImgWarp *warp, const ImgSource *source, int32_t width,
                    int32_t height)
{
    AugError error = {0};
    const AugImage out = test_picture(width, height, source->pixels.channels, 0x5a);
    const AugStatus status = img_warp_with(vector, warp, source, &out, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    for (int32_t y = 0; y < height; y++) {
        for (size_t i = (size_t)width * (size_t)out.channels; i < out.row_size; i++)
            if (test_pixel(&out, 0, y)[i] != 0x5a)
                ck_abort_msg("the gap behind row %d was written", y);
    }
    return out;
}

/* A channel of a pixel anywhere, by the border's rule written out once more. */
static double pixel_at(const ImgWarp *warp, const AugImage *image, int64_t x, int64_t y, int32_t c)
{
    int64_t at[2] = {x, y};
    const int64_t lengths[2] = {image->width, image->height};
    for (int i = 0; i < 2; i++) {
        const int64_t last = lengths[i] - 1;
        if (warp->border == IMG_BORDER_CONSTANT && (at[i] < 0 || at[i] > last))
            return warp->fill[c];
        if (warp->border == IMG_BORDER_EDGE || last == 0)
            at[i] = at[i] < 0 ? 0 : at[i] > last ? last : at[i];
        while (at[i] < 0 || at[i] > last)
            at[i] = at[i] < 0 ? -at[i] : 2 * last - at[i];
    }
    return test_pixel(image, (int32_t)at[0], (int32_t)at[1])[c];
}

/* The exact value in doubles, for one channel of an output pixel. */
static double oracle(const ImgWarp *warp, const AugImage *image, int32_t x, int32_t y, int32_t c)
{
    const double *m = warp->matrix;
    const double sx = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2] - 0.5;
    const double sy = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5] - 0.5;
    const int64_t ix = (int64_t)floor(sx);
    const int64_t iy = (int64_t)floor(sy);
    const double fx = sx - (double)ix;
    const double fy = sy - (double)iy;
    return pixel_at(warp, image, ix, iy, c) * (1 - fx) * (1 - fy) +
           pixel_at(warp, image, ix + 1, iy, c) * fx * (1 - fy) +
           pixel_at(warp, image, ix, iy + 1, c) * (1 - fx) * fy +
           pixel_at(warp, image, ix + 1, iy + 1, c) * fx * fy;
}

/* A rotation by angle (radians) and scale about the centres, with a little shear. */
static ImgWarp turning(double angle, double scale, const AugImage *source, int32_t width,
                       int32_t height)
{
    const double c = cos(angle) * scale;
    const double s = sin(angle) * scale;
    const double x = width / 2.0;
    const double y = height / 2.0;
    return (ImgWarp){
        .matrix = {c, -s + 0.1, source->width / 2.0 - c * x + (s - 0.1) * y, s, c,
                   source->height / 2.0 - s * x - c * y},
        .filter = IMG_FILTER_BILINEAR,
        .fill = {10, 130, 250},
    };
}

static ImgWarp random_warp(uint64_t *state, const AugImage *source, int32_t width, int32_t height)
{
    ImgWarp warp = turning(test_between(state, -700, 700) / 100.0,
                           test_between(state, 20, 300) / 100.0, source, width, height);
    warp.matrix[2] += test_between(state, -100, 100) / 7.0;
    warp.border = (ImgBorder)(test_random(state) % 3);
    return warp;
}

/* Weights have 11 bits per axis, so a place is off by at most 2^-12 pixel on each; between
 * neighbours 255 apart that moves a value by 2 * 255 / 4096 = 0.125, and rounding adds 0.5. */
#define BOUND 0.63

START_TEST(values_are_the_oracle_s)
{
    uint64_t state = 97;
    double sum = 0;
    double count = 0;
    for (int i = 0; i < 120; i++) {
        const int32_t width = test_between(&state, 1, 50);
        const int32_t height = test_between(&state, 1, 50);
        const AugImage noise = test_noise(&state, test_between(&state, 1, 40),
                                          test_between(&state, 1, 40), i % 2 ? 3 : 1);
        const ImgSource source = img_source_all(&noise);
        const ImgWarp warp = random_warp(&state, &noise, width, height);
        const AugImage out = run(i % 4 > 1, &warp, &source, width, height);
        for (int32_t k = 0; k < width * height * noise.channels; k++) {
            const int32_t c = k % noise.channels;
            const int32_t x = k / noise.channels % width;
            const int32_t y = k / noise.channels / width;
            const double want = oracle(&warp, &noise, x, y, c);
            const double error = fabs(test_pixel(&out, x, y)[c] - want);
            if (error > BOUND)
                ck_abort_msg("warp %d, column %d, row %d, channel %d: %d, not %.3f", i, x, y, c,
                             test_pixel(&out, x, y)[c], want);
            sum += error * error;
            count++;
        }
        free(out.pixels);
        free(noise.pixels);
    }
    /* Rounding alone has a mean square of 1/12, which is 58.9 dB; the weights may cost little. */
    const double psnr = 10 * log10(255.0 * 255.0 * count / sum);
    ck_assert_msg(psnr > 58.5, "%.2f dB to the oracle", psnr);
}
END_TEST

START_TEST(vector_code_equals_plain_code)
{
    uint64_t state = 101;
    for (int i = 0; i < 200; i++) {
        const int32_t width = test_between(&state, 1, 90);
        const int32_t height = test_between(&state, 1, 60);
        const AugImage noise =
            test_noise(&state, test_between(&state, 1, 80), test_between(&state, 1, 80), 3);
        const ImgSource source = img_source_all(&noise);
        const ImgWarp warp = random_warp(&state, &noise, width, height);
        const AugImage plain = run(false, &warp, &source, width, height);
        const AugImage vector = run(true, &warp, &source, width, height);
        ck_assert_mem_eq(plain.pixels, vector.pixels, plain.row_size * (size_t)height);
        free(plain.pixels);
        free(vector.pixels);
        free(noise.pixels);
    }
}
END_TEST

/* The eight movements of a square, as matrices of whole numbers for a source of w x h. */
START_TEST(whole_movements_are_exact)
{
    uint64_t state = 103;
    const AugImage noise = test_noise(&state, 37, 22, 3);
    const ImgSource source = img_source_all(&noise);
    const double w = noise.width;
    const double h = noise.height;
    const double matrices[8][6] = {
        {1, 0, 0, 0, 1, 0}, {-1, 0, w, 0, 1, 0}, {1, 0, 0, 0, -1, h}, {-1, 0, w, 0, -1, h},
        {0, 1, 0, 1, 0, 0}, {0, -1, w, 1, 0, 0}, {0, 1, 0, -1, 0, h}, {0, -1, w, -1, 0, h},
    };
    for (int i = 0; i < 16; i++) {
        ImgWarp warp = {.filter = i % 2 ? IMG_FILTER_BILINEAR : IMG_FILTER_NEAREST};
        memcpy(warp.matrix, matrices[i / 2], sizeof(warp.matrix));
        const bool turned = i / 2 >= 4;
        const int32_t width = turned ? noise.height : noise.width;
        const int32_t height = turned ? noise.width : noise.height;
        const AugImage out = run(true, &warp, &source, width, height);
        for (int32_t y = 0; y < height; y++) {
            for (int32_t x = 0; x < width; x++) {
                const double *m = warp.matrix;
                const int32_t from_x = (int32_t)floor(m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2]);
                const int32_t from_y = (int32_t)floor(m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5]);
                if (memcmp(test_pixel(&out, x, y), test_pixel(&noise, from_x, from_y), 3) != 0)
                    ck_abort_msg("movement %d: column %d, row %d differs", i, x, y);
            }
        }
        free(out.pixels);
    }
    free(noise.pixels);
}
END_TEST

START_TEST(whole_shifts_fill_what_is_uncovered)
{
    uint64_t state = 107;
    const AugImage noise = test_noise(&state, 30, 20, 3);
    const ImgSource source = img_source_all(&noise);
    const int32_t shifts[][2] = {{5, -3}, {-29, 0}, {30, 0}, {0, 20}, {1000, -1000}};
    for (size_t i = 0; i < 10; i++) {
        const ImgWarp warp = {.matrix = {1, 0, shifts[i / 2][0], 0, 1, shifts[i / 2][1]},
                              .filter = i % 2 ? IMG_FILTER_BILINEAR : IMG_FILTER_NEAREST,
                              .fill = {1, 2, 3}};
        const AugImage out = run(true, &warp, &source, 40, 25);
        for (int32_t k = 0; k < 40 * 25; k++) {
            const int32_t x = k % 40 + shifts[i / 2][0];
            const int32_t y = k / 40 + shifts[i / 2][1];
            const bool inside = 0 <= x && x < 30 && 0 <= y && y < 20;
            const uint8_t *want = inside ? test_pixel(&noise, x, y) : warp.fill;
            if (memcmp(test_pixel(&out, k % 40, k / 40), want, 3) != 0)
                ck_abort_msg("shift %zu: column %d, row %d differs", i, k % 40, k / 40);
        }
        free(out.pixels);
    }
    free(noise.pixels);
}
END_TEST

/* The window that needs states is enough: all other bytes are not there. */
START_TEST(the_stated_window_is_all_that_is_read)
{
    uint64_t state = 109;
    int n_smaller = 0;
    for (int i = 0; i < 300; i++) {
        const AugImage noise =
            test_noise(&state, test_between(&state, 1, 60), test_between(&state, 1, 60), 3);
        const ImgSource whole = img_source_all(&noise);
        const int32_t width = test_between(&state, 1, 20);
        const int32_t height = test_between(&state, 1, 20);
        ImgWarp warp = random_warp(&state, &noise, width, height);
        warp.filter = i % 2 ? IMG_FILTER_BILINEAR : IMG_FILTER_NEAREST;
        const ImgWindow needs = img_warp_needs(&warp, width, height, noise.width, noise.height);
        ck_assert(img_window_in(&needs, noise.width, noise.height));
        const size_t row_size = (size_t)(needs.x1 - needs.x0) * 3;
        const AugImage part = {.pixels = malloc(row_size * (size_t)(needs.y1 - needs.y0)),
                               .height = needs.y1 - needs.y0,
                               .width = needs.x1 - needs.x0,
                               .channels = 3,
                               .row_size = row_size};
        ck_assert_ptr_nonnull(part.pixels);
        for (int32_t y = needs.y0; y < needs.y1; y++)
            memcpy(test_pixel(&part, 0, y - needs.y0), test_pixel(&noise, needs.x0, y), row_size);
        n_smaller += part.width * part.height < noise.width * noise.height;
        const ImgSource window = {.pixels = part,
                                  .x = needs.x0,
                                  .y = needs.y0,
                                  .width = noise.width,
                                  .height = noise.height};
        const AugImage want = run(true, &warp, &whole, width, height);
        const AugImage found = run(true, &warp, &window, width, height);
        ck_assert_mem_eq(found.pixels, want.pixels, want.row_size * (size_t)height);
        free(want.pixels);
        free(found.pixels);
        free(part.pixels);
        free(noise.pixels);
    }
    ck_assert_int_gt(n_smaller, 100);
}
END_TEST

/* A bright blob must land where the matrix says: its centroid within 0.05 pixel. A half-pixel slip
 * anywhere would show as 0.5. */
START_TEST(a_blob_lands_where_the_matrix_says)
{
    const AugImage image = test_picture(101, 81, 1, 0);
    const double centre_x = 40.5;
    const double centre_y = 30.5;
    for (int32_t y = 0; y < 81; y++) {
        for (int32_t x = 0; x < 101; x++) {
            const double d2 = pow(x + 0.5 - centre_x, 2) + pow(y + 0.5 - centre_y, 2);
            *test_pixel(&image, x, y) = (uint8_t)lround(255 * exp(-d2 / 18));
        }
    }
    const ImgSource source = img_source_all(&image);
    for (int i = 0; i < 12; i++) {
        ImgWarp warp = turning(i * 0.5, 1.0, &image, 120, 120);
        const AugImage out = run(true, &warp, &source, 120, 120);
        double sums[3] = {0};
        for (int32_t y = 0; y < 120; y++) {
            for (int32_t x = 0; x < 120; x++) {
                const double value = *test_pixel(&out, x, y) - 10.0;
                /* The fill is 10 outside, so only what is brighter counts. */
                if (value <= 0)
                    continue;
                sums[0] += value;
                sums[1] += value * (x + 0.5);
                sums[2] += value * (y + 0.5);
            }
        }
        const double x = sums[1] / sums[0];
        const double y = sums[2] / sums[0];
        const double *m = warp.matrix;
        const double back_x = m[0] * x + m[1] * y + m[2];
        const double back_y = m[3] * x + m[4] * y + m[5];
        ck_assert_msg(fabs(back_x - centre_x) < 0.05 && fabs(back_y - centre_y) < 0.05,
                      "turn %d: the centroid comes from %.3f, %.3f, not %.1f, %.1f", i, back_x,
                      back_y, centre_x, centre_y);
        free(out.pixels);
    }
    free(image.pixels);
}
END_TEST

START_TEST(wrong_warps_are_refused)
{
    AugError error = {0};
    ImgWarp warp = {.matrix = {1, 0, 0, 0, 1, 0}, .filter = IMG_FILTER_BICUBIC};
    ck_assert_int_eq(img_warp_check(&warp, 10, 10, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "bilinear"));
    warp.filter = IMG_FILTER_BILINEAR;
    ck_assert_int_eq(img_warp_check(&warp, 10, 10, NULL), AUG_OK);
    const double wrong[] = {(double)NAN, (double)INFINITY, 2e9, -2e9};
    for (int i = 0; i < 24; i++) {
        ImgWarp bad = warp;
        bad.matrix[i % 6] = wrong[i / 6];
        ck_assert_msg(img_warp_check(&bad, 10, 10, NULL) == AUG_BAD_ARGUMENT, "number %d", i);
    }
    uint64_t state = 1;
    const AugImage noise = test_noise(&state, 10, 10, 3);
    const AugImage grey = test_noise(&state, 10, 10, 1);
    ImgSource source = img_source_all(&noise);
    ck_assert_int_eq(img_warp(&warp, &source, &grey, NULL), AUG_BAD_ARGUMENT);
    source.x = 3;
    source.pixels.width = 7;
    const AugImage out = test_picture(10, 10, 3, 0);
    ck_assert_int_eq(img_warp(&warp, &source, &out, NULL), AUG_BAD_ARGUMENT);
    free(out.pixels);
    free(grey.pixels);
    free(noise.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("warp");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, values_are_the_oracle_s);
    tcase_add_test(tests, vector_code_equals_plain_code);
    tcase_add_test(tests, whole_movements_are_exact);
    tcase_add_test(tests, whole_shifts_fill_what_is_uncovered);
    tcase_add_test(tests, the_stated_window_is_all_that_is_read);
    tcase_add_test(tests, a_blob_lands_where_the_matrix_says);
    tcase_add_test(tests, wrong_warps_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
