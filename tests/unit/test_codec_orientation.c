/* Which way up a picture is, by its EXIF data, by ImageMagick's raw profile and by XMP: which of
 * them counts, in every chunk that may hold them, and texts that are broken, long or packed to
 * harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/codec/codec.h"
#include "image/codec/orientation.h"
#include "libaug/spec/param.h"
#include "tests/support/support.h"

#define PROFILE "Raw profile type exif"
#define XMP "XML:com.adobe.xmp"

/* Texts may unpack to a megabyte; packed they are small. */
#define FILE_SIZE (4u << 20)

/* A PNG that is being written: everything but sound check sums, which only libpng reads. */
typedef struct File {
    uint8_t *bytes;
    size_t size;
} File;

static AugLimits limits;

static void put(File *file, const void *bytes, size_t size)
{
    ck_assert_uint_le(file->size + size, FILE_SIZE);
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

static void put_chunk(File *file, const char *type, const void *data, size_t size)
{
    const uint8_t length[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                               (uint8_t)size};
    put(file, length, 4);
    put(file, type, 4);
    put(file, data, size);
    put(file, "\0\0\0\0", 4);
}

static File begin(void)
{
    static const uint8_t header[13] = {0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0};
    File file = {.bytes = malloc(FILE_SIZE)};
    ck_assert_ptr_nonnull(file.bytes);
    put(&file, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(&file, "IHDR", header, sizeof(header));
    return file;
}

/* Orientation of the file, which is ended and freed. */
static int32_t orientation_of(File *file)
{
    put_chunk(file, "IDAT", "", 0);
    put_chunk(file, "IEND", "", 0);
    ImgHeader header;
    AugError error = {0};
    const AugStatus status = img_header(file->bytes, file->size, &limits, &header, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    free(file->bytes);
    return header.orientation;
}

/* EXIF data that says an orientation. */
static void make_exif(uint8_t exif[26], int orientation)
{
    static const uint8_t bytes[26] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0};
    memcpy(exif, bytes, sizeof(bytes));
    exif[18] = (uint8_t)orientation;
}

/* The same as ImageMagick writes it, with "Exif\0\0" in front and lines of 36 bytes. */
static void make_profile(char text[200], int orientation)
{
    uint8_t exif[6 + 26] = "Exif";
    make_exif(exif + 6, orientation);
    size_t size = (size_t)snprintf(text, 200, "\nexif\n%8d\n", (int)sizeof(exif));
    for (size_t i = 0; i < sizeof(exif); i++)
        size += (size_t)snprintf(text + size, 200 - size, "%02x%s", exif[i], i == 20 ? "\n" : "");
    snprintf(text + size, 200 - size, "\n");
}

static void make_xmp(char text[200], int orientation, bool is_element)
{
    if (is_element)
        snprintf(text, 200, "<x><tiff:Orientation>%d</tiff:Orientation></x>", orientation);
    else
        snprintf(text, 200, "<x tiff:Orientation=\"%d\" tiff:Make=\"7\"/>", orientation);
}

/* How a text may stand in a file. */
typedef enum Form { PLAIN, PACKED, INTERNATIONAL, INTERNATIONAL_PACKED, N_FORMS } Form;

static void put_text(File *file, Form form, const char *keyword, const char *text, size_t size)
{
    static const struct {
        const char *type, *head;
        size_t head_size;
    } forms[N_FORMS] = {
        [PLAIN] = {"tEXt", "", 0},
        [PACKED] = {"zTXt", "\0", 1},
        [INTERNATIONAL] = {"iTXt", "\0\0en\0word\0", 10},
        [INTERNATIONAL_PACKED] = {"iTXt", "\1\0\0\0", 4},
    };
    const bool is_packed = form == PACKED || form == INTERNATIONAL_PACKED;
    const size_t keyword_size = strlen(keyword) + 1, head_size = forms[form].head_size;
    uLong body_size = compressBound(size);
    uint8_t *data = malloc(keyword_size + head_size + body_size);
    ck_assert_ptr_nonnull(data);
    memcpy(data, keyword, keyword_size);
    memcpy(data + keyword_size, forms[form].head, head_size);
    uint8_t *to = data + keyword_size + head_size;
    if (is_packed) {
        ck_assert_int_eq(compress(to, &body_size, (const Bytef *)text, size), Z_OK);
    } else {
        memcpy(to, text, size);
        body_size = size;
    }
    put_chunk(file, forms[form].type, data, keyword_size + head_size + body_size);
    free(data);
}

START_TEST(every_text_in_every_chunk)
{
    char text[200];
    for (Form form = 0; form < N_FORMS; form++)
        for (int orientation = 0; orientation < 10; orientation++) {
            const int expected = 1 <= orientation && orientation <= 8 ? orientation : 1;
            for (int kind = 0; kind < 3; kind++) {
                File file = begin();
                if (kind == 0)
                    make_profile(text, orientation);
                else
                    make_xmp(text, orientation, kind == 2);
                put_text(&file, form, kind == 0 ? PROFILE : XMP, text, strlen(text));
                ck_assert_int_eq(orientation_of(&file), expected);
            }
            uint8_t exif[6 + 26] = "Exif";
            make_exif(exif + 6, orientation);
            for (int has_prefix = 0; has_prefix < 2; has_prefix++) {
                File file = begin();
                put_chunk(&file, "eXIf", has_prefix ? exif : exif + 6, has_prefix ? 32 : 26);
                ck_assert_int_eq(orientation_of(&file), expected);
            }
        }
}
END_TEST

/* EXIF data before the raw profile before XMP, in whatever order they stand; XMP where neither says
 * anything, and the last of two texts with one name. */
START_TEST(one_of_several_counts)
{
    uint8_t exif[26], silent[26];
    char profile[200], xmp[200], other[200];
    make_exif(exif, 3);
    make_exif(silent, 3);
    silent[10] = 0x13;
    make_profile(profile, 6);
    make_xmp(xmp, 8, false);
    make_xmp(other, 5, true);
    for (int order = 0; order < 2; order++) {
        File file = begin();
        if (order)
            put_chunk(&file, "eXIf", exif, sizeof(exif));
        put_text(&file, PACKED, PROFILE, profile, strlen(profile));
        put_text(&file, INTERNATIONAL, XMP, xmp, strlen(xmp));
        if (!order)
            put_chunk(&file, "eXIf", exif, sizeof(exif));
        ck_assert_int_eq(orientation_of(&file), 3);
        file = begin();
        put_text(&file, INTERNATIONAL, XMP, order ? xmp : other, strlen(order ? xmp : other));
        put_text(&file, INTERNATIONAL, XMP, order ? other : xmp, strlen(order ? other : xmp));
        if (order)
            put_chunk(&file, "eXIf", silent, sizeof(silent));
        ck_assert_int_eq(orientation_of(&file), order ? 5 : 8);
    }
    /* EXIF data without an orientation hides the raw profile. */
    File file = begin();
    put_text(&file, PLAIN, PROFILE, profile, strlen(profile));
    put_chunk(&file, "eXIf", silent, sizeof(silent));
    ck_assert_int_eq(orientation_of(&file), 1);
    file = begin();
    put_text(&file, PLAIN, PROFILE, profile, strlen(profile));
    put_text(&file, INTERNATIONAL, XMP, xmp, strlen(xmp));
    ck_assert_int_eq(orientation_of(&file), 6);
}
END_TEST

/* Bytes and their number, with every zero byte but the last one. */
#define WHOLE(text) text, sizeof(text) - 1

START_TEST(broken_texts_say_nothing)
{
    static const struct {
        const char *type, *data;
        size_t size;
    } chunks[] = {
        {"tEXt", WHOLE(PROFILE)},
        {"tEXt", WHOLE(PROFILE "\0\nexif\n 8\n49492a0g")},
        {"tEXt", WHOLE(PROFILE "\0\nexif\n")},
        {"zTXt", WHOLE(PROFILE "\0")},
        {"zTXt", WHOLE(PROFILE "\0\1zzzz")},
        {"zTXt", WHOLE(PROFILE "\0\0zzzz")},
        {"iTXt", WHOLE(XMP "\0\0\0tiff:Orientation=\"6\"")},
        {"iTXt", WHOLE(XMP "\0\1\0\0\0zzzz")},
        {"iTXt", WHOLE(XMP "\0\1\1\0\0zzzz")},
        {"tEXt", WHOLE("xml:com.adobe.xmp\0tiff:Orientation=\"6\"")},
        {"tEXt", WHOLE(XMP "\0tiff:Orientation=\'6\'")},
        {"tEXt", WHOLE(XMP "\0tiff:Orientation=\"")},
        {"tEXt", WHOLE(XMP "\0tiff:Orientation")},
    };
    for (size_t i = 0; i < AUG_COUNT(chunks); i++) {
        File file = begin();
        put_chunk(&file, chunks[i].type, chunks[i].data, chunks[i].size);
        ck_assert_msg(orientation_of(&file) == 1, "chunk %zu says something", i);
    }
    /* The first that is whole counts. */
    File file = begin();
    static const char text[] = XMP "\0tiff:Orientation=6 tiff:Orientation>x tiff:Orientation>4";
    put_chunk(&file, "tEXt", text, sizeof(text));
    ck_assert_int_eq(orientation_of(&file), 4);
}
END_TEST

/* A text of a megabyte and more is not unpacked to its end, however small it is in the file; and of
 * many together only some. */
START_TEST(long_texts_say_nothing)
{
    const size_t most = 1u << 20;
    char *text = malloc(most + 100);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', most + 100);
    char xmp[200];
    make_xmp(xmp, 6, false);
    for (int i = 0; i < 2; i++) {
        /* At the end of what is read, and too long by one byte. */
        const size_t size = most + (size_t)i;
        memset(text, ' ', most + 100);
        memcpy(text + size - strlen(xmp), xmp, strlen(xmp));
        File file = begin();
        put_text(&file, PACKED, XMP, text, size);
        ck_assert_int_eq(orientation_of(&file), i == 0 ? 6 : 1);
        /* What is not packed makes no work. */
        file = begin();
        put_text(&file, INTERNATIONAL, XMP, text, size);
        ck_assert_int_eq(orientation_of(&file), 6);
    }
    File file = begin();
    memset(text, ' ', most);
    for (int i = 0; i < 400; i++)
        put_text(&file, PACKED, XMP, text, most);
    put_text(&file, PACKED, XMP, xmp, strlen(xmp));
    ck_assert_int_eq(orientation_of(&file), 1);
    free(text);
}
END_TEST

/* Read in pieces of any sizes, XMP says the same. */
START_TEST(pieces_hide_nothing)
{
    char text[400];
    memset(text, 'x', sizeof(text));
    make_xmp(text + 100, 7, true);
    text[100 + strlen(text + 100)] = 'x';
    for (size_t first = 0; first < sizeof(text); first++)
        for (size_t piece = 1; piece < 60; piece += 7) {
            ImgXmpReader reader = {0};
            img_xmp_read(&reader, (const uint8_t *)text, first);
            for (size_t at = first; at < sizeof(text); at += piece) {
                const size_t left = sizeof(text) - at;
                img_xmp_read(&reader, (const uint8_t *)text + at, left < piece ? left : piece);
            }
            ck_assert_int_eq(reader.orientation, 7);
        }
}
END_TEST

/* A JPEG that is no more than its segments. */
static int32_t orientation_of_jpeg(const char *first, size_t first_size, const char *second,
                                   size_t second_size)
{
    static const uint8_t frame[] = {0xff, 0xc0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0};
    static const uint8_t scan[] = {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9};
    File file = {.bytes = malloc(FILE_SIZE)};
    ck_assert_ptr_nonnull(file.bytes);
    const char *const segments[] = {first, second};
    const size_t sizes[] = {first_size, second_size};
    put(&file, "\xff\xd8", 2);
    for (size_t i = 0; i < 2; i++) {
        const size_t length = sizes[i] + 2;
        const uint8_t head[4] = {0xff, 0xe1, (uint8_t)(length >> 8), (uint8_t)length};
        put(&file, head, sizeof(head));
        put(&file, segments[i], sizes[i]);
    }
    put(&file, frame, sizeof(frame));
    put(&file, scan, sizeof(scan));
    ImgHeader header;
    AugError error = {0};
    const AugStatus status = img_header(file.bytes, file.size, &limits, &header, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    free(file.bytes);
    return header.orientation;
}

START_TEST(xmp_of_jpeg_counts_where_exif_is_silent)
{
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"6\"/>";
    static const char other[] = "http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"8\"/>";
    uint8_t exif[6 + 26] = "Exif", silent[6 + 26] = "Exif";
    make_exif(exif + 6, 1);
    make_exif(silent + 6, 3);
    silent[16] = 0x13;
    const char *says = (const char *)exif, *nothing = (const char *)silent;
    ck_assert_int_eq(orientation_of_jpeg(xmp, sizeof(xmp), "", 0), 6);
    ck_assert_int_eq(orientation_of_jpeg(xmp, sizeof(xmp), other, sizeof(other)), 8);
    ck_assert_int_eq(orientation_of_jpeg(xmp, sizeof(xmp), nothing, sizeof(silent)), 6);
    ck_assert_int_eq(orientation_of_jpeg(xmp, sizeof(xmp), says, sizeof(exif)), 1);
    ck_assert_int_eq(orientation_of_jpeg(says, sizeof(exif), xmp, sizeof(xmp)), 1);
}
END_TEST

int main(void)
{
    aug_limits_init(&limits);
    Suite *suite = suite_create("codec orientation");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, every_text_in_every_chunk);
    tcase_add_test(tests, one_of_several_counts);
    tcase_add_test(tests, broken_texts_say_nothing);
    tcase_add_test(tests, long_texts_say_nothing);
    tcase_add_test(tests, pieces_hide_nothing);
    tcase_add_test(tests, xmp_of_jpeg_counts_where_exif_is_silent);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
