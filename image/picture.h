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

#ifdef __cplusplus
extern "C" {
#endif

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
AugiWindow augi_window_all(int32_t width, int32_t height);

/* Whether a window lies in a picture of width x height and holds at least one pixel. Any thread. */
bool augi_window_in(const AugiWindow *window, int32_t width, int32_t height);

/* A whole picture in memory as a source; pixels are borrowed. Any thread. */
AugiSource augi_source_all(const AugImage *image);

/* Number of the column or row that stands for coordinate at, which may lie outside of [0, length),
 * by mirroring or repeating; -1 where the constant stands. Needs length > 0. Any thread. */
int32_t augi_border_index(AugiBorder border, int64_t at, int32_t length);

#ifdef __cplusplus
}
#endif
#endif
