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
#include "libaug/base/allowance.h"
#include "libaug/spec/param.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns x0..x1-1 of rows y0..y1-1, in pixels. */
typedef struct ImgWindow {
    int32_t x0, y0, x1, y1;
} ImgWindow;

/* Pixels on each side; none negative. */
typedef struct ImgMargins {
    int32_t top, bottom, left, right;
} ImgMargins;

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

/* The smallest window that holds two. Any thread. */
ImgWindow img_window_around(ImgWindow a, ImgWindow b);

/* What two windows share; empty (x0 >= x1 or y0 >= y1) if that is nothing. Any thread. */
ImgWindow img_window_common(ImgWindow a, ImgWindow b);

/* A window with margins around it, cut to a picture of width x height. Any thread. */
ImgWindow img_window_grown(ImgWindow window, ImgMargins margins, int32_t width, int32_t height);

/* Whether a window lies in a picture of width x height and holds at least one pixel. Any thread. */
bool img_window_in(const ImgWindow *window, int32_t width, int32_t height);

/* A whole picture in memory as a source; pixels are borrowed. Any thread. */
ImgSource img_source_all(const AugImage *image);

/* Number of the column or row that stands for coordinate at, which may lie outside of [0, length),
 * by mirroring or repeating; -1 where the constant stands. Needs length > 0. Any thread. */
int32_t img_border_index(ImgBorder border, int64_t at, int32_t length);

/* Type and number of a pixel's values. Zero bytes in dtype are AUG_DTYPE_U8. */
typedef struct ImgPixelType {
    AugDtype dtype;
    int32_t channels;
} ImgPixelType;

/* Bytes of the largest pixel: AUG_MAX_CHANNELS floats. */
#define IMG_MAX_PIXEL_SIZE (AUG_MAX_CHANNELS * 4)

/* Whether kernels know the type: uint8, uint16 or float32, 1 to AUG_MAX_CHANNELS channels. Any
 * thread. */
bool img_pixel_type_is_known(ImgPixelType type);

/* Bytes of one value: 1, 2 or 4. */
static inline size_t img_value_size(AugDtype dtype)
{
    return dtype == AUG_DTYPE_U8 ? 1 : dtype == AUG_DTYPE_U16 ? 2 : 4;
}

/* The value of white: 255, 65535 or 1. */
static inline double img_white(AugDtype dtype)
{
    return dtype == AUG_DTYPE_U8 ? 255 : dtype == AUG_DTYPE_U16 ? 65535 : 1;
}

/* Writes the value of a type that is nearest to a number: whole numbers are cut to the type's
 * range, float32 is not. Any thread. */
void img_value_put(double value, AugDtype dtype, uint8_t *to);

/* Type of a picture's pixels. Any thread. */
ImgPixelType img_pixel_type(const AugImage *image);

/* Whether two pictures have pixels of one type. */
static inline bool img_same_pixel_type(const AugImage *a, const AugImage *b)
{
    return a->dtype == b->dtype && a->channels == b->channels;
}

/* Bytes of one pixel of a picture. */
static inline size_t img_pixel_size(const AugImage *image)
{
    return img_value_size(image->dtype) * (size_t)image->channels;
}

/* Pixels of a source at column x, row y of its picture, which are in memory. Any thread. */
static inline uint8_t *img_source_at(const ImgSource *source, int32_t x, int32_t y)
{
    return source->pixels.pixels + (ptrdiff_t)(y - source->y) * (ptrdiff_t)source->pixels.row_size +
           (ptrdiff_t)(x - source->x) * (ptrdiff_t)img_pixel_size(&source->pixels);
}

/* Pixels that grow to what is asked for; zero-initialise. allowance: what they are counted on. */
typedef struct ImgPixels {
    uint8_t *bytes;
    size_t capacity;
    AugiAllowance *allowance;
} ImgPixels;

/* Makes sure of size bytes at pixels->bytes, content undefined; what was there may be lost. Fails
 * with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_pixels_reserve(ImgPixels *pixels, size_t size, AugError *error);

/* A picture of this size in the memory of pixels, rows without gaps, content undefined. Replaces
 * what was there before. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_pixels_make(ImgPixels *pixels, AugSize size, ImgPixelType type,
                                         AugImage *image, AugError *error);

/* The same for pixels of uint8. */
AUG_MUST_CHECK AugStatus img_pixels_image(ImgPixels *pixels, AugSize size, int32_t channels,
                                          AugImage *image, AugError *error);

/* Frees the memory; accepts a zeroed struct. */
void img_pixels_fini(ImgPixels *pixels);

/* A constant colour as one pixel of a type; what lies behind the pixel is zero. 255 is white: it
 * becomes 65535 in uint16 and 1 in float32. A colour of three values in a picture of one channel is
 * its grey, Pillow's "L". False, and black, where the colour has neither one value for all channels
 * nor as many as the picture. Any thread. */
bool img_fill_pixel(const AugFill *fill, ImgPixelType type, uint8_t pixel[IMG_MAX_PIXEL_SIZE]);

/* Writes the grey of three values that lie one after another, Pillow's "L", in the arithmetic of
 * their type. Any thread. */
void img_grey_put(const uint8_t *colour, AugDtype dtype, uint8_t *to);

/* Writes n pixels of size bytes, all equal to one. Any thread. */
void img_fill_row(uint8_t *to, int32_t n, const uint8_t *pixel, size_t size);

/* Grey of one RGB pixel, Pillow's "L". */
static inline uint8_t img_grey(uint32_t red, uint32_t green, uint32_t blue)
{
    return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16);
}

/* The same for uint16: the weights add up to 2^16, so the sum stays below 2^32. */
static inline uint16_t img_grey_u16(uint32_t red, uint32_t green, uint32_t blue)
{
    return (uint16_t)((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16);
}

#ifdef __cplusplus
}
#endif
#endif
