/* Windows, sources and what stands outside a picture. */
#include "image/pixels/picture.h"

#include <stdlib.h>

ImgWindow img_window_all(int32_t width, int32_t height)
{
    return (ImgWindow){.x0 = 0, .y0 = 0, .x1 = width, .y1 = height};
}

bool img_window_in(const ImgWindow *window, int32_t width, int32_t height)
{
    return 0 <= window->x0 && window->x0 < window->x1 && window->x1 <= width && 0 <= window->y0 &&
           window->y0 < window->y1 && window->y1 <= height;
}

ImgSource img_source_all(const AugImage *image)
{
    return (ImgSource){.pixels = *image, .width = image->width, .height = image->height};
}

int32_t img_border_index(ImgBorder border, int64_t at, int32_t length)
{
    if (0 <= at && at < length)
        return (int32_t)at;
    if (border == IMG_BORDER_CONSTANT)
        return -1;
    if (border == IMG_BORDER_EDGE || length == 1)
        return at < 0 ? 0 : length - 1;
    const int64_t period = 2 * ((int64_t)length - 1);
    int64_t phase = at % period;
    if (phase < 0)
        phase += period;
    return (int32_t)(phase < length ? phase : period - phase);
}

AugStatus img_pixels_image(ImgPixels *pixels, AugSize size, int32_t channels, AugImage *image,
                           AugError *error)
{
    const size_t row_size = (size_t)size.width * (size_t)channels;
    const size_t needed = row_size * (size_t)size.height;
    if (needed > pixels->capacity) {
        free(pixels->bytes);
        pixels->bytes = malloc(needed);
        pixels->capacity = pixels->bytes ? needed : 0;
        if (!pixels->bytes)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a picture of %d x %d",
                            size.height, size.width);
    }
    *image = (AugImage){
        .pixels = pixels->bytes,
        .height = size.height,
        .width = size.width,
        .channels = channels,
        .row_size = row_size,
    };
    return AUG_OK;
}

void img_pixels_fini(ImgPixels *pixels)
{
    free(pixels->bytes);
    *pixels = (ImgPixels){0};
}

void img_fill_bytes(const AugFill *fill, int32_t channels, uint8_t bytes[3])
{
    uint32_t colour[3];
    for (int c = 0; c < 3; c++) {
        const double value = fill->channels[c];
        colour[c] = value <= 0 ? 0 : value >= 255 ? 255 : (uint32_t)(value + 0.5);
    }
    if (channels == 1)
        colour[0] = img_grey(colour[0], colour[1], colour[2]);
    for (int c = 0; c < 3; c++)
        bytes[c] = (uint8_t)colour[c];
}
