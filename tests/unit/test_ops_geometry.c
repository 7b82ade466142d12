/* The geometric operations: their conventions, their laws and their frequencies. Only geometry is
 * built here, so a hundred thousand draws cost little. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/geometry/geometry.h"
#include "libaug/base/exact_math.h"
#include "tests/support/image_case.h"
#include "tests/support/support.h"

enum { MAX_STAGES = 8 };

/* One operation, bound, and the geometry it makes. */
typedef struct OpCase {
    ImageCase image_case;
    const AugOp *op;
    ImgGeometry geometry;
    ImgStage stages[MAX_STAGES];
} OpCase;

static void op_open(OpCase *op_case, const char *text)
{
    char pipeline[256];
    snprintf(pipeline, sizeof(pipeline), "[%s]", text);
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(&op_case->image_case, pipeline, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", text, error.message);
    op_case->op = &op_case->image_case.ops.ops[0];
}

static void op_close(OpCase *op_case)
{
    image_case_close(&op_case->image_case);
}

/* The geometry of draw number index on a picture; the last stage. */
static const ImgStage *op_draw(OpCase *op_case, uint64_t index, int32_t height, int32_t width)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 3, .sample = index});
    img_geometry_begin(&op_case->geometry, (AugSize){.height = height, .width = width}, 3,
                       op_case->stages, MAX_STAGES, &op_case->image_case.limits);
    img_op_hooks(op_case->op->desc)->geometry(op_case->op->params, &rng, &op_case->geometry);
    return &op_case->stages[op_case->geometry.n_stages - 1];
}

static void check_size(const char *text, int32_t height, int32_t width, int32_t to_height,
                       int32_t to_width)
{
    OpCase op_case;
    op_open(&op_case, text);
    op_draw(&op_case, 0, height, width);
    ck_assert_msg(op_case.geometry.height == to_height && op_case.geometry.width == to_width,
                  "%s of %d x %d: %d x %d, wanted %d x %d", text, height, width,
                  op_case.geometry.height, op_case.geometry.width, to_height, to_width);
    /* The hook that needs no picture says the same. */
    if (img_op_hooks(op_case.op->desc)->out_size) {
        const AugSize in = {.height = height, .width = width};
        const AugSize out = img_op_hooks(op_case.op->desc)->out_size(op_case.op->params, in);
        ck_assert_int_eq(out.height, to_height);
        ck_assert_int_eq(out.width, to_width);
    }
    op_close(&op_case);
}

START_TEST(resize_sizes)
{
    /* torchvision: (256, 341); rounding would give 342. */
    check_size("Resize: 256", 480, 641, 256, 341);
    check_size("Resize: 256", 641, 480, 341, 256);
    check_size("Resize: 256", 256, 400, 256, 400);
    check_size("Resize: 7", 9, 9, 7, 7);
    check_size("Resize: {size: [30, 20]}", 480, 641, 30, 20);
}
END_TEST

START_TEST(rotate_expands_like_pillow)
{
    check_size("Rotate: {limit: [45, 45], expand: true}", 100, 200, 214, 214);
    check_size("Rotate: {limit: [30, 30], expand: true}", 100, 200, 188, 224);
    check_size("Rotate: {limit: [90, 90], expand: true}", 100, 200, 200, 100);
    check_size("Rotate: {limit: [-90, -90], expand: true}", 100, 200, 200, 100);
    check_size("Rotate: {limit: [90, 90], expand: true}", 101, 200, 200, 101);
    check_size("Rotate: {limit: [180, 180], expand: true}", 101, 200, 101, 200);
    check_size("Rotate: {limit: [30, 30]}", 100, 200, 100, 200);
}
END_TEST

static void check_offset(const char *text, int32_t side, int32_t offset)
{
    OpCase op_case;
    op_open(&op_case, text);
    const ImgStage *stage = op_draw(&op_case, 0, side, side);
    ck_assert_msg(stage->view.window.x0 == offset && stage->view.window.y0 == offset,
                  "%s of %d starts at %d, %d, wanted %d", text, side, stage->view.window.y0,
                  stage->view.window.x0, offset);
    op_close(&op_case);
}

/* torchvision's int(round((H - h) / 2)), with Python's rounding half to even. */
START_TEST(center_crop_rounds_half_to_even)
{
    check_offset("CenterCrop: 4", 7, 2);
    check_offset("CenterCrop: 4", 5, 0);
    check_offset("CenterCrop: 4", 9, 2);
    check_offset("CenterCrop: 4", 11, 4);
    check_offset("CenterCrop: 4", 8, 2);
    /* Too small: the margins are floor and ceil of the half. */
    check_offset("CenterCrop: 9", 4, -2);
    check_offset("CenterCrop: 9", 9, 0);
    check_size("CenterCrop: {size: [9, 2]}", 4, 7, 9, 2);
}
END_TEST

START_TEST(pad_sides_are_left_top_right_bottom)
{
    OpCase op_case;
    op_open(&op_case, "Pad: {padding: [1, 2, 3, 4]}");
    ImgWindow window = op_draw(&op_case, 0, 10, 20)->view.window;
    ck_assert_mem_eq(&window, &((ImgWindow){.x0 = -1, .y0 = -2, .x1 = 23, .y1 = 14}),
                     sizeof(window));
    op_close(&op_case);
    op_open(&op_case, "Pad: {padding: [1, 2]}");
    window = op_draw(&op_case, 0, 10, 20)->view.window;
    ck_assert_mem_eq(&window, &((ImgWindow){.x0 = -1, .y0 = -2, .x1 = 21, .y1 = 12}),
                     sizeof(window));
    op_close(&op_case);
    check_size("Pad: {padding: [1, 2, 3, 4]}", 10, 20, 16, 24);
}
END_TEST

static void check_refused(const char *text, const char *sentence)
{
    ImageCase image_case;
    AugError error = {0};
    char pipeline[256];
    snprintf(pipeline, sizeof(pipeline), "[%s]", text);
    ck_assert_int_eq(image_case_open_any_size(&image_case, pipeline, 3, &error), AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, sentence) != NULL, "%s: %s", text, error.message);
    image_case_close(&image_case);
}

START_TEST(padding_needs_one_two_or_four_whole_numbers)
{
    check_refused("Pad: {padding: [1, 2, 3]}", "padding has 3 numbers; 1, 2 ");
    check_refused("Pad: {padding: []}", "padding has 0 numbers");
    check_refused("Pad: {padding: 1.5}", "padding has the number 1.5; whole numbers");
    check_refused("RandomCrop: {size: 4, padding: [1, 2, 3]}", "padding has 3 numbers");
}
END_TEST

/* Every one of the 9 x 9 places of a 32-pixel window in a 40-pixel square equally often. With
 * 40,500 draws a cell expects 500; chi-square with 80 degrees of freedom exceeds 140 with
 * probability 4e-5. */
START_TEST(random_crop_is_uniform)
{
    OpCase op_case;
    op_open(&op_case, "RandomCrop: {size: 32, padding: 4}");
    static uint32_t counts[9][9];
    memset(counts, 0, sizeof(counts));
    const int n = 40500;
    for (int i = 0; i < n; i++) {
        const ImgWindow window = op_draw(&op_case, (uint64_t)i, 32, 32)->view.window;
        counts[window.y0 + 4][window.x0 + 4]++;
    }
    double chi = 0;
    for (int y = 0; y < 9; y++)
        for (int x = 0; x < 9; x++)
            chi += (counts[y][x] - 500.0) * (counts[y][x] - 500.0) / 500.0;
    ck_assert_msg(chi < 140, "chi-square %g, wanted below 140", chi);
    op_close(&op_case);
}
END_TEST

START_TEST(random_crop_of_a_small_picture)
{
    OpCase op_case;
    op_open(&op_case, "RandomCrop: {size: [10, 30]}");
    op_draw(&op_case, 0, 20, 20);
    ck_assert(op_case.geometry.failed);
    ck_assert_ptr_nonnull(strstr(op_case.geometry.message, "20 x 20"));
    ck_assert_ptr_nonnull(strstr(op_case.geometry.message, "pad_if_needed: true"));
    op_close(&op_case);
    /* torchvision pads both sides by the whole difference. */
    op_open(&op_case, "RandomCrop: {size: [10, 30], pad_if_needed: true}");
    int32_t low = 0, high = 0;
    for (uint64_t i = 0; i < 500; i++) {
        const int32_t x = op_draw(&op_case, i, 20, 20)->view.window.x0;
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    ck_assert_int_eq(low, -10);
    ck_assert_int_eq(high, 0);
    op_close(&op_case);
}
END_TEST

/* Statistics of RandomResizedCrop's defaults on one picture size, as measured with torchvision's
 * algorithm on 4e5 draws; negative: not stated. */
typedef struct CropLaw {
    int32_t height, width;
    double fallback, mean_area, p10, p50, p90, mean_log;
} CropLaw;

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void close_to(const char *what, const CropLaw *law, double got, double wanted)
{
    ck_assert_msg(fabs(got - wanted) <= 0.005, "%d x %d: %s %.4f, wanted %.4f +- 0.005",
                  law->height, law->width, what, got, wanted);
}

/* The fallback is central and its shape at a bound of ratio; a draw of the same shape and place is
 * rare enough not to matter (below 1e-4 here). */
static bool is_fallback(const CropLaw *law, ImgWindow box)
{
    const double shape = (double)law->width / law->height;
    if (shape >= 3.0 / 4 && shape <= 4.0 / 3)
        return false;
    const int32_t height = box.y1 - box.y0, width = box.x1 - box.x0;
    return height == law->height && box.x0 == (law->width - width) / 2 &&
           width == (int32_t)rint(law->height * 4.0 / 3);
}

static void check_crop_law(OpCase *op_case, const CropLaw *law, double *areas, int n)
{
    const double whole = (double)law->height * law->width;
    double area = 0, log_ratio = 0, fallback = 0;
    for (int i = 0; i < n; i++) {
        const ImgStage *stage = op_draw(op_case, (uint64_t)i, law->height, law->width);
        /* Without a resize the crop is the window, else the box. */
        const ImgWindow box = img_stage_resizes(stage) ? stage->box : stage->view.window;
        const double height = box.y1 - box.y0, width = box.x1 - box.x0;
        areas[i] = height * width / whole;
        area += areas[i];
        log_ratio += augi_log(width / height);
        fallback += is_fallback(law, box);
    }
    qsort(areas, (size_t)n, sizeof(*areas), compare_doubles);
    close_to("mean area", law, area / n, law->mean_area);
    close_to("10 % of areas", law, areas[n / 10], law->p10);
    close_to("50 % of areas", law, areas[n / 2], law->p50);
    close_to("90 % of areas", law, areas[n / 10 * 9], law->p90);
    close_to("mean ln(w/h)", law, log_ratio / n, law->mean_log);
    close_to("fallback", law, fallback / n, law->fallback);
}

START_TEST(random_resized_crop_law)
{
    static const CropLaw laws[] = {
        {224, 224, 0, .480, .160, .476, .799, 0},
        {375, 500, 0, .4326, .148, .421, .735, .031},
        {256, 1024, .122, .192, .100, .180, .333, .070},
        {100, 1000, .779, .125, .093, .133, .133, .249},
    };
    const int n = 400000;
    double *areas = malloc((size_t)n * sizeof(*areas));
    ck_assert_ptr_nonnull(areas);
    OpCase op_case;
    op_open(&op_case, "RandomResizedCrop: {size: [64, 48]}");
    check_crop_law(&op_case, &laws[_i], areas, n);
    op_close(&op_case);
    free(areas);
}
END_TEST

/* Part of pictures whose first try fits: replayed from the generator's own draws. */
START_TEST(random_resized_crop_first_tries)
{
    static const struct {
        int32_t height, width;
        double accept;
    } laws[] = {{224, 224, .8625}, {375, 500, .741}, {256, 1024, .190}, {100, 1000, .024}};
    const int n = 400000;
    const double area = (double)laws[_i].height * laws[_i].width;
    int accepted = 0;
    OpCase op_case;
    op_open(&op_case, "RandomResizedCrop: {size: [64, 48]}");
    for (int i = 0; i < n; i++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = 3, .sample = (uint64_t)i});
        const double target = area * aug_rng_uniform(&rng, 0.08, 1);
        const double ratio =
            augi_exp(aug_rng_uniform(&rng, augi_log(0.75), augi_log(1.3333333333333333)));
        const double width = rint(sqrt(target * ratio)), height = rint(sqrt(target / ratio));
        const bool fits = width <= laws[_i].width && height <= laws[_i].height;
        accepted += fits;
        if (!fits || i >= 2000)
            continue;
        /* The operation made the same draws. */
        const ImgStage *stage = op_draw(&op_case, (uint64_t)i, laws[_i].height, laws[_i].width);
        ck_assert_double_eq(stage->box.x1 - stage->box.x0, width);
        ck_assert_double_eq(stage->box.y1 - stage->box.y0, height);
    }
    const double part = (double)accepted / n;
    ck_assert_msg(fabs(part - laws[_i].accept) <= .005, "%d x %d: %.4f, wanted %.4f +- 0.005",
                  laws[_i].height, laws[_i].width, part, laws[_i].accept);
    op_close(&op_case);
}
END_TEST

/* Thin pictures and shapes that no crop has still give a crop of at least a pixel. */
START_TEST(random_resized_crop_of_thin_pictures)
{
    static const char *const texts[] = {
        "RandomResizedCrop: {size: 8}",
        "RandomResizedCrop: {size: 8, ratio: [900, 1000]}",
        "RandomResizedCrop: {size: 8, ratio: [0.001, 0.002]}",
    };
    static const int32_t sizes[][2] = {{1, 1}, {1, 1000}, {1000, 1}, {2, 3}, {65535, 1}};
    for (size_t t = 0; t < AUG_COUNT(texts); t++) {
        OpCase op_case;
        op_open(&op_case, texts[t]);
        for (uint64_t i = 0; i < 100; i++) {
            const int32_t *size = sizes[i % AUG_COUNT(sizes)];
            op_draw(&op_case, i, size[0], size[1]);
            ck_assert_msg(!op_case.geometry.failed, "%s", op_case.geometry.message);
            ck_assert_int_eq(op_case.geometry.height, 8);
        }
        op_close(&op_case);
    }
}
END_TEST

/* The angle of a draw, from the matrix of the warp. */
static double angle_of(const ImgStage *stage)
{
    return atan2(stage->warp.matrix[3], stage->warp.matrix[0]) * 180 / 3.14159265358979323846;
}

/* Uniform over the range: 10 cells of 4,000 expected; chi-square with 9 degrees of freedom exceeds
 * 36 with probability 4e-5. */
START_TEST(rotate_angles_are_uniform)
{
    OpCase op_case;
    op_open(&op_case, "Rotate: {limit: 50}");
    int counts[10] = {0};
    for (uint64_t i = 0; i < 40000; i++) {
        const double angle = angle_of(op_draw(&op_case, i, 30, 40));
        ck_assert(angle >= -50.000001 && angle <= 50.000001);
        const int cell = (int)((angle + 50) / 10);
        counts[cell > 9 ? 9 : cell < 0 ? 0 : cell]++;
    }
    double chi = 0;
    for (int i = 0; i < 10; i++)
        chi += (counts[i] - 4000.0) * (counts[i] - 4000.0) / 4000.0;
    ck_assert_msg(chi < 36, "chi-square %g, wanted below 36", chi);
    op_close(&op_case);
}
END_TEST

/* The default range is [-90, 90]. */
START_TEST(rotate_default_range)
{
    OpCase op_case;
    op_open(&op_case, "Rotate");
    double low = 0, high = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        const double angle = angle_of(op_draw(&op_case, i, 30, 40));
        low = angle < low ? angle : low;
        high = angle > high ? angle : high;
    }
    ck_assert(low < -89 && low >= -90);
    ck_assert(high > 89 && high <= 90);
    op_close(&op_case);
}
END_TEST

START_TEST(quarter_turns_are_equally_frequent)
{
    OpCase op_case;
    op_open(&op_case, "RandomRotate90");
    int counts[8] = {0};
    for (uint64_t i = 0; i < 8000; i++)
        counts[op_draw(&op_case, i, 30, 40)->view.orient]++;
    /* 2,000 expected, deviation 39. */
    ck_assert_int_lt(abs(counts[IMG_ORIENT_NONE] - 2000), 200);
    ck_assert_int_lt(abs(counts[IMG_ORIENT_TURN_90] - 2000), 200);
    ck_assert_int_lt(abs(counts[IMG_ORIENT_TURN_180] - 2000), 200);
    ck_assert_int_lt(abs(counts[IMG_ORIENT_TURN_270] - 2000), 200);
    op_close(&op_case);
}
END_TEST

/* How often each of the first two operations ran, of n keys: mirrors left to right and top to
 * bottom leave their flags. */
static void count_mirrors(const char *pipeline, int n, int counts[4])
{
    ImageCase image_case;
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(&image_case, pipeline, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    ImgRecipeInput input = image_case.plan->input;
    input.stored = (AugSize){.height = 8, .width = 9};
    ImgRecipe *recipe = &image_case.worker->recipe;
    memset(counts, 0, 4 * sizeof(*counts));
    for (int i = 0; i < n; i++) {
        const AugKey key = {.seed = 6, .sample = (uint64_t)i};
        ck_assert_int_eq(img_recipe_build(recipe, &input, &key, &error), AUG_OK);
        counts[recipe->stages[0].view.orient / IMG_ORIENT_MIRROR_X]++;
    }
    image_case_close(&image_case);
}

/* Within five deviations of the binomial law. */
static void check_frequency(const char *what, int count, int n, double p)
{
    const double deviation = sqrt(n * p * (1 - p));
    ck_assert_msg(fabs(count - n * p) <= 5 * deviation, "%s: %d of %d, wanted %.0f +- %.0f", what,
                  count, n, n * p, 5 * deviation);
}

START_TEST(probabilities_are_frequencies)
{
    const int n = 20000;
    int counts[4];
    count_mirrors("[HorizontalFlip: {p: 0.3}, VerticalFlip]", n, counts);
    check_frequency("p 0.3", counts[1] + counts[3], n, 0.3);
    check_frequency("default p", counts[2] + counts[3], n, 0.5);
    /* And independent of each other. */
    check_frequency("both", counts[3], n, 0.15);
    count_mirrors("[HorizontalFlip: {p: 0}, VerticalFlip: {p: 1}]", n, counts);
    ck_assert_int_eq(counts[2], n);
    count_mirrors("[OneOf: {p: 0.6, transforms: [HorizontalFlip: {p: 3}, VerticalFlip: {p: 1}]}]",
                  n, counts);
    check_frequency("first of OneOf", counts[1], n, 0.6 * 0.75);
    check_frequency("second of OneOf", counts[2], n, 0.6 * 0.25);
    ck_assert_int_eq(counts[3], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("geometric operations");
    TCase *conventions = tcase_create("conventions");
    tcase_add_test(conventions, resize_sizes);
    tcase_add_test(conventions, rotate_expands_like_pillow);
    tcase_add_test(conventions, center_crop_rounds_half_to_even);
    tcase_add_test(conventions, pad_sides_are_left_top_right_bottom);
    tcase_add_test(conventions, padding_needs_one_two_or_four_whole_numbers);
    suite_add_tcase(suite, conventions);
    TCase *laws = tcase_create("laws");
    tcase_set_timeout(laws, 60);
    tcase_add_test(laws, random_crop_is_uniform);
    tcase_add_test(laws, random_crop_of_a_small_picture);
    tcase_add_loop_test(laws, random_resized_crop_law, 0, 4);
    tcase_add_loop_test(laws, random_resized_crop_first_tries, 0, 4);
    tcase_add_test(laws, random_resized_crop_of_thin_pictures);
    tcase_add_test(laws, rotate_angles_are_uniform);
    tcase_add_test(laws, rotate_default_range);
    tcase_add_test(laws, quarter_turns_are_equally_frequent);
    tcase_add_test(laws, probabilities_are_frequencies);
    suite_add_tcase(suite, laws);
    return test_run(suite);
}
