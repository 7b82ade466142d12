/* The constants of JPEG's inverse DCT and the vector forms of its kernels: for the files
 * kernels_*.c alone. */
#ifndef IMG_JPEG_TRANSFORM_H
#define IMG_JPEG_TRANSFORM_H

#include "image/codec/jpeg/kernels.h"

/* Fraction bits of the constants, and those that columns hand to rows. Rows drop three more, which
 * are the factor 8 of two DCTs. */
#define IMG_JPEG_CONSTANT_BITS 13
#define IMG_JPEG_BETWEEN_BITS 2
#define IMG_JPEG_COLUMN_BITS (IMG_JPEG_CONSTANT_BITS - IMG_JPEG_BETWEEN_BITS)
#define IMG_JPEG_ROW_BITS (IMG_JPEG_CONSTANT_BITS + IMG_JPEG_BETWEEN_BITS + 3)

/* Numbers times 8192, rounded: F_0_298 is 0.298631336. libjpeg's names. */
enum {
    F_0_298 = 2446,
    F_0_390 = 3196,
    F_0_541 = 4433,
    F_0_765 = 6270,
    F_0_899 = 7373,
    F_1 = 8192,
    F_1_175 = 9633,
    F_1_501 = 12299,
    F_1_847 = 15137,
    F_1_961 = 16069,
    F_2_053 = 16819,
    F_2_562 = 20995,
    F_3_072 = 25172,
};

/* The sets for vectors, slowest first; each is there where its file is built. */
extern const ImgJpegKernels img_jpeg_kernels_sse41, img_jpeg_kernels_avx2, img_jpeg_kernels_avx512,
    img_jpeg_kernels_neon;

#endif
