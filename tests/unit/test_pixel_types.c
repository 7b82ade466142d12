/* Pictures of uint8, uint16 and float32 with 1 to 16 channels through every kernel of the geometry.
 *
 * Three laws carry what is known of uint8 with one channel over to the rest: channels do not touch
 * each other; pixels that are only moved are the same pixels whatever they hold; and blending whole
 * numbers of 0..255 gives what uint8 gives, before it is rounded. What is left is the arithmetic of
 * the new types, which is compared with formulas of its own.
 */
#include <math.h>

#include "image/geometry/place.h"
#include "image/geometry/resample.h"
#include "image/geometry/warp.h"
#include "tests/support/pictures.h"

static const AugDtype dtypes[] = {AUG_DTYPE_U8, AUG_DTYPE_U16, AUG_DTYPE_F32};
static const int32_t channel_counts[] = {1, 2, 3, 4, 5, 16};

/* Random values over the type's whole range. */
static AugImage noise_of(uint64_t *state, int32_t width, int32_t height, ImgPixelType type)
{
    const AugImage image = test_picture_of(width, height, type, 0);
    for (int32_t y = 0; y < height; y++)
        for (int32_t i = 0; i < width * type.channels; i++) {
            const double unit = (double)(test_random(state) >> 11) * 0x1p-53;
            const double value = type.dtype == AUG_DTYPE_U8    ? floor(unit * 256)
                                 : type.dtype == AUG_DTYPE_U16 ? floor(unit * 65536)
                                                               : unit * 40 - 20;
            test_set_value(&image, i / type.channels, y, i % type.channels, value);
        }
    return image;
}

/* One channel of a picture as a picture, in the same or another type. */
static AugImage channel_of(const AugImage *image, int32_t c, AugDtype dtype)
{
    const AugImage one = test_picture_of(image->width, image->height, (ImgPixelType){dtype, 1}, 0);
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++)
            test_set_value(&one, x, y, 0, test_value(image, x, y, c));
    return one;
}

static void expect_channel(const AugImage *image, int32_t c, const AugImage *one, const char *what)
{
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++) {
            const double found = test_value(image, x, y, c);
            const double want = test_value(one, x, y, 0);
            if (found != want)
                ck_abort_msg("%s, %s, channel %d of %d: column %d, row %d is %.9g, not %.9g", what,
                             aug_dtype_name(image->dtype), c, image->channels, x, y, found, want);
        }
}

/* A kernel with everything that it needs but its pictures. */
typedef struct Job {
    const char *what;
    AugSize size;
    ImgResample resample;
    ImgPlace place;
    ImgWarp warp;
    AugFill fill;
} Job;

typedef void (*Kernel)(const Job *job, const AugImage *in, const AugImage *out);

static ImgResampleScratch scratch;

static void resample(const Job *job, const AugImage *in, const AugImage *out)
{
    const ImgSource source = img_source_all(in);
    AugError error = {0};
    ck_assert_msg(img_resample(&scratch, &job->resample, &source, out, &error) == AUG_OK, "%s",
                  error.message);
}

/* Colours follow the pictures' type. */
static void place(const Job *job, const AugImage *in, const AugImage *out)
{
    const ImgSource source = img_source_all(in);
    ptrdiff_t maps[256];
    ImgPlace place = job->place;
    ck_assert_uint_le(img_place_scratch(&place), 256);
    ck_assert(img_fill_pixel(&job->fill, img_pixel_type(in), place.outside.fill));
    img_place(&place, &source, maps, out);
}

static void warp(const Job *job, const AugImage *in, const AugImage *out)
{
    const ImgSource source = img_source_all(in);
    ImgWarp warp = job->warp;
    ck_assert(img_fill_pixel(&job->fill, img_pixel_type(in), warp.fill));
    AugError error = {0};
    ck_assert_msg(img_warp(&warp, &source, out, &error) == AUG_OK, "%s", error.message);
}

/* Random jobs for pictures of 37 x 29. */
enum { WIDTH = 37, HEIGHT = 29 };

static Job random_resample(uint64_t *state, int filter)
{
    Job job = {.what = "resample"};
    job.size.width = test_between(state, 1, 60);
    job.size.height = test_between(state, 1, 60);
    job.resample =
        img_resample_make((ImgFilter)filter, WIDTH, HEIGHT, job.size.width, job.size.height);
    const ImgWindow box = test_window(state, WIDTH, HEIGHT);
    job.resample.x0 = box.x0;
    job.resample.y0 = box.y0;
    job.resample.x1 = box.x1;
    job.resample.y1 = box.y1;
    job.resample.mirror_x = test_random(state) % 2;
    job.resample.mirror_y = test_random(state) % 2;
    return job;
}

static Job random_place(uint64_t *state, int orient)
{
    Job job = {.what = "place", .place.valid = img_window_all(WIDTH, HEIGHT)};
    const ImgWindow window = test_window(state, WIDTH + 30, HEIGHT + 30);
    job.place.window = (ImgWindow){
        .x0 = window.x0 - 15, .y0 = window.y0 - 15, .x1 = window.x1 - 15, .y1 = window.y1 - 15};
    job.place.orient = (ImgOrient)orient;
    job.place.outside.border = (ImgBorder)(test_random(state) % 3);
    job.size.width = window.x1 - window.x0;
    job.size.height = window.y1 - window.y0;
    if (orient & IMG_ORIENT_TRANSPOSE)
        job.size = (AugSize){.width = job.size.height, .height = job.size.width};
    return job;
}

static Job random_warp(uint64_t *state, int filter)
{
    Job job = {.what = "warp", .size = {.width = 41, .height = 33}};
    job.warp.filter = filter ? IMG_FILTER_BILINEAR : IMG_FILTER_NEAREST;
    job.warp.border = (ImgBorder)(test_random(state) % 3);
    for (int i = 0; i < 6; i++)
        job.warp.matrix[i] =
            i % 3 == 2 ? test_between(state, -9, 9) : test_between(state, -150, 150) / 100.0;
    return job;
}

/* Values of a colour for as many channels. */
static AugFill random_fill(uint64_t *state, int32_t channels)
{
    AugFill fill = {.named = -1, .n = channels};
    for (int32_t c = 0; c < channels; c++)
        fill.channels[c] = test_between(state, 0, 255);
    return fill;
}

/* Law one: each channel of the result is the result of the channel. */
static void expect_separate(Kernel kernel, Job job, uint64_t *state)
{
    for (size_t d = 0; d < AUG_COUNT(dtypes); d++)
        for (size_t n = 0; n < AUG_COUNT(channel_counts); n++) {
            const ImgPixelType type = {dtypes[d], channel_counts[n]};
            const AugImage in = noise_of(state, WIDTH, HEIGHT, type);
            const AugImage out = test_picture_of(job.size.width, job.size.height, type, 7);
            job.fill = random_fill(state, type.channels);
            kernel(&job, &in, &out);
            for (int32_t c = 0; c < type.channels; c++) {
                Job part = job;
                part.fill = (AugFill){.named = -1, .n = 1, .channels = {job.fill.channels[c]}};
                const AugImage one = channel_of(&in, c, type.dtype);
                const AugImage want = test_picture_of(job.size.width, job.size.height,
                                                      (ImgPixelType){type.dtype, 1}, 9);
                kernel(&part, &one, &want);
                expect_channel(&out, c, &want, job.what);
                free(one.pixels);
                free(want.pixels);
            }
            free(in.pixels);
            free(out.pixels);
        }
}

START_TEST(channels_do_not_touch_each_other)
{
    uint64_t state = 101;
    for (int round = 0; round < 6; round++) {
        for (int filter = 0; filter < 4; filter++)
            expect_separate(resample, random_resample(&state, filter), &state);
        for (int orient = 0; orient < 8; orient++)
            expect_separate(place, random_place(&state, orient), &state);
        for (int filter = 0; filter < 2; filter++)
            expect_separate(warp, random_warp(&state, filter), &state);
    }
    img_resample_scratch_fini(&scratch);
}
END_TEST

/* Results of the same bytes as each type, without a border that would have a scale. */
static void expect_alike(Kernel kernel, const Job *job, bool rounds, uint64_t *state)
{
    const AugImage in = noise_of(state, WIDTH, HEIGHT, (ImgPixelType){AUG_DTYPE_U8, 1});
    const AugImage want = test_picture(job->size.width, job->size.height, 1, 7);
    kernel(job, &in, &want);
    for (size_t d = 1; d < AUG_COUNT(dtypes); d++) {
        const AugImage other = channel_of(&in, 0, dtypes[d]);
        const AugImage out =
            test_picture_of(job->size.width, job->size.height, (ImgPixelType){dtypes[d], 1}, 9);
        kernel(job, &other, &out);
        for (int32_t y = 0; rounds && dtypes[d] == AUG_DTYPE_F32 && y < out.height; y++)
            for (int32_t x = 0; x < out.width; x++)
                test_set_value(&out, x, y, 0, floor(test_value(&out, x, y, 0) + 0.5));
        expect_channel(&out, 0, &want, job->what);
        free(other.pixels);
        free(out.pixels);
    }
    free(in.pixels);
    free(want.pixels);
}

/* Laws two and three. */
START_TEST(bytes_in_other_types_are_the_same_bytes)
{
    uint64_t state = 103;
    for (int round = 0; round < 40; round++) {
        Job job = random_resample(&state, IMG_FILTER_NEAREST);
        expect_alike(resample, &job, false, &state);
        job = random_place(&state, round % 8);
        expect_alike(place, &job, false, &state);
        for (int filter = 0; filter < 2; filter++) {
            job = random_warp(&state, filter);
            expect_alike(warp, &job, true, &state);
        }
    }
    img_resample_scratch_fini(&scratch);
}
END_TEST

/* Full-range values between four pixels: shares of quarters are exact in 11 bits. */
START_TEST(warps_blend_in_the_range_of_the_type)
{
    uint64_t state = 107;
    for (size_t d = 1; d < AUG_COUNT(dtypes); d++) {
        const AugImage in = noise_of(&state, 9, 8, (ImgPixelType){dtypes[d], 1});
        const AugImage out = test_picture_of(8, 7, (ImgPixelType){dtypes[d], 1}, 0);
        const ImgWarp quarter = {.matrix = {1, 0, 0.25, 0, 1, 0.75},
                                 .filter = IMG_FILTER_BILINEAR,
                                 .border = IMG_BORDER_EDGE};
        const ImgSource source = img_source_all(&in);
        ck_assert_int_eq(img_warp(&quarter, &source, &out, NULL), AUG_OK);
        for (int32_t y = 0; y < 7; y++)
            for (int32_t x = 0; x < 8; x++) {
                const double above = test_value(&in, x, y, 0) * 3 + test_value(&in, x + 1, y, 0);
                const double below =
                    test_value(&in, x, y + 1, 0) * 3 + test_value(&in, x + 1, y + 1, 0);
                const double exact = (above + 3 * below) / 16;
                if (dtypes[d] == AUG_DTYPE_U16)
                    ck_assert_double_eq(test_value(&out, x, y, 0), floor(exact + 0.5));
                else /* sums of four products of 46 bits: two roundings of 2^-53 of up to 20 */
                    ck_assert_double_eq_tol(test_value(&out, x, y, 0), exact, 20 * 0x1p-24);
            }
        free(in.pixels);
        free(out.pixels);
    }
}
END_TEST

/* What is not finite stays in its own pixel where a warp only moves pixels. */
START_TEST(nothing_leaks_from_pixels_without_a_share)
{
    const AugImage in = test_picture_of(6, 6, (ImgPixelType){AUG_DTYPE_F32, 1}, 0);
    const AugImage out = test_picture_of(6, 6, (ImgPixelType){AUG_DTYPE_F32, 1}, 0);
    test_set_value(&in, 3, 2, 0, NAN);
    test_set_value(&in, 1, 4, 0, INFINITY);
    const ImgWarp still = {.matrix = {1, 0, 0, 0, 1, 0}, .filter = IMG_FILTER_BILINEAR};
    const ImgSource source = img_source_all(&in);
    ck_assert_int_eq(img_warp(&still, &source, &out, NULL), AUG_OK);
    for (int32_t y = 0; y < 6; y++)
        for (int32_t x = 0; x < 6; x++) {
            const double found = test_value(&out, x, y, 0);
            ck_assert_int_eq(isnan(found) != 0, x == 3 && y == 2);
            ck_assert_int_eq(isinf(found) != 0, x == 1 && y == 4);
        }
    free(in.pixels);
    free(out.pixels);
}
END_TEST

/* The bilinear filter from its definition, in long double, one pixel at a time in two dimensions.
 */
static double exact_at(const AugImage *in, const ImgResample *job, int32_t i, int32_t j)
{
    const long double scale_x = (long double)in->width / job->out_width;
    const long double scale_y = (long double)in->height / job->out_height;
    const long double wide_x = scale_x > 1 ? scale_x : 1, wide_y = scale_y > 1 ? scale_y : 1;
    const long double at_x = (i + 0.5L) * scale_x - 0.5L, at_y = (j + 0.5L) * scale_y - 0.5L;
    long double sum = 0, shares = 0;
    for (int32_t y = 0; y < in->height; y++)
        for (int32_t x = 0; x < in->width; x++) {
            const long double dx = 1 - fabsl(x - at_x) / wide_x, dy = 1 - fabsl(y - at_y) / wide_y;
            if (dx <= 0 || dy <= 0)
                continue;
            sum += dx * dy * (long double)test_value(in, x, y, 0);
            shares += dx * dy;
        }
    return (double)(sum / shares);
}

START_TEST(resizes_are_the_filter_s_definition)
{
    uint64_t state = 109;
    for (int round = 0; round < 60; round++)
        for (size_t d = 1; d < AUG_COUNT(dtypes); d++) {
            const ImgPixelType type = {dtypes[d], 1};
            const AugImage in =
                noise_of(&state, test_between(&state, 1, 30), test_between(&state, 1, 30), type);
            const AugImage out =
                test_picture_of(test_between(&state, 1, 40), test_between(&state, 1, 40), type, 0);
            Job job = {.resample = img_resample_make(IMG_FILTER_BILINEAR, in.width, in.height,
                                                     out.width, out.height)};
            resample(&job, &in, &out);
            /* Half a step of uint16, and float's rounding in between and at the end. */
            const double largest = dtypes[d] == AUG_DTYPE_U16 ? 65535 : 20;
            const double tolerance = largest * 0x1p-22 + (dtypes[d] == AUG_DTYPE_U16 ? 0.5 : 0);
            for (int32_t y = 0; y < out.height; y++)
                for (int32_t x = 0; x < out.width; x++)
                    ck_assert_double_eq_tol(test_value(&out, x, y, 0),
                                            exact_at(&in, &job.resample, x, y), tolerance);
            free(in.pixels);
            free(out.pixels);
        }
    img_resample_scratch_fini(&scratch);
}
END_TEST

/* Bicubic weights are negative in places: uint16 is cut off, float32 is not. */
START_TEST(overshoot_is_cut_off_in_whole_numbers_only)
{
    for (size_t d = 1; d < AUG_COUNT(dtypes); d++) {
        const ImgPixelType type = {dtypes[d], 1};
        const double white = dtypes[d] == AUG_DTYPE_U16 ? 65535 : 1;
        const AugImage in = test_picture_of(8, 1, type, 0);
        for (int32_t x = 4; x < 8; x++)
            test_set_value(&in, x, 0, 0, white);
        const AugImage out = test_picture_of(32, 1, type, 0);
        const Job job = {.resample = img_resample_make(IMG_FILTER_BICUBIC, 8, 1, 32, 1)};
        resample(&job, &in, &out);
        double low = 1, high = 0;
        for (int32_t x = 0; x < 32; x++) {
            low = fmin(low, test_value(&out, x, 0, 0) / white);
            high = fmax(high, test_value(&out, x, 0, 0) / white);
        }
        if (dtypes[d] == AUG_DTYPE_U16) {
            ck_assert_double_eq(low, 0);
            ck_assert_double_eq(high, 1);
        } else {
            ck_assert_double_lt(low, -0.01);
            ck_assert_double_gt(high, 1.01);
        }
        free(in.pixels);
        free(out.pixels);
    }
    img_resample_scratch_fini(&scratch);
}
END_TEST

START_TEST(colours_take_the_type_of_the_picture)
{
    const AugFill orange = {.named = -1, .n = 3, .channels = {255, 127.5, 0.4}};
    uint8_t pixel[IMG_MAX_PIXEL_SIZE];
    uint16_t words[16];
    float reals[16];
    ck_assert(img_fill_pixel(&orange, (ImgPixelType){AUG_DTYPE_U16, 3}, pixel));
    memcpy(words, pixel, sizeof(words));
    ck_assert_uint_eq(words[0], 65535);
    ck_assert_uint_eq(words[1], 32768);
    ck_assert_uint_eq(words[2], 103);
    ck_assert(img_fill_pixel(&orange, (ImgPixelType){AUG_DTYPE_F32, 3}, pixel));
    memcpy(reals, pixel, sizeof(reals));
    ck_assert_double_eq((double)reals[0], 1);
    ck_assert_double_eq((double)reals[1], 0.5);
    /* Grey in the middle of black and white is grey in every type. */
    const AugFill green = {.named = -1, .n = 3, .channels = {0, 255, 0}};
    ck_assert(img_fill_pixel(&green, (ImgPixelType){AUG_DTYPE_U16, 1}, pixel));
    memcpy(words, pixel, sizeof(words));
    ck_assert_uint_eq(words[0], 38469);
    ck_assert(img_fill_pixel(&green, (ImgPixelType){AUG_DTYPE_F32, 1}, pixel));
    memcpy(reals, pixel, sizeof(reals));
    ck_assert_double_eq((double)reals[0], 38470.0 / 65536);
    /* One number is for all channels, three are for three or for grey. */
    const AugFill grey = {.named = -1, .n = 3, .channels = {9, 9, 9}};
    ck_assert(img_fill_pixel(&grey, (ImgPixelType){AUG_DTYPE_U8, 16}, pixel));
    for (int c = 0; c < 16; c++)
        ck_assert_uint_eq(pixel[c], 9);
    ck_assert_uint_eq(pixel[16], 0);
    ck_assert(!img_fill_pixel(&orange, (ImgPixelType){AUG_DTYPE_U8, 4}, pixel));
    ck_assert_uint_eq(pixel[0], 0);
}
END_TEST

START_TEST(unlike_and_unknown_types_are_refused)
{
    uint64_t state = 113;
    const AugImage in = noise_of(&state, 8, 8, (ImgPixelType){AUG_DTYPE_U16, 3});
    AugImage out = test_picture_of(8, 8, (ImgPixelType){AUG_DTYPE_F32, 3}, 0);
    const ImgSource source = img_source_all(&in);
    const ImgResample job = img_resample_make(IMG_FILTER_BILINEAR, 8, 8, 8, 8);
    const ImgWarp still = {.matrix = {1, 0, 0, 0, 1, 0}, .filter = IMG_FILTER_BILINEAR};
    AugError error = {0};
    ck_assert_int_eq(img_resample(&scratch, &job, &source, &out, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "3 channels of U16 to 3 of F32"));
    ck_assert_int_eq(img_warp(&still, &source, &out, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "3 channels of U16 to 3 of F32"));
    ImgSource many = source;
    many.pixels.channels = out.channels = 17;
    many.pixels.dtype = out.dtype = AUG_DTYPE_U8;
    ck_assert_int_eq(img_resample(&scratch, &job, &many, &out, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "1 to 16"));
    many.pixels.channels = out.channels = 1;
    many.pixels.dtype = out.dtype = AUG_DTYPE_I64;
    ck_assert_int_eq(img_warp(&still, &many, &out, &error), AUG_BAD_ARGUMENT);
    img_resample_scratch_fini(&scratch);
    free(in.pixels);
    free(out.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pixel types");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, channels_do_not_touch_each_other);
    tcase_add_test(tests, bytes_in_other_types_are_the_same_bytes);
    tcase_add_test(tests, warps_blend_in_the_range_of_the_type);
    tcase_add_test(tests, nothing_leaks_from_pixels_without_a_share);
    tcase_add_test(tests, resizes_are_the_filter_s_definition);
    tcase_add_test(tests, overshoot_is_cut_off_in_whole_numbers_only);
    tcase_add_test(tests, colours_take_the_type_of_the_picture);
    tcase_add_test(tests, unlike_and_unknown_types_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
