/* The group D4, the fusing of geometry while it is built, and that fused passes give the pixels of
 * separate ones. */
#include "image/geometry/geometry.h"

#include <stdlib.h>
#include <string.h>

#include "image/geometry/place.h"
#include "image/geometry/stage.h"
#include "tests/support/image_case.h"
#include "tests/support/support.h"

enum { MAX_STAGES = 16 };

/* A geometry with memory of its own. */
typedef struct Built {
    ImgGeometry geometry;
    ImgStage stages[MAX_STAGES];
    AugLimits limits;
} Built;

static void begin(Built *built, int32_t height, int32_t width)
{
    aug_limits_init(&built->limits);
    img_geometry_begin(&built->geometry, (AugSize){.height = height, .width = width}, 3,
                       built->stages, MAX_STAGES, &built->limits);
}

static ImgOutside black(void)
{
    return (ImgOutside){.border = IMG_BORDER_CONSTANT};
}

static void pad(Built *built, int32_t margin, ImgOutside outside)
{
    const ImgPadding padding = {margin, margin, margin, margin};
    img_geometry_pad(&built->geometry, &padding, &outside);
}

/* A warp that shrinks about the corner, so that it is never a plain move. */
static void warp(Built *built, ImgOutside outside)
{
    static const double matrix[6] = {1.25, 0.1, 0.5, -0.1, 1.25, 0.25};
    const AugSize size = {.height = built->geometry.height, .width = built->geometry.width};
    img_geometry_warp(&built->geometry, matrix, size, IMG_FILTER_BILINEAR, &outside);
}

static void expect(const Built *built, uint32_t n_stages, int32_t height, int32_t width)
{
    const ImgGeometry *geometry = &built->geometry;
    ck_assert_msg(!geometry->failed, "%s", geometry->message);
    ck_assert_msg(geometry->n_stages == n_stages, "%u stages, wanted %u", geometry->n_stages,
                  n_stages);
    ck_assert_int_eq(geometry->height, height);
    ck_assert_int_eq(geometry->width, width);
    const AugSize made = img_stage_size(&geometry->stages[n_stages - 1]);
    ck_assert_int_eq(made.height, height);
    ck_assert_int_eq(made.width, width);
}

/* out = picture turned, by the definition of the flags and nothing else. */
static void turn_slowly(ImgOrient orient, const AugImage *in, const AugImage *out)
{
    for (int32_t y = 0; y < out->height; y++)
        for (int32_t x = 0; x < out->width; x++) {
            int32_t at_y = orient & IMG_ORIENT_MIRROR_Y ? out->height - 1 - y : y;
            int32_t at_x = orient & IMG_ORIENT_MIRROR_X ? out->width - 1 - x : x;
            if (orient & IMG_ORIENT_TRANSPOSE) {
                const int32_t swap = at_y;
                at_y = at_x;
                at_x = swap;
            }
            memcpy(out->pixels + (size_t)y * out->row_size + x * out->channels,
                   in->pixels + (size_t)at_y * in->row_size + at_x * in->channels,
                   (size_t)in->channels);
        }
}

static AugImage turned_image(ImgOrient orient, const AugImage *in, uint8_t *memory)
{
    const AugSize size =
        img_orient_size(orient, (AugSize){.height = in->height, .width = in->width});
    return (AugImage){
        .pixels = memory,
        .height = size.height,
        .width = size.width,
        .channels = in->channels,
        .row_size = (size_t)size.width * (size_t)in->channels,
    };
}

static void place_whole(ImgOrient orient, const AugImage *in, const AugImage *out)
{
    const ImgWindow all = img_window_all(in->width, in->height);
    const ImgPlace place = {.valid = all, .window = all, .orient = orient};
    const ImgSource source = img_source_all(in);
    ptrdiff_t scratch[256];
    ck_assert_uint_le(img_place_scratch(&place), AUG_COUNT(scratch));
    img_place(&place, &source, scratch, out);
}

/* One row of the Cayley table in pixels: a, then every b, against the composed element. */
static void check_products(ImgOrient a, const AugImage *picture)
{
    uint8_t memory[4][64 * 3];
    AugImage after_a = turned_image(a, picture, memory[0]);
    place_whole(a, picture, &after_a);
    AugImage slow = turned_image(a, picture, memory[1]);
    turn_slowly(a, picture, &slow);
    image_assert_equal(&after_a, &slow, "one element");
    for (int b = 0; b < 8; b++) {
        const ImgOrient product = img_orient_then(a, (ImgOrient)b);
        ck_assert_int_lt((int)product, 8);
        AugImage both = turned_image((ImgOrient)b, &after_a, memory[2]);
        turn_slowly((ImgOrient)b, &after_a, &both);
        AugImage once = turned_image(product, picture, memory[3]);
        place_whole(product, picture, &once);
        image_assert_equal(&once, &both, "product of two elements");
    }
}

START_TEST(cayley_table)
{
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        uint8_t *pixels = image_pixels(5, 7, channels, 1);
        const AugImage picture = {pixels, 5, 7, channels, (size_t)(7 * channels), AUG_DTYPE_U8};
        for (int a = 0; a < 8; a++)
            check_products((ImgOrient)a, &picture);
        free(pixels);
    }
}
END_TEST

START_TEST(group_laws)
{
    for (int a = 0; a < 8; a++) {
        int inverses = 0;
        for (int b = 0; b < 8; b++)
            inverses += img_orient_then((ImgOrient)a, (ImgOrient)b) == IMG_ORIENT_NONE;
        ck_assert_int_eq(inverses, 1);
        const ImgOrient inverse = img_orient_inverse((ImgOrient)a);
        ck_assert_int_eq(img_orient_then((ImgOrient)a, inverse), IMG_ORIENT_NONE);
    }
    ImgOrient turns = IMG_ORIENT_NONE;
    for (int i = 0; i < 4; i++)
        turns = img_orient_then(turns, IMG_ORIENT_TURN_90);
    ck_assert_int_eq(turns, IMG_ORIENT_NONE);
    ck_assert_int_eq(img_orient_then(IMG_ORIENT_TURN_90, IMG_ORIENT_TURN_180), IMG_ORIENT_TURN_270);
}
END_TEST

/* A window and a point must land on the same pixels as the pixels themselves do. */
START_TEST(windows_and_matrices_follow_the_pixels)
{
    const ImgWindow window = {.x0 = 1, .y0 = 2, .x1 = 4, .y1 = 3};
    for (int a = 0; a < 8; a++) {
        const ImgOrient orient = (ImgOrient)a;
        const AugSize turned = img_orient_size(orient, (AugSize){.height = 5, .width = 7});
        const ImgWindow at = img_orient_source(orient, turned, window);
        double m[6];
        img_orient_matrix(orient, turned, m);
        const double x[2] = {m[0] * window.x0 + m[1] * window.y0 + m[2],
                             m[0] * window.x1 + m[1] * window.y1 + m[2]};
        const double y[2] = {m[3] * window.x0 + m[4] * window.y0 + m[5],
                             m[3] * window.x1 + m[4] * window.y1 + m[5]};
        ck_assert_double_eq(x[0] < x[1] ? x[0] : x[1], at.x0);
        ck_assert_double_eq(x[0] < x[1] ? x[1] : x[0], at.x1);
        ck_assert_double_eq(y[0] < y[1] ? y[0] : y[1], at.y0);
        ck_assert_double_eq(y[0] < y[1] ? y[1] : y[0], at.y1);
    }
}
END_TEST

/* What ImageOps.exif_transpose does: 6 is turned clockwise, 8 counter-clockwise. */
START_TEST(exif_orientations)
{
    ck_assert_int_eq(img_orient_from_exif(1), IMG_ORIENT_NONE);
    ck_assert_int_eq(img_orient_from_exif(3), IMG_ORIENT_TURN_180);
    ck_assert_int_eq(img_orient_from_exif(6), IMG_ORIENT_TURN_270);
    ck_assert_int_eq(img_orient_from_exif(8), IMG_ORIENT_TURN_90);
    ck_assert_int_eq(img_orient_from_exif(5), IMG_ORIENT_TRANSPOSE);
    ck_assert_int_eq(img_orient_from_exif(7), IMG_ORIENT_TRANSVERSE);
    ck_assert_int_eq(img_orient_from_exif(0), IMG_ORIENT_NONE);
    ck_assert_int_eq(img_orient_from_exif(9), IMG_ORIENT_NONE);
    ck_assert_int_eq(img_orient_from_exif(-1), IMG_ORIENT_NONE);
}
END_TEST

START_TEST(views_are_one_stage)
{
    Built built;
    begin(&built, 32, 32);
    pad(&built, 4, black());
    img_geometry_crop(&built.geometry, 1, 7, 32, 32);
    img_geometry_orient(&built.geometry, IMG_ORIENT_MIRROR_X);
    expect(&built, 1, 32, 32);
    ck_assert(!img_stage_resizes(&built.stages[0]));
    const ImgWindow window = {.x0 = 3, .y0 = -3, .x1 = 35, .y1 = 29};
    ck_assert_mem_eq(&built.stages[0].view.window, &window, sizeof(window));

    begin(&built, 375, 500);
    img_geometry_resized_crop(&built.geometry,
                              (ImgWindow){.x0 = 30, .y0 = 20, .x1 = 330, .y1 = 270},
                              (AugSize){.height = 224, .width = 224}, IMG_FILTER_BILINEAR);
    img_geometry_orient(&built.geometry, IMG_ORIENT_MIRROR_X);
    img_geometry_crop(&built.geometry, 0, 4, 200, 220);
    pad(&built, 2, black());
    expect(&built, 1, 204, 224);
    const ImgWindow box = {.x0 = 30, .y0 = 20, .x1 = 330, .y1 = 270};
    ck_assert_mem_eq(&built.stages[0].box, &box, sizeof(box));
}
END_TEST

START_TEST(nothing_leaves_no_trace)
{
    Built built;
    begin(&built, 40, 60);
    img_geometry_resize(&built.geometry, 40, 60, IMG_FILTER_BILINEAR);
    img_geometry_crop(&built.geometry, 0, 0, 40, 60);
    pad(&built, 0, black());
    static const double identity[6] = {1, 0, 0, 0, 1, 0};
    const ImgOutside outside = black();
    img_geometry_warp(&built.geometry, identity, (AugSize){.height = 40, .width = 60},
                      IMG_FILTER_BILINEAR, &outside);
    for (int i = 0; i < 4; i++)
        img_geometry_orient(&built.geometry, IMG_ORIENT_TURN_90);
    expect(&built, 1, 40, 60);
    ck_assert(img_stage_is_identity(&built.stages[0]));
    img_geometry_crop(&built.geometry, 0, 0, 40, 59);
    ck_assert(!img_stage_is_identity(&built.stages[0]));
}
END_TEST

START_TEST(what_starts_a_new_stage)
{
    Built built;
    begin(&built, 40, 60);
    img_geometry_resize(&built.geometry, 20, 30, IMG_FILTER_BILINEAR);
    img_geometry_resize(&built.geometry, 25, 35, IMG_FILTER_BILINEAR);
    expect(&built, 2, 25, 35);

    begin(&built, 40, 60);
    pad(&built, 1, black());
    img_geometry_resize(&built.geometry, 20, 30, IMG_FILTER_BILINEAR);
    expect(&built, 2, 20, 30);

    begin(&built, 40, 60);
    img_geometry_orient(&built.geometry, IMG_ORIENT_TURN_90);
    img_geometry_crop(&built.geometry, 3, 5, 50, 30);
    img_geometry_resize(&built.geometry, 20, 30, IMG_FILTER_BILINEAR);
    expect(&built, 2, 20, 30);
    /* The crop is the box of the resize, and the filter may read around it. */
    const ImgWindow box = {.x0 = 5, .y0 = 3, .x1 = 35, .y1 = 53};
    ck_assert_mem_eq(&built.stages[1].box, &box, sizeof(box));
    ck_assert_int_eq(built.stages[1].source.height, 60);

    begin(&built, 40, 60);
    pad(&built, 1, black());
    pad(&built, 2, (ImgOutside){.border = IMG_BORDER_EDGE});
    expect(&built, 2, 46, 66);

    begin(&built, 40, 60);
    img_geometry_resize(&built.geometry, 20, 30, IMG_FILTER_BILINEAR);
    warp(&built, black());
    pad(&built, 2, black());
    expect(&built, 3, 24, 34);
}
END_TEST

START_TEST(padding_that_was_cropped_away_is_forgotten)
{
    Built built;
    begin(&built, 40, 60);
    pad(&built, 4, (ImgOutside){.border = IMG_BORDER_EDGE});
    img_geometry_crop(&built.geometry, 4, 4, 40, 60);
    ck_assert(img_stage_is_identity(&built.stages[0]));
    img_geometry_resize(&built.geometry, 20, 30, IMG_FILTER_BILINEAR);
    expect(&built, 1, 20, 30);
}
END_TEST

START_TEST(constant_paddings_run_together)
{
    Built built;
    begin(&built, 40, 60);
    pad(&built, 1, black());
    img_geometry_crop(&built.geometry, 0, 0, 40, 62);
    pad(&built, 2, black());
    expect(&built, 1, 44, 66);
    const ImgWindow valid = {.x0 = 0, .y0 = 0, .x1 = 60, .y1 = 39};
    ck_assert_mem_eq(&built.stages[0].view.valid, &valid, sizeof(valid));
    const ImgOutside white = {.border = IMG_BORDER_CONSTANT, .fill = {255, 255, 255}};
    pad(&built, 2, white);
    expect(&built, 2, 48, 70);
}
END_TEST

START_TEST(warps_are_multiplied)
{
    Built built;
    begin(&built, 40, 60);
    img_geometry_crop(&built.geometry, 2, 3, 30, 50);
    img_geometry_orient(&built.geometry, IMG_ORIENT_MIRROR_X);
    warp(&built, black());
    img_geometry_orient(&built.geometry, IMG_ORIENT_TURN_90);
    warp(&built, black());
    expect(&built, 1, 50, 30);
    const ImgWindow box = {.x0 = 3, .y0 = 2, .x1 = 53, .y1 = 32};
    ck_assert_mem_eq(&built.stages[0].box, &box, sizeof(box));

    img_geometry_crop(&built.geometry, 1, 1, 40, 20);
    expect(&built, 1, 40, 20);
    warp(&built, black());
    expect(&built, 2, 40, 20);
    warp(&built, (ImgOutside){.border = IMG_BORDER_EDGE});
    expect(&built, 3, 40, 20);
}
END_TEST

/* The multiplied matrix takes a point where the single ones take it one after the other. */
START_TEST(multiplied_matrices_take_points_along)
{
    Built built;
    begin(&built, 40, 60);
    img_geometry_crop(&built.geometry, 5, 7, 30, 40);
    img_geometry_orient(&built.geometry, IMG_ORIENT_TURN_90);
    warp(&built, black());
    const double *m = built.stages[0].warp.matrix;
    /* A point of the result, back through the warp, the turn (its source is 30 x 40) and the crop.
     */
    const double x = 11.5, y = 3.25;
    const double wx = 1.25 * x + 0.1 * y + 0.5, wy = -0.1 * x + 1.25 * y + 0.25;
    const double tx = 40 - wy, ty = wx;
    ck_assert_double_eq_tol(m[0] * x + m[1] * y + m[2], tx + 7, 1e-12);
    ck_assert_double_eq_tol(m[3] * x + m[4] * y + m[5], ty + 5, 1e-12);
}
END_TEST

START_TEST(sizes_beyond_limits_fail_with_a_sentence)
{
    Built built;
    begin(&built, 40, 60);
    img_geometry_resize(&built.geometry, 70000, 20, IMG_FILTER_BILINEAR);
    ck_assert(built.geometry.failed);
    ck_assert_ptr_nonnull(strstr(built.geometry.message, "70000 x 20"));
    ck_assert_ptr_nonnull(strstr(built.geometry.message, "65535"));
    /* Later calls do nothing. */
    img_geometry_orient(&built.geometry, IMG_ORIENT_TRANSPOSE);
    ck_assert_int_eq(built.geometry.height, 40);

    begin(&built, 40, 60);
    img_geometry_resize(&built.geometry, 60000, 60000, IMG_FILTER_BILINEAR);
    ck_assert(built.geometry.failed);

    begin(&built, 40, 60);
    img_geometry_crop(&built.geometry, 1, 0, 40, 60);
    ck_assert(built.geometry.failed);
    ck_assert_ptr_nonnull(strstr(built.geometry.message, "not inside"));

    begin(&built, 40, 60);
    for (int i = 0; i < MAX_STAGES + 1; i++)
        img_geometry_resize(&built.geometry, 30 + i, 30, IMG_FILTER_BILINEAR);
    ck_assert(built.geometry.failed);
}
END_TEST

/* A margin of each kind against the definition by img_border_index, with every element of D4. */
static void check_border(ImgBorder border, const AugImage *picture)
{
    const ImgWindow all = img_window_all(picture->width, picture->height);
    const ImgWindow window = {.x0 = -9, .y0 = 2, .x1 = picture->width + 5, .y1 = 17};
    ImgPlace place = {.valid = all, .window = window};
    place.outside = (ImgOutside){.border = border, .fill = {1, 2, 3}};
    const int32_t width = window.x1 - window.x0, height = window.y1 - window.y0;
    uint8_t plain_memory[1024], turned_memory[1024], wanted_memory[1024];
    AugImage plain = {plain_memory, height, width, 3, (size_t)(width * 3), AUG_DTYPE_U8};
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            const int32_t at_y = img_border_index(border, window.y0 + y, picture->height);
            const int32_t at_x = img_border_index(border, window.x0 + x, picture->width);
            const uint8_t *from = at_x < 0 || at_y < 0
                                      ? place.outside.fill
                                      : picture->pixels + at_y * picture->row_size + 3 * at_x;
            memcpy(plain.pixels + (size_t)y * plain.row_size + 3 * x, from, 3);
        }
    const ImgSource source = img_source_all(picture);
    for (int a = 0; a < 8; a++) {
        ptrdiff_t scratch[128];
        place.orient = (ImgOrient)a;
        AugImage got = turned_image(place.orient, &plain, turned_memory);
        AugImage wanted = turned_image(place.orient, &plain, wanted_memory);
        turn_slowly(place.orient, &plain, &wanted);
        img_place(&place, &source, scratch, &got);
        image_assert_equal(&got, &wanted, "margin");
    }
}

START_TEST(margins_in_every_position)
{
    uint8_t *pixels = image_pixels(6, 5, 3, 2);
    const AugImage picture = {pixels, 6, 5, 3, 15, AUG_DTYPE_U8};
    check_border(IMG_BORDER_CONSTANT, &picture);
    check_border(IMG_BORDER_REFLECT101, &picture);
    check_border(IMG_BORDER_EDGE, &picture);
    free(pixels);
}
END_TEST

START_TEST(needs_hold_what_a_window_shows)
{
    const ImgWindow all = img_window_all(10, 8);
    ImgPlace place = {.valid = all, .window = {.x0 = -3, .y0 = 2, .x1 = 4, .y1 = 5}};
    ImgWindow needs = img_place_needs(&place);
    ck_assert_mem_eq(&needs, &((ImgWindow){.x0 = 0, .y0 = 2, .x1 = 4, .y1 = 5}), sizeof(needs));
    place.outside.border = IMG_BORDER_REFLECT101;
    place.window = (ImgWindow){.x0 = -3, .y0 = 2, .x1 = -1, .y1 = 5};
    needs = img_place_needs(&place);
    ck_assert_mem_eq(&needs, &((ImgWindow){.x0 = 2, .y0 = 2, .x1 = 4, .y1 = 5}), sizeof(needs));
    /* Nothing but margin still asks for one pixel. */
    place.outside.border = IMG_BORDER_CONSTANT;
    needs = img_place_needs(&place);
    ck_assert_int_eq(needs.x1 - needs.x0, 1);
    ck_assert(img_window_in(&needs, 10, 8));
}
END_TEST

START_TEST(fill_colours)
{
    uint8_t bytes[IMG_MAX_PIXEL_SIZE];
    const AugFill orange = {.named = -1, .n = 3, .channels = {255, 127.5, 0.4}};
    ck_assert(img_fill_pixel(&orange, (ImgPixelType){.channels = 3}, bytes));
    ck_assert_mem_eq(bytes, ((uint8_t[3]){255, 128, 0}), 3);
    /* Pillow: Image.new("RGB", (1, 1), (255, 128, 0)).convert("L") is 151. */
    ck_assert(img_fill_pixel(&orange, (ImgPixelType){.channels = 1}, bytes));
    ck_assert_int_eq(bytes[0], 151);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("geometry");
    TCase *group = tcase_create("d4");
    tcase_add_test(group, cayley_table);
    tcase_add_test(group, group_laws);
    tcase_add_test(group, windows_and_matrices_follow_the_pixels);
    tcase_add_test(group, exif_orientations);
    suite_add_tcase(suite, group);
    TCase *fusing = tcase_create("fusing");
    tcase_add_test(fusing, views_are_one_stage);
    tcase_add_test(fusing, nothing_leaves_no_trace);
    tcase_add_test(fusing, what_starts_a_new_stage);
    tcase_add_test(fusing, padding_that_was_cropped_away_is_forgotten);
    tcase_add_test(fusing, constant_paddings_run_together);
    tcase_add_test(fusing, warps_are_multiplied);
    tcase_add_test(fusing, multiplied_matrices_take_points_along);
    tcase_add_test(fusing, sizes_beyond_limits_fail_with_a_sentence);
    suite_add_tcase(suite, fusing);
    TCase *pixels = tcase_create("pixels");
    tcase_add_test(pixels, margins_in_every_position);
    tcase_add_test(pixels, needs_hold_what_a_window_shows);
    tcase_add_test(pixels, fill_colours);
    suite_add_tcase(suite, pixels);
    return test_run(suite);
}
