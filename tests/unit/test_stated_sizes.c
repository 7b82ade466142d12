/* The size that an operation announces is the one that it makes, for random sizes and parameters;
 * and a turned picture is as large as Pillow makes it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "image/geometry/geometry.h"
#include "tests/support/image_case.h"
#include "tests/support/pictures.h"

enum { MAX_STAGES = 8, N_SIZES = 300, N_DRAWS = 4 };

static AugSize random_size(uint64_t *state)
{
    return (AugSize){.height = test_between(state, 1, 70), .width = test_between(state, 1, 70)};
}

/* What draw number index of an operation makes of a size; false if it refuses it. */
static bool made_size(const ImageCase *image_case, uint64_t index, AugSize in, AugSize *out)
{
    const AugOp *op = &image_case->ops.ops[0];
    AugRng rng = aug_rng_make(&(AugKey){.seed = 3, .sample = index});
    ImgStage stages[MAX_STAGES];
    ImgGeometry geometry;
    img_geometry_begin(&geometry, in, 3, stages, MAX_STAGES, &image_case->limits);
    img_op_hooks(op->desc)->geometry(op->params, &rng, &geometry);
    *out = (AugSize){.height = geometry.height, .width = geometry.width};
    return !geometry.failed;
}

static AugSize stated_size(const ImageCase *image_case, AugSize in)
{
    const AugOp *op = &image_case->ops.ops[0];
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    return hooks->out_size ? hooks->out_size(op->params, in) : in;
}

static void open_case(ImageCase *image_case, const char *text)
{
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(image_case, text, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", text, error.message);
}

/* The operation on many sizes; fixed: each size that it announces is certain. */
static void check_sizes(const char *text, bool is_fixed, uint64_t *state)
{
    ImageCase image_case;
    open_case(&image_case, text);
    for (int i = 0; i < N_SIZES; i++) {
        const AugSize in = random_size(state), stated = stated_size(&image_case, in);
        ck_assert_msg(!is_fixed || (stated.height > 0 && stated.width > 0),
                      "%s announces no size for %d x %d", text, in.height, in.width);
        for (uint64_t k = 0; k < N_DRAWS; k++) {
            AugSize made;
            if (!made_size(&image_case, k, in, &made))
                continue;
            ck_assert_msg((stated.height == 0 || stated.height == made.height) &&
                              (stated.width == 0 || stated.width == made.width),
                          "%s of %d x %d announces %d x %d and makes %d x %d", text, in.height,
                          in.width, stated.height, stated.width, made.height, made.width);
        }
    }
    image_case_close(&image_case);
}

START_TEST(announced_sizes_are_made)
{
    static const struct {
        const char *text;
        bool is_fixed;
    } ops[] = {
        {"[Resize: 17]", true},
        {"[Resize: {size: [9, 40]}]", true},
        {"[Pad: {padding: 3}]", true},
        {"[Pad: {padding: [1, 2, 3, 4], padding_mode: reflect}]", true},
        {"[CenterCrop: 20]", true},
        {"[CenterCrop: [33, 8]]", true},
        {"[RandomCrop: {size: [12, 7], padding: [2, 5]}]", true},
        {"[RandomCrop: {size: 30, pad_if_needed: true}]", true},
        {"[RandomResizedCrop: {size: [11, 13]}]", true},
        {"[RandomRotate90: {p: 1}]", false},
        {"[Transpose: {p: 1}]", true},
        {"[HorizontalFlip: {p: 1}]", true},
        {"[VerticalFlip: {p: 1}]", true},
        {"[Rotate: {limit: 40, p: 1}]", true},
        {"[Rotate: {limit: 40, expand: true, p: 1}]", false},
    };
    uint64_t state = 8;
    for (size_t i = 0; i < AUG_COUNT(ops); i++)
        check_sizes(ops[i].text, ops[i].is_fixed, &state);
}
END_TEST

/* Rounded to 15 decimals, as Pillow does with sines and cosines. */
static double rounded(double value)
{
    return rint(value * 1e15) / 1e15;
}

/* Extent of the turned picture in one direction by Image.rotate: each corner is turned about the
 * centre, and what is touched counts. *is_close: a corner is so near to the edge of a pixel that
 * rounding may add one. */
static int32_t pillow_extent(AugSize in, double degrees, bool is_height, bool *is_close)
{
    const double turn = -degrees * acos(-1.0) / 180;
    const double a = rounded(is_height ? -sin(turn) : cos(turn));
    const double b = rounded(is_height ? cos(turn) : sin(turn));
    const double x = in.width / 2.0, y = in.height / 2.0;
    const double corners[4][2] = {{0, 0}, {in.width, 0}, {in.width, in.height}, {0, in.height}};
    double least = 1e9, most = -1e9;
    *is_close = false;
    for (int i = 0; i < 4; i++) {
        const double at = (corners[i][0] - x) * a + (corners[i][1] - y) * b + (is_height ? y : x);
        *is_close = *is_close || fabs(at - rint(at)) < 2e-6;
        least = at < least ? at : least;
        most = at > most ? at : most;
    }
    return (int32_t)(ceil(most) - floor(least));
}

static void check_turn(AugSize in, double degrees, AugSize made)
{
    const double quarters = degrees / 90;
    if (quarters == rint(quarters)) {
        const bool is_turned = fmod(fabs(quarters), 2) == 1;
        ck_assert_int_eq(made.height, is_turned ? in.width : in.height);
        ck_assert_int_eq(made.width, is_turned ? in.height : in.width);
        return;
    }
    for (int is_height = 0; is_height < 2; is_height++) {
        bool is_close;
        const int32_t expected = pillow_extent(in, degrees, is_height, &is_close);
        const int32_t found = is_height ? made.height : made.width;
        ck_assert_msg(found == expected || (is_close && abs(found - expected) <= 2),
                      "%d x %d turned by %.17g: %s %d, Pillow %d", in.height, in.width, degrees,
                      is_height ? "height" : "width", found, expected);
    }
}

START_TEST(turned_pictures_are_as_large_as_pillows)
{
    static const double angles[] = {0,       -0.0, 90,     -90,    180,     -180,    270,   -270,
                                    360,     -360, 89.999, 90.001, -89.999, 179.999, 0.001, 359.99,
                                    -269.99, 45,   -45,    30,     60,      120,     200};
    uint64_t state = 5;
    for (size_t i = 0; i < AUG_COUNT(angles) + 60; i++) {
        const double angle =
            i < AUG_COUNT(angles) ? angles[i] : test_between(&state, -36000, 36000) / 100.0;
        char text[120];
        snprintf(text, sizeof(text), "[Rotate: {limit: [%.17g, %.17g], expand: true, p: 1}]", angle,
                 angle);
        ImageCase image_case;
        open_case(&image_case, text);
        for (int k = 0; k < N_SIZES; k++) {
            const AugSize in = k == 0   ? (AugSize){.height = 16, .width = 31}
                               : k == 1 ? (AugSize){.height = 1, .width = 2}
                                        : random_size(&state);
            AugSize made;
            const AugSize stated = stated_size(&image_case, in);
            ck_assert(made_size(&image_case, (uint64_t)k, in, &made));
            ck_assert_msg(stated.height == made.height && stated.width == made.width,
                          "%s of %d x %d announces %d x %d and makes %d x %d", text, in.height,
                          in.width, stated.height, stated.width, made.height, made.width);
            check_turn(in, angle, made);
        }
        image_case_close(&image_case);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stated sizes");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, announced_sizes_are_made);
    tcase_add_test(tests, turned_pictures_are_as_large_as_pillows);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
