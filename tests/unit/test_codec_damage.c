/* Damaged files are refused in words, whichever byte is hit, and the decoder goes on. */
#include "aug/image.h"
#include "image/codec/codec.h"
#include "tests/support/pictures.h"

static AugLimits limits;
static ImgDecoder *decoder;

static void set_up(void)
{
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
}

static void tear_down(void)
{
    img_decoder_free(decoder);
}

/* Header and full decode of a copy of exactly this size. out is borrowed from the decoder. */
static AugStatus try_decode(const uint8_t *bytes, size_t size, const ImgWindow *window,
                            AugImage *out, AugError *error)
{
    uint8_t *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, size);
    ImgHeader header;
    ImgWindow got;
    AugStatus status = img_header(copy, size, &limits, &header, error);
    if (status == AUG_OK) {
        const ImgDecodeJob job = {
            .bytes = copy, .size = size, .header = &header, .channels = 3, .window = window};
        status = img_decode(decoder, &job, &limits, out, &got, error);
    }
    free(copy);
    return status;
}

static uint8_t *scene_jpeg(const TestJpeg *form, size_t *size)
{
    uint64_t state = 2;
    const AugImage scene = test_scene(&state, 64, 48, 3);
    uint8_t *bytes = test_jpeg(&scene, form, size);
    free(scene.pixels);
    return bytes;
}

/* Where the entropy-coded data of the first scan begins. */
static size_t scan_start(const uint8_t *jpeg, size_t size)
{
    for (size_t i = 2; i + 3 < size; i++) {
        if (jpeg[i] == 0xff && jpeg[i + 1] == 0xda)
            return i + 2 + ((size_t)jpeg[i + 2] << 8 | jpeg[i + 3]);
    }
    ck_abort_msg("the JPEG has no scan");
    return 0;
}

START_TEST(truncated_jpegs_fail_unless_all_pixels_are_there)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){.h_samp = 2, .v_samp = 2}, &size);
    AugImage out;
    size_t n_whole = 0;
    for (size_t length = scan_start(jpeg, size); length < size; length++) {
        AugError error = {0};
        const AugStatus status = try_decode(jpeg, length, NULL, &out, &error);
        if (status == AUG_OK) {
            n_whole++;
            continue;
        }
        ck_assert_int_eq(status, AUG_CORRUPT);
        ck_assert_ptr_nonnull(strstr(error.message, "JPEG"));
        ck_assert_uint_eq(n_whole, 0);
    }
    /* Only the end marker, its first byte, or fill bits may be missing. */
    ck_assert_uint_ge(n_whole, 1);
    ck_assert_uint_le(n_whole, 3);
    free(jpeg);
}
END_TEST

START_TEST(a_missing_end_marker_is_judged_by_the_whole_file)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){0}, &size);
    const ImgWindow top = {.x0 = 0, .y0 = 0, .x1 = 64, .y1 = 8};
    AugImage out;
    ck_assert_int_eq(try_decode(jpeg, size - 2, &top, &out, NULL), AUG_OK);
    /* The window is there, the rest is not. */
    ck_assert_int_eq(try_decode(jpeg, size - 200, &top, &out, NULL), AUG_CORRUPT);
    free(jpeg);
}
END_TEST

START_TEST(truncated_progressive_jpegs_fail)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){.progressive = true}, &size);
    AugImage out;
    for (size_t length = 3; length < size; length += 7)
        ck_assert_int_eq(try_decode(jpeg, length, NULL, &out, NULL), AUG_CORRUPT);
    ck_assert_int_eq(try_decode(jpeg, size, NULL, &out, NULL), AUG_OK);
    free(jpeg);
}
END_TEST

START_TEST(stray_bytes_between_segments_do_no_harm)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){0}, &size);
    uint8_t *stuffed = malloc(size + 5);
    ck_assert_ptr_nonnull(stuffed);
    /* Behind the JFIF segment of 18 bytes. */
    memcpy(stuffed, jpeg, 20);
    memcpy(stuffed + 20, "\x11\x22\x33\x44\x55", 5);
    memcpy(stuffed + 25, jpeg + 20, size - 20);
    AugImage out;
    AugError error = {0};
    ck_assert_msg(try_decode(stuffed, size + 5, NULL, &out, &error) == AUG_OK, "%s", error.message);
    free(stuffed);
    free(jpeg);
}
END_TEST

/* Zeros as spectral numbers, as some cameras write them: the last three bytes before the data. */
START_TEST(spectral_numbers_of_sequential_scans_do_not_matter)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){0}, &size);
    memset(jpeg + scan_start(jpeg, size) - 3, 0, 3);
    AugImage out;
    AugError error = {0};
    ck_assert_msg(try_decode(jpeg, size, NULL, &out, &error) == AUG_OK, "%s", error.message);
    free(jpeg);
}
END_TEST

/* A file without quantization tables must not decode by those of the file before it. */
START_TEST(tables_of_other_files_are_not_used)
{
    size_t size = 0;
    uint8_t *jpeg = scene_jpeg(&(TestJpeg){0}, &size);
    size_t bare_size = size;
    uint8_t *bare = malloc(size);
    ck_assert_ptr_nonnull(bare);
    memcpy(bare, jpeg, size);
    for (size_t i = 2; i + 4 < bare_size;) {
        const size_t length = 2 + ((size_t)bare[i + 2] << 8 | bare[i + 3]);
        if (bare[i + 1] == 0xda)
            break;
        if (bare[i + 1] == 0xdb) {
            memmove(bare + i, bare + i + length, bare_size - i - length);
            bare_size -= length;
        } else {
            i += length;
        }
    }
    ck_assert_uint_lt(bare_size, size);
    AugImage out;
    AugError error = {0};
    ck_assert_int_eq(try_decode(jpeg, size, NULL, &out, NULL), AUG_OK);
    ck_assert_int_eq(try_decode(bare, bare_size, NULL, &out, &error), AUG_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "uantization table"));
    free(bare);
    free(jpeg);
}
END_TEST

/* Every outcome is allowed but a crash; the same bytes must have the same outcome each time, and a
 * sound file must decode afterwards as before. */
static void expect_survival(const uint8_t *sound, size_t size, uint64_t *state)
{
    AugImage out;
    ck_assert_int_eq(try_decode(sound, size, NULL, &out, NULL), AUG_OK);
    const uint8_t first = out.pixels[0];
    uint8_t *broken = malloc(size);
    ck_assert_ptr_nonnull(broken);
    for (int i = 0; i < 400; i++) {
        memcpy(broken, sound, size);
        for (int k = 0; k < 1 + i % 4; k++)
            broken[test_random(state) % size] = (uint8_t)test_random(state);
        AugError errors[2] = {0};
        AugStatus statuses[2];
        for (int k = 0; k < 2; k++)
            statuses[k] = try_decode(broken, size, NULL, &out, &errors[k]);
        ck_assert_int_eq(statuses[0], statuses[1]);
        ck_assert_str_eq(errors[0].message, errors[1].message);
        if (statuses[0] != AUG_OK)
            ck_assert_uint_gt(strlen(errors[0].message), 20);
        ck_assert_int_eq(try_decode(sound, size, NULL, &out, NULL), AUG_OK);
        ck_assert_int_eq(out.pixels[0], first);
    }
    free(broken);
}

START_TEST(random_damage_is_survived)
{
    const TestJpeg forms[] = {{.h_samp = 2, .v_samp = 2},
                              {.progressive = true},
                              {.h_samp = 2, .v_samp = 1, .restart_rows = 1},
                              {.arithmetic = true}};
    uint64_t state = 23;
    size_t size = 0;
    uint8_t *bytes = NULL;
    if (_i < 4) {
        bytes = scene_jpeg(&forms[_i], &size);
    } else {
        const AugImage scene = test_scene(&state, 40, 30, 3);
        ck_assert_int_eq(aug_image_encode_png(&scene, &bytes, &size, NULL), AUG_OK);
        free(scene.pixels);
    }
    expect_survival(bytes, size, &state);
    free(bytes);
}
END_TEST

START_TEST(a_png_with_a_wrong_checksum_is_refused)
{
    uint64_t state = 29;
    const AugImage scene = test_scene(&state, 40, 30, 3);
    uint8_t *png = NULL;
    size_t size = 0;
    ck_assert_int_eq(aug_image_encode_png(&scene, &png, &size, NULL), AUG_OK);
    AugImage out;
    AugError error = {0};
    /* The CRC of the header chunk: signature, length, type, 13 bytes. */
    png[29] ^= 1;
    ck_assert_int_eq(try_decode(png, size, NULL, &out, &error), AUG_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "CRC"));
    free(png);
    free(scene.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec damage");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, truncated_jpegs_fail_unless_all_pixels_are_there);
    tcase_add_test(tests, a_missing_end_marker_is_judged_by_the_whole_file);
    tcase_add_test(tests, truncated_progressive_jpegs_fail);
    tcase_add_test(tests, stray_bytes_between_segments_do_no_harm);
    tcase_add_test(tests, spectral_numbers_of_sequential_scans_do_not_matter);
    tcase_add_test(tests, tables_of_other_files_are_not_used);
    tcase_add_loop_test(tests, random_damage_is_survived, 0, 5);
    tcase_add_test(tests, a_png_with_a_wrong_checksum_is_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
