/* The operations on values: what they make of a pixel, how often, in which order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

enum { SIDE = 24 };

static void open_case(ImageCase *image_case, const char *pipeline, int32_t channels)
{
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(image_case, pipeline, channels, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
}

/* Runs one pipeline on a picture; the caller frees the copy. */
static uint8_t *run(const char *pipeline, const uint8_t *pixels, int32_t channels)
{
    ImageCase image_case;
    open_case(&image_case, pipeline, channels);
    const AugSample sample = image_sample(pixels, SIDE, SIDE, channels);
    const AugImage image = image_case_picture(&image_case, 0, &sample);
    uint8_t *copy = image_copy(&image);
    image_case_close(&image_case);
    return copy;
}

static double cut(double value)
{
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

static double grey_of(const uint8_t *pixel)
{
    return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

/* mean: of the values; grey: of the picture's grey. */
typedef struct Picture {
    const uint8_t *pixels;
    double mean, grey;
} Picture;

/* The formula of one operation, for one channel of a pixel. */
typedef double (*Formula)(const Picture *picture, const uint8_t *pixel, int c);

static double brighter(const Picture *picture, const uint8_t *pixel, int c)
{
    (void)picture;
    return 1.5 * pixel[c] + 0.1 * 255;
}

static double brighter_by_mean(const Picture *picture, const uint8_t *pixel, int c)
{
    return 0.75 * pixel[c] + 0.5 * picture->mean;
}

static double jitter_brightness(const Picture *picture, const uint8_t *pixel, int c)
{
    (void)picture;
    return 1.25 * pixel[c];
}

static double jitter_contrast(const Picture *picture, const uint8_t *pixel, int c)
{
    return picture->grey + 0.5 * (pixel[c] - picture->grey);
}

static double jitter_saturation(const Picture *picture, const uint8_t *pixel, int c)
{
    (void)picture;
    return grey_of(pixel) + 1.75 * (pixel[c] - grey_of(pixel));
}

/* Half a circle of hue: each channel is mirrored between the pixel's largest and smallest. */
static double jitter_hue(const Picture *picture, const uint8_t *pixel, int c)
{
    (void)picture;
    const double high = fmax(pixel[0], fmax(pixel[1], pixel[2]));
    const double low = fmin(pixel[0], fmin(pixel[1], pixel[2]));
    return high + low - pixel[c];
}

static const struct {
    const char *pipeline;
    Formula formula;
} formulas[] = {
    {"[RandomBrightnessContrast: {brightness_limit: [0.1, 0.1], contrast_limit: [0.5, 0.5], p: 1}]",
     brighter},
    {"[RandomBrightnessContrast: {brightness_limit: [0.5, 0.5], contrast_limit: [-0.25, -0.25], "
     "brightness_by_max: false, p: 1}]",
     brighter_by_mean},
    {"[ColorJitter: {brightness: [1.25, 1.25], contrast: 0, saturation: 0, hue: 0, p: 1}]",
     jitter_brightness},
    {"[ColorJitter: {brightness: 0, contrast: [0.5, 0.5], saturation: 0, hue: 0, p: 1}]",
     jitter_contrast},
    {"[ColorJitter: {brightness: 0, contrast: 0, saturation: [1.75, 1.75], hue: 0, p: 1}]",
     jitter_saturation},
    {"[ColorJitter: {brightness: 0, contrast: 0, saturation: 0, hue: [0.5, 0.5], p: 1}]",
     jitter_hue},
};

/* Rounded to the nearest: half a value off, and what 2^-16 in a coefficient makes of 255. */
START_TEST(values_follow_the_formulas)
{
    uint8_t *pixels = image_pixels(SIDE, SIDE, 3, 4);
    Picture picture = {.pixels = pixels};
    for (int i = 0; i < SIDE * SIDE; i++) {
        picture.grey += grey_of(pixels + 3 * i) / (SIDE * SIDE);
        for (int c = 0; c < 3; c++)
            picture.mean += pixels[3 * i + c] / (3.0 * SIDE * SIDE);
    }
    uint8_t *got = run(formulas[_i].pipeline, pixels, 3);
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        const double wanted = cut(formulas[_i].formula(&picture, pixels + i / 3 * 3, i % 3));
        ck_assert_msg(fabs(got[i] - wanted) <= 0.51, "%s: value %d of %d is %d, wanted %.3f",
                      formulas[_i].pipeline, i, pixels[i], got[i], wanted);
    }
    free(got);
    free(pixels);
}
END_TEST

/* Pictures of one channel have no colours: saturation and hue do nothing. */
START_TEST(grey_pictures)
{
    uint8_t *pixels = image_pixels(SIDE, SIDE, 1, 4);
    uint8_t *got =
        run("[ColorJitter: {brightness: 0, contrast: 0, saturation: 0.9, p: 1}]", pixels, 1);
    ck_assert_mem_eq(got, pixels, SIDE * SIDE);
    free(got);
    got = run("[ColorJitter: {brightness: [0, 0], p: 1}]", pixels, 1);
    for (int i = 0; i < SIDE * SIDE; i++)
        ck_assert_int_eq(got[i], 0);
    free(got);
    free(pixels);
}
END_TEST

/* The order of the four parts: each of 24 is as likely as the others. 24,000 draws, 1,000 expected;
 * chi-square with 23 degrees of freedom exceeds 65 with probability 1e-5. */
START_TEST(parts_come_in_every_order)
{
    ImageCase image_case;
    /* None of the parts is neutral and leaves no trace. */
    open_case(&image_case,
              "[ColorJitter: {brightness: [2, 2], contrast: [2, 2], saturation: [2, 2], hue: [0.1, "
              "0.1], p: 1}]",
              3);
    ImgRecipe *recipe = &image_case.worker->recipe;
    ImgRecipeInput input = image_case.plan->input;
    input.stored = (AugSize){.height = 8, .width = 9};
    int counts[256] = {0};
    for (uint64_t i = 0; i < 24000; i++) {
        const AugKey key = {.seed = 6, .sample = i};
        ck_assert_int_eq(img_recipe_build(recipe, &input, &key, NULL), AUG_OK);
        ck_assert_uint_eq(recipe->n_steps, 5);
        int order = 0;
        for (uint32_t s = 1; s < 5; s++) {
            const ImgStepKind kind = recipe->steps[s].kind;
            const int part = kind == IMG_STEP_TABLE    ? 0
                             : kind == IMG_STEP_ADAPT  ? 1
                             : kind == IMG_STEP_MATRIX ? 2
                                                       : 3;
            order = 4 * order + part;
        }
        counts[order]++;
    }
    int n_orders = 0;
    double chi = 0;
    for (int i = 0; i < 256; i++)
        if (counts[i]) {
            n_orders++;
            chi += (counts[i] - 1000.0) * (counts[i] - 1000.0) / 1000;
        }
    ck_assert_int_eq(n_orders, 24);
    ck_assert_msg(chi < 65, "chi-square %g, wanted below 65", chi);
    image_case_close(&image_case);
}
END_TEST

/* A table before an adapting one changes the histogram that this one sees, and both are one pass.
 */
START_TEST(tables_before_and_after_adapting_ones)
{
    static const char *const ops[] = {
        "RandomBrightnessContrast: {brightness_limit: [0.2, 0.2], contrast_limit: [0.3, 0.3], p: "
        "1}",
        "Equalize: {p: 1}",
        "RandomBrightnessContrast: {brightness_limit: [0.3, 0.3], brightness_by_max: false, "
        "contrast_limit: [-0.5, -0.5], p: 1}",
        "RandomBrightnessContrast: {brightness_limit: [-0.1, -0.1], contrast_limit: [0, 0], p: 1}",
    };
    uint8_t *pixels = image_pixels(SIDE, SIDE, 3, 4);
    char *all = test_path("[%s, %s, %s, %s]", ops[0], ops[1], ops[2], ops[3]);
    uint8_t *fused = run(all, pixels, 3);
    for (int i = 0; i < 4; i++) {
        char *one = test_path("[%s]", ops[i]);
        uint8_t *next = run(one, pixels, 3);
        free(pixels);
        pixels = next;
        free(one);
    }
    ck_assert_mem_eq(fused, pixels, SIDE * SIDE * 3);
    free(fused);
    free(pixels);
    free(all);
}
END_TEST

/* Equalize of few values and of one: Pillow leaves both as they are. */
START_TEST(equalize_of_plain_pictures)
{
    uint8_t pixels[SIDE * SIDE];
    memset(pixels, 93, sizeof(pixels));
    uint8_t *got = run("[Equalize: {p: 1}]", pixels, 1);
    ck_assert_mem_eq(got, pixels, sizeof(pixels));
    free(got);
    pixels[5] = 94;
    got = run("[Equalize: {p: 1}]", pixels, 1);
    /* 575 of 93 and one of 94: the step is 575 / 255 = 2, so 93 becomes 1 / 2 and 94 576 / 2. */
    ck_assert_int_eq(got[0], 0);
    ck_assert_int_eq(got[5], 255);
    free(got);
}
END_TEST

START_TEST(wrong_parameters_are_named)
{
    static const struct {
        const char *pipeline, *says;
    } cases[] = {
        {"[GaussianBlur: {kernel_size: 4}]", "kernel_size is 4"},
        {"[GaussianBlur: {sigma: 0}]", "sigma"},
        {"[ColorJitter: {brightness: -1}]", "brightness"},
        {"[ColorJitter: {hue: 0.6}]", "hue"},
        {"[GaussNoise: {std_range: 2}]", "std_range"},
        {"[RandomBrightnessContrast: {brightness_limit: 2}]", "brightness_limit"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        ImageCase image_case;
        AugError error = {0};
        ck_assert_int_eq(image_case_open_any_size(&image_case, cases[i].pipeline, 3, &error),
                         AUG_BAD_SPEC);
        ck_assert_msg(strstr(error.message, cases[i].says), "%s: %s", cases[i].pipeline,
                      error.message);
        image_case_close(&image_case);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("point operations on values");
    TCase *points = tcase_create("values");
    tcase_add_loop_test(points, values_follow_the_formulas, 0, (int)AUG_COUNT(formulas));
    tcase_add_test(points, grey_pictures);
    tcase_add_test(points, parts_come_in_every_order);
    tcase_add_test(points, tables_before_and_after_adapting_ones);
    tcase_add_test(points, equalize_of_plain_pictures);
    tcase_add_test(points, wrong_parameters_are_named);
    suite_add_tcase(suite, points);
    return test_run(suite);
}
