/* The erasing operations: which pixels, how many, and what fills them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/exact_math.h"
#include "libaug/base/stop.h"
#include "tests/support/image_case.h"
#include "tests/support/support.h"

/* The rectangles of draw number index; borrowed from the worker. */
static const ImgErase *erased_by(ImageCase *image_case, uint64_t index, int32_t height,
                                 int32_t width)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 5, .sample = index});
    ImgErase *erase = &image_case->worker->recipe.erase;
    const AugOp *op = &image_case->ops.ops[0];
    erase->n = 0;
    erase->height = height;
    erase->width = width;
    erase->channels = 3;
    img_op_hooks(op->desc)->erase(op->params, &rng, erase);
    ck_assert(!erase->failed);
    return erase;
}

static void open_op(ImageCase *image_case, const char *pipeline)
{
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(image_case, pipeline, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
}

static double area_of(ImgWindow window)
{
    return (double)(window.y1 - window.y0) * (window.x1 - window.x0);
}

/* Mean over all draws; the exact expectation is side by side 14 pixels of 32 (or 7.5 for 8), so 196
 * and 56.25. The deviation of one draw is below 60, of the mean of 1e5 below 0.2. */
static void check_mean_area(const char *pipeline, double wanted)
{
    ImageCase image_case;
    open_op(&image_case, pipeline);
    double sum = 0;
    const int n = 100000;
    for (int i = 0; i < n; i++)
        sum += area_of(erased_by(&image_case, (uint64_t)i, 32, 32)->items[0].window);
    ck_assert_msg(fabs(sum / n - wanted) < 0.8, "%s: %.3f pixels, wanted %.3f +- 0.8", pipeline,
                  sum / n, wanted);
    image_case_close(&image_case);
}

START_TEST(cutout_mean_area)
{
    check_mean_area("[Cutout: 16]", 196);
    check_mean_area("[Cutout: 8]", 56.25);
}
END_TEST

/* Every pixel of the last row and column is the centre as often as any other: 36 places of a 6 x 6
 * picture, 1,000 draws expected each; chi-square with 35 degrees of freedom exceeds 80 with
 * probability 3e-5. A square of side 1 shows its centre. */
START_TEST(cutout_centres_are_uniform)
{
    ImageCase image_case;
    open_op(&image_case, "[Cutout: 1]");
    int counts[6][6] = {{0}};
    for (uint64_t i = 0; i < 36000; i++) {
        const ImgWindow at = erased_by(&image_case, i, 6, 6)->items[0].window;
        ck_assert_double_eq(area_of(at), 1);
        counts[at.y0][at.x0]++;
    }
    double chi = 0;
    for (int i = 0; i < 36; i++)
        chi += pow(counts[i / 6][i % 6] - 1000.0, 2) / 1000;
    ck_assert_msg(chi < 80, "chi-square %g, wanted below 80", chi);
    image_case_close(&image_case);
}
END_TEST

/* 16 wide: 8 before the centre, 8 from it; clipped, not moved, at the border. */
START_TEST(cutout_is_clipped)
{
    ImageCase image_case;
    open_op(&image_case, "[Cutout: 16]");
    bool full = false, corner = false;
    for (uint64_t i = 0; i < 20000; i++) {
        const ImgWindow at = erased_by(&image_case, i, 32, 32)->items[0].window;
        ck_assert(0 <= at.x0 && at.x1 <= 32 && 0 <= at.y0 && at.y1 <= 32);
        full = full || area_of(at) >= 256;
        corner = corner || (at.x0 == 0 && at.y0 == 0 && at.x1 == 8 && at.y1 == 8);
        ck_assert_double_ge(area_of(at), 64);
    }
    ck_assert(full);
    ck_assert(corner);
    image_case_close(&image_case);
}
END_TEST

/* torchvision's defaults on 224 x 224: mean part .1746, mean ln(height / width) 0 (with a linear
 * ratio it would be .43). Deviations of the mean of 1e5 draws: 0.0003 and 0.002. */
START_TEST(random_erasing_law)
{
    ImageCase image_case;
    open_op(&image_case, "[RandomErasing]");
    double part = 0, log_ratio = 0;
    int n = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        const ImgErase *erase = erased_by(&image_case, i, 224, 224);
        if (erase->n == 0)
            continue;
        const ImgWindow at = erase->items[0].window;
        ck_assert(at.y1 - at.y0 < 224 && at.x1 - at.x0 < 224);
        part += area_of(at) / (224 * 224);
        log_ratio += augi_log((double)(at.y1 - at.y0) / (at.x1 - at.x0));
        n++;
    }
    ck_assert_int_gt(n, 99000);
    ck_assert_msg(fabs(part / n - .1746) < .002, "mean part %.5f, wanted .1746 +- .002", part / n);
    ck_assert_msg(fabs(log_ratio / n) < .01, "mean ln(h/w) %.5f, wanted 0 +- .01", log_ratio / n);
    image_case_close(&image_case);
}
END_TEST

/* ratio is height / width, the other way round than RandomResizedCrop's. */
START_TEST(random_erasing_ratio_is_height_by_width)
{
    ImageCase image_case;
    open_op(&image_case, "[RandomErasing: {ratio: [3, 3.3], scale: [0.02, 0.1]}]");
    for (uint64_t i = 0; i < 1000; i++) {
        const ImgErase *erase = erased_by(&image_case, i, 224, 224);
        ck_assert_uint_eq(erase->n, 1);
        const ImgWindow at = erase->items[0].window;
        ck_assert_int_gt(at.y1 - at.y0, 2 * (at.x1 - at.x0));
    }
    image_case_close(&image_case);
}
END_TEST

/* Where nothing fits within ten tries the picture stays as it is (Albumentations fails here). */
START_TEST(random_erasing_of_thin_pictures)
{
    ImageCase image_case;
    open_op(&image_case, "[RandomErasing: {p: 1, scale: [0.3, 0.33]}]");
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_uint_eq(erased_by(&image_case, i, 1, 1000)->n, 0);
    image_case_close(&image_case);
}
END_TEST

/* Exactly the pixels of the rectangle change, and to the colour given (I-8). */
static void check_pixels(const char *pipeline, const AugSample *sample, const uint8_t fill[3])
{
    ImageCase image_case;
    open_op(&image_case, pipeline);
    for (uint64_t i = 0; i < 50; i++) {
        const AugImage image = image_case_picture(&image_case, i, sample);
        const ImgWindow at = image_case.worker->recipe.erase.items[0].window;
        for (int32_t y = 0; y < image.height; y++)
            for (int32_t x = 0; x < image.width; x++) {
                const bool inside = at.x0 <= x && x < at.x1 && at.y0 <= y && y < at.y1;
                const uint8_t *wanted = inside ? fill
                                               : (const uint8_t *)sample->fields[0].bytes +
                                                     (y * sample->fields[0].width + x) * 3;
                ck_assert_mem_eq(image.pixels + (size_t)y * image.row_size + 3 * x, wanted, 3);
            }
    }
    image_case_close(&image_case);
}

START_TEST(only_the_rectangle_changes)
{
    uint8_t *pixels = image_pixels(23, 31, 3, 4);
    const AugSample sample = image_sample(pixels, 23, 31, 3);
    check_pixels("[Cutout: {size: 9, fill: [200, 3, 77]}]", &sample, (uint8_t[3]){200, 3, 77});
    check_pixels("[RandomErasing: {p: 1, value: 31}]", &sample, (uint8_t[3]){31, 31, 31});
    free(pixels);
}
END_TEST

/* The mean of the normalization is what comes out nearest to 0. */
START_TEST(mean_fill_becomes_about_zero)
{
    uint8_t *pixels = image_pixels(16, 16, 3, 4);
    const AugSample sample = image_sample(pixels, 16, 16, 3);
    const AugDatasetInfo info = image_info(16, 16, 3);
    float slot[3][16][16];
    ImageCase image_case;
    AugError error = {0};
    /* Larger than the picture wherever its centre is. */
    ck_assert_int_eq(
        image_case_open(&image_case, "[Cutout: 64]", "{normalize: imagenet}", &info, &error),
        AUG_OK);
    const AugKey key = {.seed = 1};
    ck_assert_int_eq(image_case_run(&image_case, &key, &sample, slot, &error), AUG_OK);
    static const double std[3] = {.229, .224, .225};
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 256; i++)
            /* Half a pixel value, in units of the deviation. */
            ck_assert_double_le(fabs((double)slot[c][i / 16][i % 16]), 0.5 / 255 / std[c] + 1e-6);
    image_case_close(&image_case);
    free(pixels);
}
END_TEST

/* Noise in normalized units: mean 0 and deviation 1, but for the cut at 0 and 255, which is 2.1
 * deviations away or more for these means; uniform bytes where nothing is normalized. */
static void noise_moments(const char *output, double *mean, double *variance)
{
    uint8_t *pixels = image_pixels(64, 64, 3, 4);
    const AugSample sample = image_sample(pixels, 64, 64, 3);
    const AugDatasetInfo info = image_info(64, 64, 3);
    static float slot[3 * 64 * 64];
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(
        image_case_open(&image_case, "[Cutout: {size: 200, fill: random}]", output, &info, &error),
        AUG_OK);
    double sum = 0, squares = 0;
    const int n = 3 * 64 * 64;
    for (uint64_t index = 0; index < 10; index++) {
        const AugKey key = {.seed = 1, .sample = index};
        ck_assert_int_eq(image_case_run(&image_case, &key, &sample, slot, &error), AUG_OK);
        for (int i = 0; i < n; i++) {
            sum += (double)slot[i];
            squares += (double)slot[i] * (double)slot[i];
        }
    }
    *mean = sum / (10 * n);
    *variance = squares / (10 * n) - *mean * *mean;
    image_case_close(&image_case);
    free(pixels);
}

START_TEST(random_fill_has_the_law_it_states)
{
    double mean, variance;
    /* The half preset is cut at one deviation; a smaller deviation shows the law whole. */
    noise_moments("{mean: 0.5, std: 0.1}", &mean, &variance);
    ck_assert_double_eq_tol(mean, 0, 0.02);
    ck_assert_double_eq_tol(variance, 1, 0.02);
    /* Uniform over v / 255: mean 1/2, variance (256^2 - 1) / 12 / 255^2. */
    noise_moments("{}", &mean, &variance);
    ck_assert_double_eq_tol(mean, 0.5, 0.005);
    ck_assert_double_eq_tol(variance, 0.08398, 0.002);
}
END_TEST

/* One key in planes against the finished picture: with planes the output pass mirrors at the end,
 * and a rectangle must still be where it was drawn. */
static void check_planes(const char *pipeline, const AugSample *sample)
{
    const AugDatasetInfo info = image_info(sample->fields[0].height, sample->fields[0].width, 3);
    ImageCase image_case;
    AugError error = {0};
    AugStatus status = image_case_open(&image_case, pipeline, "{dtype: uint8}", &info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    uint8_t *slot = malloc(aug_tensor_size(&image_case.desc.tensors[0].sample));
    ck_assert_ptr_nonnull(slot);
    const AugKey key = {.seed = 7, .sample = 12};
    status = image_case_run(&image_case, &key, sample, slot, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    const AugImage finished = image_case_picture(&image_case, 12, sample);
    const int32_t plane = finished.height * finished.width;
    for (int32_t i = 0; i < 3 * plane; i++) {
        const int32_t y = i % plane / finished.width, x = i % finished.width;
        const int wanted =
            finished.pixels[(size_t)y * finished.row_size + (size_t)(3 * x + i / plane)];
        ck_assert_msg(slot[i] == wanted, "%s: channel %d, row %d, column %d is %d, wanted %d",
                      pipeline, i / plane, y, x, slot[i], wanted);
    }
    free(slot);
    image_case_close(&image_case);
}

START_TEST(erasing_after_a_flip_is_not_mirrored)
{
    uint8_t *pixels = image_pixels(20, 26, 3, 4);
    const AugSample sample = image_sample(pixels, 20, 26, 3);
    check_planes("[HorizontalFlip: {p: 1}, Cutout: {size: 5, fill: [1, 2, 3]}]", &sample);
    check_planes("[HorizontalFlip: {p: 1}, Cutout: {size: 5, fill: random}]", &sample);
    check_planes("[Pad: 3, HorizontalFlip: {p: 1}, Cutout: {size: 5, fill: random}, Cutout: 2]",
                 &sample);
    check_planes("[Cutout: {size: 9, fill: random}, HorizontalFlip: {p: 1}]", &sample);
    free(pixels);
}
END_TEST

enum { NOISE_WIDTH = 300, NOISE_HEIGHT = 9, NOISE_SIZE = NOISE_WIDTH * NOISE_HEIGHT * 12 };

/* What one noise rectangle leaves of a picture of zeros of which a window is in memory. */
static AugImage noise_in(ImgWindow window, AugDtype dtype, bool is_normal, bool mirrored,
                         uint8_t *pixels)
{
    memset(pixels, 0, NOISE_SIZE);
    AugImage image = {.pixels = pixels,
                      .dtype = dtype,
                      .height = window.y1 - window.y0,
                      .width = window.x1 - window.x0,
                      .channels = 3};
    image.row_size = (size_t)image.width * img_pixel_size(&image);
    const ImgSource source = {.pixels = image, .x = window.x0, .y = window.y0};
    const ImgErased erased = {.window = {.x0 = 3, .y0 = 2, .x1 = 290, .y1 = 8},
                              .is_noise = true,
                              .noise_seed = UINT64_C(0x123456789)};
    const ImgNoise noise = {.is_normal = is_normal, .mean = {100, 120, 140}, .std = {30, 20, 10}};
    img_erase_apply(&erased, &noise, &source, mirrored, NULL);
    return image;
}

/* Every pixel of a window is that of the whole picture, mirrored if mirrored. */
static void check_noise_window(const AugImage *whole, ImgWindow window, bool is_normal,
                               bool mirrored)
{
    static _Alignas(8) uint8_t pixels[NOISE_SIZE];
    const AugImage part = noise_in(window, whole->dtype, is_normal, mirrored, pixels);
    const size_t size = img_pixel_size(whole);
    for (int32_t y = window.y0; y < window.y1; y++)
        for (int32_t x = window.x0; x < window.x1; x++) {
            const int32_t from = mirrored ? NOISE_WIDTH - 1 - x : x;
            const uint8_t *wanted =
                whole->pixels + (size_t)y * whole->row_size + (size_t)from * size;
            const uint8_t *got = part.pixels + (size_t)(y - window.y0) * part.row_size +
                                 (size_t)(x - window.x0) * size;
            ck_assert_msg(memcmp(got, wanted, size) == 0, "dtype %d, row %d, column %d differs",
                          (int)whole->dtype, y, x);
        }
}

/* A rectangle of noise is given up before its first row once nobody wants it. */
START_TEST(noise_stops_when_told)
{
    uint8_t pixels[10 * 10] = {0};
    const ImgSource source = {
        .pixels = {.pixels = pixels, .height = 10, .width = 10, .channels = 1, .row_size = 10}};
    const ImgErased erased = {.window = {.x1 = 10, .y1 = 10}, .is_noise = true, .noise_seed = 1};
    AugiStop stop = {0};
    augi_stop_set(&stop);
    const AugiAllowance allowance = {.stop = &stop};
    static const uint8_t untouched[10 * 10];
    img_erase_apply(&erased, &(ImgNoise){0}, &source, false, &allowance);
    ck_assert_mem_eq(pixels, untouched, sizeof(pixels));
    img_erase_apply(&erased, &(ImgNoise){0}, &source, false, &(AugiAllowance){0});
    ck_assert_mem_ne(pixels, untouched, sizeof(pixels));
}
END_TEST

START_TEST(noise_of_a_window_is_that_of_the_whole)
{
    static _Alignas(8) uint8_t pixels[NOISE_SIZE];
    static const AugDtype dtypes[] = {AUG_DTYPE_U8, AUG_DTYPE_U16, AUG_DTYPE_F32};
    const ImgWindow all = img_window_all(NOISE_WIDTH, NOISE_HEIGHT);
    for (int i = 0; i < 6; i++) {
        const bool is_normal = i % 2;
        const AugImage whole = noise_in(all, dtypes[i / 2], is_normal, false, pixels);
        uint64_t sum = 0;
        for (size_t at = 0; at < whole.row_size * NOISE_HEIGHT; at++)
            sum += pixels[at];
        ck_assert_uint_gt(sum, 100000);
        check_noise_window(&whole, all, is_normal, true);
        check_noise_window(&whole, (ImgWindow){.x0 = 5, .y0 = 3, .x1 = 11, .y1 = 5}, is_normal,
                           false);
        check_noise_window(&whole, (ImgWindow){.x0 = 0, .y0 = 7, .x1 = 300, .y1 = 9}, is_normal,
                           false);
        check_noise_window(&whole, (ImgWindow){.x0 = 84, .y0 = 0, .x1 = 295, .y1 = 4}, is_normal,
                           false);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("erasing operations");
    TCase *laws = tcase_create("laws");
    tcase_set_timeout(laws, 60);
    tcase_add_test(laws, cutout_mean_area);
    tcase_add_test(laws, cutout_centres_are_uniform);
    tcase_add_test(laws, cutout_is_clipped);
    tcase_add_test(laws, random_erasing_law);
    tcase_add_test(laws, random_erasing_ratio_is_height_by_width);
    tcase_add_test(laws, random_erasing_of_thin_pictures);
    suite_add_tcase(suite, laws);
    TCase *pixels = tcase_create("pixels");
    tcase_set_timeout(pixels, 60);
    tcase_add_test(pixels, only_the_rectangle_changes);
    tcase_add_test(pixels, mean_fill_becomes_about_zero);
    tcase_add_test(pixels, random_fill_has_the_law_it_states);
    tcase_add_test(pixels, erasing_after_a_flip_is_not_mirrored);
    tcase_add_test(pixels, noise_stops_when_told);
    tcase_add_test(pixels, noise_of_a_window_is_that_of_the_whole);
    suite_add_tcase(suite, pixels);
    return test_run(suite);
}
