/* Antialiased resizing, equal in every byte to that of Pillow 9.4 to 12, of only the pixels that
 * are kept. (Pillow 13 filters vertically first where that is cheaper.)
 *
 * Glossary. The *picture* is the source in full, of which perhaps only a window is in memory. The
 * *box* is the part of the picture that is stretched over the *virtual output*, of which only the
 * window *keep* is computed.
 *
 * The filter is widened by the scale where the picture shrinks, coefficients have 22 bits, and the
 * picture is rounded to 8 bits between the horizontal and the vertical pass, all as in Pillow's
 * Image.resize(size, filter, box). As there, the filter reaches over the edges of the box but not
 * over those of the picture.
 *
 * That is uint8. float32 is Pillow's mode F in every bit: weights and sums in double, sums in the
 * order of the pixels, rounded to float after each pass. uint16 is the same with the last value
 * rounded half up to a whole number and cut off at 0 and 65535.
 */
#ifndef IMG_RESAMPLE_H
#define IMG_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "image/pixels/picture.h"

/* What to compute.
 *
 * filter:            all of ImgFilter. NEAREST takes the pixel at floor(x0 + (i + .5) * scale)
 * picture_width/...: size of the whole source picture
 * x0, y0, x1, y1:    the box in picture coordinates, inside the picture and not empty; rounded to
 *                    float, as Pillow does
 * out_width, ...:    size of the virtual output
 * keep:              the part of it to compute; inside it and not empty
 * mirror_x, _y:      the computed window is written from right to left, from bottom to top
 */
typedef struct ImgResample {
    ImgFilter filter;
    int32_t picture_width, picture_height;
    double x0, y0, x1, y1;
    int32_t out_width, out_height;
    ImgWindow keep;
    bool mirror_x, mirror_y;
} ImgResample;

/* Memory of one worker that grows to what its jobs need. Zero-initialise; never for two threads at
 * once. allowance: what it is counted on; work: that was done, for pixels of weight 1
 * (image/pixels/work.h). The other members belong to resample.c. */
typedef struct ImgResampleScratch {
    void *memory;
    size_t size;
    AugiAllowance *allowance;
    uint64_t work;
} ImgResampleScratch;

/* Frees the memory; accepts a zeroed struct. */
void img_resample_scratch_fini(ImgResampleScratch *scratch);

/* A job that stretches all of a picture over all of an output, not mirrored. Any thread. */
ImgResample img_resample_make(ImgFilter filter, int32_t picture_width, int32_t picture_height,
                              int32_t out_width, int32_t out_height);

/* Checks a job: AUG_BAD_ARGUMENT says what is wrong with it. Any thread. */
AUG_MUST_CHECK AugStatus img_resample_check(const ImgResample *job, AugError *error);

/* The window of the picture that a (checked) job reads, the filter's reach included: what to ask of
 * the decoder. Any thread. */
ImgWindow img_resample_needs(const ImgResample *job);

/* What a (checked) job counts for pixels of weight 1 (image/pixels/work.h). Any thread. */
uint64_t img_resample_work(const ImgResample *job);

/* No less than that for any job with a box of at most from in a picture with sides of at most
 * longest, and an output of at most to, with what may come before it and behind it: a turn of what
 * is read, and placing the result. Any thread. */
uint64_t img_resize_most_work(ImgFilter filter, AugSize from, AugSize to, int32_t longest);

/* Computes a job into out, whose pixels the caller provides: keep's width x height and as many
 * channels as the source, of its type. source covers at least img_resample_needs. out must not
 * overlap the source. Fails with AUG_BAD_ARGUMENT or AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_resample(ImgResampleScratch *scratch, const ImgResample *job,
                                      const ImgSource *source, const AugImage *out,
                                      AugError *error);

#endif
