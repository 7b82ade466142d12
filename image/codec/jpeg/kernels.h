/* The arithmetic of JPEG's pixels, once for each kind of processor: from coefficients to samples,
 * from few chroma samples to many, from YCbCr to RGB.
 *
 * All kernels give the bits of libjpeg-turbo's accurate integer DCT (JDCT_ISLOW), its smooth
 * ("fancy") upsampling and its colour conversion on x86, for coefficients whose product with their
 * quantiser lies within +-8191. The scalar form is the reference of the others.
 */
#ifndef IMG_JPEG_KERNELS_H
#define IMG_JPEG_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Coefficients of a block, in natural order: row v, column u at 8 v + u. */
#define IMG_JPEG_BLOCK 64

/* Bytes that kernels may read and write past the end of what they are asked for, and read before
 * its begin, where the table below says so. */
#define IMG_JPEG_SLACK 64

/* Which coefficients of a block may be other than zero. */
typedef enum ImgJpegExtent {
    IMG_JPEG_DC_ONLY, /* the first */
    IMG_JPEG_QUARTER, /* u and v below 4 */
    IMG_JPEG_FULL,    /* any */
} ImgJpegExtent;

/* One set of kernels. Any thread.
 *
 * idct:   n blocks that lie one behind another, dequantised, to 8 rows of 8 n samples at out, rows
 *         row_size bytes apart. extents has n values of ImgJpegExtent. Blocks are aligned to 64
 *         bytes, and zeros afterwards. Writes nothing but the 8 n samples of each row
 * h2v1:   n samples in a row to 2 n: (3 in[i] + in[i - 1] + 1) / 4 and (3 in[i] + in[i + 1] + 2) / 4.
 *         Reads in[-1] and in[n]. Slack: both
 * h1v2:   n samples to n, between the row at hand and a neighbour: (3 near + far + bias) / 4; bias
 *         is 1 where the neighbour lies above, 2 below. Slack: both
 * h2v2:   both ways, n to 2 n: with s = 3 near + far, (3 s[i] + s[i - 1] + 8) / 16 and
 *         (3 s[i] + s[i + 1] + 7) / 16. Reads [-1] and [n] of both rows. Slack: both
 * rgb:    n pixels of three planes to RGB, interleaved. Slack: reading only; out may be unaligned
 */
typedef struct ImgJpegKernels {
    const char *name;
    void (*idct)(int16_t *blocks, size_t n, const uint16_t quantiser[IMG_JPEG_BLOCK],
                 const uint8_t *extents, uint8_t *out, size_t row_size);
    void (*h2v1)(const uint8_t *in, size_t n, uint8_t *out);
    void (*h1v2)(const uint8_t *near, const uint8_t *far, size_t n, int bias, uint8_t *out);
    void (*h2v2)(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out);
    void (*rgb)(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n, uint8_t *out);
} ImgJpegKernels;

/* The reference. */
extern const ImgJpegKernels img_jpeg_kernels_scalar;

/* The sets for vectors, slowest first; each is there where its file is built. */
extern const ImgJpegKernels img_jpeg_kernels_sse41, img_jpeg_kernels_avx2, img_jpeg_kernels_avx512,
    img_jpeg_kernels_neon;

/* The fastest set that this processor runs. Any thread. */
const ImgJpegKernels *img_jpeg_kernels(void);

/* A set by its number, the slowest first; NULL if there are no more, or this processor does not run
 * it. Any thread. */
const ImgJpegKernels *img_jpeg_kernels_at(size_t i);

#endif
