/* Fused pipelines against the same operations run one at a time, each on the finished picture of
 * the one before: what image/geometry/geometry.h promises, on random pipelines and picture sizes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

/* Operations that move, add or overwrite pixels without computing new values. */
static const char *const movers[] = {
    "HorizontalFlip: {p: 1}",
    "VerticalFlip: {p: 1}",
    "Transpose: {p: 1}",
    "RandomRotate90: {p: 1}",
    "Rotate: {limit: [90, 90], expand: true, p: 1}",
    "Rotate: {limit: [-180, -180], p: 1}",
    "RandomCrop: {size: [5, 6], pad_if_needed: true, fill: 7}",
    "RandomCrop: {size: 8, padding: 4, pad_if_needed: true}",
    "RandomCrop: {size: [9, 4], padding: [3, 1], pad_if_needed: true, padding_mode: reflect}",
    "CenterCrop: 7",
    "CenterCrop: {size: [12, 3], fill: [1, 20, 30]}",
    "Pad: {padding: [1, 2, 3, 4], fill: [9, 8, 7]}",
    "Pad: {padding: [0, 2], fill: [9, 8, 7]}",
    "Pad: {padding: 2, padding_mode: edge}",
    "Pad: {padding: [5, 0, 1, 9], padding_mode: reflect}",
};

static const char *const erasers[] = {
    "Cutout: {size: 3, fill: [40, 50, 60]}",
    "Cutout: {size: 2, fill: random}",
    "RandomErasing: {p: 1, value: 200}",
};

/* Operations that compute new values where pixels are. */
static const char *const changers[] = {
    "RandomBrightnessContrast: {p: 1}",
    "RandomBrightnessContrast: {brightness_limit: 0.5, brightness_by_max: false, p: 1}",
    "Equalize: {p: 1}",
    "ColorJitter: {p: 1}",
    "GaussianBlur: {sigma: 0.6, p: 1}",
    "GaussianBlur: {sigma: 4, p: 1}",
    "GaussNoise: {p: 1}",
};

static const char *const warps[] = {
    "Rotate: {limit: [33, 33], p: 1}",
    "Rotate: {limit: [-20, -20], border_mode: reflect, p: 1}",
    "Rotate: {limit: [140, 140], interpolation: nearest, border_mode: edge, expand: true, p: 1}",
};

static const char *const resizes[] = {
    "Resize: {size: [6, 9]}",
    "Resize: {size: 11, interpolation: bicubic}",
    "Resize: {size: [13, 5], interpolation: nearest}",
    "Resize: {size: [4, 4], interpolation: box}",
};

enum { MOST_OPS = 6 };

static AugImage run_fused(ImageCase *image_case, const char *const *ops, int n, uint64_t index,
                          const AugSample *sample)
{
    char pipeline[1024] = "[";
    for (int i = 0; i < n; i++) {
        const size_t length = strlen(pipeline);
        snprintf(pipeline + length, sizeof(pipeline) - length, "%s%s", i ? ", " : "", ops[i]);
    }
    const size_t length = strlen(pipeline);
    snprintf(pipeline + length, sizeof(pipeline) - length, "]");
    AugError error = {0};
    const AugStatus status =
        image_case_open_any_size(image_case, pipeline, sample->fields[0].channels, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    return image_case_picture(image_case, index, sample);
}

/* One operation as the i-th of a pipeline: the draws are those that it has there. */
static uint8_t *run_one(const char *op, int i, uint64_t index, AugSample *sample)
{
    char pipeline[256];
    snprintf(pipeline, sizeof(pipeline), "[%s]", op);
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status =
        image_case_open_any_size(&image_case, pipeline, sample->fields[0].channels, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", op, error.message);
    image_case.ops.ops[0].position = (uint16_t)i;
    const AugImage image = image_case_picture(&image_case, index, sample);
    uint8_t *pixels = image_copy(&image);
    *sample = image_sample(pixels, image.height, image.width, image.channels);
    image_case_close(&image_case);
    return pixels;
}

static uint8_t *run_staged(const char *const *ops, int n, uint64_t index, AugSample sample,
                           AugImage *image)
{
    uint8_t *pixels = NULL;
    for (int i = 0; i < n; i++) {
        uint8_t *next = run_one(ops[i], i, index, &sample);
        free(pixels);
        pixels = next;
    }
    const AugField *field = &sample.fields[0];
    *image = (AugImage){.pixels = pixels,
                        .height = field->height,
                        .width = field->width,
                        .channels = field->channels,
                        .row_size = (size_t)field->width * (size_t)field->channels};
    return pixels;
}

static void check_equal(const char *const *ops, int n, uint64_t index, const AugSample *sample)
{
    ImageCase image_case;
    const AugImage fused = run_fused(&image_case, ops, n, index, sample);
    AugImage staged;
    uint8_t *pixels = run_staged(ops, n, index, *sample, &staged);
    char what[1200];
    size_t length = (size_t)snprintf(what, sizeof(what), "%d x %d", sample->fields[0].height,
                                     sample->fields[0].width);
    for (int i = 0; i < n; i++)
        length += (size_t)snprintf(what + length, sizeof(what) - length, ", %s", ops[i]);
    image_assert_equal(&fused, &staged, what);
    free(pixels);
    image_case_close(&image_case);
}

typedef struct Picture {
    uint8_t *pixels;
    AugSample sample;
} Picture;

static Picture random_picture(AugRng *rng, uint32_t seed)
{
    const int32_t height = (int32_t)aug_rng_integer(rng, 1, 24);
    const int32_t width = (int32_t)aug_rng_integer(rng, 1, 24);
    const int32_t channels = aug_rng_below(rng, 3) ? 3 : 1;
    Picture picture = {.pixels = image_pixels(height, width, channels, seed)};
    picture.sample = image_sample(picture.pixels, height, width, channels);
    return picture;
}

START_TEST(moves_and_erasures_are_exact)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 11});
    for (uint32_t round = 0; round < 600; round++) {
        Picture picture = random_picture(&rng, round);
        const int n = (int)aug_rng_integer(&rng, 1, MOST_OPS);
        const char *ops[MOST_OPS];
        for (int i = 0; i < n; i++)
            ops[i] = aug_rng_below(&rng, 5) ? movers[aug_rng_below(&rng, AUG_COUNT(movers))]
                                            : erasers[aug_rng_below(&rng, AUG_COUNT(erasers))];
        check_equal(ops, n, round, &picture.sample);
        free(picture.pixels);
    }
}
END_TEST

static const char *random_changer(AugRng *rng)
{
    return aug_rng_below(rng, 3) ? changers[aug_rng_below(rng, AUG_COUNT(changers))]
                                 : erasers[aug_rng_below(rng, AUG_COUNT(erasers))];
}

/* A step after a resampling is not narrowed into it, but by the window that is made of it: exactly.
 */
START_TEST(steps_between_geometries_are_exact)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 14});
    for (uint32_t round = 0; round < 400; round++) {
        Picture picture = random_picture(&rng, round);
        const int n = (int)aug_rng_integer(&rng, 2, MOST_OPS);
        const char *ops[MOST_OPS];
        ops[0] = aug_rng_below(&rng, 2) ? warps[aug_rng_below(&rng, AUG_COUNT(warps))]
                                        : resizes[aug_rng_below(&rng, AUG_COUNT(resizes))];
        for (int i = 1; i < n; i++)
            ops[i] = i == 1 || aug_rng_below(&rng, 2)
                         ? random_changer(&rng)
                         : movers[aug_rng_below(&rng, AUG_COUNT(movers))];
        check_equal(ops, n, round, &picture.sample);
        free(picture.pixels);
    }
}
END_TEST

/* A resize that does not follow a crop or a mirror, which is what the promise leaves out. */
START_TEST(resize_and_what_follows_are_exact)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 12});
    for (uint32_t round = 0; round < 300; round++) {
        Picture picture = random_picture(&rng, round);
        const int n = (int)aug_rng_integer(&rng, 2, MOST_OPS);
        const char *ops[MOST_OPS];
        const int first = (int)aug_rng_below(&rng, 2);
        ops[0] = erasers[0];
        for (int i = first; i < n; i++)
            ops[i] = i == first ? resizes[aug_rng_below(&rng, AUG_COUNT(resizes))]
                                : movers[aug_rng_below(&rng, AUG_COUNT(movers))];
        check_equal(ops, n, round, &picture.sample);
        free(picture.pixels);
    }
}
END_TEST

START_TEST(resize_after_transpose_pad_or_resize_is_exact)
{
    static const char *const chains[][3] = {
        {"Transpose: {p: 1}", "Resize: {size: [7, 12]}", "HorizontalFlip: {p: 1}"},
        {"Pad: {padding: 3}", "Resize: {size: [7, 12]}", "CenterCrop: 6"},
        {"Resize: {size: [30, 20]}", "Resize: {size: [7, 12]}", "Transpose: {p: 1}"},
        {"Pad: {padding: 3, padding_mode: reflect}", "Resize: 10", "Resize: {size: [40, 3]}"},
    };
    AugRng rng = aug_rng_make(&(AugKey){.seed = 13});
    for (uint32_t round = 0; round < 60; round++) {
        Picture picture = random_picture(&rng, round);
        for (size_t i = 0; i < AUG_COUNT(chains); i++)
            check_equal(chains[i], 3, round, &picture.sample);
        free(picture.pixels);
    }
}
END_TEST

/* Largest difference between two pictures of one size. */
static int most_apart(const AugImage *a, const AugImage *b)
{
    ck_assert_int_eq(a->height, b->height);
    ck_assert_int_eq(a->width, b->width);
    int most = 0;
    for (int32_t y = 0; y < a->height; y++)
        for (int32_t i = 0; i < a->width * a->channels; i++) {
            const int apart = abs(a->pixels[(size_t)y * a->row_size + (size_t)i] -
                                  b->pixels[(size_t)y * b->row_size + (size_t)i]);
            most = apart > most ? apart : most;
        }
    return most;
}

/* Where only the last bit of a coefficient or weight may differ, a value may round the other way.
 */
START_TEST(mirror_then_resize_and_warp_then_crop_differ_by_rounding)
{
    static const char *const chains[][2] = {
        {"HorizontalFlip: {p: 1}", "Resize: {size: [17, 12]}"},
        {"VerticalFlip: {p: 1}", "Resize: {size: [5, 31]}"},
        {"Rotate: {limit: [33, 33], p: 1}", "CenterCrop: {size: [9, 13]}"},
        {"Rotate: {limit: [-20, -20], p: 1}", "HorizontalFlip: {p: 1}"},
        {"Rotate: {limit: [140, 140], p: 1, fill: 9}", "Transpose: {p: 1}"},
    };
    uint8_t *pixels = image_pixels(40, 60, 3, 5);
    const AugSample sample = image_sample(pixels, 40, 60, 3);
    for (size_t i = 0; i < AUG_COUNT(chains); i++) {
        ImageCase image_case;
        const AugImage fused = run_fused(&image_case, chains[i], 2, 0, &sample);
        AugImage staged;
        uint8_t *separate = run_staged(chains[i], 2, 0, sample, &staged);
        const int apart = most_apart(&fused, &staged);
        ck_assert_msg(apart <= 1, "%s, %s: %d", chains[i][0], chains[i][1], apart);
        free(separate);
        image_case_close(&image_case);
    }
    free(pixels);
}
END_TEST

/* A crop before a warp hides what lies outside it: everything inside is the same. */
START_TEST(crop_bounds_a_warp)
{
    static const char *const chain[] = {"CenterCrop: 20",
                                        "Rotate: {limit: [30, 30], p: 1, fill: [255, 0, 9]}"};
    uint8_t *pixels = image_pixels(40, 60, 3, 5);
    const AugSample sample = image_sample(pixels, 40, 60, 3);
    ImageCase image_case;
    const AugImage fused = run_fused(&image_case, chain, 2, 0, &sample);
    ck_assert_uint_eq(image_case.worker->recipe.geometry.n_stages, 1);
    AugImage staged;
    uint8_t *separate = run_staged(chain, 2, 0, sample, &staged);
    ck_assert_int_le(most_apart(&fused, &staged), 1);
    ck_assert_mem_eq(fused.pixels, ((uint8_t[3]){255, 0, 9}), 3);
    free(separate);
    free(pixels);
    image_case_close(&image_case);
}
END_TEST

/* A stage makes only what the next one reads: 60 of 400 columns, and their filter's reach. */
START_TEST(stages_are_narrowed)
{
    static const char *const chain[] = {"Resize: {size: [200, 400]}",
                                        "Rotate: {limit: [3, 3], p: 1}", "CenterCrop: [40, 60]"};
    uint8_t *pixels = image_pixels(100, 200, 3, 5);
    const AugSample sample = image_sample(pixels, 100, 200, 3);
    ImageCase image_case;
    const AugImage fused = run_fused(&image_case, chain, 3, 0, &sample);
    const ImgWindow first = image_case.worker->needs.made[0];
    ck_assert_int_lt(first.x1 - first.x0, 70);
    ck_assert_int_lt(first.y1 - first.y0, 50);
    AugImage staged;
    uint8_t *separate = run_staged(chain, 3, 0, sample, &staged);
    ck_assert_int_le(most_apart(&fused, &staged), 1);
    free(separate);
    free(pixels);
    image_case_close(&image_case);
}
END_TEST

/* The pixels of a sample are only read (I-16). */
START_TEST(input_stays_untouched)
{
    static const char *const chain[] = {"HorizontalFlip: {p: 1}", "Cutout: 9", "Cutout: 4"};
    uint8_t *pixels = image_pixels(20, 30, 3, 6), *before = image_pixels(20, 30, 3, 6);
    const AugSample sample = image_sample(pixels, 20, 30, 3);
    ImageCase image_case;
    run_fused(&image_case, chain, 3, 0, &sample);
    image_case_close(&image_case);
    run_fused(&image_case, chain + 1, 2, 0, &sample);
    image_case_close(&image_case);
    ck_assert_mem_eq(pixels, before, 20 * 30 * 3);
    free(pixels);
    free(before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image fusion");
    TCase *fusion = tcase_create("fusion");
    tcase_set_timeout(fusion, 60);
    tcase_add_test(fusion, moves_and_erasures_are_exact);
    tcase_add_test(fusion, steps_between_geometries_are_exact);
    tcase_add_test(fusion, resize_and_what_follows_are_exact);
    tcase_add_test(fusion, resize_after_transpose_pad_or_resize_is_exact);
    tcase_add_test(fusion, mirror_then_resize_and_warp_then_crop_differ_by_rounding);
    tcase_add_test(fusion, crop_bounds_a_warp);
    tcase_add_test(fusion, stages_are_narrowed);
    tcase_add_test(fusion, input_stays_untouched);
    suite_add_tcase(suite, fusion);
    return test_run(suite);
}
