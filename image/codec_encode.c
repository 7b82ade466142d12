/* Writes pictures as PNG (libpng) and JPEG (libjpeg-turbo) into memory. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jerror.h>
#include <jpeglib.h>

#include "aug/image.h"

/* What is being written. Lives outside of the function that calls setjmp, so nothing is lost by
 * longjmp. */
typedef struct Sheet {
    const AugImage *image;
    int quality;
    uint8_t *bytes;
    size_t size, capacity;
    jmp_buf leave;
    bool no_memory;
    char message[JMSG_LENGTH_MAX];
    AugError *error;
} Sheet;

static AugStatus check_image(const AugImage *image, int32_t max_side, AugError *error)
{
    if (image->channels != 1 && image->channels != 3)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a picture of %ld channels; 1 and 3 can be written",
                        (long)image->channels);
    if (image->width < 1 || image->height < 1 || image->width > max_side ||
        image->height > max_side)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a picture of %ld x %ld pixels; sides of 1 to %ld can be written",
                        (long)image->width, (long)image->height, (long)max_side);
    return AUG_OK;
}

static const uint8_t *row_of(const AugImage *image, int32_t y)
{
    return image->pixels + (size_t)y * image->row_size;
}

/* ---- PNG ---- */

static void png_fail(png_structp png, png_const_charp text)
{
    Sheet *sheet = png_get_error_ptr(png);
    snprintf(sheet->message, sizeof(sheet->message), "%s", text);
    png_longjmp(png, 1);
}

static void png_ignore(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void png_append(png_structp png, png_bytep data, size_t size)
{
    Sheet *sheet = png_get_io_ptr(png);
    if (size > sheet->capacity - sheet->size) {
        const size_t capacity = (sheet->size + size) * 2;
        uint8_t *bytes = realloc(sheet->bytes, capacity);
        if (!bytes) {
            sheet->no_memory = true;
            png_error(png, "no memory for the file");
        }
        sheet->bytes = bytes;
        sheet->capacity = capacity;
    }
    memcpy(sheet->bytes + sheet->size, data, size);
    sheet->size += size;
}

static void png_flush_nothing(png_structp png)
{
    (void)png;
}

static AugStatus write_png(png_structp png, png_infop info, Sheet *sheet)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return AUG_FAIL(sheet->error, sheet->no_memory ? AUG_NO_MEMORY : AUG_INTERNAL, NULL,
                        "the PNG cannot be written: %s", sheet->message);
    const AugImage *image = sheet->image;
    png_set_write_fn(png, sheet, png_append, png_flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int32_t y = 0; y < image->height; y++)
        png_write_row(png, row_of(image, y));
    png_write_end(png, NULL);
    return AUG_OK;
}

AugStatus aug_image_encode_png(const AugImage *image, uint8_t **bytes, size_t *size,
                               AugError *error)
{
    *bytes = NULL;
    *size = 0;
    /* The PNG library's own default for the longest side. */
    AUG_TRY(check_image(image, PNG_USER_WIDTH_MAX, error));
    Sheet sheet = {.image = image, .error = error};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sheet, png_fail, png_ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    AugStatus status = AUG_OK;
    if (info)
        status = write_png(png, info, &sheet);
    else
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a PNG encoder");
    png_destroy_write_struct(&png, &info);
    if (status != AUG_OK) {
        free(sheet.bytes);
        return status;
    }
    *bytes = sheet.bytes;
    *size = sheet.size;
    return AUG_OK;
}

/* ---- JPEG ---- */

static void jpeg_fail(j_common_ptr common)
{
    Sheet *sheet = common->client_data;
    sheet->no_memory = common->err->msg_code == JERR_OUT_OF_MEMORY;
    common->err->format_message(common, sheet->message);
    longjmp(sheet->leave, 1);
}

static void jpeg_ignore(j_common_ptr common)
{
    (void)common;
}

static void compress(struct jpeg_compress_struct *info, const Sheet *sheet, uint8_t **bytes,
                     unsigned long *size)
{
    const AugImage *image = sheet->image;
    jpeg_create_compress(info);
    jpeg_mem_dest(info, bytes, size);
    info->image_width = (JDIMENSION)image->width;
    info->image_height = (JDIMENSION)image->height;
    info->input_components = image->channels;
    info->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, sheet->quality, TRUE);
    jpeg_start_compress(info, TRUE);
    while (info->next_scanline < info->image_height) {
        union {
            const uint8_t *read;
            JSAMPROW row;
        } line = {.read = row_of(image, (int32_t)info->next_scanline)};
        jpeg_write_scanlines(info, &line.row, 1);
    }
    jpeg_finish_compress(info);
}

/* *file is where libjpeg keeps the address of what it writes. */
static AugStatus write_jpeg(struct jpeg_compress_struct *info, Sheet *sheet, uint8_t **file,
                            unsigned long *size)
{
    if (setjmp(sheet->leave) != 0)
        return AUG_FAIL(sheet->error, sheet->no_memory ? AUG_NO_MEMORY : AUG_INTERNAL, NULL,
                        "the JPEG cannot be written: %s", sheet->message);
    compress(info, sheet, file, size);
    return AUG_OK;
}

AugStatus aug_image_encode_jpeg(const AugImage *image, int quality, uint8_t **bytes, size_t *size,
                                AugError *error)
{
    *bytes = NULL;
    *size = 0;
    AUG_TRY(check_image(image, JPEG_MAX_DIMENSION, error));
    if (quality < 1 || quality > 100)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found JPEG quality %d; allowed are 1 to 100", quality);
    Sheet sheet = {.image = image, .quality = quality, .error = error};
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors), .client_data = &sheet};
    errors.error_exit = jpeg_fail;
    errors.output_message = jpeg_ignore;
    uint8_t *file = NULL;
    unsigned long file_size = 0;
    const AugStatus status = write_jpeg(&info, &sheet, &file, &file_size);
    jpeg_destroy_compress(&info);
    if (status != AUG_OK) {
        free(file);
        return status;
    }
    *bytes = file;
    *size = file_size;
    return AUG_OK;
}
