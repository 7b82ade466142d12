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
    float of[AUG_MAX_CHANNELS];
} ImgPerChannel;

/* What a slot is to hold.
 *
 * in, out:   types of the pictures' values and of the slot's: alike, or uint8 or uint16 as float32
 * planar:    channels as planes (CHW); else interleaved (HWC)
 * mean, std: of each channel, for float32 slots; white is 1. NULL: nothing is normalized. std > 0
 */
typedef struct ImgOutputForm {
    AugDtype in, out;
    int32_t channels;
    bool planar;
    const double *mean, *std;
} ImgOutputForm;

/* Form of a slot, prepared once and then const.
 *
 * in, out, channels, planar: see ImgOutputForm
 * real:      out is float32
 * table:     of uint8 as float32: table[channel][byte]
 * mean, std: of the other types as float32
 * coarse_scale, ...: for vector code, which computes faster than it looks up. The exact value
 *         coarse_scale * v + coarse_offset plus the rounded fine_scale * v + fine_offset, rounded,
 *         is table[c][v] in every bit for all v, if computable is set
 */
typedef struct ImgOutput {
    bool planar, real, computable;
    float table[AUG_MAX_CHANNELS][256];
    ImgPerChannel coarse_scale, coarse_offset, fine_scale, fine_offset;
    AugDtype in, out;
    int32_t channels;
    double mean[AUG_MAX_CHANNELS], std[AUG_MAX_CHANNELS];
} ImgOutput;

/* Prepares a form. float32 values are (v - mean) / std of v / 255, v / 65535 or v, computed in
 * double and rounded once. Fails with AUG_BAD_ARGUMENT for types that do not go together. Any
 * thread. */
AUG_MUST_CHECK AugStatus img_output_prepare(ImgOutput *output, const ImgOutputForm *form,
                                            AugError *error);

/* The same for pictures of uint8 with 1 or 3 channels, into uint8 or, if real, float32. Cannot
 * fail. Any thread. */
void img_output_init(ImgOutput *output, bool planar, bool real, const double mean[3],
                     const double std[3]);

/* Writes a picture of the prepared type (uint8: of any number of channels up to the prepared one)
 * into slot: height * width * channels values, no padding. lut: applied to the bytes of uint8
 * first, per channel; NULL for none and for other types. mirror: from right to left. slot does not
 * overlap the picture and is aligned for its type. Any thread. */
void img_output_write(const ImgOutput *output, const AugImage *picture, const uint8_t (*lut)[256],
                      bool mirror, void *slot);

#endif
