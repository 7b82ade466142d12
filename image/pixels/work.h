/* What work on pictures costs, so that it is known and bounded before it is done.
 *
 * The unit is one pass over one pixel, about what two nanoseconds of one core do: a pixel of up to
 * four bytes is read, changed by a table and written. The figures below are measured on pictures of
 * 4000 x 4000 and rounded up; they are bounds for a budget, not predictions of time.
 */
#ifndef IMG_WORK_H
#define IMG_WORK_H

#include "image/pixels/picture.h"

/* Passes over each pixel that a step makes. */
enum {
    IMG_PASSES_COPY = 1,   /* also one colour, written */
    IMG_PASSES_PLACE = 2,  /* a copy that is turned, mirrored or padded */
    IMG_PASSES_TABLE = 1,  /* a table applied */
    IMG_PASSES_COUNT = 1,  /* a histogram */
    IMG_PASSES_MATRIX = 2, /* a colour matrix */
    IMG_PASSES_HUE = 5,
    IMG_PASSES_NOISE = 25,
    IMG_PASSES_WARP = 3,   /* with a constant border */
    IMG_PASSES_BORDER = 7, /* a warp whose border repeats or mirrors the picture */
    IMG_PASSES_FIELD = 10,
    IMG_PASSES_DECODE = 4, /* a file of one scan */
    IMG_PASSES_SCAN = 3,   /* each further scan */
    IMG_PASSES_OUTPUT = 2, /* writing a result's values */
    IMG_PASSES_MIX = 2,    /* mixing with another sample */
};

/* How many pixels of up to four bytes of uint8 a pixel of a type counts for. Values of other types
 * go one by one, most of them in double. */
static inline uint64_t img_work_weight(ImgPixelType type)
{
    const uint64_t n = (uint64_t)type.channels;
    return type.dtype == AUG_DTYPE_U8 ? (n + 3) / 4 : n;
}

/* Pixels of a size. */
static inline uint64_t img_size_pixels(AugSize size)
{
    return (uint64_t)size.height * (uint64_t)size.width;
}

/* Pixels of a window, which is not empty. */
static inline uint64_t img_window_pixels(ImgWindow window)
{
    return (uint64_t)(window.x1 - window.x0) * (uint64_t)(window.y1 - window.y0);
}

#endif
