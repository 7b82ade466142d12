/* Writes pictures as PNG with libpng. */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/png.h"

/* What is being written. Lives outside of the function that calls setjmp, so nothing is lost by
 * longjmp. */
typedef struct Writer {
    const AugImage *image;
    uint8_t *bytes;
    size_t size, capacity;
    bool no_memory;
    char message[128];
    AugError *error;
} Writer;

static void fail(png_structp png, png_const_charp text)
{
    Writer *writer = png_get_error_ptr(png);
    snprintf(writer->message, sizeof(writer->message), "%s", text);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void append(png_structp png, png_bytep data, size_t size)
{
    Writer *writer = png_get_io_ptr(png);
    if (size > writer->capacity - writer->size) {
        const size_t capacity = (writer->size + size) * 2;
        uint8_t *bytes = realloc(writer->bytes, capacity);
        if (!bytes) {
            writer->no_memory = true;
            png_error(png, "no memory for the file");
        }
        writer->bytes = bytes;
        writer->capacity = capacity;
    }
    memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static AugStatus write_picture(png_structp png, png_infop info, Writer *writer)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return AUG_FAIL(writer->error, writer->no_memory ? AUG_NO_MEMORY : AUG_INTERNAL, NULL,
                        "the PNG cannot be written: %s", writer->message);
    const AugImage *image = writer->image;
    png_set_write_fn(png, writer, append, flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)image->width, (png_uint_32)image->height,
                 (int)img_value_size(image->dtype) * 8,
                 image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (image->dtype == AUG_DTYPE_U16)
        png_set_swap(png);
#endif
    for (int32_t y = 0; y < image->height; y++)
        png_write_row(png, image->pixels + (size_t)y * image->row_size);
    png_write_end(png, NULL);
    return AUG_OK;
}

AugStatus img_png_encode(const AugImage *image, const ImgEncodeOptions *options, uint8_t **bytes,
                         size_t *size, AugError *error)
{
    (void)options;
    /* The PNG library's own default for the longest side. */
    AUG_TRY(img_encode_check(image, IMG_CODEC_WORDS, PNG_USER_WIDTH_MAX, error));
    Writer writer = {.image = image, .error = error};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, fail, ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    AugStatus status = AUG_OK;
    if (info)
        status = write_picture(png, info, &writer);
    else
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a PNG encoder");
    png_destroy_write_struct(&png, &info);
    if (status != AUG_OK) {
        free(writer.bytes);
        return status;
    }
    *bytes = writer.bytes;
    *size = writer.size;
    return AUG_OK;
}
