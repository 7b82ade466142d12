/* Picture files rewritten without loss, or smaller; and the proof that two files show the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec/codec.h"
#include "image/geometry/resample.h"

/* JPEG's own field for it has 16 bits. */
#define MAX_INTERVAL 65535u

/* Of pictures that are encoded anew because they are scaled, where nobody said a quality. */
#define SCALED_QUALITY 95

/* A file with its header. */
typedef struct File {
    const uint8_t *bytes;
    size_t size;
    ImgHeader header;
} File;

static AugStatus check_options(const AugRepackOptions *options, AugError *error)
{
    if (options->interval < 1 || options->interval > MAX_INTERVAL)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found %" PRIu32 " units between restart markers; allowed are 1 to %u",
                        options->interval, MAX_INTERVAL);
    if (options->quality > 100)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found JPEG quality %" PRIu32 "; allowed are 1 to 100, and 0 for no loss",
                        options->quality);
    return AUG_OK;
}

/* A side of a picture whose longer one becomes longest, rounded, at least 1. */
static int32_t scaled_side(int32_t side, int32_t longer, uint32_t longest)
{
    const uint64_t scaled = ((uint64_t)side * longest + (uint64_t)longer / 2) / (uint64_t)longer;
    return scaled < 1 ? 1 : (int32_t)scaled;
}

/* The size that a picture is to have. */
static AugSize target_size(const ImgHeader *header, uint32_t max_side)
{
    const int32_t longer = header->width > header->height ? header->width : header->height;
    if (max_side == 0 || (uint32_t)longer <= max_side)
        return (AugSize){.height = header->height, .width = header->width};
    return (AugSize){.height = scaled_side(header->height, longer, max_side),
                     .width = scaled_side(header->width, longer, max_side)};
}

static int32_t decoded_channels(const ImgHeader *header)
{
    return header->channels < 3 ? 1 : 3;
}

/* All pixels, read carefully; they belong to the decoder. */
static AugStatus decode(ImgDecoder *decoder, const File *file, const AugLimits *limits,
                        AugImage *image, AugError *error)
{
    const ImgHeader *header = &file->header;
    const ImgWindow all = img_window_all(header->width, header->height);
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = header,
                              .channels = decoded_channels(header),
                              .dtype = header->bits == 16 ? AUG_DTYPE_U16 : AUG_DTYPE_U8,
                              .window = &all,
                              .careful = true};
    ImgWindow got;
    return img_decode(decoder, &job, limits, image, &got, error);
}

static AugStatus scale(const AugImage *image, AugSize size, ImgPixels *pixels, AugImage *scaled,
                       AugError *error)
{
    AUG_TRY(img_pixels_make(pixels, size, img_pixel_type(image), scaled, error));
    const ImgResample job = img_resample_make(IMG_FILTER_BILINEAR, image->width, image->height,
                                              size.width, size.height);
    const ImgSource source = img_source_all(image);
    ImgResampleScratch scratch = {0};
    const AugStatus status = img_resample(&scratch, &job, &source, scaled, error);
    img_resample_scratch_fini(&scratch);
    return status;
}

/* Encodes a picture in the format of its file; a JPEG then gets restart markers, and the metadata of
 * the file. */
static AugStatus encode(const File *file, const AugImage *image, const AugRepackOptions *options,
                        const AugLimits *limits, AugRepacked *out, AugError *error)
{
    const ImgCodec *codec = file->header.codec;
    const ImgEncodeOptions how = {.quality =
                                      options->quality ? (int)options->quality : SCALED_QUALITY};
    File made = {0};
    uint8_t *bytes;
    AUG_TRY(img_encode(codec->name, image, &how, &bytes, &made.size, error));
    *out = (AugRepacked){.bytes = bytes, .size = made.size};
    if (!codec->repack)
        return AUG_OK;
    made.bytes = bytes;
    AugRepacked packed = {0};
    AugStatus status = img_header(made.bytes, made.size, limits, &made.header, error);
    const ImgRepackJob job = {.bytes = made.bytes,
                              .size = made.size,
                              .header = &made.header,
                              .interval = options->interval,
                              .like = file->bytes,
                              .like_size = file->size};
    if (status == AUG_OK)
        status = codec->repack(&job, limits, &packed, error);
    if (status == AUG_OK && packed.kept)
        return AUG_OK;
    free(bytes);
    *out = packed;
    return status;
}

/* With loss. */
static AugStatus make_anew(const File *file, const AugRepackOptions *options,
                           const AugLimits *limits, AugRepacked *out, AugError *error)
{
    const AugSize size = target_size(&file->header, options->max_side);
    ImgDecoder *decoder;
    AugImage image;
    ImgPixels pixels = {0};
    AUG_TRY(img_decoder_new(&decoder, error));
    AugStatus status = decode(decoder, file, limits, &image, error);
    if (status == AUG_OK && (size.width != image.width || size.height != image.height)) {
        const AugImage whole = image;
        status = scale(&whole, size, &pixels, &image, error);
    }
    if (status == AUG_OK)
        status = encode(file, &image, options, limits, out, error);
    img_pixels_fini(&pixels);
    img_decoder_free(decoder);
    return status;
}

static AugStatus verify(const File *file, const AugLimits *limits, AugError *error)
{
    ImgDecoder *decoder;
    AUG_TRY(img_decoder_new(&decoder, error));
    const AugStatus status = img_verify(decoder, file->bytes, file->size, limits, error);
    img_decoder_free(decoder);
    return status;
}

/* Without loss. A file may be refused for several reasons, and some show only where pixels are made:
 * so a decode says whether it is, here as everywhere. */
static AugStatus make_equal(const File *file, const AugRepackOptions *options,
                            const AugLimits *limits, AugRepacked *out, AugError *error)
{
    const ImgCodec *codec = file->header.codec;
    AUG_TRY(verify(file, limits, error));
    if (!codec->repack)
        return AUG_OK;
    const ImgRepackJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = &file->header,
                              .interval = options->interval};
    return codec->repack(&job, limits, out, error);
}

AugStatus aug_image_repack(const void *bytes, size_t size, const AugRepackOptions *options,
                           const AugLimits *limits, AugRepacked *out, AugError *error)
{
    AugLimits defaults;
    aug_limits_init(&defaults);
    const AugLimits *bounds = limits ? limits : &defaults;
    File file = {.bytes = bytes, .size = size};
    *out = (AugRepacked){0};
    AUG_TRY(check_options(options, error));
    AUG_TRY(img_header(file.bytes, file.size, bounds, &file.header, error));
    const AugSize target = target_size(&file.header, options->max_side);
    const bool is_scaled = target.width != file.header.width || target.height != file.header.height;
    const bool keeps_metadata = file.header.codec->repack;
    const bool is_lossy = options->quality > 0 && keeps_metadata;
    if (is_scaled && !keeps_metadata && file.header.orientation != 1) {
        AUG_TRY(make_equal(&file, options, bounds, out, error));
        out->kept = "it is turned by metadata that it would lose if it were scaled";
        return AUG_OK;
    }
    return is_scaled || is_lossy ? make_anew(&file, options, bounds, out, error)
                                 : make_equal(&file, options, bounds, out, error);
}

/* What the headers have different; false if it is nothing that would show. */
static bool headers_differ(const ImgHeader *first, const ImgHeader *second, char text[160])
{
    const bool same_size = first->width == second->width && first->height == second->height;
    if (!same_size)
        snprintf(text, 160,
                 "the pictures have %" PRId32 " x %" PRId32 " and %" PRId32 " x %" PRId32 " pixels",
                 first->width, first->height, second->width, second->height);
    else if (decoded_channels(first) != decoded_channels(second))
        snprintf(text, 160, "the pictures have %" PRId32 " and %" PRId32 " channels",
                 first->channels, second->channels);
    else if (first->bits != second->bits)
        snprintf(text, 160, "the pictures have %" PRId32 " and %" PRId32 " bits a value",
                 first->bits, second->bits);
    else if (first->orientation != second->orientation)
        snprintf(text, 160, "the pictures have the orientations %" PRId32 " and %" PRId32,
                 first->orientation, second->orientation);
    return text[0] != 0;
}

static void compare_pixels(const AugImage *first, const AugImage *second, char text[160])
{
    const size_t size = img_pixel_size(first);
    for (int32_t y = 0; y < first->height; y++) {
        const uint8_t *a = first->pixels + (size_t)y * first->row_size;
        const uint8_t *b = second->pixels + (size_t)y * second->row_size;
        if (memcmp(a, b, (size_t)first->width * size) == 0)
            continue;
        int32_t x = 0;
        while (memcmp(a + (size_t)x * size, b + (size_t)x * size, size) == 0)
            x++;
        snprintf(text, 160, "the pixels at row %" PRId32 ", column %" PRId32 " differ", y, x);
        return;
    }
}

static AugStatus decode_both(const File files[2], ImgDecoder *const decoders[2],
                             const AugLimits *limits, char difference[160], AugError *error)
{
    AugImage images[2];
    for (int i = 0; i < 2; i++)
        AUG_TRY(decode(decoders[i], &files[i], limits, &images[i], error));
    compare_pixels(&images[0], &images[1], difference);
    return AUG_OK;
}

AugStatus aug_image_compare(const AugImagePair *pair, const AugLimits *limits, char difference[160],
                            AugError *error)
{
    AugLimits defaults;
    aug_limits_init(&defaults);
    const AugLimits *bounds = limits ? limits : &defaults;
    File files[2] = {{.bytes = pair->first, .size = pair->first_size},
                     {.bytes = pair->second, .size = pair->second_size}};
    difference[0] = 0;
    for (int i = 0; i < 2; i++)
        AUG_TRY(img_header(files[i].bytes, files[i].size, bounds, &files[i].header, error));
    if (headers_differ(&files[0].header, &files[1].header, difference))
        return AUG_OK;
    ImgDecoder *decoders[2] = {NULL, NULL};
    AugStatus status = img_decoder_new(&decoders[0], error);
    if (status == AUG_OK)
        status = img_decoder_new(&decoders[1], error);
    if (status == AUG_OK)
        status = decode_both(files, decoders, bounds, difference, error);
    img_decoder_free(decoders[0]);
    img_decoder_free(decoders[1]);
    return status;
}
