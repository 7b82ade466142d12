/* What headers say, and what is refused before a pixel is read. */
#include <string.h>

#include "aug/image.h"
#include "image/codec/codec.h"
#include "image/codec/exif.h"
#include "tests/support/pictures.h"

/* Everything that img_header gives. */
typedef struct Answer {
    AugStatus status;
    ImgHeader header;
    AugError error;
} Answer;

static Answer ask_limited(const uint8_t *bytes, size_t size, const AugLimits *limits)
{
    /* A copy of exactly this size, so that the sanitizer sees a byte read too many. */
    uint8_t *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    if (size)
        memcpy(copy, bytes, size);
    Answer answer = {0};
    answer.status = img_header(copy, size, limits, &answer.header, &answer.error);
    free(copy);
    return answer;
}

static Answer ask(const uint8_t *bytes, size_t size)
{
    AugLimits limits;
    aug_limits_init(&limits);
    return ask_limited(bytes, size, &limits);
}

static void expect_refusal(const uint8_t *bytes, size_t size, AugStatus status, const char *part)
{
    const Answer answer = ask(bytes, size);
    ck_assert_msg(answer.status == status, "%s where %s is expected: %s",
                  aug_status_name(answer.status), aug_status_name(status), answer.error.message);
    ck_assert_msg(strstr(answer.error.message, part), "\"%s\" does not say \"%s\"",
                  answer.error.message, part);
}

/* A JPEG of 40 x 30 with an optional APP1 segment. */
static uint8_t *small_jpeg(const TestJpeg *form, size_t *size)
{
    uint64_t state = 1;
    const AugImage scene = test_scene(&state, 40, 30, 3);
    uint8_t *bytes = test_jpeg(&scene, form, size);
    free(scene.pixels);
    return bytes;
}

static uint8_t *small_png(size_t *size)
{
    uint64_t state = 1;
    const AugImage scene = test_scene(&state, 40, 30, 3);
    uint8_t *bytes = NULL;
    ck_assert_int_eq(aug_image_encode_png(&scene, &bytes, size, NULL), AUG_OK);
    free(scene.pixels);
    return bytes;
}

START_TEST(jpeg_and_png_are_told_by_content)
{
    size_t size = 0;
    uint8_t *bytes = small_jpeg(&(TestJpeg){0}, &size);
    Answer answer = ask(bytes, size);
    ck_assert_int_eq(answer.status, AUG_OK);
    ck_assert_str_eq(answer.header.codec->name, "jpeg");
    ck_assert_int_eq(answer.header.width, 40);
    ck_assert_int_eq(answer.header.height, 30);
    ck_assert_int_eq(answer.header.channels, 3);
    ck_assert_int_eq(answer.header.orientation, 1);
    ck_assert(answer.header.complete);
    free(bytes);
    bytes = small_png(&size);
    answer = ask(bytes, size);
    ck_assert_int_eq(answer.status, AUG_OK);
    ck_assert_str_eq(answer.header.codec->name, "png");
    ck_assert_int_eq(answer.header.width, 40);
    ck_assert_int_eq(answer.header.height, 30);
    ck_assert_int_eq(answer.header.channels, 3);
    free(bytes);
}
END_TEST

START_TEST(other_formats_are_named)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *name;
    } cases[] = {
        {"GIF89a....", 10, "GIF"},
        {"BM........", 10, "BMP"},
        {"II*\0......", 10, "TIFF"},
        {"MM\0*......", 10, "TIFF"},
        {"RIFF....WEBPVP8 ", 16, "WebP"},
        {"P6\n1 1\n255\n", 11, "PNM"},
        {"\xff\x0a......", 8, "JPEG XL"},
        {"\0\0\0\x0c"
         "JXL \r\n\x87\n",
         12, "JPEG XL"},
        {"\0\0\0\x0cjP  \r\n\x87\n", 12, "JPEG 2000"},
        {"\0\0\0\x1c"
         "ftypavif",
         12, "HEIF or AVIF"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_refusal((const uint8_t *)cases[i].bytes, cases[i].size, AUG_UNSUPPORTED,
                       cases[i].name);
        expect_refusal((const uint8_t *)cases[i].bytes, cases[i].size, AUG_UNSUPPORTED,
                       "reads JPEG");
    }
    expect_refusal((const uint8_t *)"", 0, AUG_CORRUPT, "empty");
    expect_refusal((const uint8_t *)"G", 1, AUG_CORRUPT, "no known picture");
    expect_refusal((const uint8_t *)"hello, world", 12, AUG_CORRUPT, "no known picture");
}
END_TEST

START_TEST(every_limit_is_checked)
{
    size_t size = 0;
    uint8_t *jpeg = small_jpeg(&(TestJpeg){0}, &size);
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_encoded_size = size - 1;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_TOO_LARGE);
    limits.max_encoded_size = size;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_OK);
    limits.max_side = 39;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_TOO_LARGE);
    limits.max_side = 40;
    limits.max_pixels = 1199;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_TOO_LARGE);
    limits.max_pixels = 1200;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_OK);
    free(jpeg);
    jpeg = small_jpeg(&(TestJpeg){.progressive = true}, &size);
    aug_limits_init(&limits);
    /* jpeg_simple_progression makes ten scans of a colour picture. */
    limits.max_scans = 9;
    const Answer answer = ask_limited(jpeg, size, &limits);
    ck_assert_int_eq(answer.status, AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(answer.error.message, "9 scans"));
    limits.max_scans = 10;
    ck_assert_int_eq(ask_limited(jpeg, size, &limits).status, AUG_OK);
    free(jpeg);
    uint8_t *png = small_png(&size);
    limits.max_side = 39;
    ck_assert_int_eq(ask_limited(png, size, &limits).status, AUG_TOO_LARGE);
    free(png);
}
END_TEST

START_TEST(every_truncation_of_a_png_is_refused)
{
    size_t size = 0;
    uint8_t *png = small_png(&size);
    for (size_t length = 8; length < size; length++)
        expect_refusal(png, length, AUG_CORRUPT, "the PNG");
    /* What follows the end does not count. */
    uint8_t *longer = malloc(size + 7);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, png, size);
    memset(longer + size, 0xee, 7);
    ck_assert_int_eq(ask(longer, size + 7).status, AUG_OK);
    free(longer);
    free(png);
}
END_TEST

START_TEST(every_truncation_of_a_jpeg_is_refused_or_noticed)
{
    const TestJpeg forms[] = {{0}, {.progressive = true}};
    for (size_t i = 0; i < 2; i++) {
        size_t size = 0;
        uint8_t *jpeg = small_jpeg(&forms[i], &size);
        for (size_t length = 3; length < size; length++) {
            const Answer answer = ask(jpeg, length);
            if (answer.status == AUG_OK)
                ck_assert_msg(!answer.header.complete && !forms[i].progressive,
                              "%zu of %zu bytes were taken as whole", length, size);
            else
                ck_assert_int_eq(answer.status, AUG_CORRUPT);
        }
        free(jpeg);
    }
}
END_TEST

/* Sets the kind of frame header (the second byte of FF C0). */
static void set_frame(uint8_t *jpeg, size_t size, uint8_t marker, uint8_t precision)
{
    for (size_t i = 2; i + 4 < size; i++) {
        if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0 && jpeg[i + 2] == 0) {
            jpeg[i + 1] = marker;
            jpeg[i + 4] = precision;
            return;
        }
    }
    ck_abort_msg("the JPEG has no frame header");
}

START_TEST(unusual_frames_are_named)
{
    static const struct {
        uint8_t marker, precision;
        AugStatus status;
        const char *part;
    } cases[] = {
        {0xc3, 8, AUG_UNSUPPORTED, "SOF3"},  {0xc5, 8, AUG_UNSUPPORTED, "SOF5"},
        {0xcf, 8, AUG_UNSUPPORTED, "SOF15"}, {0xc1, 12, AUG_UNSUPPORTED, "12 bits"},
        {0xc4, 8, AUG_CORRUPT, "no frame"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t size = 0;
        uint8_t *jpeg = small_jpeg(&(TestJpeg){0}, &size);
        set_frame(jpeg, size, cases[i].marker, cases[i].precision);
        expect_refusal(jpeg, size, cases[i].status, cases[i].part);
        free(jpeg);
    }
}
END_TEST

/* "Exif\0\0" and a TIFF structure with one directory of one entry. In the patterns t, c, v and w
 * stand for type, count and the bytes of the value. */
static size_t write_exif(uint8_t out[64], bool big_endian, uint16_t type, uint32_t count,
                         uint16_t value)
{
    static const char little[] = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01t\0c\0\0\0vw\0\0\0\0\0\0";
    static const char big[] = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0t\0\0\0cwv\0\0\0\0\0\0";
    memcpy(out, big_endian ? big : little, sizeof(little) - 1);
    for (size_t i = 16; i < sizeof(little) - 1; i++) {
        if (out[i] == 't')
            out[i] = (uint8_t)type;
        else if (out[i] == 'c')
            out[i] = (uint8_t)count;
        else if (out[i] == 'v')
            out[i] = (uint8_t)value;
        else if (out[i] == 'w')
            out[i] = (uint8_t)(value >> 8);
    }
    return sizeof(little) - 1;
}

START_TEST(orientation_is_read_in_both_byte_orders)
{
    for (int i = 0; i < 20; i++) {
        uint8_t exif[64];
        const uint16_t value = (uint16_t)(i / 2);
        const size_t exif_size = write_exif(exif, i % 2 == 1, 3, 1, value);
        size_t size = 0;
        uint8_t *jpeg =
            small_jpeg(&(TestJpeg){.app1 = exif, .app1_size = (unsigned int)exif_size}, &size);
        const Answer answer = ask(jpeg, size);
        ck_assert_int_eq(answer.status, AUG_OK);
        ck_assert_int_eq(answer.header.orientation, 1 <= value && value <= 8 ? value : 1);
        free(jpeg);
    }
}
END_TEST

START_TEST(broken_exif_reads_as_upright)
{
    uint8_t exif[64];
    size_t size = write_exif(exif, false, 3, 1, 6);
    ck_assert_int_eq(img_exif_find_orientation(exif + 6, size - 6), 6);
    for (size_t length = 0; length < 22; length++) {
        uint8_t *copy = malloc(length + 1);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, exif + 6, length);
        ck_assert_int_eq(img_exif_find_orientation(copy, length), 0);
        free(copy);
    }
    /* 32 bits are read, too; other types and lists say something that means nothing. */
    size = write_exif(exif, false, 4, 1, 6);
    ck_assert_int_eq(img_exif_find_orientation(exif + 6, size - 6), 6);
    size = write_exif(exif, false, 7, 1, 6);
    ck_assert_int_eq(img_exif_find_orientation(exif + 6, size - 6), 1);
    size = write_exif(exif, false, 3, 2, 6);
    ck_assert_int_eq(img_exif_find_orientation(exif + 6, size - 6), 1);
    /* Offsets of the directory that point outside, and every flipped byte: no read outside. */
    for (size_t i = 0; i < size - 6; i++) {
        for (int value = 0; value < 256; value += 5) {
            uint8_t *copy = malloc(size - 6);
            ck_assert_ptr_nonnull(copy);
            memcpy(copy, exif + 6, size - 6);
            copy[i] = (uint8_t)value;
            const int32_t orientation = img_exif_find_orientation(copy, size - 6);
            ck_assert_int_ge(orientation, 0);
            ck_assert_int_le(orientation, 8);
            free(copy);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec header");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, jpeg_and_png_are_told_by_content);
    tcase_add_test(tests, other_formats_are_named);
    tcase_add_test(tests, every_limit_is_checked);
    tcase_add_test(tests, every_truncation_of_a_png_is_refused);
    tcase_add_test(tests, every_truncation_of_a_jpeg_is_refused_or_noticed);
    tcase_add_test(tests, unusual_frames_are_named);
    tcase_add_test(tests, orientation_is_read_in_both_byte_orders);
    tcase_add_test(tests, broken_exif_reads_as_upright);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
