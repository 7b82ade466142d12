/* JPEG: the parts of its codec. What they promise is in format.h. */
#ifndef IMG_JPEG_H
#define IMG_JPEG_H

#include "image/codec/format.h"
#include "image/codec/jpeg/kernels.h"

/* Walks the file's structure. */
AUG_MUST_CHECK AugStatus img_jpeg_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                         ImgHeader *header, AugError *error);

/* Walks the file's structure and all of its entropy-coded data: refuses what no valid file has and
 * libjpeg does not report. */
AUG_MUST_CHECK AugStatus img_jpeg_check_scans(const uint8_t *bytes, size_t size,
                                              const AugLimits *limits, AugError *error);

/* Decodes a window with libjpeg-turbo. */
AUG_MUST_CHECK AugStatus img_jpeg_library_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                                 const AugLimits *limits, ImgDecodeTarget target,
                                                 AugError *error);

/* Decodes a window, faster and stricter than the library: it takes the common kinds of baseline
 * files, and of these only what has no damage as far as it looks, which is to the end where
 * job->careful asks for it. *taken false: the file is left to the library, and *out undefined. Fails
 * with AUG_NO_MEMORY only. The window must be in the picture. */
AUG_MUST_CHECK AugStatus img_jpeg_window_decode(const ImgJpegKernels *kernels,
                                                const ImgDecodeJob *job, const ImgWindow *window,
                                                ImgDecodeTarget target, bool *taken,
                                                AugError *error);

/* Decodes a window: by the decoder of our own what it takes, and by the library the rest. */
AUG_MUST_CHECK AugStatus img_jpeg_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                         const AugLimits *limits, ImgDecodeTarget target,
                                         AugError *error);

/* Rewrites a file that a careful decode accepts: one baseline scan, Huffman tables of its own, a
 * restart marker every job->interval MCUs; coefficients, quantisers and marker segments stay. What
 * libjpeg finds wrong in the entropy-coded data is an error. */
AUG_MUST_CHECK AugStatus img_jpeg_repack(const ImgRepackJob *job, const AugLimits *limits,
                                         AugRepacked *out, AugError *error);

/* Writes a picture. */
AUG_MUST_CHECK AugStatus img_jpeg_encode(const AugImage *image, const ImgEncodeOptions *options,
                                         uint8_t **bytes, size_t *size, AugError *error);

#endif
