/* PNM, a codec: Netpbm's PGM (P5) and PPM (P6) of 8 bits without comments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/format.h"

static bool recognise(const uint8_t *bytes, size_t size)
{
    return size > 2 && bytes[0] == 'P' && (bytes[1] == '5' || bytes[1] == '6') && bytes[2] == '\n';
}

/* Bytes in front of the pixels; 0 if they are not as this codec knows them. */
static size_t read_head(const uint8_t *bytes, size_t size, unsigned *width, unsigned *height)
{
    char text[40] = "";
    int n = 0;
    memcpy(text, bytes, size < sizeof(text) - 1 ? size : sizeof(text) - 1);
    return sscanf(text, "P%*c %9u %9u 255%*1[\n]%n", width, height, &n) == 2 ? (size_t)n : 0;
}

static AugStatus header(const uint8_t *bytes, size_t size, const AugLimits *limits, ImgHeader *out,
                        AugError *error)
{
    unsigned width = 0, height = 0;
    const size_t head = read_head(bytes, size, &width, &height);
    out->channels = bytes[1] == '6' ? 3 : 1;
    out->bits = 8;
    out->complete = true;
    if (!head)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "the PNM has another head than P5 or P6, "
                        "width, height, 255");
    AUG_TRY(img_codec_check_size(width, height, limits, error));
    out->width = (int32_t)width;
    out->height = (int32_t)height;
    if (size - head < (size_t)width * height * (size_t)out->channels)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the PNM ends before its last row");
    return AUG_OK;
}

static AugStatus decode(const ImgDecodeJob *job, const ImgWindow *window, const AugLimits *limits,
                        ImgDecodeTarget target, AugError *error)
{
    (void)limits;
    const AugSize size = {.height = window->y1 - window->y0, .width = window->x1 - window->x0};
    const size_t stored = (size_t)job->header->channels, n = (size_t)size.width;
    unsigned width, height;
    const uint8_t *from = job->bytes + read_head(job->bytes, job->size, &width, &height);
    AUG_TRY(img_pixels_image(target.pixels, size, job->channels, target.out, error));
    *target.got = *window;
    for (int32_t y = 0; y < size.height; y++) {
        const uint8_t *row =
            from + ((size_t)(window->y0 + y) * width + (size_t)window->x0) * stored;
        uint8_t *to = target.out->pixels + (size_t)y * target.out->row_size;
        if (job->channels == (int32_t)stored)
            memcpy(to, row, n * stored);
        else if (job->channels == 1)
            img_codec_grey(row, to, n);
        for (size_t i = 0; i < 3 * n && job->channels > (int32_t)stored; i++)
            to[i] = row[i / 3];
    }
    return AUG_OK;
}

static AugStatus encode(const AugImage *image, const ImgEncodeOptions *options, uint8_t **bytes,
                        size_t *size, AugError *error)
{
    (void)options;
    AUG_TRY(img_encode_check(image, IMG_CODEC_BYTES, 999999999, error));
    const size_t row_size = (size_t)image->width * (size_t)image->channels;
    char head[40];
    const size_t n =
        (size_t)snprintf(head, sizeof(head), "P%c\n%d %d\n255\n", image->channels == 3 ? '6' : '5',
                         image->width, image->height);
    *size = n + row_size * (size_t)image->height;
    *bytes = malloc(*size);
    if (!*bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a PNM of %zu bytes", *size);
    memcpy(*bytes, head, n);
    for (int32_t y = 0; y < image->height; y++)
        memcpy(*bytes + n + (size_t)y * row_size, image->pixels + (size_t)y * image->row_size,
               row_size);
    return AUG_OK;
}

const ImgCodec img_codec_pnm = {
    .name = "pnm",
    .title = "PNM",
    .recognise = recognise,
    .header = header,
    .decode = decode,
    .encode = encode,
};
