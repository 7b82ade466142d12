/* The constants of JPEG's inverse DCT: for the files kernels_*.c alone. */
#ifndef IMG_JPEG_TRANSFORM_H
#define IMG_JPEG_TRANSFORM_H

#include <string.h>

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

/* A block that is all of one value. */
static inline void img_jpeg_idct_dc(int16_t *block, uint16_t quantiser, uint8_t *out,
                                    size_t row_size)
{
    const int value = ((block[0] * quantiser + 4) >> 3) + 128;
    const uint64_t sample = (uint64_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    const uint64_t row = sample * UINT64_C(0x0101010101010101);
    block[0] = 0;
    for (size_t v = 0; v < 8; v++)
        memcpy(out + v * row_size, &row, 8);
}

#endif
