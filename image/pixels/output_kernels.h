/* Inside of the final pass: one row, as scalar and as vector code. */
#ifndef IMG_OUTPUT_KERNELS_H
#define IMG_OUTPUT_KERNELS_H

#include "image/pixels/output.h"

/* One row of a picture on its way into a slot.
 *
 * in:       width pixels
 * out:      the row's first value in the slot
 * plane:    values between the channels of a pixel if planar, else 0
 * mirror:   from right to left
 */
typedef struct ImgOutputRow {
    const ImgOutput *output;
    const uint8_t *in;
    int32_t width, channels;
    void *out;
    size_t plane;
    bool mirror;
} ImgOutputRow;

/* Writes a row of uint8; every form, any width. The reference. */
void img_output_row_scalar(const ImgOutputRow *row);

/* Writes a row of uint16 or float32; every form, any width. */
void img_output_row_wide(const ImgOutputRow *row);

/* Writes a row of uint8 with 1 or 3 channels, or returns false and writes nothing: a form that it
 * does not know, or fewer pixels than it writes at a time. For CPUs with AVX2. */
bool img_output_row_avx2(const ImgOutputRow *row);

/* img_output_write with vector code, where the CPU runs it, or without. */
void img_output_write_with(bool vector, const ImgOutput *output, const AugImage *picture,
                           const uint8_t (*lut)[256], bool mirror, void *slot);

#endif
