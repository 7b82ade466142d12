/* Point operations in a recipe: neighbours become one table, a last table joins the output pass,
 * and a table in the middle acts before what follows. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

static void draw_invert(const void *params, AugRng *rng, ImgPoint *point)
{
    (void)params;
    (void)rng;
    uint8_t lut[256];
    for (int v = 0; v < 256; v++)
        lut[v] = (uint8_t)(255 - v);
    img_point_table(point, lut);
}

/* A table that differs between channels and that no other one undoes. */
static void draw_halve(const void *params, AugRng *rng, ImgPoint *point)
{
    (void)params;
    (void)rng;
    ImgTable table;
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++)
            table.values[c][v] = (uint8_t)(v / 2 + 20 * c);
    img_point_tables(point, &table);
}

static void draw_nothing(const void *params, AugRng *rng, ImgPoint *point)
{
    (void)params;
    (void)rng;
    uint8_t lut[256];
    for (int v = 0; v < 256; v++)
        lut[v] = (uint8_t)v;
    img_point_table(point, lut);
}

static const AugOpDesc invert = {.name = "Invert", IMG_OP(.point = draw_invert)};
static const AugOpDesc halve = {.name = "Halve", IMG_OP(.point = draw_halve)};
static const AugOpDesc nothing = {.name = "Nothing", IMG_OP(.point = draw_nothing)};

enum { HEIGHT = 7, WIDTH = 10, PIXELS = HEIGHT * WIDTH };

/* A pipeline in which every VerticalFlip is replaced, in turn, by one of descs. */
static void open_points(ImageCase *image_case, const char *pipeline, const char *output,
                        const AugOpDesc *const *descs)
{
    const AugDatasetInfo info = image_info(HEIGHT, WIDTH, 3);
    AugError error = {0};
    const AugStatus status = image_case_open(image_case, pipeline, output, &info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    for (size_t i = 0; i < image_case->ops.n; i++)
        if (strcmp(image_case->ops.ops[i].desc->name, "VerticalFlip") == 0) {
            image_case->ops.ops[i].desc = *descs++;
            image_case->ops.ops[i].p = 1;
        }
}

static void run(ImageCase *image_case, const uint8_t *pixels, void *slot)
{
    const AugSample sample = image_sample(pixels, HEIGHT, WIDTH, 3);
    AugError error = {0};
    const AugStatus status = image_case_run(image_case, &(AugKey){0}, &sample, slot, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
}

static uint8_t halved_inverse(uint8_t value, int c)
{
    return (uint8_t)((255 - value) / 2 + 20 * c);
}

START_TEST(neighbours_are_one_table)
{
    static const AugOpDesc *const descs[] = {&invert, &nothing, &halve};
    uint8_t *pixels = image_pixels(HEIGHT, WIDTH, 3, 1), slot[3 * PIXELS];
    ImageCase image_case;
    open_points(&image_case, "[VerticalFlip, VerticalFlip, VerticalFlip]", "{dtype: uint8}", descs);
    run(&image_case, pixels, slot);
    ck_assert_uint_eq(image_case.worker->recipe.n_steps, 2);
    ck_assert_int_eq(image_case.worker->recipe.steps[1].kind, IMG_STEP_TABLE);
    for (int i = 0; i < 3 * PIXELS; i++) {
        const int c = i / PIXELS;
        ck_assert_int_eq(slot[i], halved_inverse(pixels[i % PIXELS * 3 + c], c));
    }
    /* The same picture without the output pass. */
    const AugSample sample = image_sample(pixels, HEIGHT, WIDTH, 3);
    const AugImage image = image_case_picture(&image_case, 0, &sample);
    for (int i = 0; i < 3 * PIXELS; i++)
        ck_assert_int_eq(image.pixels[i], halved_inverse(pixels[i], i % 3));
    image_case_close(&image_case);
    free(pixels);
}
END_TEST

START_TEST(a_table_that_does_nothing_is_no_step)
{
    static const AugOpDesc *const descs[] = {&nothing};
    uint8_t *pixels = image_pixels(HEIGHT, WIDTH, 3, 1), slot[3 * PIXELS];
    ImageCase image_case;
    open_points(&image_case, "[HorizontalFlip: {p: 1}, VerticalFlip, HorizontalFlip: {p: 1}]",
                "{dtype: uint8, layout: hwc}", descs);
    run(&image_case, pixels, slot);
    ck_assert_uint_eq(image_case.worker->recipe.n_steps, 1);
    ck_assert_mem_eq(slot, pixels, 3 * PIXELS);
    image_case_close(&image_case);
    free(pixels);
}
END_TEST

/* Before an erasure a table does not touch the colour, behind it it does. */
START_TEST(order_of_tables_and_erasures)
{
    static const AugOpDesc *const descs[] = {&invert, &halve};
    uint8_t *pixels = image_pixels(HEIGHT, WIDTH, 3, 1);
    float slot[3 * PIXELS];
    ImageCase image_case;
    open_points(&image_case,
                "[VerticalFlip, HorizontalFlip: {p: 1}, Cutout: {size: 3, fill: [10, 20, 30]}, "
                "VerticalFlip]",
                "{}", descs);
    run(&image_case, pixels, slot);
    ck_assert_uint_eq(image_case.worker->recipe.n_steps, 5);
    const ImgWindow at = image_case.worker->recipe.erase.items[0].window;
    for (int i = 0; i < 3 * PIXELS; i++) {
        const int c = i / PIXELS, y = i % PIXELS / WIDTH, x = i % WIDTH;
        const bool erased = at.x0 <= x && x < at.x1 && at.y0 <= y && y < at.y1;
        const uint8_t value = pixels[(y * WIDTH + WIDTH - 1 - x) * 3 + c];
        const int wanted = erased ? 5 * (c + 1) + 20 * c : halved_inverse(value, c);
        ck_assert_msg(
            (double)slot[i] * 255 - wanted < 1e-4 && wanted - (double)slot[i] * 255 < 1e-4,
            "channel %d, row %d, column %d: %g, wanted %d", c, y, x, (double)slot[i] * 255, wanted);
    }
    image_case_close(&image_case);
    free(pixels);
}
END_TEST

/* A table acts on pixels, not on the margin that comes later; and it ends fusing. */
START_TEST(geometry_behind_a_table)
{
    static const AugOpDesc *const descs[] = {&invert};
    uint8_t *pixels = image_pixels(HEIGHT, WIDTH, 3, 1);
    uint8_t slot[3 * (HEIGHT + 2) * (WIDTH + 2)];
    ImageCase image_case;
    open_points(&image_case, "[VerticalFlip, Pad: {padding: 1, fill: 9}]",
                "{dtype: uint8, layout: hwc}", descs);
    run(&image_case, pixels, slot);
    ck_assert_uint_eq(image_case.worker->recipe.geometry.n_stages, 2);
    for (int y = 0; y < HEIGHT + 2; y++)
        for (int x = 0; x < WIDTH + 2; x++) {
            const bool inside = y >= 1 && y <= HEIGHT && x >= 1 && x <= WIDTH;
            const int wanted = inside ? 255 - pixels[((y - 1) * WIDTH + x - 1) * 3] : 9;
            ck_assert_int_eq(slot[(y * (WIDTH + 2) + x) * 3], wanted);
        }
    image_case_close(&image_case);
    free(pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("point operations");
    TCase *points = tcase_create("points");
    tcase_add_test(points, neighbours_are_one_table);
    tcase_add_test(points, a_table_that_does_nothing_is_no_step);
    tcase_add_test(points, order_of_tables_and_erasures);
    tcase_add_test(points, geometry_behind_a_table);
    suite_add_tcase(suite, points);
    return test_run(suite);
}
