/* decode: fast: where a picture is decoded at a part of its size, that nothing but its pixels changes
 * then, and by how much they do. */
#include "tests/support/image_case.h"
#include "tests/support/pictures.h"

/* A case of its own for each way of decoding. */
typedef struct Pair {
    ImageCase exact, fast;
} Pair;

static void open_pair(Pair *pair, const char *pipeline)
{
    const AugDatasetInfo info = image_info_encoded();
    AugError error = {0};
    AugStatus status = image_case_open(&pair->exact, pipeline, "{decode: uint8}", &info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    status = image_case_open(&pair->fast, pipeline, "{decode: fast}", &info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
}

static void close_pair(Pair *pair)
{
    image_case_close(&pair->exact);
    image_case_close(&pair->fast);
}

static uint8_t *encode(const AugImage *image, int sampling, AugSample *sample)
{
    const TestJpeg form = {.quality = 90, .h_samp = sampling, .v_samp = sampling};
    size_t size;
    uint8_t *bytes = test_jpeg(image, &form, &size);
    *sample = image_sample_encoded(bytes, size, "made.jpg");
    return bytes;
}

static void expect_reduction(const char *pipeline, const AugSample *sample, int32_t reduction)
{
    Pair pair;
    open_pair(&pair, pipeline);
    image_case_picture(&pair.fast, 0, sample);
    ck_assert_msg(pair.fast.worker->reduction == reduction, "%s: reduced by %d, not %d", pipeline,
                  pair.fast.worker->reduction, reduction);
    image_case_picture(&pair.exact, 0, sample);
    ck_assert_int_eq(pair.exact.worker->reduction, 1);
    close_pair(&pair);
}

START_TEST(what_is_left_to_resize_is_at_least_two)
{
    uint64_t state = 1;
    AugSample sample;
    AugImage image = test_scene(&state, 640, 480, 3);
    uint8_t *bytes = encode(&image, 2, &sample);
    expect_reduction("[Resize: [121, 160]]", &sample, 1);
    expect_reduction("[Resize: [120, 161]]", &sample, 1);
    expect_reduction("[Resize: [120, 160]]", &sample, 2);
    expect_reduction("[Resize: [60, 81]]", &sample, 2);
    expect_reduction("[Resize: [60, 80]]", &sample, 4);
    expect_reduction("[Resize: [30, 40]]", &sample, 8);
    expect_reduction("[Resize: [3, 4]]", &sample, 8);
    /* Crops count, and what follows does not. */
    expect_reduction("[CenterCrop: [240, 320], Resize: [60, 80]]", &sample, 2);
    expect_reduction("[CenterCrop: [238, 320], Resize: [60, 80]]", &sample, 1);
    expect_reduction("[Transpose: {p: 1}, Resize: [80, 60], Pad: {padding: 3, p: 1}, "
                     "GaussianBlur: {p: 1}, Resize: [8, 8]]",
                     &sample, 4);
    expect_reduction("[Resize: {size: [60, 80], interpolation: bicubic}]", &sample, 4);
    free(bytes);
    free(image.pixels);
}
END_TEST

START_TEST(what_must_see_all_pixels_does)
{
    uint64_t state = 2;
    AugSample sample;
    AugImage image = test_scene(&state, 640, 480, 3);
    uint8_t *bytes = encode(&image, 2, &sample);
    expect_reduction("[Resize: {size: [60, 80], interpolation: nearest}]", &sample, 1);
    expect_reduction("[Resize: {size: [60, 80], interpolation: box}]", &sample, 1);
    expect_reduction("[GaussianBlur: {p: 1}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[GaussNoise: {p: 1}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[Cutout: {size: 50}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[RandomBrightnessContrast: {p: 1}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[Rotate: {p: 1}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[Pad: {padding: 3, p: 1}, Resize: [60, 80]]", &sample, 1);
    expect_reduction("[CenterCrop: [60, 80]]", &sample, 1);
    expect_reduction("[Transpose: {p: 1}, GaussNoise: {p: 1}, Resize: [80, 60]]", &sample, 1);
    free(bytes);
    free(image.pixels);
}
END_TEST

/* Difference of two pictures in levels. */
typedef struct Difference {
    double mean;
    int most;
} Difference;

static Difference compare(const AugImage *a, const AugImage *b)
{
    Difference difference = {0};
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->height, b->height);
    const size_t n = (size_t)a->width * (size_t)a->channels;
    for (int32_t y = 0; y < a->height; y++)
        for (size_t i = 0; i < n; i++) {
            const int off = abs(test_pixel(a, 0, y)[i] - test_pixel(b, 0, y)[i]);
            difference.mean += off;
            difference.most = off > difference.most ? off : difference.most;
        }
    difference.mean /= (double)n * a->height;
    return difference;
}

static const char *const smaller[] = {
    "[Resize: [56, 64]]",
    "[Resize: {size: [40, 48], interpolation: bicubic}]",
    "[RandomResizedCrop: {size: [24, 24], scale: [0.3, 1]}, HorizontalFlip]",
    "[RandomRotate90, RandomResizedCrop: {size: [13, 17], scale: [0.5, 1]}]",
    "[Resize: [17, 16]]",
    "[Transpose: {p: 1}, VerticalFlip, CenterCrop: [280, 260], Resize: [36, 28], Pad: 2]",
};

/* docs/spec.md says so, of these pictures too. */
#define MOST_MEAN 2.0
#define MOST_LEVELS 20

static void expect_near(const AugImage *image, const char *name)
{
    for (size_t i = 0; i < AUG_COUNT(smaller); i++)
        for (int sampling = 1; sampling <= 2; sampling++) {
            Pair pair;
            AugSample sample;
            uint8_t *bytes = encode(image, sampling, &sample);
            open_pair(&pair, smaller[i]);
            int n_reduced = 0;
            for (uint64_t k = 0; k < 4; k++) {
                const AugImage exact = image_case_picture(&pair.exact, k, &sample);
                const AugImage fast = image_case_picture(&pair.fast, k, &sample);
                const Difference off = compare(&exact, &fast);
                n_reduced += pair.fast.worker->reduction > 1;
                ck_assert_msg(off.mean <= MOST_MEAN && off.most <= MOST_LEVELS,
                              "%s, %s, sample %d: off by %.2f in the mean, %d at most", name,
                              smaller[i], (int)k, off.mean, off.most);
            }
            ck_assert_int_gt(n_reduced, 0);
            close_pair(&pair);
            free(bytes);
        }
}

/* Rings whose distance shrinks from 40 pixels to 3, about a point beside the centre. */
static AugImage make_rings(int32_t width, int32_t height)
{
    const AugImage image = test_picture(width, height, 3, 0);
    for (int32_t y = 0; y < height; y++)
        for (int32_t i = 0; i < 3 * width; i++) {
            const int32_t x = i / 3 - width / 3, far = x * x + (y - height / 2) * (y - height / 2);
            test_pixel(&image, 0, y)[i] = (uint8_t)(far / 400 * (i % 3 + 5) % 2 ? 220 : 30);
        }
    return image;
}

START_TEST(pixels_stay_within_the_stated_bound)
{
    uint64_t state = 3;
    const AugImage scene = test_scene(&state, 331, 290, 3), noise = test_noise(&state, 331, 290, 3);
    const AugImage rings = make_rings(331, 290);
    expect_near(&scene, "scene");
    expect_near(&noise, "noise");
    expect_near(&rings, "rings");
    free(scene.pixels);
    free(noise.pixels);
    free(rings.pixels);
}
END_TEST

/* A slope shows a shift of half a pixel: it must lie where it lay, whatever the size. */
START_TEST(pictures_are_not_moved)
{
    for (int32_t width = 320; width < 328; width++) {
        const AugImage slope = test_picture(width, width + 3, 3, 0);
        AugSample sample;
        Pair pair;
        for (int32_t y = 0; y < slope.height; y++)
            for (int32_t i = 0; i < 3 * width; i++)
                test_pixel(&slope, 0, y)[i] = (uint8_t)((i / 3 + y) * 255 / (2 * width + 3));
        uint8_t *bytes = encode(&slope, 1, &sample);
        open_pair(&pair, "[Resize: [19, 18]]");
        const AugImage exact = image_case_picture(&pair.exact, 0, &sample);
        const AugImage fast = image_case_picture(&pair.fast, 0, &sample);
        ck_assert_int_eq(pair.fast.worker->reduction, 8);
        double sum = 0;
        for (int32_t y = 0; y < exact.height; y++)
            for (int32_t i = 0; i < 3 * exact.width; i++)
                sum += test_pixel(&fast, 0, y)[i] - test_pixel(&exact, 0, y)[i];
        /* Half a pixel of the smaller picture each way would be 4 (255 / 640) 2 = 3.2 levels; ends of the
         * box at whole pixels of it 1.4 in the mean at the most. */
        ck_assert_double_eq_tol(sum / (3.0 * exact.width * exact.height), 0, 0.3);
        ck_assert_int_le(compare(&exact, &fast).most, 2);
        close_pair(&pair);
        free(bytes);
        free(slope.pixels);
    }
}
END_TEST

START_TEST(refused_where_nothing_is_decoded)
{
    const AugDatasetInfo raw = image_info(28, 28, 3);
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(image_case_open(&image_case, "[]", "{decode: fast}", &raw, &error),
                     AUG_BAD_SPEC);
    ck_assert_ptr_nonnull(
        strstr(error.message, "decode is fast and the data set holds raw pixels"));
    image_case_close(&image_case);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image fast");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 100);
    tcase_add_test(tests, what_is_left_to_resize_is_at_least_two);
    tcase_add_test(tests, what_must_see_all_pixels_does);
    tcase_add_test(tests, pixels_stay_within_the_stated_bound);
    tcase_add_test(tests, pictures_are_not_moved);
    tcase_add_test(tests, refused_where_nothing_is_decoded);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
