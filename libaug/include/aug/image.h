/* Pictures in memory and the formats of picture files. */
#ifndef AUG_IMAGE_H
#define AUG_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "aug/export.h"
#include "aug/status.h"
#include "aug/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pixels, rows from the top, channels interleaved (1 grey, 3 RGB, up to AUG_MAX_CHANNELS).
 *
 * pixels:   of the type that dtype says, in the machine's byte order and aligned for it
 * row_size: the distance between rows in bytes, a multiple of the type's size
 * dtype:    AUG_DTYPE_U8 (which is zero), AUG_DTYPE_U16 or AUG_DTYPE_F32. White is 255, 65535 and 1
 */
typedef struct AugImage {
    uint8_t *pixels;
    int32_t height, width, channels;
    size_t row_size;
    AugDtype dtype;
} AugImage;

/* Names of the formats of picture files ("jpeg", "png"), sorted, NULL behind the last. */
AUG_API extern const char *const aug_image_formats[];

/* Endings of the names of files of these formats, without the dot, separated by spaces. */
AUG_API extern const char aug_image_endings[];

/* Name of the format of a file that begins with these bytes (16 are enough to tell); NULL if it is
 * of none. Any thread. */
AUG_API const char *aug_image_format(const void *bytes, size_t size);

/* Ending of the name that a file of a format gets when it is written, without the dot; NULL if there
 * is no such format. Any thread. */
AUG_API const char *aug_image_format_extension(const char *format);

/* Encodes a picture in a format; quality is 1 to 100 and counts for formats that lose something.
 * The caller frees *bytes with free(). Fails with AUG_BAD_ARGUMENT where the format is not known or
 * only read, or where it cannot hold the picture. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_image_encode(const char *format, const AugImage *image,
                                                  int quality, uint8_t **bytes, size_t *size,
                                                  AugError *error);

/* The same as PNG, and as JPEG. */
AUG_API AUG_MUST_CHECK AugStatus aug_image_encode_png(const AugImage *image, uint8_t **bytes,
                                                      size_t *size, AugError *error);
AUG_API AUG_MUST_CHECK AugStatus aug_image_encode_jpeg(const AugImage *image, int quality,
                                                       uint8_t **bytes, size_t *size,
                                                       AugError *error);

#ifdef __cplusplus
}
#endif
#endif
