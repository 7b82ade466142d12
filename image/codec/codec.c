/* Chooses the decoder by the content of the file. */
#include "image/codec/codec.h"

#include <stdlib.h>
#include <string.h>

#include "image/codec/formats.h"

struct ImgDecoder {
    ImgPixels pixels;
};

/* How a format that is known, but not read, begins: size bytes at offset. */
typedef struct Magic {
    const char *name;
    size_t offset, size;
    const char *bytes;
} Magic;

static const Magic others[] = {
    {"GIF", 0, 4, "GIF8"},
    {"WebP", 8, 4, "WEBP"},
    {"TIFF", 0, 4, "II*\0"},
    {"TIFF", 0, 4, "MM\0*"},
    {"BigTIFF", 0, 4, "II+\0"},
    {"BigTIFF", 0, 4, "MM\0+"},
    {"JPEG XL", 0, 2, "\xff\x0a"},
    {"JPEG XL", 4, 8, "JXL \r\n\x87\n"},
    {"JPEG 2000", 4, 8, "jP  \r\n\x87\n"},
    {"JPEG 2000", 0, 4, "\xff\x4f\xff\x51"},
    {"HEIF or AVIF", 4, 4, "ftyp"},
    {"MNG", 0, 4, "\x8aMNG"},
    {"JNG", 0, 4, "\x8bJNG"},
    {"Photoshop", 0, 4, "8BPS"},
    {"QOI", 0, 4, "qoif"},
    {"OpenEXR", 0, 4, "\x76\x2f\x31\x01"},
    {"DDS", 0, 4, "DDS "},
    {"Windows icon", 0, 4, "\0\0\1\0"},
    {"SVG", 0, 4, "<svg"},
    {"BMP", 0, 2, "BM"},
};

static const char *other_format(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        const Magic *magic = &others[i];
        if (size >= magic->offset + magic->size &&
            memcmp(bytes + magic->offset, magic->bytes, magic->size) == 0)
            return magic->name;
    }
    if (size >= 3 && bytes[0] == 'P' && '1' <= bytes[1] && bytes[1] <= '7' &&
        (bytes[2] == '\n' || bytes[2] == ' ' || bytes[2] == '\r' || bytes[2] == '\t'))
        return "PNM";
    return NULL;
}

static AugStatus refuse(const uint8_t *bytes, size_t size, AugError *error)
{
    if (size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the picture file is empty");
    const char *name = other_format(bytes, size);
    if (name)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "found a %s picture; this build reads JPEG and PNG", name);
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "found %zu bytes that begin like no known picture; allowed are JPEG and PNG",
                    size);
}

AugStatus img_header(const uint8_t *bytes, size_t size, const AugLimits *limits, ImgHeader *header,
                     AugError *error)
{
    if (size > limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "found a picture file of %zu bytes; allowed are %llu", size,
                        (unsigned long long)limits->max_encoded_size);
    *header = (ImgHeader){.orientation = 1};
    if (size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0)
        return img_jpeg_header(bytes, size, limits, header, error);
    if (size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        return img_png_header(bytes, size, limits, header, error);
    return refuse(bytes, size, error);
}

AugStatus img_codec_check_size(uint64_t width, uint64_t height, const AugLimits *limits,
                               AugError *error)
{
    if (width == 0 || height == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "found a picture of %llu x %llu pixels; allowed is 1 x 1 and more",
                        (unsigned long long)width, (unsigned long long)height);
    if (width > limits->max_side || height > limits->max_side || width > INT32_MAX ||
        height > INT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "found a picture of %llu x %llu pixels; a side may have %lu",
                        (unsigned long long)width, (unsigned long long)height,
                        (unsigned long)limits->max_side);
    if (width * height > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "found a picture of %llu x %llu pixels; allowed are %llu in all",
                        (unsigned long long)width, (unsigned long long)height,
                        (unsigned long long)limits->max_pixels);
    return AUG_OK;
}

void img_codec_grey(const uint8_t *rgb, uint8_t *grey, size_t n)
{
    for (size_t i = 0; i < n; i++)
        grey[i] = img_grey(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
}

AugStatus img_encode_check(const AugImage *image, int32_t max_side, AugError *error)
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

AugStatus img_decoder_new(ImgDecoder **out, AugError *error)
{
    *out = NULL;
    ImgDecoder *decoder = calloc(1, sizeof(*decoder));
    if (!decoder)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a picture decoder");
    *out = decoder;
    return AUG_OK;
}

void img_decoder_free(ImgDecoder *decoder)
{
    if (!decoder)
        return;
    free(decoder->pixels.bytes);
    free(decoder);
}

AugStatus img_decode(ImgDecoder *decoder, const ImgDecodeJob *job, const AugLimits *limits,
                     AugImage *out, ImgWindow *got, AugError *error)
{
    const ImgHeader *header = job->header;
    if (job->channels != 1 && job->channels != 3)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found %ld channels to decode; allowed are 1 and 3", (long)job->channels);
    AUG_TRY(img_codec_check_size((uint64_t)header->width, (uint64_t)header->height, limits, error));
    const ImgWindow all = img_window_all(header->width, header->height);
    const ImgWindow *window = job->window ? job->window : &all;
    if (!img_window_in(window, header->width, header->height))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a window of columns %ld to %ld, rows %ld to %ld; the picture has "
                        "%ld x %ld pixels",
                        (long)window->x0, (long)window->x1, (long)window->y0, (long)window->y1,
                        (long)header->width, (long)header->height);
    const ImgDecodeTarget target = {.pixels = &decoder->pixels, .out = out, .got = got};
    if (header->format == IMG_FORMAT_PNG)
        return img_png_decode(job, window, limits, target, error);
    return img_jpeg_decode(job, window, target, error);
}
