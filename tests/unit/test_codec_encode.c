/* Pictures that are written can be read again; what cannot be written is refused. */
#include <math.h>

#include "aug/image.h"
#include "image/codec/codec.h"
#include "tests/support/pictures.h"

static AugImage decode_copy(const uint8_t *bytes, size_t size, int32_t channels)
{
    AugLimits limits;
    aug_limits_init(&limits);
    ImgDecoder *decoder = NULL;
    ImgHeader header;
    AugImage out;
    ImgWindow got;
    AugError error = {0};
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
    ck_assert_msg(img_header(bytes, size, &limits, &header, &error) == AUG_OK, "%s", error.message);
    const ImgDecodeJob job = {
        .bytes = bytes, .size = size, .header = &header, .channels = channels};
    ck_assert_msg(img_decode(decoder, &job, &limits, &out, &got, &error) == AUG_OK, "%s",
                  error.message);
    const AugImage copy = test_picture(out.width, out.height, channels, 0);
    for (int32_t y = 0; y < out.height; y++)
        memcpy(test_pixel(&copy, 0, y), test_pixel(&out, 0, y), out.row_size);
    img_decoder_free(decoder);
    return copy;
}

/* Mean squared difference of all values. */
static double difference(const AugImage *a, const AugImage *b)
{
    double sum = 0;
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->height, b->height);
    for (int32_t y = 0; y < a->height; y++) {
        for (int32_t i = 0; i < a->width * a->channels; i++) {
            const double d = test_pixel(a, 0, y)[i] - test_pixel(b, 0, y)[i];
            sum += d * d;
        }
    }
    return sum / ((double)a->width * a->height * a->channels);
}

START_TEST(png_keeps_every_byte)
{
    static const int32_t sizes[][2] = {{1, 1}, {3, 200}, {301, 77}};
    uint64_t state = 31;
    for (size_t i = 0; i < 6; i++) {
        const int32_t channels = i % 2 ? 3 : 1;
        const AugImage noise = test_noise(&state, sizes[i / 2][0], sizes[i / 2][1], channels);
        uint8_t *bytes = NULL;
        size_t size = 0;
        ck_assert_int_eq(aug_image_encode_png(&noise, &bytes, &size, NULL), AUG_OK);
        const AugImage copy = decode_copy(bytes, size, channels);
        ck_assert_double_eq(difference(&noise, &copy), 0.0);
        free(copy.pixels);
        free(bytes);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(jpeg_gets_better_and_larger_with_quality)
{
    uint64_t state = 37;
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        /* Large enough that the file outgrows its first buffer. */
        const AugImage scene = test_scene(&state, 700, 400, channels);
        double last_error = 1e9;
        size_t last_size = 0;
        for (int quality = 10; quality <= 100; quality += 30) {
            uint8_t *bytes = NULL;
            size_t size = 0;
            ck_assert_int_eq(aug_image_encode_jpeg(&scene, quality, &bytes, &size, NULL), AUG_OK);
            const AugImage copy = decode_copy(bytes, size, channels);
            const double error = difference(&scene, &copy);
            ck_assert_msg(error < last_error && size > last_size,
                          "quality %d: error %g after %g, %zu bytes after %zu", quality, error,
                          last_error, size, last_size);
            last_error = error;
            last_size = size;
            free(copy.pixels);
            free(bytes);
        }
        ck_assert_uint_gt(last_size, 65536);
        free(scene.pixels);
    }
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
    uint64_t state = 41;
    AugImage noise = test_noise(&state, 8, 8, 3);
    uint8_t *bytes = NULL;
    size_t size = 0;
    AugError error = {0};
    ck_assert_int_eq(aug_image_encode_jpeg(&noise, 0, &bytes, &size, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "1 to 100"));
    ck_assert_int_eq(aug_image_encode_jpeg(&noise, 101, &bytes, &size, NULL), AUG_BAD_ARGUMENT);
    noise.channels = 2;
    ck_assert_int_eq(aug_image_encode_jpeg(&noise, 90, &bytes, &size, NULL), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(aug_image_encode_png(&noise, &bytes, &size, NULL), AUG_BAD_ARGUMENT);
    noise.channels = 3;
    noise.width = 0;
    ck_assert_int_eq(aug_image_encode_png(&noise, &bytes, &size, NULL), AUG_BAD_ARGUMENT);
    noise.width = 65501;
    ck_assert_int_eq(aug_image_encode_jpeg(&noise, 90, &bytes, &size, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "65500"));
    ck_assert_ptr_null(bytes);
    free(noise.pixels);
}
END_TEST

/* 16 bits of grey and colour go through a file and back, in rows with gaps; other formats and types
 * refuse. */
START_TEST(png_keeps_16_bits)
{
    AugLimits limits;
    aug_limits_init(&limits);
    uint64_t state = 43;
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        uint16_t words[7 * 40];
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            words[i] = (uint16_t)test_random(&state);
        AugImage image = {.pixels = (uint8_t *)words,
                          .height = 7,
                          .width = 13,
                          .channels = channels,
                          .row_size = 40 * sizeof(words[0]),
                          .dtype = AUG_DTYPE_U16};
        uint8_t *bytes = NULL;
        size_t size = 0;
        ck_assert_int_eq(aug_image_encode_png(&image, &bytes, &size, NULL), AUG_OK);
        ImgHeader header;
        ck_assert_int_eq(img_header(bytes, size, &limits, &header, NULL), AUG_OK);
        ck_assert_int_eq(header.bits, 16);
        ck_assert_int_eq(header.channels, channels);
        ImgDecoder *decoder;
        ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
        const ImgDecodeJob job = {.bytes = bytes,
                                  .size = size,
                                  .header = &header,
                                  .channels = channels,
                                  .dtype = AUG_DTYPE_U16};
        AugImage out;
        ImgWindow got;
        ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, NULL), AUG_OK);
        for (int32_t y = 0; y < 7; y++)
            ck_assert_mem_eq(out.pixels + (size_t)y * out.row_size, words + 40 * y,
                             13 * (size_t)channels * sizeof(words[0]));
        img_decoder_free(decoder);
        free(bytes);
        AugError error = {0};
        ck_assert_int_eq(aug_image_encode_jpeg(&image, 90, &bytes, &size, &error),
                         AUG_BAD_ARGUMENT);
        ck_assert_str_eq(error.message, "found a picture of U16 values; this format holds U8");
        image.dtype = AUG_DTYPE_F32;
        ck_assert_int_eq(aug_image_encode_png(&image, &bytes, &size, &error), AUG_BAD_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "U8 and U16"));
    }
}
END_TEST

/* A JPEG as uint16 is its bytes, repeated. */
START_TEST(eight_bits_are_widened)
{
    AugLimits limits;
    aug_limits_init(&limits);
    uint64_t state = 44;
    AugImage scene = test_scene(&state, 40, 30, 3);
    uint8_t *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(aug_image_encode_jpeg(&scene, 90, &bytes, &size, NULL), AUG_OK);
    ImgHeader header;
    ck_assert_int_eq(img_header(bytes, size, &limits, &header, NULL), AUG_OK);
    ck_assert_int_eq(header.bits, 8);
    ImgDecoder *narrow, *wide;
    ck_assert_int_eq(img_decoder_new(&narrow, NULL), AUG_OK);
    ck_assert_int_eq(img_decoder_new(&wide, NULL), AUG_OK);
    ImgDecodeJob job = {.bytes = bytes, .size = size, .header = &header, .channels = 3};
    AugImage as_bytes, as_words;
    ImgWindow got;
    ck_assert_int_eq(img_decode(narrow, &job, &limits, &as_bytes, &got, NULL), AUG_OK);
    job.dtype = AUG_DTYPE_U16;
    ck_assert_int_eq(img_decode(wide, &job, &limits, &as_words, &got, NULL), AUG_OK);
    ck_assert_int_eq(as_words.dtype, AUG_DTYPE_U16);
    for (size_t i = 0; i < 40 * 30 * 3; i++)
        ck_assert_uint_eq(((uint16_t *)(void *)as_words.pixels)[i], as_bytes.pixels[i] * 257u);
    job.dtype = AUG_DTYPE_F32;
    AugError error = {0};
    ck_assert_int_eq(img_decode(wide, &job, &limits, &as_words, &got, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "found F32 as type to decode to; allowed are U8 and U16");
    img_decoder_free(narrow);
    img_decoder_free(wide);
    free(bytes);
    free(scene.pixels);
}
END_TEST

START_TEST(an_unknown_format_is_refused)
{
    uint64_t state = 42;
    AugImage noise = test_noise(&state, 8, 8, 3);
    uint8_t *bytes = noise.pixels;
    size_t size = 1;
    AugError error = {0};
    ck_assert_int_eq(aug_image_encode("gif", &noise, 90, &bytes, &size, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(
        strstr(error.message, "found the format 'gif' for a picture; this build writes JPEG"));
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_null(aug_image_format_extension("gif"));
    free(noise.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec encode");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, png_keeps_every_byte);
    tcase_add_test(tests, jpeg_gets_better_and_larger_with_quality);
    tcase_add_test(tests, what_cannot_be_written_is_refused);
    tcase_add_test(tests, png_keeps_16_bits);
    tcase_add_test(tests, eight_bits_are_widened);
    tcase_add_test(tests, an_unknown_format_is_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
