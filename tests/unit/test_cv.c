/* The wrapper over OpenCV: movements of pixels, and that nothing is thrown out of it. */
#include "image/cv/cv.h"
#include "tests/support/pictures.h"

START_TEST(transposing_swaps_rows_and_columns)
{
    uint64_t state = 113;
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        const AugImage noise = test_noise(&state, 23, 14, channels);
        const AugImage out = test_picture(14, 23, channels, 0);
        ck_assert_int_eq(img_cv_transpose(&noise, &out, NULL), AUG_OK);
        for (int32_t y = 0; y < 14; y++) {
            for (int32_t x = 0; x < 23; x++)
                ck_assert_mem_eq(test_pixel(&out, y, x), test_pixel(&noise, x, y), channels);
        }
        free(out.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(flipping_mirrors_each_axis)
{
    uint64_t state = 127;
    const AugImage noise = test_noise(&state, 23, 14, 3);
    for (int i = 0; i < 4; i++) {
        const bool flip_x = i % 2;
        const bool flip_y = i / 2;
        const AugImage out = test_picture(23, 14, 3, 0);
        ck_assert_int_eq(img_cv_flip(&noise, flip_x, flip_y, &out, NULL), AUG_OK);
        for (int32_t y = 0; y < 14; y++) {
            for (int32_t x = 0; x < 23; x++)
                ck_assert_mem_eq(test_pixel(&out, x, y),
                                 test_pixel(&noise, flip_x ? 22 - x : x, flip_y ? 13 - y : y), 3);
        }
        free(out.pixels);
    }
    free(noise.pixels);
}
END_TEST

START_TEST(margins_follow_the_border_s_rule)
{
    static const ImgBorder borders[] = {IMG_BORDER_CONSTANT, IMG_BORDER_REFLECT101,
                                        IMG_BORDER_EDGE};
    static const uint8_t fill[3] = {9, 99, 199};
    const ImgMargins margins = {.top = 3, .bottom = 12, .left = 5, .right = 1};
    uint64_t state = 131;
    for (int i = 0; i < 6; i++) {
        const ImgBorder border = borders[i / 2];
        const int32_t channels = i % 2 ? 3 : 1;
        const AugImage noise = test_noise(&state, 11, 6, channels);
        const AugImage out = test_picture(17, 21, channels, 0);
        ck_assert_int_eq(img_cv_pad(&noise, margins, border, fill, &out, NULL), AUG_OK);
        for (int32_t y = 0; y < 21; y++) {
            for (int32_t x = 0; x < 17; x++) {
                const int32_t from_x = img_border_index(border, x - margins.left, 11);
                const int32_t from_y = img_border_index(border, y - margins.top, 6);
                const uint8_t *want =
                    from_x < 0 || from_y < 0 ? fill : test_pixel(&noise, from_x, from_y);
                if (memcmp(test_pixel(&out, x, y), want, (size_t)channels) != 0)
                    ck_abort_msg("border %d: column %d, row %d differs", border, x, y);
            }
        }
        free(out.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(border_indices_are_those_of_their_names)
{
    /* ... c b | a b c | b a ...  and  a a | a b c | c c */
    static const int32_t mirrored[] = {2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0};
    static const int32_t edges[] = {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2};
    for (int32_t i = 0; i < 11; i++) {
        const int32_t at = i - 6;
        ck_assert_int_eq(img_border_index(IMG_BORDER_REFLECT101, at, 3), mirrored[i]);
        ck_assert_int_eq(img_border_index(IMG_BORDER_EDGE, at, 3), edges[i]);
        ck_assert_int_eq(img_border_index(IMG_BORDER_CONSTANT, at, 3), 0 <= at && at < 3 ? at : -1);
        ck_assert_int_eq(img_border_index(IMG_BORDER_REFLECT101, at, 1), 0);
    }
}
END_TEST

START_TEST(wrong_sizes_are_refused)
{
    uint64_t state = 137;
    const AugImage noise = test_noise(&state, 23, 14, 3);
    const AugImage out = test_picture(23, 14, 3, 0);
    AugImage grey = out;
    grey.channels = 1;
    AugImage none = noise;
    none.height = 0;
    const uint8_t fill[3] = {0};
    AugError error = {0};
    ck_assert_int_eq(img_cv_transpose(&noise, &out, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "14 x 23"));
    ck_assert_int_eq(img_cv_flip(&noise, true, false, &grey, NULL), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(img_cv_flip(&none, true, false, &none, NULL), AUG_BAD_ARGUMENT);
    const ImgMargins one = {.top = 1};
    ck_assert_int_eq(img_cv_pad(&noise, one, IMG_BORDER_EDGE, fill, &out, NULL), AUG_BAD_ARGUMENT);
    const ImgMargins negative = {.top = 1, .bottom = -1};
    ck_assert_int_eq(img_cv_pad(&noise, negative, IMG_BORDER_EDGE, fill, &out, &error),
                     AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "margins"));
    ck_assert_int_eq(img_cv_blur(&noise, 1, 3, &grey, NULL), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(img_cv_blur(&noise, 0, 3, &out, NULL), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(img_cv_blur(&noise, 1, 0, &out, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "radius 0"));
    free(out.pixels);
    free(noise.pixels);
}
END_TEST

/* OpenCV throws where a row is said to be shorter than its pixels: a status must come back. */
START_TEST(what_opencv_throws_becomes_a_status)
{
    uint64_t state = 139;
    AugImage noise = test_noise(&state, 23, 14, 3);
    const AugImage out = test_picture(23, 14, 3, 0);
    noise.row_size = 10;
    AugError error = {0};
    ck_assert_int_eq(img_cv_flip(&noise, true, false, &out, &error), AUG_INTERNAL);
    ck_assert_ptr_nonnull(strstr(error.message, "OpenCV"));
    free(out.pixels);
    free(noise.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cv");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, transposing_swaps_rows_and_columns);
    tcase_add_test(tests, flipping_mirrors_each_axis);
    tcase_add_test(tests, margins_follow_the_border_s_rule);
    tcase_add_test(tests, border_indices_are_those_of_their_names);
    tcase_add_test(tests, wrong_sizes_are_refused);
    tcase_add_test(tests, what_opencv_throws_becomes_a_status);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
