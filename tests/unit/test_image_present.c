/* What people see of a sample of the image domain, pixel by pixel. */
#include <stdlib.h>
#include <string.h>

#include "image/domain/present.h"
#include "tests/support/support.h"

#define RED 230, 25, 75
#define GREEN 60, 180, 75
#define YELLOW 255, 225, 25
#define PLAIN 250, 250, 250

enum { IMAGE, MASK, BOXES, BOX_LABELS, POINTS, POLYGON, N_FIELDS };

static const AugDatasetInfo all_fields = {
    .n_samples = 1,
    .n_classes = 3,
    .n_fields = N_FIELDS,
    .fields = {
        [IMAGE] = {.name = "image", .kind = AUG_FIELD_IMAGE, .form = AUG_FORM_PIXELS},
        [MASK] = {.name = "mask", .kind = AUG_FIELD_MASK, .form = AUG_FORM_PIXELS},
        [BOXES] = {.name = "boxes", .kind = AUG_FIELD_BOXES, .tensor = {AUG_DTYPE_F32, 2, {0, 4}}},
        [BOX_LABELS] = {.name = "box_labels",
                        .kind = AUG_FIELD_OTHER,
                        .tensor = {AUG_DTYPE_I64, 1, {0}},
                        .follows = "boxes"},
        [POINTS] = {.name = "keypoints",
                    .kind = AUG_FIELD_POINTS,
                    .tensor = {AUG_DTYPE_F32, 2, {0, 2}}},
        [POLYGON] = {.name = "polygon",
                     .kind = AUG_FIELD_POLYGONS,
                     .tensor = {AUG_DTYPE_F32, 2, {0, 2}}},
    }};

/* A sample of one value everywhere, without anything to draw. */
typedef struct Scene {
    AugField fields[N_FIELDS];
    uint8_t *pixels;
    uint8_t *classes;
    AugPresentation shown;
} Scene;

static void scene_open(Scene *scene, int32_t height, int32_t width, int32_t channels)
{
    *scene = (Scene){0};
    const size_t n = (size_t)height * (size_t)width;
    scene->pixels = malloc(n * (size_t)channels);
    scene->classes = calloc(n, 1);
    ck_assert_ptr_nonnull(scene->pixels);
    ck_assert_ptr_nonnull(scene->classes);
    for (size_t i = 0; i < n * (size_t)channels; i++)
        scene->pixels[i] = (uint8_t)(100 + i % (size_t)channels);
    scene->fields[IMAGE] = (AugField){.bytes = scene->pixels,
                                      .size = n * (size_t)channels,
                                      .height = height,
                                      .width = width,
                                      .channels = channels};
    scene->fields[MASK] = (AugField){
        .bytes = scene->classes, .size = n, .height = height, .width = width, .channels = 1};
}

static void present(Scene *scene)
{
    const AugSample sample = {.name = "scene", .fields = scene->fields};
    AugError error = {0};
    ck_assert_msg(img_presenter.present(&all_fields, &sample, &scene->shown, &error) == AUG_OK,
                  "%s", error.message);
    ck_assert_int_eq(scene->shown.picture.channels, 3);
    ck_assert_ptr_null(scene->shown.text);
}

static void scene_close(Scene *scene)
{
    free(scene->shown.picture.pixels);
    free(scene->pixels);
    free(scene->classes);
}

/* Letters of a drawing: '.' the picture, 'r', 'g', 'y' classes 0, 1, 2, 'R' half of class 0,
 * 'w' no class. */
static void check_pixels(const Scene *scene, const char *const *rows)
{
    const AugImage *picture = &scene->shown.picture;
    for (int32_t y = 0; y < picture->height; y++)
        for (int32_t x = 0; x < picture->width; x++) {
            static const uint8_t of[][3] = {{100, 100, 100}, {RED},         {GREEN},
                                            {YELLOW},        {165, 63, 88}, {PLAIN}};
            const char letter = rows[y][x];
            const uint8_t *wanted = of[strchr(".rgyRw", letter) - ".rgyRw"];
            const uint8_t *got = picture->pixels + (size_t)y * picture->row_size + (size_t)x * 3;
            ck_assert_msg(memcmp(got, wanted, 3) == 0,
                          "column %d of row %d is %d %d %d, wanted '%c': %d %d %d", x, y, got[0],
                          got[1], got[2], letter, wanted[0], wanted[1], wanted[2]);
        }
}

START_TEST(masks_lie_over_the_picture)
{
    Scene scene;
    scene_open(&scene, 3, 5, 1);
    scene.classes[1] = scene.classes[7] = 1;
    present(&scene);
    check_pixels(&scene, (const char *const[]){".R...", "..R..", "....."});
    /* Classes are told in words by the caller. */
    ck_assert_uint_eq(scene.shown.shown,
                      1u << IMAGE | 1u << MASK | 1u << BOXES | 1u << POINTS | 1u << POLYGON);
    scene_close(&scene);
}
END_TEST

/* Half-open: the box from 1 to 4 has the outermost pixels 1 and 3. A box that begins within a pixel
 * touches it; what lies outside is left out. */
START_TEST(boxes_have_the_colours_of_their_classes)
{
    static const float boxes[] = {1, 0, 4, 3, 5.5f, 1.5f, 7.25f, 3.5f, -3, -3, 1, 1e9f};
    static const int64_t labels[] = {1, 2, 0};
    Scene scene;
    scene_open(&scene, 4, 8, 1);
    scene.fields[BOXES] = (AugField){.bytes = boxes, .size = sizeof(boxes), .n_rows = 3};
    scene.fields[BOX_LABELS] = (AugField){.bytes = labels, .size = sizeof(labels), .n_rows = 3};
    present(&scene);
    check_pixels(&scene, (const char *const[]){"rggg....", "rg.g.yyy", "rggg.y.y", "r....yyy"});
    scene_close(&scene);
}
END_TEST

START_TEST(points_are_squares_and_polygons_close)
{
    static const float points[] = {1.5f, 1.9f, 100, 100};
    static const float polygon[] = {4.5f, 0.5f, 7.5f, 0.5f, 7.5f, 3.5f};
    Scene scene;
    scene_open(&scene, 4, 9, 1);
    scene.fields[POINTS] = (AugField){.bytes = points, .size = sizeof(points), .n_rows = 2};
    scene.fields[POLYGON] = (AugField){.bytes = polygon, .size = sizeof(polygon), .n_rows = 3};
    present(&scene);
    check_pixels(&scene, (const char *const[]){"www.wwww.", "www..w.w.", "www...ww.", ".......w."});
    scene_close(&scene);
}
END_TEST

/* 673 pixels are shown as 224, four of them as one or two. */
START_TEST(lines_survive_being_reduced)
{
    static const float box[] = {10, 20, 600, 700};
    Scene scene;
    scene_open(&scene, 673, 100, 3);
    scene.fields[BOXES] = (AugField){.bytes = box, .size = sizeof(box), .n_rows = 1};
    present(&scene);
    static const uint8_t line[3] = {PLAIN}, plain[3] = {100, 101, 102};
    for (int32_t y = 18; y < 30; y++) {
        const uint8_t *got = scene.shown.picture.pixels + (size_t)y * 300 + 50 * 3;
        ck_assert_mem_eq(got, y >= 20 && y < 24 ? line : plain, 3);
    }
    scene_close(&scene);
}
END_TEST

/* White is 65535 of 16 bits and 1 of real numbers, which may lie outside of 0 to 1. */
START_TEST(pixels_of_other_types_are_shown_in_eight_bits)
{
    static const uint16_t wide[] = {0, 257, 128, 129, 65535, 65406};
    static const float real[] = {-1, 0.5f, 2, 1 / 255.0f, 1, 0.25f};
    static const uint8_t of_wide[] = {0, 1, 0, 1, 255, 254}, of_real[] = {0, 128, 255, 1, 255, 64};
    AugField fields[N_FIELDS] = {0};
    const AugSample sample = {.name = "wide", .fields = fields};
    for (int i = 0; i < 2; i++) {
        AugDatasetInfo info = all_fields;
        info.n_fields = 1;
        info.fields[IMAGE].tensor.dtype = i ? AUG_DTYPE_F32 : AUG_DTYPE_U16;
        fields[IMAGE] = (AugField){.bytes = i ? (const void *)real : wide,
                                   .size = i ? sizeof(real) : sizeof(wide),
                                   .height = 1,
                                   .width = 2,
                                   .channels = 3};
        AugPresentation shown;
        ck_assert_int_eq(img_presenter.present(&info, &sample, &shown, NULL), AUG_OK);
        ck_assert_mem_eq(shown.picture.pixels, i ? of_real : of_wide, 6);
        free(shown.picture.pixels);
    }
}
END_TEST

START_TEST(samples_without_picture_show_nothing)
{
    AugDatasetInfo info = all_fields;
    info.fields[IMAGE].kind = AUG_FIELD_OTHER;
    const AugSample sample = {.name = "none"};
    AugPresentation shown;
    ck_assert_int_eq(img_presenter.present(&info, &sample, &shown, NULL), AUG_OK);
    ck_assert_ptr_null(shown.picture.pixels);
    ck_assert_uint_eq(shown.shown, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image_present");
    TCase *drawing = tcase_create("drawing");
    tcase_add_test(drawing, masks_lie_over_the_picture);
    tcase_add_test(drawing, boxes_have_the_colours_of_their_classes);
    tcase_add_test(drawing, points_are_squares_and_polygons_close);
    tcase_add_test(drawing, lines_survive_being_reduced);
    tcase_add_test(drawing, pixels_of_other_types_are_shown_in_eight_bits);
    tcase_add_test(drawing, samples_without_picture_show_nothing);
    suite_add_tcase(suite, drawing);
    return test_run(suite);
}
