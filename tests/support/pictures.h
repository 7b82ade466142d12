/* Help for tests of pictures: random numbers, made-up pictures, encoded files, tar archives. */
#ifndef TEST_PICTURES_H
#define TEST_PICTURES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jpeglib.h>

#include "image/pixels/picture.h"
#include "tests/support/random.h"
#include "tests/support/support.h"

/* Not empty, inside width x height. */
static inline ImgWindow test_window(uint64_t *state, int32_t width, int32_t height)
{
    const int32_t x0 = test_between(state, 0, width - 1);
    const int32_t y0 = test_between(state, 0, height - 1);
    return (ImgWindow){.x0 = x0,
                       .y0 = y0,
                       .x1 = test_between(state, x0 + 1, width),
                       .y1 = test_between(state, y0 + 1, height)};
}

/* Room for a picture of any type, set to a byte; rows have a gap behind them. The caller frees
 * pixels. */
static inline AugImage test_picture_of(int32_t width, int32_t height, ImgPixelType type,
                                       uint8_t value)
{
    const size_t value_size = img_value_size(type.dtype);
    const size_t row_size = ((size_t)width * (size_t)type.channels + 5) * value_size;
    AugImage image = {.pixels = malloc(row_size * (size_t)height),
                      .height = height,
                      .width = width,
                      .channels = type.channels,
                      .row_size = row_size,
                      .dtype = type.dtype};
    ck_assert_ptr_nonnull(image.pixels);
    memset(image.pixels, value, row_size * (size_t)height);
    return image;
}

/* The same for uint8. */
static inline AugImage test_picture(int32_t width, int32_t height, int32_t channels, uint8_t value)
{
    return test_picture_of(width, height, (ImgPixelType){.channels = channels}, value);
}

/* First channel of a pixel; borrowed from the picture. */
static inline uint8_t *test_pixel(const AugImage *image, int32_t x, int32_t y)
{
    return image->pixels + (size_t)y * image->row_size + (size_t)x * img_pixel_size(image);
}

/* A value of a picture of any type. */
static inline double test_value(const AugImage *image, int32_t x, int32_t y, int32_t c)
{
    const uint8_t *pixel = test_pixel(image, x, y);
    if (image->dtype == AUG_DTYPE_U8)
        return pixel[c];
    if (image->dtype == AUG_DTYPE_U16)
        return ((const uint16_t *)(const void *)pixel)[c];
    return (double)((const float *)(const void *)pixel)[c];
}

/* Sets it. */
static inline void test_set_value(const AugImage *image, int32_t x, int32_t y, int32_t c,
                                  double value)
{
    uint8_t *pixel = test_pixel(image, x, y);
    if (image->dtype == AUG_DTYPE_U8)
        pixel[c] = (uint8_t)value;
    else if (image->dtype == AUG_DTYPE_U16)
        ((uint16_t *)(void *)pixel)[c] = (uint16_t)value;
    else
        ((float *)(void *)pixel)[c] = (float)value;
}

/* A picture of noise: every byte is random. */
static inline AugImage test_noise(uint64_t *state, int32_t width, int32_t height, int32_t channels)
{
    const AugImage image = test_picture(width, height, channels, 0);
    for (int32_t y = 0; y < height; y++) {
        for (int32_t i = 0; i < width * channels; i++)
            test_pixel(&image, 0, y)[i] = (uint8_t)test_random(state);
    }
    return image;
}

/* A picture of slopes, edges and some noise, as photographs have them. */
static inline AugImage test_scene(uint64_t *state, int32_t width, int32_t height, int32_t channels)
{
    const AugImage image = test_picture(width, height, channels, 0);
    for (int32_t y = 0; y < height; y++) {
        for (int32_t i = 0; i < width * channels; i++) {
            const int32_t x = i / channels;
            const int32_t c = i % channels;
            const int32_t slope = (x * (3 + c) + y * (5 - c)) % 256;
            const int32_t edge = (x / 13 + y / 9 + c) % 2 * 60;
            const int32_t noise = test_between(state, 0, 15);
            test_pixel(&image, 0, y)[i] = (uint8_t)((slope + edge + noise) % 256);
        }
    }
    return image;
}

/* Form of a JPEG to write. Zero: 4:4:4, baseline, no restart markers. space: what is in the file;
 * JCS_UNKNOWN for YCbCr or grey by the picture's channels. */
typedef struct TestJpeg {
    int quality;
    int h_samp, v_samp; /* of luma, chroma has 1 */
    bool progressive, arithmetic, optimized;
    int restart_rows;
    const jpeg_scan_info *scans; /* n_scans of them, or NULL: as progressive says */
    int n_scans;
    J_COLOR_SPACE space;
    const uint8_t *app1; /* an APP1 segment, or NULL */
    unsigned int app1_size;
} TestJpeg;

/* One scan of a JPEG: n components from first, coefficients from to to, their bits high to low. */
#define TEST_SCAN(n, first, from, to, high, low)                                      \
    {                                                                                 \
        .comps_in_scan = (n), .component_index = {(first), (first) + 1, (first) + 2}, \
        .Ss = (from), .Se = (to), .Ah = (high), .Al = (low)                           \
    }

/* Sequential: each of three components by itself. */
static const jpeg_scan_info test_scans_apart[] = {
    TEST_SCAN(1, 0, 0, 63, 0, 0),
    TEST_SCAN(1, 1, 0, 63, 0, 0),
    TEST_SCAN(1, 2, 0, 63, 0, 0),
};

/* Progressive files that never send all bits: of three components; of one; of one its first
 * coefficient alone. */
static const jpeg_scan_info test_scans_unfinished[] = {
    TEST_SCAN(3, 0, 0, 0, 0, 1),
    TEST_SCAN(1, 0, 1, 63, 0, 2),
    TEST_SCAN(1, 1, 1, 5, 0, 1),
};
static const jpeg_scan_info test_scans_unfinished_grey[] = {
    TEST_SCAN(1, 0, 0, 0, 0, 0),
    TEST_SCAN(1, 0, 1, 5, 0, 1),
};
static const jpeg_scan_info test_scan_first[] = {TEST_SCAN(3, 0, 0, 0, 0, 0)};

/* Encodes; any failure of libjpeg ends the process. The caller frees the bytes. A picture of 4
 * channels is CMYK. */
static inline uint8_t *test_jpeg(const AugImage *image, const TestJpeg *form, size_t *size)
{
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors)};
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &length);
    info.image_width = (JDIMENSION)image->width;
    info.image_height = (JDIMENSION)image->height;
    info.input_components = image->channels;
    info.in_color_space = image->channels == 1   ? JCS_GRAYSCALE
                          : image->channels == 3 ? JCS_RGB
                                                 : JCS_CMYK;
    jpeg_set_defaults(&info);
    if (form->space != JCS_UNKNOWN)
        jpeg_set_colorspace(&info, form->space);
    jpeg_set_quality(&info, form->quality ? form->quality : 90, TRUE);
    info.comp_info[0].h_samp_factor = form->h_samp ? form->h_samp : 1;
    info.comp_info[0].v_samp_factor = form->v_samp ? form->v_samp : 1;
    info.arith_code = form->arithmetic;
    info.restart_in_rows = form->restart_rows;
    info.optimize_coding = form->optimized;
    if (form->progressive)
        jpeg_simple_progression(&info);
    if (form->scans) {
        info.scan_info = form->scans;
        info.num_scans = form->n_scans;
    }
    jpeg_start_compress(&info, TRUE);
    if (form->app1)
        jpeg_write_marker(&info, JPEG_APP0 + 1, form->app1, form->app1_size);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = test_pixel(image, 0, (int32_t)info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    *size = length;
    return bytes;
}

/* One file of a plain tar archive in memory; name and bytes lie in the archive. */
typedef struct TestMember {
    const char *name;
    const uint8_t *bytes;
    size_t size;
} TestMember;

/* Steps to the next regular file; *at begins at 0. False at the end. */
static inline bool test_tar_next(const uint8_t *tar, size_t tar_size, size_t *at,
                                 TestMember *member)
{
    while (*at + 512 <= tar_size && tar[*at]) {
        const uint8_t *header = tar + *at;
        char digits[13] = {0};
        memcpy(digits, header + 124, 12);
        const size_t size = strtoul(digits, NULL, 8);
        *at += 512 + (size + 511) / 512 * 512;
        if (header[156] != '0' && header[156] != 0)
            continue;
        *member = (TestMember){.name = (const char *)header, .bytes = header + 512, .size = size};
        return true;
    }
    return false;
}

/* libjpeg's own full decode, row by row, with the defaults that Pillow uses; the caller frees pixels. */
static inline AugImage test_jpeg_decode(const uint8_t *bytes, size_t size, J_COLOR_SPACE space)
{
    struct jpeg_error_mgr errors;
    struct jpeg_decompress_struct info = {.err = jpeg_std_error(&errors)};
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, (unsigned long)size);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = space;
    jpeg_start_decompress(&info);
    const AugImage all = test_picture((int32_t)info.output_width, (int32_t)info.output_height,
                                      info.out_color_components, 0);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = test_pixel(&all, 0, (int32_t)info.output_scanline);
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return all;
}

#endif
