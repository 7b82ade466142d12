/* OpenCV as C: the only door to it, and the only C++ of the project is behind it.
 *
 * Only movements of pixels and integer arithmetic are used, so the bytes do not depend on the
 * processor; golden digests tell if they come to depend on OpenCV's version. No exception leaves:
 * what OpenCV throws becomes a status and its message. OpenCV starts no threads of its own.
 * Pictures have 1 or 3 channels; out is provided by the caller in the size stated, with the
 * source's channels, and does not overlap it. All functions: any thread; AUG_BAD_ARGUMENT for sizes
 * that do not fit, AUG_NO_MEMORY, AUG_INTERNAL.
 */
#ifndef IMG_CV_H
#define IMG_CV_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/status.h"
#include "image/pixels/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows become columns: out has the source's width as its height. */
AUG_MUST_CHECK AugStatus img_cv_transpose(const AugImage *source, const AugImage *out,
                                          AugError *error);

/* Mirrors left to right (x), top to bottom (y) or both; neither is a copy. */
AUG_MUST_CHECK AugStatus img_cv_flip(const AugImage *source, bool x, bool y, const AugImage *out,
                                     AugError *error);

/* Adds margins; fill has a value per channel and is read for IMG_BORDER_CONSTANT only. */
AUG_MUST_CHECK AugStatus img_cv_pad(const AugImage *source, ImgMargins margins, ImgBorder border,
                                    const uint8_t fill[3], const AugImage *out, AugError *error);

/* Gaussian blur with 2 radius + 1 taps on each axis, in 8-bit fixed point, mirrored (REFLECT101)
 * beyond the borders: OpenCV's bit-exact kernel, whose coefficients come from software floating
 * point. At most 1.5 from the exact value. sigma above 0, radius at least 1. */
AUG_MUST_CHECK AugStatus img_cv_blur(const AugImage *source, double sigma, int32_t radius,
                                     const AugImage *out, AugError *error);

#ifdef __cplusplus
}
#endif
#endif
