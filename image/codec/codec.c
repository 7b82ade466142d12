/* Chooses the format: of a file by its content, of a picture to be written by name. */
#include "image/codec/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/format.h"
#include "image/pixels/work.h"

/* pixels: what codecs decode into; scratch: what they need on the way; widened: the pixels as
 * uint16 where the codec gives only uint8 */
struct ImgDecoder {
    ImgPixels pixels, scratch, widened;
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

/* Appends to a text that has room for size bytes; what does not fit is cut off. */
static void append(char *text, size_t size, const char *more)
{
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "%s", more);
}

/* "JPEG and PNG": the formats that can be read, or only those that can be written. */
static void list_titles(bool written, char *text, size_t size)
{
    size_t n = 0, n_listed = 0;
    text[0] = 0;
    for (size_t i = 0; i < img_n_codecs; i++)
        n += !written || img_codecs[i]->encode;
    for (size_t i = 0; i < img_n_codecs; i++) {
        if (written && !img_codecs[i]->encode)
            continue;
        n_listed++;
        append(text, size, n_listed == 1 ? "" : n_listed == n ? " and " : ", ");
        append(text, size, img_codecs[i]->title);
    }
}

static AugStatus refuse(const uint8_t *bytes, size_t size, AugError *error)
{
    if (size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the picture file is empty");
    char titles[160];
    list_titles(false, titles, sizeof(titles));
    const char *name = other_format(bytes, size);
    if (name)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL, "found a %s picture; this build reads %s",
                        name, titles);
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "found %zu bytes that begin like no known picture; allowed are %s", size,
                    titles);
}

uint64_t img_header_work(const ImgHeader *header)
{
    const AugSize size = {.height = header->height, .width = header->width};
    const uint64_t n_further = header->n_scans > 0 ? header->n_scans - 1 : 0;
    return img_size_pixels(size) * (IMG_PASSES_DECODE + n_further * IMG_PASSES_SCAN);
}

static AugStatus check_work(const ImgHeader *header, const AugLimits *limits, AugError *error)
{
    const uint64_t work = img_header_work(header);
    if (work <= limits->max_sample_work)
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                    "decoding %d x %d pixels of %u scan%s takes %.1f megapixel-passes of work; "
                    "allowed are %.1f (--sample-work of augd and aug apply)",
                    header->height, header->width, header->n_scans, header->n_scans == 1 ? "" : "s",
                    (double)work / 1e6, (double)limits->max_sample_work / 1e6);
}

AugStatus img_header(const uint8_t *bytes, size_t size, const AugLimits *limits, ImgHeader *header,
                     AugError *error)
{
    if (size > limits->max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "found a picture file of %zu bytes; allowed are %llu", size,
                        (unsigned long long)limits->max_encoded_size);
    for (size_t i = 0; i < img_n_codecs; i++) {
        const ImgCodec *codec = img_codecs[i];
        if (!codec->recognise(bytes, size))
            continue;
        *header = (ImgHeader){.codec = codec, .orientation = 1, .n_scans = 1};
        AUG_TRY(codec->header(bytes, size, limits, header, error));
        return check_work(header, limits, error);
    }
    *header = (ImgHeader){.orientation = 1};
    return refuse(bytes, size, error);
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

void img_decoder_count(ImgDecoder *decoder, AugiAllowance *allowance)
{
    decoder->pixels.allowance = allowance;
    decoder->scratch.allowance = allowance;
    decoder->widened.allowance = allowance;
}

void img_decoder_free(ImgDecoder *decoder)
{
    if (!decoder)
        return;
    img_pixels_fini(&decoder->pixels);
    img_pixels_fini(&decoder->scratch);
    img_pixels_fini(&decoder->widened);
    free(decoder);
}

/* From 0..255 to 0..65535: v * 257, which repeats the byte. */
static AugStatus widen(ImgDecoder *decoder, AugImage *image, AugError *error)
{
    const AugImage bytes = *image;
    const AugSize size = {.height = bytes.height, .width = bytes.width};
    const ImgPixelType type = {.dtype = AUG_DTYPE_U16, .channels = bytes.channels};
    AUG_TRY(img_pixels_make(&decoder->widened, size, type, image, error));
    const size_t n = (size_t)bytes.width * (size_t)bytes.channels;
    for (int32_t y = 0; y < size.height; y++) {
        const uint8_t *from = bytes.pixels + (size_t)y * bytes.row_size;
        uint16_t *to = (uint16_t *)(void *)(image->pixels + (size_t)y * image->row_size);
        for (size_t i = 0; i < n; i++)
            to[i] = (uint16_t)(from[i] * 257);
    }
    return AUG_OK;
}

/* Whoever cannot reduce decodes in full. */
static AugStatus check_reduction(const ImgDecodeJob *job, AugError *error)
{
    const int32_t reduction = job->reduction ? *job->reduction : 1;
    if (reduction != 1 && reduction != 2 && reduction != 4 && reduction != 8)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a reduction by %ld; allowed are 1, 2, 4 and 8", (long)reduction);
    if (job->reduction && !job->header->codec->reduces)
        *job->reduction = 1;
    return AUG_OK;
}

AugStatus img_decode(ImgDecoder *decoder, const ImgDecodeJob *job, const AugLimits *limits,
                     AugImage *out, ImgWindow *got, AugError *error)
{
    const ImgHeader *header = job->header;
    if (job->channels != 1 && job->channels != 3)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found %ld channels to decode; allowed are 1 and 3", (long)job->channels);
    if (job->dtype != AUG_DTYPE_U8 && job->dtype != AUG_DTYPE_U16)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found %s as type to decode to; allowed are U8 and U16",
                        aug_dtype_name(job->dtype));
    AUG_TRY(img_codec_check_size((uint64_t)header->width, (uint64_t)header->height, limits, error));
    const ImgWindow all = img_window_all(header->width, header->height);
    const ImgWindow *window = job->window ? job->window : &all;
    if (!img_window_in(window, header->width, header->height))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a window of columns %ld to %ld, rows %ld to %ld; the picture has "
                        "%ld x %ld pixels",
                        (long)window->x0, (long)window->x1, (long)window->y0, (long)window->y1,
                        (long)header->width, (long)header->height);
    if (job->new_marks)
        job->new_marks->size = 0;
    AUG_TRY(check_reduction(job, error));
    const ImgDecodeTarget target = {
        .pixels = &decoder->pixels, .scratch = &decoder->scratch, .out = out, .got = got};
    const ImgCodec *codec = header->codec;
    if (job->dtype == AUG_DTYPE_U8 || (codec->depth == IMG_CODEC_WORDS && header->bits == 16))
        return codec->decode(job, window, limits, target, error);
    ImgDecodeJob narrow = *job;
    narrow.dtype = AUG_DTYPE_U8;
    AUG_TRY(codec->decode(&narrow, window, limits, target, error));
    return widen(decoder, out, error);
}

AugStatus img_verify(ImgDecoder *decoder, const uint8_t *bytes, size_t size,
                     const AugLimits *limits, AugError *error)
{
    ImgHeader header;
    AUG_TRY(img_header(bytes, size, limits, &header, error));
    const ImgWindow corner = {.x1 = 1, .y1 = 1};
    const ImgDecodeJob job = {.bytes = bytes,
                              .size = size,
                              .header = &header,
                              .channels = header.channels < 3 ? 1 : 3,
                              .window = &corner,
                              .careful = true};
    AugImage out;
    ImgWindow got;
    return img_decode(decoder, &job, limits, &out, &got, error);
}

/* Number of a format; img_n_codecs if there is none of that name. */
static size_t find(const char *name)
{
    size_t i = 0;
    while (i < img_n_codecs && strcmp(img_codecs[i]->name, name) != 0)
        i++;
    return i;
}

AugStatus img_encode(const char *name, const AugImage *image, const ImgEncodeOptions *options,
                     uint8_t **bytes, size_t *size, AugError *error)
{
    *bytes = NULL;
    *size = 0;
    const size_t found = find(name);
    if (found < img_n_codecs && img_codecs[found]->encode)
        return img_codecs[found]->encode(image, options, bytes, size, error);
    char titles[160];
    list_titles(true, titles, sizeof(titles));
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "found the format '%.40s' for a picture; this build writes %s", name, titles);
}

AugStatus aug_image_encode(const char *format, const AugImage *image, int quality, uint8_t **bytes,
                           size_t *size, AugError *error)
{
    return img_encode(format, image, &(ImgEncodeOptions){.quality = quality}, bytes, size, error);
}

AugStatus aug_image_encode_png(const AugImage *image, uint8_t **bytes, size_t *size,
                               AugError *error)
{
    return img_encode("png", image, &(ImgEncodeOptions){0}, bytes, size, error);
}

AugStatus aug_image_encode_jpeg(const AugImage *image, int quality, uint8_t **bytes, size_t *size,
                                AugError *error)
{
    return aug_image_encode("jpeg", image, quality, bytes, size, error);
}

const char *aug_image_format_extension(const char *format)
{
    const size_t found = find(format);
    return found < img_n_codecs ? img_codec_extensions[found] : NULL;
}

const char *aug_image_format(const void *bytes, size_t size)
{
    for (size_t i = 0; i < img_n_codecs; i++)
        if (img_codecs[i]->recognise(bytes, size))
            return img_codecs[i]->name;
    return NULL;
}
