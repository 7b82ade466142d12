/* JPEG: the parts of its codec. What they promise is in format.h. */
#ifndef IMG_JPEG_H
#define IMG_JPEG_H

#include "image/codec/format.h"

/* Walks the file's structure. */
AUG_MUST_CHECK AugStatus img_jpeg_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                         ImgHeader *header, AugError *error);

/* Walks the file's structure and all of its entropy-coded data: refuses what no valid file has and
 * libjpeg does not report. */
AUG_MUST_CHECK AugStatus img_jpeg_check_scans(const uint8_t *bytes, size_t size,
                                              const AugLimits *limits, AugError *error);

/* Decodes a window. */
AUG_MUST_CHECK AugStatus img_jpeg_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                         const AugLimits *limits, ImgDecodeTarget target,
                                         AugError *error);

/* Writes a picture. */
AUG_MUST_CHECK AugStatus img_jpeg_encode(const AugImage *image, const ImgEncodeOptions *options,
                                         uint8_t **bytes, size_t *size, AugError *error);

#endif
