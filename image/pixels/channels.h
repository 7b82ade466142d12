/* Raw pixels as data sets store them, made ready for operations: channels side by side, and as many
 * of them as operations are to see. */
#ifndef IMG_CHANNELS_H
#define IMG_CHANNELS_H

#include "image/pixels/picture.h"

/* A row of stored pixels.
 *
 * first:        the first value of its first pixel; need not be aligned for the type
 * channel_step: bytes from a value to that of the next channel
 * pixel_step:   bytes from a value to that of the next pixel
 */
typedef struct ImgStoredRow {
    const uint8_t *first;
    size_t channel_step, pixel_step;
    ImgPixelType type;
} ImgStoredRow;

/* Whether pixels with so many channels can become pixels with so many: as they are, or grey as RGB
 * or RGB as grey. Any thread. */
bool img_channels_convert(int32_t from, int32_t to);

/* Writes n pixels of a row, interleaved, with channels that its own can become: grey three times,
 * RGB as Pillow's "L". to is aligned for the type and does not overlap the row. Any thread. */
void img_channels_row(const ImgStoredRow *row, int32_t n, int32_t channels, uint8_t *to);

/* The same for all rows of out; the stored ones are row_size bytes apart, and row is the first. */
void img_channels_rows(const ImgStoredRow *row, size_t row_size, const AugImage *out);

#endif
