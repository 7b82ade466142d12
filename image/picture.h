/* What the kernels of the image domain share: windows of pictures and pictures of which only a
 * window is in memory.
 *
 * Coordinates are continuous everywhere: pixel i covers [i, i + 1). Integer windows are half-open.
 */
#ifndef AUGI_PICTURE_H
#define AUGI_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/image.h"

/* Columns x0..x1-1 of rows y0..y1-1, in pixels. */
typedef struct AugiWindow {
    int32_t x0, y0, x1, y1;
} AugiWindow;

/* A picture of width x height of which pixels holds the window that starts at column x, row y. */
typedef struct AugiSource {
    AugImage pixels;
    int32_t x, y;
    int32_t width, height;
} AugiSource;

/* How a resampled pixel is made of source pixels. Kernels say which of them they know. */
typedef enum AugiFilter {
    AUGI_FILTER_NEAREST,
    AUGI_FILTER_BOX,
    AUGI_FILTER_BILINEAR,
    AUGI_FILTER_BICUBIC,
} AugiFilter;

/* What lies outside a picture. REFLECT101 mirrors about the centre of the edge pixel (cb|abc|ba),
 * EDGE repeats it (aa|abc|cc). */
typedef enum AugiBorder {
    AUGI_BORDER_CONSTANT,
    AUGI_BORDER_REFLECT101,
    AUGI_BORDER_EDGE,
} AugiBorder;

/* The window of all of a picture. Any thread. */
static inline AugiWindow augi_window_all(int32_t width, int32_t height)
{
    return (AugiWindow){.x0 = 0, .y0 = 0, .x1 = width, .y1 = height};
}

/* Whether a window lies in a picture of width x height and holds at least one pixel. Any thread. */
static inline bool augi_window_in(const AugiWindow *window, int32_t width, int32_t height)
{
    return 0 <= window->x0 && window->x0 < window->x1 && window->x1 <= width && 0 <= window->y0 &&
           window->y0 < window->y1 && window->y1 <= height;
}

/* A whole picture in memory as a source; pixels are borrowed. Any thread. */
static inline AugiSource augi_source_all(const AugImage *image)
{
    return (AugiSource){.pixels = *image, .width = image->width, .height = image->height};
}

/* Number of the column or row that stands for coordinate at, which may lie outside of [0, length),
 * by mirroring or repeating; -1 where the constant stands. Needs length > 0. Any thread. */
static inline int32_t augi_border_index(AugiBorder border, int64_t at, int32_t length)
{
    if (0 <= at && at < length)
        return (int32_t)at;
    if (border == AUGI_BORDER_CONSTANT)
        return -1;
    if (border == AUGI_BORDER_EDGE || length == 1)
        return at < 0 ? 0 : length - 1;
    const int64_t period = 2 * ((int64_t)length - 1);
    int64_t phase = at % period;
    if (phase < 0)
        phase += period;
    return (int32_t)(phase < length ? phase : period - phase);
}

#endif
