/* Writes pictures as JPEG with libjpeg-turbo. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

/* jpeglib.h needs size_t and FILE to be known. */
#include <jerror.h>
#include <jpeglib.h>

#include "image/codec/jpeg/output.h"
#include "image/codec/jpeg/parts.h"

/* What is being written. Lives outside of the function that calls setjmp, so nothing is lost by
 * longjmp. */
typedef struct Writer {
    const AugImage *image;
    int quality;
    ImgJpegOutput output;
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

static void compress(struct jpeg_compress_struct *info, Writer *writer)
{
    const AugImage *image = writer->image;
    jpeg_create_compress(info);
    info->dest = &writer->output.destination;
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
    Writer writer = {
        .image = image, .quality = quality, .output = img_jpeg_output(SIZE_MAX), .error = error};
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors), .client_data = &writer};
    errors.error_exit = fail;
    errors.output_message = ignore_message;
    const AugStatus status = guard(&info, &writer);
    jpeg_destroy_compress(&info);
    if (status != AUG_OK) {
        free(writer.output.bytes);
        return status;
    }
    *bytes = writer.output.bytes;
    *size = writer.output.size;
    return AUG_OK;
}
