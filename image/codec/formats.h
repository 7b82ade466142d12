/* Inside of the codecs: what each format offers to the dispatch in codec.c, and what they share. */
#ifndef IMG_CODEC_FORMATS_H
#define IMG_CODEC_FORMATS_H

#include "image/codec/codec.h"

/* Compares the size that a header states with the limits. */
AUG_MUST_CHECK AugStatus img_codec_check_size(uint64_t width, uint64_t height,
                                              const AugLimits *limits, AugError *error);

/* Grey of n RGB pixels, in place or not: (19595 R + 38470 G + 7471 B + 32768) >> 16. */
void img_codec_grey(const uint8_t *rgb, uint8_t *grey, size_t n);

/* Orientation (1 to 8) in a TIFF structure as EXIF uses it, after "Exif\0\0"; 1 where it says none
 * or is broken. Never reads outside of the bytes. Any thread. */
int32_t img_exif_orientation(const uint8_t *tiff, size_t size);

/* Headers, without decoding. */
AUG_MUST_CHECK AugStatus img_jpeg_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                         ImgHeader *header, AugError *error);
AUG_MUST_CHECK AugStatus img_png_header(const uint8_t *bytes, size_t size, const AugLimits *limits,
                                        ImgHeader *header, AugError *error);

/* Checks a picture that is to be written: 1 or 3 channels, sides of 1 to max_side. */
AUG_MUST_CHECK AugStatus img_encode_check(const AugImage *image, int32_t max_side, AugError *error);

/* Where a decoded picture goes: pixels is the memory, out the picture in it, got the window of the
 * stored picture that it covers. */
typedef struct ImgDecodeTarget {
    ImgPixels *pixels;
    AugImage *out;
    ImgWindow *got;
} ImgDecodeTarget;

/* Decoders. The window is inside the picture and not empty, channels are 1 or 3. */
AUG_MUST_CHECK AugStatus img_jpeg_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                         ImgDecodeTarget target, AugError *error);
AUG_MUST_CHECK AugStatus img_png_decode(const ImgDecodeJob *job, const ImgWindow *window,
                                        const AugLimits *limits, ImgDecodeTarget target,
                                        AugError *error);

#endif
