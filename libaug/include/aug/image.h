/* Pictures in memory and the formats of picture files. */
#ifndef AUG_IMAGE_H
#define AUG_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/export.h"
#include "aug/limits.h"
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

/* How a picture file is rewritten so that parts of it can be read without the rest.
 *
 * interval: of a JPEG, units (MCUs) between two restart markers, 1 to 65535
 * max_side: larger pictures are scaled down until no side is longer; 0: none is
 * quality:  JPEGs are encoded anew with this quality, 1 to 100; 0: only those that are scaled are,
 *           with 95
 */
typedef struct AugRepackOptions {
    uint32_t interval;
    uint32_t max_side;
    uint32_t quality;
} AugRepackOptions;

/* A rewritten file. bytes, which the caller frees with free(), is NULL where the file stays as it is,
 * as those of most formats do; where that is an exception for its format, kept says why, in half a
 * sentence that is static. */
typedef struct AugRepacked {
    uint8_t *bytes;
    size_t size;
    const char *kept;
} AugRepacked;

/* Rewrites a picture file. With neither max_side nor quality no pixel changes: a JPEG becomes one
 * baseline scan of the same coefficients, with Huffman tables of its own and restart markers; its
 * marker segments (EXIF, profile, comments) stay, what stands behind its end marker does not. Files
 * of other formats stay as they are unless they are scaled. Reads the file carefully to its end, so
 * that damage is an error in any case. The bytes are a function of the file and the options. limits
 * NULL: the defaults. Fails with AUG_CORRUPT, AUG_UNSUPPORTED, AUG_TOO_LARGE, AUG_BAD_ARGUMENT
 * (options), AUG_NO_MEMORY. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_image_repack(const void *bytes, size_t size,
                                                  const AugRepackOptions *options,
                                                  const AugLimits *limits, AugRepacked *out,
                                                  AugError *error);

/* Two picture files. */
typedef struct AugImagePair {
    const void *first, *second;
    size_t first_size, second_size;
} AugImagePair;

/* Decodes both files whole and compares size, orientation and every pixel; difference is empty where
 * all are equal, else it is half a sentence on the first difference. limits NULL: the defaults. Fails
 * as aug_image_repack does. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_image_compare(const AugImagePair *pair,
                                                   const AugLimits *limits, char difference[160],
                                                   AugError *error);

#ifdef __cplusplus
}
#endif
#endif
