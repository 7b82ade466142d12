/* Careful decoding: damage that a window does not touch, and damage that the libraries only warn of
 * or do not report, is refused by name; what belongs to no picture is not damage. */
#include <png.h>

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

/* A file that is put together; it has room for more than tests write. */
typedef struct File {
    uint8_t bytes[1 << 17];
    size_t size;
} File;

static AugStatus decode_top(const File *file, bool careful, AugError *error)
{
    ImgHeader header;
    AugStatus status = img_header(file->bytes, file->size, &limits, &header, error);
    if (status != AUG_OK)
        return status;
    const ImgWindow top = {.x1 = header.width, .y1 = 8};
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = &header,
                              .channels = 3,
                              .window = &top,
                              .careful = careful};
    AugImage out;
    ImgWindow got;
    return img_decode(decoder, &job, &limits, &out, &got, error);
}

static void expect_whole(const File *file)
{
    AugError error = {0};
    ck_assert_msg(decode_top(file, true, &error) == AUG_OK, "%s", error.message);
    ck_assert_msg(img_verify(decoder, file->bytes, file->size, &limits, &error) == AUG_OK, "%s",
                  error.message);
}

/* Refused with these words, by a careful decode of the top rows and by verifying. */
static void expect_damaged(const File *file, const char *words)
{
    AugError error = {0};
    ck_assert_int_eq(decode_top(file, true, &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, words), "\"%s\" is not in \"%s\"", words, error.message);
    error.message[0] = 0;
    ck_assert_int_eq(img_verify(decoder, file->bytes, file->size, &limits, &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, words), "\"%s\" is not in \"%s\"", words, error.message);
}

static void insert(File *file, size_t at, const void *bytes, size_t n)
{
    ck_assert_uint_le(file->size + n, sizeof(file->bytes));
    memmove(file->bytes + at + n, file->bytes + at, file->size - at);
    memcpy(file->bytes + at, bytes, n);
    file->size += n;
}

static void write_jpeg(File *file, const TestJpeg *form)
{
    uint64_t state = 41;
    const AugImage scene = test_scene(&state, 160, 120, 3);
    uint8_t *bytes = test_jpeg(&scene, form, &file->size);
    ck_assert_uint_le(file->size, sizeof(file->bytes));
    memcpy(file->bytes, bytes, file->size);
    free(bytes);
    free(scene.pixels);
}

/* Place of the first two bytes of this value from at on; ends the test if there are none. */
static size_t find_pair(const File *file, size_t at, uint8_t first, uint8_t second)
{
    while (at + 1 < file->size && (file->bytes[at] != first || file->bytes[at + 1] != second))
        at++;
    ck_assert_uint_lt(at + 1, file->size);
    return at;
}

static const TestJpeg forms[] = {
    {0},
    {.h_samp = 2, .v_samp = 2, .optimized = true},
    {.h_samp = 2, .v_samp = 2, .progressive = true},
    {.h_samp = 2, .v_samp = 1, .restart_rows = 1},
    {.h_samp = 2, .v_samp = 2, .scans = test_scans_apart, .n_scans = 3},
};

#define N_FORMS (int)(sizeof(forms) / sizeof(forms[0]))

/* One rule for all kinds: left over before the end marker is damage, behind it is not. */
START_TEST(stray_bytes_of_jpegs)
{
    static const uint8_t stray[40] = {1, 2, 3};
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_jpeg(file, &forms[_i]);
    expect_whole(file);
    insert(file, file->size, stray, sizeof(stray));
    expect_whole(file);
    write_jpeg(file, &forms[_i]);
    insert(file, file->size - 2, stray, sizeof(stray));
    expect_damaged(file, "extraneous bytes before marker 0xd9");
    write_jpeg(file, &forms[_i]);
    file->size -= 2;
    expect_damaged(file, _i == 2 || _i == 4 ? "end marker is missing" : "Premature end");
    free(file);
}
END_TEST

/* Files of several scans are read to their end by every decode, so a few stray bytes between scans,
 * which libjpeg may not see, are judged in one way. */
START_TEST(stray_bytes_between_scans)
{
    static const uint8_t stray[12] = {0};
    const int kinds[] = {2, 4};
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    for (size_t n = 0; n <= sizeof(stray); n++) {
        write_jpeg(file, &forms[kinds[_i]]);
        const size_t scan = find_pair(file, 2, 0xff, 0xda);
        insert(file, find_pair(file, find_pair(file, scan, 0xff, 0xc4), 0xff, 0xc4), stray, n);
        AugError error = {0};
        const AugStatus careful = img_verify(decoder, file->bytes, file->size, &limits, &error);
        const AugStatus plain = decode_top(file, false, &error);
        ck_assert_msg(careful == plain, "%zu stray bytes: %s, %s, %s", n, aug_status_name(careful),
                      aug_status_name(plain), error.message);
        ck_assert_int_eq(careful, n == 0 ? AUG_OK : n == sizeof(stray) ? AUG_CORRUPT : careful);
    }
    free(file);
}
END_TEST

/* Fill bytes are legal before a marker; in the data FF FF 00 is not, though libjpeg is silent. */
START_TEST(fill_bytes_of_jpegs)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_jpeg(file, &forms[_i]);
    insert(file, file->size - 2, "\xff\xff\xff", 3);
    expect_whole(file);
    write_jpeg(file, &forms[_i]);
    const size_t scan = find_pair(file, 2, 0xff, 0xda);
    insert(file, find_pair(file, scan, 0xff, 0x00), "\xff", 1);
    expect_damaged(file, "found FF FF 00 at byte");
    free(file);
}
END_TEST

START_TEST(damage_below_the_window_of_a_jpeg)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_jpeg(file, &forms[0]);
    /* The tables of the standard have no code of sixteen ones. */
    memcpy(file->bytes + file->size - 300, "\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00", 12);
    ck_assert_int_eq(decode_top(file, false, NULL), AUG_OK);
    expect_damaged(file, "bad Huffman code");
    free(file);
}
END_TEST

/* No pixel depends on the spectral numbers of a sequential scan, its last bytes before the data. */
START_TEST(warnings_without_harm_are_errors)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_jpeg(file, &forms[0]);
    const size_t scan = find_pair(file, 2, 0xff, 0xda);
    memset(file->bytes + scan + 2 + file->bytes[scan + 3] - 3, 0, 3);
    ck_assert_int_eq(decode_top(file, false, NULL), AUG_OK);
    expect_damaged(file, "Invalid SOS parameters");
    free(file);
}
END_TEST

static void append(png_structp png, png_bytep data, size_t size)
{
    File *file = png_get_io_ptr(png);
    insert(file, file->size, data, size);
}

static void flush(png_structp png)
{
    (void)png;
}

/* A palette picture of 40 x 40 pixels with a text, of which the last pixel has the number last; the
 * palette has 9 colours. */
static void write_png(File *file, int interlace, uint8_t last)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    file->size = 0;
    png_set_write_fn(png, file, append, flush);
    png_set_check_for_invalid_index(png, 0);
    png_set_IHDR(png, info, 40, 40, 8, PNG_COLOR_TYPE_PALETTE, interlace,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_color palette[9];
    for (int i = 0; i < 9; i++)
        palette[i] = (png_color){(png_byte)(i * 20), (png_byte)(255 - i), (png_byte)i};
    png_set_PLTE(png, info, palette, 9);
    char key[] = "Title", words[] = "nine colours";
    const png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = words};
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    uint8_t pixels[40][40];
    png_bytep rows[40];
    for (int y = 0; y < 40; y++) {
        rows[y] = pixels[y];
        for (int x = 0; x < 40; x++)
            pixels[y][x] = (uint8_t)((x * x + 7 * y) % 9);
    }
    pixels[39][39] = last;
    png_write_image(png, rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}

/* Place of a chunk's length. */
static size_t find_chunk(const File *file, const char *type)
{
    size_t at = 8;
    while (at + 12 <= file->size && memcmp(file->bytes + at + 4, type, 4) != 0)
        at += 12 + ((size_t)file->bytes[at + 2] << 8 | file->bytes[at + 3]);
    ck_assert_uint_le(at + 12, file->size);
    return at;
}

/* Writes the CRC of a chunk of n bytes of data, and its length. */
static void seal_chunk(File *file, size_t at, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = at + 4; i < at + 8 + n; i++) {
        crc ^= file->bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    crc = ~crc;
    for (int i = 0; i < 4; i++) {
        file->bytes[at + (size_t)i] = (uint8_t)(n >> (24 - 8 * i));
        file->bytes[at + 8 + n + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
    }
}

static size_t chunk_length(const File *file, size_t at)
{
    return (size_t)file->bytes[at + 2] << 8 | file->bytes[at + 3];
}

START_TEST(every_byte_of_a_png_counts)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_png(file, _i ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0);
    expect_whole(file);
    uint64_t state = 43;
    for (size_t at = 0; at < file->size; at++) {
        const uint8_t kept = file->bytes[at];
        file->bytes[at] ^= (uint8_t)test_between(&state, 1, 255);
        AugError error = {0};
        const AugStatus status = img_verify(decoder, file->bytes, file->size, &limits, &error);
        ck_assert_msg(status != AUG_OK, "byte %zu of %zu does not matter", at, file->size);
        ck_assert_uint_gt(strlen(error.message), 20);
        file->bytes[at] = kept;
    }
    insert(file, file->size, "behind the end", 14);
    expect_whole(file);
    free(file);
}
END_TEST

START_TEST(compressed_data_of_a_png_is_read_to_its_end)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_png(file, PNG_INTERLACE_NONE, 0);
    const size_t at = find_chunk(file, "IDAT");
    const size_t n = chunk_length(file, at);
    file->bytes[at + 8 + n - 1] ^= 1;
    seal_chunk(file, at, n);
    ck_assert_int_eq(decode_top(file, false, NULL), AUG_OK);
    expect_damaged(file, "incorrect data check");
    write_png(file, PNG_INTERLACE_NONE, 0);
    insert(file, at + 8 + n, "more", 4);
    seal_chunk(file, at, n + 4);
    ck_assert_int_eq(decode_top(file, false, NULL), AUG_OK);
    expect_damaged(file, "Extra compressed data");
    free(file);
}
END_TEST

/* A number that the palette has no colour for is no damage: it is black, and it is a number. */
START_TEST(colours_that_a_palette_lacks)
{
    File *file = calloc(1, sizeof(*file));
    ck_assert_ptr_nonnull(file);
    write_png(file, PNG_INTERLACE_NONE, 9);
    ImgHeader header;
    ck_assert_int_eq(img_header(file->bytes, file->size, &limits, &header, NULL), AUG_OK);
    for (int indices = 0; indices < 2; indices++) {
        const ImgDecodeJob job = {.bytes = file->bytes,
                                  .size = file->size,
                                  .header = &header,
                                  .channels = 1,
                                  .indices = indices == 1,
                                  .careful = true};
        AugImage out;
        ImgWindow got;
        ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, NULL), AUG_OK);
        ck_assert_int_eq(*test_pixel(&out, 39, 39), indices ? 9 : 0);
    }
    free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec careful");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, stray_bytes_of_jpegs, 0, N_FORMS);
    tcase_add_loop_test(tests, stray_bytes_between_scans, 0, 2);
    tcase_add_loop_test(tests, fill_bytes_of_jpegs, 0, N_FORMS);
    tcase_add_test(tests, damage_below_the_window_of_a_jpeg);
    tcase_add_test(tests, warnings_without_harm_are_errors);
    tcase_add_loop_test(tests, every_byte_of_a_png_counts, 0, 2);
    tcase_add_test(tests, compressed_data_of_a_png_is_read_to_its_end);
    tcase_add_test(tests, colours_that_a_palette_lacks);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
