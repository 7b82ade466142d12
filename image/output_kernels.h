/* Inside of the final pass: one row, as scalar and as vector code. */
#ifndef AUGI_OUTPUT_KERNELS_H
#define AUGI_OUTPUT_KERNELS_H

#include "image/output.h"

/* One row of a picture on its way into a slot.
 *
 * in:       width pixels of channels bytes
 * out:      the row's first value in the slot, of bytes or of floats
 * plane:    values between the channels of a pixel if planar, else 0
 * mirror:   from right to left
 */
typedef struct AugiOutputRow {
    const AugiOutput *output;
    const uint8_t *in;
    int32_t width, channels;
    void *out;
    size_t plane;
    bool mirror;
} AugiOutputRow;

/* Writes pixels from..width-1 of a row; every form, any width. The reference. */
void augi_output_row_scalar(const AugiOutputRow *row, int32_t from);

/* Writes whole groups of pixels from the left and returns how many pixels that were; 0 for a form
 * that it does not know. For CPUs with AVX2. */
int32_t augi_output_row_avx2(const AugiOutputRow *row);

/* augi_output_write with vector code, where the CPU runs it, or without. */
void augi_output_write_with(bool vector, const AugiOutput *output, const AugImage *picture,
                            const uint8_t (*lut)[256], bool mirror, void *slot);

#endif
