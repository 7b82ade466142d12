/* What all formats check and convert in the same way. */
#include "image/codec/format.h"

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

void img_codec_grey_u16(const uint8_t *rgb, uint8_t *grey, size_t n)
{
    const uint16_t *from = (const uint16_t *)(const void *)rgb;
    uint16_t *to = (uint16_t *)(void *)grey;
    for (size_t i = 0; i < n; i++)
        to[i] = img_grey_u16(from[3 * i], from[3 * i + 1], from[3 * i + 2]);
}

AugStatus img_encode_check(const AugImage *image, ImgCodecDepth depth, int32_t max_side,
                           AugError *error)
{
    if (image->dtype != AUG_DTYPE_U8 && (image->dtype != AUG_DTYPE_U16 || depth == IMG_CODEC_BYTES))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a picture of %s values; this format holds U8%s",
                        aug_dtype_name(image->dtype), depth == IMG_CODEC_WORDS ? " and U16" : "");
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
