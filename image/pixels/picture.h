/* What the kernels of the image domain share: windows of pictures and pictures of which only a
 * window is in memory.
 *
 * Coordinates are continuous everywhere: pixel i covers [i, i + 1). Integer windows are half-open.
 */
#ifndef IMG_PICTURE_H
#define IMG_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/image.h"
#include "libaug/spec/param.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns x0..x1-1 of rows y0..y1-1, in pixels. */
typedef struct ImgWindow {
    int32_t x0, y0, x1, y1;
} ImgWindow;

/* A picture of width x height of which pixels holds the window that starts at column x, row y. */
typedef struct ImgSource {
    AugImage pixels;
    int32_t x, y;
    int32_t width, height;
} ImgSource;

/* How a resampled pixel is made of source pixels. Kernels say which of them they know. */
typedef enum ImgFilter {
    IMG_FILTER_NEAREST,
    IMG_FILTER_BOX,
    IMG_FILTER_BILINEAR,
    IMG_FILTER_BICUBIC,
} ImgFilter;

/* What lies outside a picture. REFLECT101 mirrors about the centre of the edge pixel (cb|abc|ba),
 * EDGE repeats it (aa|abc|cc). */
typedef enum ImgBorder {
    IMG_BORDER_CONSTANT,
    IMG_BORDER_REFLECT101,
    IMG_BORDER_EDGE,
} ImgBorder;

/* The window of all of a picture. Any thread. */
ImgWindow img_window_all(int32_t width, int32_t height);

/* Whether a window lies in a picture of width x height and holds at least one pixel. Any thread. */
bool img_window_in(const ImgWindow *window, int32_t width, int32_t height);

/* A whole picture in memory as a source; pixels are borrowed. Any thread. */
ImgSource img_source_all(const AugImage *image);

/* Number of the column or row that stands for coordinate at, which may lie outside of [0, length),
 * by mirroring or repeating; -1 where the constant stands. Needs length > 0. Any thread. */
int32_t img_border_index(ImgBorder border, int64_t at, int32_t length);

/* Pixels that grow to what is asked for; zero-initialise. */
typedef struct ImgPixels {
    uint8_t *bytes;
    size_t capacity;
} ImgPixels;

/* A picture of this size in the memory of pixels, rows without gaps, content undefined. Replaces
 * what was there before. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_pixels_image(ImgPixels *pixels, AugSize size, int32_t channels,
                                          AugImage *image, AugError *error);

/* Accepts a zeroed struct. */
void img_pixels_fini(ImgPixels *pixels);

/* A colour as bytes for pictures of this many channels; grey is Pillow's "L" of the colour. Any
 * thread. */
void img_fill_bytes(const AugFill *fill, int32_t channels, uint8_t bytes[3]);

/* Grey of one RGB pixel, Pillow's "L". */
static inline uint8_t img_grey(uint32_t red, uint32_t green, uint32_t blue)
{
    return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16);
}

#ifdef __cplusplus
}
#endif
#endif
