/* The final pass: a finished picture into its slot of the batch, in one read and one write.
 *
 * Lookup table, mirror, normalization, type and layout are applied together.
 */
#ifndef IMG_OUTPUT_H
#define IMG_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "image/pixels/picture.h"

/* A number for each channel. */
typedef struct ImgPerChannel {
    float of[3];
} ImgPerChannel;

/* Form of a slot, prepared once and then const.
 *
 * planar: channels as planes (CHW); else interleaved (HWC)
 * real:   float32 values table[channel][byte]; else the bytes themselves
 * coarse_scale, ...: for vector code, which computes faster than it looks up. The exact value
 *         coarse_scale * v + coarse_offset plus the rounded fine_scale * v + fine_offset, rounded,
 *         is table[c][v] in every bit for all v, if computable is set
 */
typedef struct ImgOutput {
    bool planar, real, computable;
    float table[3][256];
    ImgPerChannel coarse_scale, coarse_offset, fine_scale, fine_offset;
} ImgOutput;

/* Prepares a form. For real ones table[c][v] = (v / 255 - mean[c]) / std[c], computed in double and
 * rounded once; mean and std may be NULL for v / 255. Needs std > 0. Any thread. */
void img_output_init(ImgOutput *output, bool planar, bool real, const double mean[3],
                     const double std[3]);

/* Writes a picture (1 or 3 channels) into slot: height * width * channels values, no padding.
 * lut: applied to the bytes first, per channel; NULL for none. mirror: from right to left. slot
 * does not overlap the picture and is aligned for its type. Any thread. */
void img_output_write(const ImgOutput *output, const AugImage *picture, const uint8_t (*lut)[256],
                      bool mirror, void *slot);

#endif
