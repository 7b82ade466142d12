/* Rotation and its neighbours in pixels: sign, centre, exactness, and that a fused warp is at least
 * as good as the chained ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

static const double pi = 3.14159265358979323846;

/* Runs a pipeline on a picture and returns a copy of the result; the caller frees its pixels. */
static AugImage run(const char *pipeline, const AugImage *in)
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(&image_case, pipeline, in->channels, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    const AugSample sample = image_sample(in->pixels, in->height, in->width, in->channels);
    AugImage out = image_case_picture(&image_case, 0, &sample);
    out.pixels = image_copy(&out);
    out.row_size = (size_t)out.width * (size_t)out.channels;
    image_case_close(&image_case);
    return out;
}

static AugImage picture(int32_t height, int32_t width)
{
    return (AugImage){
        image_pixels(height, width, 3, 9), height, width, 3, (size_t)width * 3, AUG_DTYPE_U8};
}

static void check_same(const char *pipeline, const char *other, const AugImage *in)
{
    AugImage a = run(pipeline, in), b = run(other, in);
    char what[400];
    snprintf(what, sizeof(what), "%d x %d: %s against %s", in->height, in->width, pipeline, other);
    image_assert_equal(&a, &b, what);
    free(a.pixels);
    free(b.pixels);
}

/* A light on the right of the middle moves to the top for +90 degrees. */
START_TEST(positive_is_counter_clockwise)
{
    uint8_t pixels[9 * 9] = {[4 * 9 + 8] = 255};
    const AugImage in = {pixels, 9, 9, 1, 9, AUG_DTYPE_U8};
    AugImage out = run("[Rotate: {limit: [90, 90], p: 1}]", &in);
    ck_assert_int_eq(out.pixels[4], 255);
    free(out.pixels);
    out = run("[Rotate: {limit: [60, 60], p: 1}]", &in);
    int above = 0, below = 0;
    for (int i = 0; i < 4 * 9; i++) {
        above += out.pixels[i];
        below += out.pixels[5 * 9 + i];
    }
    ck_assert_int_gt(above, 100);
    ck_assert_int_eq(below, 0);
    free(out.pixels);
}
END_TEST

START_TEST(quarter_turns_are_exact)
{
    static const char *const turns[4] = {
        "[Transpose: {p: 1}, VerticalFlip: {p: 1}]",
        "[HorizontalFlip: {p: 1}, VerticalFlip: {p: 1}]",
        "[Transpose: {p: 1}, HorizontalFlip: {p: 1}]",
        "[]",
    };
    AugImage square = picture(21, 21), wide = picture(20, 31);
    for (int k = 1; k <= 4; k++) {
        char pipeline[128];
        for (int sign = -1; sign <= 1; sign += 2) {
            const char *wanted = turns[(sign * k + 4 + 3) % 4];
            snprintf(pipeline, sizeof(pipeline), "[Rotate: {limit: [%d, %d], p: 1}]", 90 * k * sign,
                     90 * k * sign);
            check_same(pipeline, wanted, &square);
            snprintf(pipeline, sizeof(pipeline), "[Rotate: {limit: [%d, %d], expand: true, p: 1}]",
                     90 * k * sign, 90 * k * sign);
            check_same(pipeline, wanted, &wide);
        }
    }
    free(square.pixels);
    free(wide.pixels);
}
END_TEST

/* A quarter turn that cuts off a wide picture still moves whole pixels where the sides differ by an
 * even number. */
START_TEST(quarter_turn_on_the_old_canvas)
{
    AugImage wide = picture(20, 32);
    check_same("[Rotate: {limit: [90, 90], p: 1, fill: 77}]",
               "[Transpose: {p: 1}, VerticalFlip: {p: 1}, CenterCrop: {size: [20, 32], fill: 77}]",
               &wide);
    free(wide.pixels);
}
END_TEST

/* Fused, a turn and its opposite cancel: not even the corners are lost. */
START_TEST(opposite_turns_cancel)
{
    AugImage in = picture(33, 47);
    check_same("[Rotate: {limit: [37, 37], p: 1}, Rotate: {limit: [-37, -37], p: 1}]", "[]", &in);
    free(in.pixels);
}
END_TEST

/* A round blob at (x, y), standard deviation 4 pixels: band-limited, so that sampling moves its
 * centroid by far less than the tolerance. */
static AugImage blob(int32_t height, int32_t width, double x, double y)
{
    AugImage image = {
        calloc((size_t)height * (size_t)width, 1), height, width, 1, (size_t)width, AUG_DTYPE_U8};
    ck_assert_ptr_nonnull(image.pixels);
    for (int32_t i = 0; i < height; i++)
        for (int32_t j = 0; j < width; j++) {
            const double dx = j + 0.5 - x, dy = i + 0.5 - y;
            image.pixels[i * width + j] =
                (uint8_t)lrint(250 * exp(-(dx * dx + dy * dy) / (2 * 16.0)));
        }
    return image;
}

static void centroid(const AugImage *image, double *x, double *y)
{
    double sum = 0, sum_x = 0, sum_y = 0;
    for (int32_t i = 0; i < image->height; i++)
        for (int32_t j = 0; j < image->width; j++) {
            const double value = image->pixels[(size_t)i * image->row_size + (size_t)j];
            sum += value;
            sum_x += value * (j + 0.5);
            sum_y += value * (i + 0.5);
        }
    *x = sum_x / sum;
    *y = sum_y / sum;
}

static void check_centroid(const char *pipeline, double wanted_x, double wanted_y)
{
    /* Off the centre of an 80 x 120 picture, where a half-pixel error would show. */
    AugImage in = blob(80, 120, 70, 30);
    AugImage out = run(pipeline, &in);
    double x, y;
    centroid(&out, &x, &y);
    ck_assert_msg(fabs(x - wanted_x) < 0.05 && fabs(y - wanted_y) < 0.05,
                  "%s: blob at %.3f, %.3f, wanted %.3f, %.3f +- 0.05", pipeline, x, y, wanted_x,
                  wanted_y);
    free(in.pixels);
    free(out.pixels);
}

/* One convention for all: continuous coordinates. */
START_TEST(pixels_stay_registered)
{
    check_centroid("[]", 70, 30);
    check_centroid("[HorizontalFlip: {p: 1}]", 120 - 70, 30);
    check_centroid("[VerticalFlip: {p: 1}]", 70, 80 - 30);
    check_centroid("[Transpose: {p: 1}]", 30, 70);
    check_centroid("[Resize: {size: [160, 180]}]", 105, 60);
    check_centroid("[Resize: {size: [48, 60]}]", 35, 18);
    check_centroid("[Resize: {size: [120, 60], interpolation: bicubic}]", 35, 45);
    check_centroid("[Resize: {size: [160, 240], interpolation: nearest}]", 140, 60);
    check_centroid("[CenterCrop: {size: [60, 100]}]", 60, 20);
    check_centroid("[Pad: {padding: [3, 5, 1, 1]}]", 73, 35);
    /* About (60, 40): the offset (10, -10) turned counter-clockwise on the screen. */
    const double c = cos(pi / 6), s = sin(pi / 6);
    check_centroid("[Rotate: {limit: [30, 30], p: 1}]", 60 + 10 * c - 10 * s, 40 - 10 * s - 10 * c);
    check_centroid("[Rotate: {limit: [30, 30], p: 1, interpolation: nearest}]",
                   60 + 10 * c - 10 * s, 40 - 10 * s - 10 * c);
    check_centroid("[Rotate: {limit: [-30, -30], p: 1}, HorizontalFlip: {p: 1}]",
                   120 - (60 + 10 * c + 10 * s), 40 + 10 * s - 10 * c);
    /* 80 x 120 expands to 130 x 144, with the middle in the middle. */
    check_centroid("[Rotate: {limit: [30, 30], p: 1, expand: true}]", 72 + 10 * c - 10 * s,
                   65 - 10 * s - 10 * c);
}
END_TEST

/* Waves that no pixel grid of ours aliases (periods above 7 pixels), as a function of the plane. */
static double wave(double x, double y)
{
    return 127.5 + 60 * sin(x * 0.8 + y * 0.3) + 60 * sin(y * 0.85 - x * 0.2 + 1);
}

static AugImage waves(int32_t side)
{
    AugImage image = {
        malloc((size_t)side * (size_t)side), side, side, 1, (size_t)side, AUG_DTYPE_U8};
    ck_assert_ptr_nonnull(image.pixels);
    for (int32_t y = 0; y < side; y++)
        for (int32_t x = 0; x < side; x++)
            image.pixels[y * side + x] = (uint8_t)lrint(wave(x + 0.5, y + 0.5));
    return image;
}

/* PSNR in dB against the waves seen through a rotation about the middle, inside the circle that no
 * corner enters. */
static double quality(const AugImage *image, double degrees)
{
    const double c = cos(degrees * pi / 180), s = sin(degrees * pi / 180);
    const double middle = image->width / 2.0;
    double error = 0;
    int n = 0;
    for (int32_t i = 0; i < image->height; i++)
        for (int32_t j = 0; j < image->width; j++) {
            const double x = j + 0.5 - middle, y = i + 0.5 - middle;
            if (x * x + y * y > (middle - 4) * (middle - 4))
                continue;
            const double wanted = wave(middle + c * x - s * y, middle + s * x + c * y);
            const double apart = image->pixels[(size_t)i * image->row_size + (size_t)j] - wanted;
            error += apart * apart;
            n++;
        }
    return 10 * log10(255.0 * 255.0 * n / error);
}

START_TEST(fused_warps_are_better_than_chained_ones)
{
    static const int angles[][3] = {{20, 15, -50}, {10, 10, 10}, {45, -30, 5}, {90, 7, -90}};
    for (size_t i = 0; i < AUG_COUNT(angles); i++) {
        AugImage in = waves(96);
        const int *a = angles[i];
        char pipeline[300];
        snprintf(pipeline, sizeof(pipeline),
                 "[Rotate: {limit: [%d, %d], p: 1}, Rotate: {limit: [%d, %d], p: 1}, "
                 "Rotate: {limit: [%d, %d], p: 1}]",
                 a[0], a[0], a[1], a[1], a[2], a[2]);
        AugImage fused = run(pipeline, &in);
        for (int k = 0; k < 3; k++) {
            snprintf(pipeline, sizeof(pipeline), "[Rotate: {limit: [%d, %d], p: 1}]", a[k], a[k]);
            AugImage next = run(pipeline, &in);
            free(in.pixels);
            in = next;
        }
        const double one = quality(&fused, a[0] + a[1] + a[2]);
        const double three = quality(&in, a[0] + a[1] + a[2]);
        ck_assert_msg(one >= three, "fused %.2f dB, chained %.2f dB", one, three);
        /* And the oracle is one: a wrong sign or centre would give about 10 dB. */
        ck_assert_msg(three > 20, "chained %.2f dB", three);
        free(fused.pixels);
        free(in.pixels);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image warp");
    TCase *warp = tcase_create("warp");
    tcase_set_timeout(warp, 60);
    tcase_add_test(warp, positive_is_counter_clockwise);
    tcase_add_test(warp, quarter_turns_are_exact);
    tcase_add_test(warp, quarter_turn_on_the_old_canvas);
    tcase_add_test(warp, opposite_turns_cancel);
    tcase_add_test(warp, pixels_stay_registered);
    tcase_add_test(warp, fused_warps_are_better_than_chained_ones);
    suite_add_tcase(suite, warp);
    return test_run(suite);
}
