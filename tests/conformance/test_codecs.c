/* Walks the registry of picture formats: what every codec must hold, without a test of its own.
 * Pictures that it writes are recognised by it alone, read again the same in every window, and
 * refused with a sentence where they are cut short or damaged.
 */
#include <ctype.h>
#include <string.h>

#include "image/codec/codec.h"
#include "tests/support/pictures.h"

static const int32_t sizes[][2] = {{1, 1}, {7, 5}, {1, 40}, {61, 33}};

/* A picture file of a codec's own making, and what reads it: out covers got. */
typedef struct Written {
    AugImage image;
    uint8_t *bytes;
    size_t size;
    AugLimits limits;
    ImgDecoder *decoder;
    AugImage out;
    ImgWindow got;
} Written;

static void write_picture(Written *written, const ImgCodec *codec, const int32_t size[2],
                          int32_t channels)
{
    uint64_t state = 7;
    AugError error = {0};
    *written = (Written){.image = test_scene(&state, size[0], size[1], channels)};
    aug_limits_init(&written->limits);
    ck_assert_int_eq(img_decoder_new(&written->decoder, NULL), AUG_OK);
    const AugStatus status =
        aug_image_encode(codec->name, &written->image, 90, &written->bytes, &written->size, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", codec->name, error.message);
}

static void written_fini(Written *written)
{
    img_decoder_free(written->decoder);
    free(written->bytes);
    free(written->image.pixels);
}

/* Decodes the first size of the bytes; NULL as window: all. */
static AugStatus read_picture(Written *written, const uint8_t *bytes, size_t size, int32_t channels,
                              const ImgWindow *window)
{
    AugError error = {0};
    ImgHeader header;
    AugStatus status = img_header(bytes, size, &written->limits, &header, &error);
    const ImgDecodeJob job = {
        .bytes = bytes, .size = size, .header = &header, .channels = channels, .window = window};
    if (status == AUG_OK)
        status = img_decode(written->decoder, &job, &written->limits, &written->out, &written->got,
                            &error);
    ck_assert_msg(status == AUG_OK || error.message[0], "a failure without a sentence");
    return status;
}

/* Whether a window of a picture is right, byte by byte; part covers got, which holds the window. */
static bool is_part(const AugImage *part, ImgWindow got, ImgWindow window, const AugImage *whole)
{
    bool is_equal = true;
    for (int32_t y = window.y0; y < window.y1 && is_equal; y++)
        is_equal = memcmp(test_pixel(part, window.x0 - got.x0, y - got.y0),
                          test_pixel(whole, window.x0, y),
                          (size_t)(window.x1 - window.x0) * (size_t)whole->channels) == 0;
    return is_equal;
}

/* A picture in memory of its own. */
static AugImage copy_of(const AugImage *image)
{
    const AugImage copy = test_picture(image->width, image->height, image->channels, 0);
    for (int32_t y = 0; y < image->height; y++)
        memcpy(test_pixel(&copy, 0, y), test_pixel(image, 0, y),
               (size_t)image->width * (size_t)image->channels);
    return copy;
}

START_TEST(descriptors_are_complete)
{
    const ImgCodec *codec = img_codecs[_i];
    ck_assert_str_eq(aug_image_formats[_i], codec->name);
    ck_assert_msg(codec->title[0] && codec->recognise && codec->header && codec->decode,
                  "%s: the descriptor lacks a title or a hook", codec->name);
    const char *extension = aug_image_format_extension(codec->name);
    ck_assert_ptr_eq(extension, img_codec_extensions[_i]);
    ck_assert_msg(extension[0], "%s: its line in image/codecs.list names no ending", codec->name);
    for (const char *c = extension; *c; c++)
        ck_assert_msg(islower(*c) || isdigit(*c), "%s: the ending '%s'", codec->name, extension);
    ck_assert_ptr_nonnull(strstr(aug_image_endings, extension));
    ck_assert_ptr_null(aug_image_formats[img_n_codecs]);
}
END_TEST

START_TEST(it_alone_recognises_what_it_writes)
{
    const ImgCodec *codec = img_codecs[_i];
    if (!codec->encode)
        return;
    Written written;
    write_picture(&written, codec, sizes[1], 3);
    for (size_t k = 0; k < img_n_codecs; k++)
        ck_assert_msg(img_codecs[k]->recognise(written.bytes, written.size) == (k == (size_t)_i),
                      "%s and %s overlap", codec->name, img_codecs[k]->name);
    ck_assert_str_eq(aug_image_format(written.bytes, written.size), codec->name);
    ck_assert_str_eq(aug_image_format(written.bytes, 16), codec->name);
    /* Nothing behind the end is read: the sanitizers would see it. */
    for (size_t n = 0; n < 16; n++) {
        uint8_t *start = malloc(n + 1);
        memcpy(start, written.bytes, n);
        uint8_t *end = realloc(start, n ? n : 1);
        ck_assert(n > 1 || !codec->recognise(end, n));
        free(end);
    }
    written_fini(&written);
}
END_TEST

/* The header says what was written, and a window is that part of the whole. */
START_TEST(windows_are_parts_of_the_whole)
{
    const ImgCodec *codec = img_codecs[_i];
    uint64_t state = 3;
    for (size_t i = 0; codec->encode && i < 4 * AUG_COUNT(sizes); i++) {
        const int32_t *size = sizes[i / 4], written_channels = i % 2 ? 3 : 1;
        const int32_t channels = i / 2 % 2 ? 3 : 1;
        Written written;
        ImgHeader header;
        write_picture(&written, codec, size, written_channels);
        ck_assert_int_eq(img_header(written.bytes, written.size, &written.limits, &header, NULL),
                         AUG_OK);
        ck_assert(header.codec == codec && header.width == size[0] && header.height == size[1]);
        ck_assert_int_eq(header.channels, written_channels);
        ck_assert_int_eq(read_picture(&written, written.bytes, written.size, channels, NULL),
                         AUG_OK);
        ck_assert(written.out.width == size[0] && written.out.height == size[1] &&
                  written.out.channels == channels);
        const AugImage whole = copy_of(&written.out);
        for (int k = 0; k < 10; k++) {
            const ImgWindow window = test_window(&state, size[0], size[1]);
            ck_assert_int_eq(read_picture(&written, written.bytes, written.size, channels, &window),
                             AUG_OK);
            const ImgWindow got = written.got;
            ck_assert(got.x0 <= window.x0 && window.x1 <= got.x1 && got.y0 <= window.y0 &&
                      window.y1 <= got.y1);
            ck_assert_msg(is_part(&written.out, written.got, window, &whole),
                          "%s: %d x %d: columns %d to %d, rows %d to "
                          "%d differ from the whole",
                          codec->name, size[0], size[1], window.x0, window.x1, window.y0,
                          window.y1);
        }
        free(whole.pixels);
        written_fini(&written);
    }
}
END_TEST

/* Wherever a file ends too early, it is refused, or had all of its pixels before; carefully it is
 * refused. */
START_TEST(what_is_cut_short_is_refused)
{
    const ImgCodec *codec = img_codecs[_i];
    if (!codec->encode)
        return;
    Written written;
    write_picture(&written, codec, sizes[1], 3);
    ck_assert_int_eq(read_picture(&written, written.bytes, written.size, 3, NULL), AUG_OK);
    const AugImage whole = copy_of(&written.out);
    ck_assert_int_eq(
        img_verify(written.decoder, written.bytes, written.size, &written.limits, NULL), AUG_OK);
    for (size_t n = 0; n < written.size; n++) {
        uint8_t *start = malloc(n ? n : 1);
        memcpy(start, written.bytes, n);
        if (read_picture(&written, start, n, 3, NULL) == AUG_OK)
            ck_assert_msg(is_part(&written.out, written.got,
                                  img_window_all(whole.width, whole.height), &whole),
                          "%s: %zu of %zu bytes give another picture", codec->name, n,
                          written.size);
        ck_assert_msg(img_verify(written.decoder, start, n, &written.limits, NULL) != AUG_OK,
                      "%s: %zu of %zu bytes are taken for a whole file", codec->name, n,
                      written.size);
        free(start);
    }
    free(whole.pixels);
    written_fini(&written);
}
END_TEST

/* Whether a damaged file is refused, or the same in every window. */
static bool is_refused_or_one_picture(Written *written, uint64_t *state)
{
    if (read_picture(written, written->bytes, written->size, 1, NULL) != AUG_OK)
        return true;
    const AugImage whole = copy_of(&written->out);
    const ImgWindow window = test_window(state, whole.width, whole.height);
    const bool is_one =
        read_picture(written, written->bytes, written->size, 1, &window) == AUG_OK &&
        is_part(&written->out, written->got, window, &whole);
    free(whole.pixels);
    return is_one;
}

START_TEST(damage_is_refused_or_one_picture)
{
    const ImgCodec *codec = img_codecs[_i];
    if (!codec->encode)
        return;
    Written written;
    uint64_t state = 5;
    write_picture(&written, codec, sizes[3], 3);
    /* Neither a size that a header only claims nor the time for it may be large. */
    written.limits.max_pixels = 1u << 20;
    for (int k = 0; k < 600; k++) {
        const size_t at = k < 64 ? (size_t)k % written.size : test_random(&state) % written.size;
        const uint8_t before = written.bytes[at];
        written.bytes[at] = (uint8_t)test_random(&state);
        ck_assert_msg(is_refused_or_one_picture(&written, &state),
                      "%s: with %u at %zu a window is not that of the whole", codec->name,
                      written.bytes[at], at);
        written.bytes[at] = before;
    }
    written_fini(&written);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("formats of pictures");
    TCase *every = tcase_create("every codec");
    const int n = (int)img_n_codecs;
    tcase_add_loop_test(every, descriptors_are_complete, 0, n);
    tcase_add_loop_test(every, it_alone_recognises_what_it_writes, 0, n);
    tcase_add_loop_test(every, windows_are_parts_of_the_whole, 0, n);
    tcase_add_loop_test(every, what_is_cut_short_is_refused, 0, n);
    tcase_add_loop_test(every, damage_is_refused_or_one_picture, 0, n);
    suite_add_tcase(suite, every);
    return test_run(suite);
}
