/* Recipes: what is made of each step, windows against the whole, room that is checked, masks and
 * points through the same stages. */
#include "image/domain/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

/* A displacement field, which no operation draws: VerticalFlip is replaced by it. Nodes move by up
 * to 0.3 of their distance. */
static void draw_field(const void *params, AugRng *rng, ImgGeometry *geometry)
{
    (void)params;
    enum { ROWS = 4, COLUMNS = 5 };
    float *shifts = img_geometry_shifts(geometry, ROWS, COLUMNS);
    for (int i = 0; shifts && i < ROWS * COLUMNS; i++) {
        shifts[2 * i] = (float)(aug_rng_uniform(rng, -0.3, 0.3) * geometry->width / COLUMNS);
        shifts[2 * i + 1] = (float)(aug_rng_uniform(rng, -0.3, 0.3) * geometry->height / ROWS);
    }
    const ImgNet net = {{geometry->height, geometry->width}, ROWS, COLUMNS, shifts};
    const bool is_constant = aug_rng_below(rng, 2), is_smooth = aug_rng_below(rng, 2);
    const ImgOutside outside = {.border =
                                    is_constant ? IMG_BORDER_CONSTANT : IMG_BORDER_REFLECT101};
    if (shifts)
        img_geometry_field(geometry, &net, is_smooth ? IMG_FILTER_BILINEAR : IMG_FILTER_NEAREST,
                           &outside);
}

static const AugOpDesc field = {.name = "Field", IMG_OP(.geometry = draw_field)};

static void open_case(ImageCase *image_case, const char *pipeline)
{
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(image_case, pipeline, 3, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    for (size_t i = 0; i < image_case->ops.n; i++)
        if (strcmp(image_case->ops.ops[i].desc->name, "VerticalFlip") == 0)
            image_case->ops.ops[i].desc = &field;
}

/* Builds the recipe of one sample, with its needs. */
static ImgRecipe *build(ImageCase *image_case, AugSize stored, uint64_t index)
{
    ImgWorker *worker = image_case->worker;
    ImgRecipeInput input = image_case->plan->input;
    input.stored = stored;
    const AugKey key = {.seed = 7, .sample = index};
    AugError error = {0};
    AugStatus status = img_recipe_build(&worker->recipe, &input, &key, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    status = img_recipe_needs(&worker->recipe, IMG_TARGET_IMAGE, &worker->needs, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    return &worker->recipe;
}

static AugSize made_size(const ImageCase *image_case, uint32_t step)
{
    const ImgWindow made = image_case->worker->needs.made[step];
    return (AugSize){.height = made.y1 - made.y0, .width = made.x1 - made.x0};
}

static uint32_t find_step(const ImgRecipe *recipe, ImgStepKind kind)
{
    for (uint32_t i = 0; i < recipe->n_steps; i++)
        if (recipe->steps[i].kind == kind)
            return i;
    ck_abort_msg("no step of kind %d", (int)kind);
    return 0;
}

START_TEST(a_step_in_between_does_not_widen)
{
    static const char *const between[] = {"Cutout: 8", "Cutout: {size: 50, fill: random}",
                                          "RandomBrightnessContrast: {p: 1}", "GaussNoise: {p: 1}"};
    static const char *const first[] = {"Rotate: {limit: [20, 20], p: 1}",
                                        "Resize: {size: [300, 400]}"};
    for (size_t f = 0; f < AUG_COUNT(first); f++)
        for (size_t b = 0; b < AUG_COUNT(between); b++) {
            char *pipeline = test_path("[%s, %s, CenterCrop: 64]", first[f], between[b]);
            ImageCase image_case;
            open_case(&image_case, pipeline);
            const ImgRecipe *recipe =
                build(&image_case, (AugSize){.height = 1200, .width = 1600}, 0);
            const uint32_t stage = find_step(recipe, IMG_STEP_STAGE);
            ck_assert_int_eq(made_size(&image_case, stage).height, 64);
            ck_assert_int_eq(made_size(&image_case, stage).width, 64);
            const ImgWindow loaded = image_case.worker->needs.loaded;
            ck_assert_int_lt(loaded.x1 - loaded.x0, 300);
            ck_assert_int_lt(loaded.y1 - loaded.y0, 300);
            image_case_close(&image_case);
            free(pipeline);
        }
}
END_TEST

/* A filter asks for its margins, cut at the borders; a histogram for everything. */
START_TEST(what_filters_and_histograms_need)
{
    ImageCase image_case;
    open_case(&image_case, "[GaussianBlur: {sigma: 2, p: 1}, RandomCrop: {size: [10, 12]}]");
    for (uint64_t k = 0; k < 30; k++) {
        const ImgRecipe *recipe = build(&image_case, (AugSize){.height = 40, .width = 30}, k);
        const ImgNeeds *needs = &image_case.worker->needs;
        const ImgWindow blurred = needs->made[find_step(recipe, IMG_STEP_FILTER)];
        ck_assert_int_eq(needs->loaded.x0, blurred.x0 > 7 ? blurred.x0 - 7 : 0);
        ck_assert_int_eq(needs->loaded.y0, blurred.y0 > 7 ? blurred.y0 - 7 : 0);
        ck_assert_int_eq(needs->loaded.x1, blurred.x1 < 23 ? blurred.x1 + 7 : 30);
        ck_assert_int_eq(needs->loaded.y1, blurred.y1 < 33 ? blurred.y1 + 7 : 40);
    }
    image_case_close(&image_case);
    open_case(&image_case, "[Equalize: {p: 1}, CenterCrop: 10]");
    build(&image_case, (AugSize){.height = 40, .width = 30}, 0);
    const ImgWindow all = img_window_all(30, 40);
    ck_assert_mem_eq(&image_case.worker->needs.loaded, &all, sizeof(all));
    image_case_close(&image_case);
}
END_TEST

/* Operations of every kind; the last ones make windows. */
static const char *const operations[] = {
    "HorizontalFlip: {p: 1}",
    "VerticalFlip: {p: 1}", /* the field */
    "VerticalFlip: {p: 1}",
    "Transpose: {p: 1}",
    "Rotate: {limit: 40, p: 1}",
    "Rotate: {limit: 170, border_mode: reflect, p: 1}",
    "Rotate: {limit: 170, expand: true, interpolation: nearest, fill: [9, 90, 200], p: 1}",
    "Resize: {size: [19, 33]}",
    "Resize: {size: 26, interpolation: bicubic}",
    "Pad: {padding: 5, padding_mode: reflect}",
    "Cutout: {size: 6, fill: random}",
    "RandomErasing: {p: 1}",
    "RandomBrightnessContrast: {p: 1}",
    "RandomBrightnessContrast: {brightness_by_max: false, p: 1}",
    "ColorJitter: {p: 1}",
    "Equalize: {p: 1}",
    "GaussNoise: {std_range: 0.1, p: 1}",
    "GaussianBlur: {sigma: [0.4, 3], p: 1}",
    "RandomCrop: {size: [13, 11], pad_if_needed: true}",
    "RandomCrop: {size: 9, pad_if_needed: true}",
    "CenterCrop: {size: [8, 17]}",
    "RandomResizedCrop: {size: [12, 15]}",
};

static char *random_pipeline(AugRng *rng)
{
    char *pipeline = test_path("[%s", operations[aug_rng_below(rng, AUG_COUNT(operations))]);
    for (uint64_t n = 1 + aug_rng_below(rng, 5); n > 0; n--) {
        char *longer =
            test_path("%s, %s", pipeline, operations[aug_rng_below(rng, AUG_COUNT(operations))]);
        free(pipeline);
        pipeline = longer;
    }
    char *closed = test_path("%s]", pipeline);
    free(pipeline);
    return closed;
}

/* Runs a built recipe with given needs on pixels; the caller frees the copy. */
static uint8_t *run_with(const ImageCase *image_case, const ImgNeeds *needs, const AugImage *stored,
                         AugImage *out)
{
    ImgRunMemory memory = {0};
    const ImgSource source = img_source_all(stored);
    const ImgRunJob job = {
        .recipe = &image_case->worker->recipe,
        .needs = needs,
        .source = &source,
        .noise = &image_case->plan->noise,
    };
    ImgResult result;
    AugError error = {0};
    const AugStatus status = img_recipe_run(&job, &memory, &result, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    ck_assert_ptr_null(result.table);
    uint8_t *copy = image_copy(&result.image);
    *out = result.image;
    out->pixels = copy;
    out->row_size = (size_t)out->width * (size_t)out->channels;
    img_run_memory_fini(&memory);
    return copy;
}

/* Needs that ask for everything of every step. */
static ImgNeeds whole_needs(const ImgRecipe *recipe, ImgTarget target)
{
    ImgNeeds needs = {.target = target, .capacity = recipe->n_steps};
    needs.made = malloc(recipe->n_steps * sizeof(*needs.made));
    ck_assert_ptr_nonnull(needs.made);
    for (uint32_t i = 0; i < recipe->n_steps; i++)
        needs.made[i] = img_window_all(recipe->steps[i].size.width, recipe->steps[i].size.height);
    return needs;
}

static void check_windows(const char *pipeline, const AugImage *stored, uint64_t index)
{
    ImageCase image_case;
    open_case(&image_case, pipeline);
    const AugSize size = {.height = stored->height, .width = stored->width};
    const ImgRecipe *recipe = build(&image_case, size, index);
    AugError error = {0};
    for (int target = IMG_TARGET_IMAGE; target <= IMG_TARGET_MASK; target++) {
        ImgNeeds narrow = {0}, wide = whole_needs(recipe, (ImgTarget)target);
        ck_assert_int_eq(img_recipe_needs(recipe, (ImgTarget)target, &narrow, &error), AUG_OK);
        AugImage some, all;
        uint8_t *some_pixels = run_with(&image_case, &narrow, stored, &some);
        uint8_t *all_pixels = run_with(&image_case, &wide, stored, &all);
        image_assert_equal(&some, &all, pipeline);
        free(some_pixels);
        free(all_pixels);
        img_needs_fini(&narrow);
        img_needs_fini(&wide);
    }
    image_case_close(&image_case);
}

/* Making only what is needed gives the bytes of making everything, of pictures and of masks. */
START_TEST(windows_are_parts_of_the_whole)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 21});
    for (uint32_t round = 0; round < 500; round++) {
        const int32_t height = (int32_t)aug_rng_integer(&rng, 1, 40);
        const int32_t width = (int32_t)aug_rng_integer(&rng, 1, 40);
        uint8_t *pixels = image_pixels(height, width, 3, round);
        const AugImage stored = {pixels, height, width, 3, (size_t)width * 3, AUG_DTYPE_U8};
        char *pipeline = random_pipeline(&rng);
        check_windows(pipeline, &stored, round);
        free(pipeline);
        free(pixels);
    }
}
END_TEST

/* A recipe for one operation is given three, of each kind: refused, not overflowed. */
START_TEST(room_is_checked)
{
    static const char *const pipelines[] = {
        "[Resize: 9, Resize: 8, Resize: 7, Resize: 6, Resize: 5]",
        "[ColorJitter: {p: 1}, ColorJitter: {p: 1}, ColorJitter: {p: 1}]",
        "[GaussNoise: {p: 1}, Equalize: {p: 1}, GaussNoise: {p: 1}, Equalize: {p: 1}, GaussNoise: "
        "{p: 1}, Equalize: {p: 1}, GaussNoise: {p: 1}, Equalize: {p: 1}]",
        "[Cutout: 2, Equalize: {p: 1}, Cutout: 2, Equalize: {p: 1}, Cutout: 2, Equalize: {p: 1}, "
        "Cutout: 2]",
    };
    for (size_t i = 0; i < AUG_COUNT(pipelines); i++) {
        ImageCase image_case;
        open_case(&image_case, pipelines[i]);
        ImgRecipe recipe = {0};
        AugError error = {0};
        ck_assert_int_eq(img_recipe_reserve(&recipe, 1, &error), AUG_OK);
        ImgRecipeInput input = image_case.plan->input;
        input.stored = (AugSize){.height = 20, .width = 30};
        const AugStatus status = img_recipe_build(&recipe, &input, &(AugKey){0}, &error);
        ck_assert_int_eq(status, AUG_BAD_SPEC);
        ck_assert_ptr_nonnull(strstr(error.message, "adds more than"));
        ck_assert_ptr_nonnull(recipe.failed_op);
        img_recipe_fini(&recipe);
        image_case_close(&image_case);
    }
}
END_TEST

/* Geometries whose result is never only border. */
static const char *const geometries[] = {
    "HorizontalFlip: {p: 1}",
    "CenterCrop: 96",
    "Transpose: {p: 1}",
    "RandomRotate90: {p: 1}",
    "Rotate: {limit: 30, p: 1}",
    "Rotate: {limit: 25, expand: true, p: 1}",
    "Pad: {padding: [3, 9]}",
    "Resize: {size: [90, 120]}",
    "RandomResizedCrop: {size: 100, scale: "
    "[0.8, 1]}",
};

/* Centre of gravity of what is not black in the first channel; false if little is left. */
static bool centroid(const AugImage *image, double at[2])
{
    double sum = 0, x_sum = 0, y_sum = 0;
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++) {
            const double weight = image->pixels[(size_t)y * image->row_size + (size_t)x * 3];
            sum += weight;
            x_sum += weight * (x + 0.5);
            y_sum += weight * (y + 0.5);
        }
    at[0] = x_sum / sum;
    at[1] = y_sum / sum;
    return sum > 0;
}

/* A soft blob in the middle, and the point at its centre, through the same chain. */
START_TEST(points_go_where_pixels_go)
{
    enum { SIDE = 101 };
    uint8_t *pixels = calloc(SIDE * SIDE, 3);
    ck_assert_ptr_nonnull(pixels);
    const double centre[2] = {52.5, 48.5};
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const double dx = x + 0.5 - centre[0], dy = y + 0.5 - centre[1];
            const double value = 255 * (1 - (dx * dx + dy * dy) / 144);
            pixels[(y * SIDE + x) * 3] = value > 0 ? (uint8_t)value : 0;
        }
    const AugImage stored = {pixels, SIDE, SIDE, 3, SIDE * 3, AUG_DTYPE_U8};
    AugRng rng = aug_rng_make(&(AugKey){.seed = 31});
    for (uint32_t round = 0; round < 200; round++) {
        char *pipeline =
            test_path("[%s, %s, %s]", geometries[aug_rng_below(&rng, 9)],
                      geometries[aug_rng_below(&rng, 9)], geometries[aug_rng_below(&rng, 9)]);
        ImageCase image_case;
        open_case(&image_case, pipeline);
        const ImgRecipe *recipe = build(&image_case, (AugSize){SIDE, SIDE}, round);
        AugImage out;
        uint8_t *copy = run_with(&image_case, &image_case.worker->needs, &stored, &out);
        double point[1][2] = {{centre[0], centre[1]}}, at[2];
        ck_assert(centroid(&out, at));
        img_recipe_map_points(recipe, false, point, 1);
        ck_assert_msg(fabs(point[0][0] - at[0]) < 0.05 && fabs(point[0][1] - at[1]) < 0.05,
                      "%s: the point is at %.3f, %.3f, the blob at %.3f, %.3f", pipeline,
                      point[0][0], point[0][1], at[0], at[1]);
        img_recipe_map_points(recipe, true, point, 1);
        ck_assert_double_eq_tol(point[0][0], centre[0], 1e-9);
        ck_assert_double_eq_tol(point[0][1], centre[1], 1e-9);
        free(copy);
        image_case_close(&image_case);
        free(pipeline);
    }
    free(pixels);
}
END_TEST

/* Every pixel of a mask shows the pixel that its centre comes from, and going there and back ends
 * where it began. */
static void check_pixel(const ImgRecipe *recipe, const AugImage *stored, const AugImage *out,
                        int32_t x, int32_t y)
{
    double point[1][2] = {{x + 0.5, y + 0.5}};
    img_recipe_map_points(recipe, true, point, 1);
    const double at_x = point[0][0], at_y = point[0][1];
    img_recipe_map_points(recipe, false, point, 1);
    ck_assert_double_eq_tol(point[0][0], x + 0.5, 1e-6);
    ck_assert_double_eq_tol(point[0][1], y + 0.5, 1e-6);
    if (at_x < 0 || at_y < 0 || at_x >= stored->width || at_y >= stored->height)
        return;
    const size_t from = (size_t)at_y * stored->row_size + (size_t)at_x * 3;
    const size_t to = (size_t)y * out->row_size + (size_t)x * 3;
    ck_assert_msg(memcmp(out->pixels + to, stored->pixels + from, 3) == 0,
                  "row %d, column %d is not from %g, %g", y, x, at_x, at_y);
}

static void check_field(const char *pipeline, const AugImage *stored, uint64_t index)
{
    ImageCase image_case;
    open_case(&image_case, pipeline);
    const AugSize size = {.height = stored->height, .width = stored->width};
    const ImgRecipe *recipe = build(&image_case, size, index);
    ck_assert_uint_eq(recipe->geometry.n_stages, 1);
    ck_assert_int_eq(recipe->stages[0].kind, IMG_STAGE_FIELD);
    ImgNeeds needs = {0};
    ck_assert_int_eq(img_recipe_needs(recipe, IMG_TARGET_MASK, &needs, NULL), AUG_OK);
    AugImage out;
    uint8_t *copy = run_with(&image_case, &needs, stored, &out);
    for (int32_t y = 0; y < out.height; y++)
        for (int32_t x = 0; x < out.width; x++)
            check_pixel(recipe, stored, &out, x, y);
    free(copy);
    img_needs_fini(&needs);
    image_case_close(&image_case);
}

START_TEST(fields_show_what_points_say)
{
    static const char *const pipelines[] = {
        "[VerticalFlip: {p: 1}]",
        "[VerticalFlip: {p: 1}, HorizontalFlip: {p: 1}, CenterCrop: 20]",
        "[Transpose: {p: 1}, VerticalFlip: {p: 1}, Transpose: {p: 1}]",
    };
    uint8_t *pixels = image_pixels(40, 50, 3, 8);
    const AugImage stored = {pixels, 40, 50, 3, 150, AUG_DTYPE_U8};
    for (size_t i = 0; i < AUG_COUNT(pipelines); i++)
        for (uint64_t index = 0; index < 20; index++)
            check_field(pipelines[i], &stored, index);
    free(pixels);
}
END_TEST

/* A mask has no values that it did not have, and is not touched by what changes colours. */
START_TEST(masks_keep_their_values)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = 41});
    enum { SIDE = 33 };
    uint8_t pixels[SIDE * SIDE * 3];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)(i / 3 % SIDE < 15 ? 200 : 7);
    const AugImage stored = {pixels, SIDE, SIDE, 3, SIDE * 3, AUG_DTYPE_U8};
    for (uint32_t round = 0; round < 100; round++) {
        char *pipeline = random_pipeline(&rng);
        ImageCase image_case;
        open_case(&image_case, pipeline);
        const ImgRecipe *recipe = build(&image_case, (AugSize){SIDE, SIDE}, round);
        ImgNeeds needs = {0};
        ck_assert_int_eq(img_recipe_needs(recipe, IMG_TARGET_MASK, &needs, NULL), AUG_OK);
        AugImage out;
        uint8_t *copy = run_with(&image_case, &needs, &stored, &out);
        const AugSize wanted = recipe->steps[recipe->n_steps - 1].size;
        ck_assert_int_eq(out.height, wanted.height);
        ck_assert_int_eq(out.width, wanted.width);
        for (size_t i = 0; i < (size_t)out.height * out.row_size; i++)
            ck_assert_msg(copy[i] == 200 || copy[i] == 7 || copy[i] == 0, "%s: %d", pipeline,
                          copy[i]);
        free(copy);
        img_needs_fini(&needs);
        image_case_close(&image_case);
        free(pipeline);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recipe");
    TCase *recipe = tcase_create("recipe");
    tcase_set_timeout(recipe, 60);
    tcase_add_test(recipe, a_step_in_between_does_not_widen);
    tcase_add_test(recipe, what_filters_and_histograms_need);
    tcase_add_test(recipe, windows_are_parts_of_the_whole);
    tcase_add_test(recipe, room_is_checked);
    tcase_add_test(recipe, points_go_where_pixels_go);
    tcase_add_test(recipe, fields_show_what_points_say);
    tcase_add_test(recipe, masks_keep_their_values);
    suite_add_tcase(suite, recipe);
    return test_run(suite);
}
