/* Writes pictures as JPEG with libjpeg-turbo.
 *
 * The destination is our own: jpeg_mem_dest loses track of its buffer when memory runs out.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jerror.h>
#include <jpeglib.h>

#include "image/codec/jpeg/parts.h"

/* The first buffer; doubled as needed. */
#define FIRST_CAPACITY 65536u

/* What is being written. Lives outside of the function that calls setjmp, so nothing is lost by
 * longjmp. */
typedef struct Writer {
    const AugImage *image;
    int quality;
    struct jpeg_destination_mgr destination;
    uint8_t *bytes;
    size_t size, capacity;
    jmp_buf leave;
    bool no_memory;
    char message[JMSG_LENGTH_MAX];
    AugError *error;
} Writer;

static void fail(j_common_ptr common)
{
    Writer *writer = common->client_data;
    writer->no_memory = common->err->msg_code == JERR_OUT_OF_MEMORY;
    common->err->format_message(common, writer->message);
    longjmp(writer->leave, 1);
}

static void ignore_message(j_common_ptr common)
{
    (void)common;
}

/* Offers libjpeg the free part of a buffer of the given capacity. */
static void offer(j_compress_ptr info, size_t capacity)
{
    Writer *writer = info->client_data;
    uint8_t *bytes = realloc(writer->bytes, capacity);
    if (!bytes)
        ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
    writer->bytes = bytes;
    writer->capacity = capacity;
    writer->destination.next_output_byte = bytes + writer->size;
    writer->destination.free_in_buffer = capacity - writer->size;
}

static void begin(j_compress_ptr info)
{
    offer(info, FIRST_CAPACITY);
}

/* libjpeg calls this when the buffer is full to its last byte. */
static boolean grow(j_compress_ptr info)
{
    Writer *writer = info->client_data;
    writer->size = writer->capacity;
    offer(info, 2 * writer->capacity);
    return TRUE;
}

static void finish(j_compress_ptr info)
{
    Writer *writer = info->client_data;
    writer->size = writer->capacity - writer->destination.free_in_buffer;
}

static void compress(struct jpeg_compress_struct *info, Writer *writer)
{
    const AugImage *image = writer->image;
    jpeg_create_compress(info);
    info->dest = &writer->destination;
    info->image_width = (JDIMENSION)image->width;
    info->image_height = (JDIMENSION)image->height;
    info->input_components = image->channels;
    info->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, writer->quality, TRUE);
    jpeg_start_compress(info, TRUE);
    while (info->next_scanline < info->image_height) {
        JSAMPROW row = image->pixels + info->next_scanline * image->row_size;
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
}

/* The one place that libjpeg jumps back to. */
static AugStatus guard(struct jpeg_compress_struct *info, Writer *writer)
{
    if (setjmp(writer->leave) == 0) {
        compress(info, writer);
        return AUG_OK;
    }
    return AUG_FAIL(writer->error, writer->no_memory ? AUG_NO_MEMORY : AUG_INTERNAL, NULL,
                    "the JPEG cannot be written: %s", writer->message);
}

AugStatus img_jpeg_encode(const AugImage *image, const ImgEncodeOptions *options, uint8_t **bytes,
                          size_t *size, AugError *error)
{
    const int quality = options->quality;
    AUG_TRY(img_encode_check(image, IMG_CODEC_BYTES, JPEG_MAX_DIMENSION, error));
    if (quality < 1 || quality > 100)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found JPEG quality %d; allowed are 1 to 100", quality);
    Writer writer = {.image = image, .quality = quality, .error = error};
    writer.destination.init_destination = begin;
    writer.destination.empty_output_buffer = grow;
    writer.destination.term_destination = finish;
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors), .client_data = &writer};
    errors.error_exit = fail;
    errors.output_message = ignore_message;
    const AugStatus status = guard(&info, &writer);
    jpeg_destroy_compress(&info);
    if (status != AUG_OK) {
        free(writer.bytes);
        return status;
    }
    *bytes = writer.bytes;
    *size = writer.size;
    return AUG_OK;
}
