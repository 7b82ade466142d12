/* What becomes of every kind of PNG: palettes, depths, alpha, interlacing. */
#include <png.h>

#include "image/codec/codec.h"
#include "tests/support/pictures.h"

#define WIDTH 23
#define HEIGHT 14

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

/* A PNG file in memory. */
typedef struct File {
    uint8_t bytes[65536];
    size_t size;
} File;

static void append(png_structp png, png_bytep data, size_t size)
{
    File *file = png_get_io_ptr(png);
    ck_assert_uint_le(file->size + size, sizeof(file->bytes));
    memcpy(file->bytes + file->size, data, size);
    file->size += size;
}

static void flush(png_structp png)
{
    (void)png;
}

/* A kind of PNG. transparent: with a tRNS chunk */
typedef struct Kind {
    int depth, type;
    bool interlaced, transparent;
} Kind;

/* Writes rows of already packed bytes, row_size apart. The palette runs i, 2 i, 255 - i. */
static void write_png(File *file, const Kind *kind, const uint8_t *rows, size_t row_size)
{
    file->size = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    ck_assert_ptr_nonnull(info);
    png_set_write_fn(png, file, append, flush);
    png_set_IHDR(png, info, WIDTH, HEIGHT, kind->depth, kind->type,
                 kind->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
    if (kind->type == PNG_COLOR_TYPE_PALETTE) {
        png_color palette[256];
        for (int i = 0; i < 1 << kind->depth; i++)
            palette[i] = (png_color){(uint8_t)i, (uint8_t)(2 * i), (uint8_t)(255 - i)};
        png_set_PLTE(png, info, palette, 1 << kind->depth);
    }
    const png_byte alpha[4] = {0, 100, 200, 255};
    const png_color_16 colour = {.red = 1, .green = 2, .blue = 3, .gray = 1};
    if (kind->transparent && kind->type == PNG_COLOR_TYPE_PALETTE)
        png_set_tRNS(png, info, alpha, kind->depth == 1 ? 2 : 4, NULL);
    else if (kind->transparent)
        png_set_tRNS(png, info, NULL, 0, &colour);
    png_write_info(png, info);
    png_bytep list[HEIGHT];
    uint8_t *copy = malloc(HEIGHT * row_size);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, rows, HEIGHT * row_size);
    for (size_t y = 0; y < HEIGHT; y++)
        list[y] = copy + y * row_size;
    png_write_image(png, list);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(copy);
}

/* The value of sample i of a row, in its own depth. */
static int sample_of(const uint8_t *row, int i, int depth)
{
    if (depth == 16)
        return row[2 * i] << 8 | row[2 * i + 1];
    if (depth == 8)
        return row[i];
    const int per_byte = 8 / depth;
    return row[i / per_byte] >> (8 - depth - i % per_byte * depth) & ((1 << depth) - 1);
}

/* What channel c of pixel x holds: of 16 bits or, where the file has less, of 8. */
static int stored_of(const Kind *kind, const uint8_t *row, int x, int c)
{
    const int depth = kind->depth;
    switch (kind->type) {
    case PNG_COLOR_TYPE_PALETTE: {
        const int index = sample_of(row, x, depth);
        return (c == 0 ? index : c == 1 ? 2 * index : 255 - index) & 255;
    }
    case PNG_COLOR_TYPE_GRAY:
        return depth >= 8 ? sample_of(row, x, depth)
                          : sample_of(row, x, depth) * 255 / ((1 << depth) - 1);
    case PNG_COLOR_TYPE_GRAY_ALPHA:
        return sample_of(row, 2 * x, depth);
    case PNG_COLOR_TYPE_RGB:
        return sample_of(row, 3 * x + c, depth);
    default:
        return sample_of(row, 4 * x + c, depth);
    }
}

/* A value of a decoded picture. */
static int value_at(const AugImage *image, int x, int y, int c)
{
    const uint8_t *row = image->pixels + (size_t)y * image->row_size;
    const size_t i = (size_t)(x * image->channels + c);
    return image->dtype == AUG_DTYPE_U16 ? ((const uint16_t *)(const void *)row)[i] : row[i];
}

/* What a value should become, by the rules of image/codec/codec.h. */
static int expected_of(const Kind *kind, const int rgb[3], int c, const ImgDecodeJob *job)
{
    const bool is_colour = (kind->type & PNG_COLOR_MASK_COLOR) != 0;
    const int drop = kind->depth == 16 && job->dtype == AUG_DTYPE_U8 ? 8 : 0;
    int value = rgb[c] >> drop;
    if (is_colour && job->channels == 1) {
        const uint64_t sum = (uint64_t)(rgb[0] >> drop) * 19595 +
                             (uint64_t)(rgb[1] >> drop) * 38470 + (uint64_t)(rgb[2] >> drop) * 7471;
        value = (int)((sum + 32768) >> 16);
    }
    return kind->depth < 16 && job->dtype == AUG_DTYPE_U16 ? value * 257 : value;
}

static void expect_decoded(const File *file, const Kind *kind, const AugImage *rows,
                           ImgPixelType type)
{
    ImgHeader header;
    AugError error = {0};
    ck_assert_msg(img_header(file->bytes, file->size, &limits, &header, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_int_eq(header.bits, kind->depth == 16 ? 16 : 8);
    const ImgWindow window = {.x0 = 3, .y0 = 2, .x1 = 20, .y1 = 13};
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = &header,
                              .channels = type.channels,
                              .window = &window,
                              .dtype = type.dtype};
    AugImage out;
    ImgWindow got;
    ck_assert_msg(img_decode(decoder, &job, &limits, &out, &got, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_int_eq(out.dtype, type.dtype);
    ck_assert_int_eq(out.channels, type.channels);
    for (int y = window.y0; y < window.y1; y++) {
        for (int x = window.x0; x < window.x1; x++) {
            int rgb[3];
            for (int c = 0; c < 3; c++)
                rgb[c] = stored_of(kind, rows->pixels + (size_t)y * rows->row_size, x, c);
            for (int c = 0; c < type.channels; c++) {
                const int want = expected_of(kind, rgb, c, &job);
                const int found = value_at(&out, x - got.x0, y - got.y0, c);
                if (want != found)
                    ck_abort_msg("type %d, %d bits, %d channels of %s: column %d, row %d, channel "
                                 "%d is %d, not %d",
                                 kind->type, kind->depth, type.channels, aug_dtype_name(type.dtype),
                                 x, y, c, found, want);
            }
        }
    }
}

START_TEST(every_kind_becomes_what_is_stated)
{
    static const Kind kinds[] = {
        {1, PNG_COLOR_TYPE_GRAY, false, false},        {2, PNG_COLOR_TYPE_GRAY, false, true},
        {4, PNG_COLOR_TYPE_GRAY, false, false},        {8, PNG_COLOR_TYPE_GRAY, false, true},
        {16, PNG_COLOR_TYPE_GRAY, false, false},       {8, PNG_COLOR_TYPE_RGB, false, true},
        {16, PNG_COLOR_TYPE_RGB, false, false},        {1, PNG_COLOR_TYPE_PALETTE, false, true},
        {2, PNG_COLOR_TYPE_PALETTE, false, false},     {4, PNG_COLOR_TYPE_PALETTE, false, true},
        {8, PNG_COLOR_TYPE_PALETTE, false, true},      {8, PNG_COLOR_TYPE_GRAY_ALPHA, false, false},
        {16, PNG_COLOR_TYPE_GRAY_ALPHA, false, false}, {8, PNG_COLOR_TYPE_RGB_ALPHA, false, false},
        {16, PNG_COLOR_TYPE_RGB_ALPHA, false, false},  {16, PNG_COLOR_TYPE_RGB, false, true},
    };
    uint64_t state = 17;
    File *file = malloc(sizeof(*file));
    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < 2 * sizeof(kinds) / sizeof(kinds[0]); i++) {
        Kind kind = kinds[i / 2];
        kind.interlaced = i % 2 == 1;
        const AugImage noise = test_noise(&state, WIDTH * 8, HEIGHT, 1);
        write_png(file, &kind, noise.pixels, noise.row_size);
        for (int32_t channels = 1; channels <= 3; channels += 2) {
            expect_decoded(file, &kind, &noise, (ImgPixelType){AUG_DTYPE_U8, channels});
            expect_decoded(file, &kind, &noise, (ImgPixelType){AUG_DTYPE_U16, channels});
        }
        free(noise.pixels);
    }
    free(file);
}
END_TEST

START_TEST(orientation_is_read_from_exif)
{
    uint64_t state = 19;
    File *file = malloc(sizeof(*file));
    ck_assert_ptr_nonnull(file);
    const AugImage noise = test_noise(&state, WIDTH, HEIGHT, 1);
    const Kind kind = {8, PNG_COLOR_TYPE_GRAY, false, false};
    write_png(file, &kind, noise.pixels, noise.row_size);
    /* An eXIf chunk right behind the header; its CRC (which only libpng looks at) is left 0. */
    static const uint8_t chunk[38] = {0, 0, 0, 26, 'e',  'X', 'I', 'f', 'I', 'I', 42, 0, 8, 0,
                                      0, 0, 1, 0,  0x12, 1,   3,   0,   1,   0,   0,  0, 6};
    memmove(file->bytes + 33 + sizeof(chunk), file->bytes + 33, file->size - 33);
    memcpy(file->bytes + 33, chunk, sizeof(chunk));
    file->size += sizeof(chunk);
    ImgHeader header;
    ck_assert_int_eq(img_header(file->bytes, file->size, &limits, &header, NULL), AUG_OK);
    ck_assert_int_eq(header.orientation, 6);
    free(noise.pixels);
    free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec png");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, every_kind_becomes_what_is_stated);
    tcase_add_test(tests, orientation_is_read_from_exif);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
