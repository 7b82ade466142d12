/* Windows, sources and what stands outside a picture. */
#include "image/pixels/picture.h"

#include <stdlib.h>
#include <string.h>

ImgWindow img_window_all(int32_t width, int32_t height)
{
    return (ImgWindow){.x0 = 0, .y0 = 0, .x1 = width, .y1 = height};
}

ImgWindow img_window_around(ImgWindow a, ImgWindow b)
{
    return (ImgWindow){
        .x0 = a.x0 < b.x0 ? a.x0 : b.x0,
        .y0 = a.y0 < b.y0 ? a.y0 : b.y0,
        .x1 = a.x1 > b.x1 ? a.x1 : b.x1,
        .y1 = a.y1 > b.y1 ? a.y1 : b.y1,
    };
}

ImgWindow img_window_common(ImgWindow a, ImgWindow b)
{
    return (ImgWindow){
        .x0 = a.x0 > b.x0 ? a.x0 : b.x0,
        .y0 = a.y0 > b.y0 ? a.y0 : b.y0,
        .x1 = a.x1 < b.x1 ? a.x1 : b.x1,
        .y1 = a.y1 < b.y1 ? a.y1 : b.y1,
    };
}

static int32_t grow_low(int32_t at, int32_t margin)
{
    return at > margin ? at - margin : 0;
}

static int32_t grow_high(int32_t at, int32_t margin, int32_t length)
{
    return length - at > margin ? at + margin : length;
}

ImgWindow img_window_grown(ImgWindow window, ImgMargins margins, int32_t width, int32_t height)
{
    return (ImgWindow){
        .x0 = grow_low(window.x0, margins.left),
        .y0 = grow_low(window.y0, margins.top),
        .x1 = grow_high(window.x1, margins.right, width),
        .y1 = grow_high(window.y1, margins.bottom, height),
    };
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

bool img_pixel_type_is_known(ImgPixelType type)
{
    return (type.dtype == AUG_DTYPE_U8 || type.dtype == AUG_DTYPE_U16 ||
            type.dtype == AUG_DTYPE_F32) &&
           1 <= type.channels && type.channels <= AUG_MAX_CHANNELS;
}

ImgPixelType img_pixel_type(const AugImage *image)
{
    return (ImgPixelType){.dtype = image->dtype, .channels = image->channels};
}

AugStatus img_pixels_reserve(ImgPixels *pixels, size_t size, AugError *error)
{
    if (size <= pixels->capacity)
        return AUG_OK;
    img_pixels_fini(pixels);
    AUG_TRY(augi_allowance_take(pixels->allowance, size, error));
    pixels->bytes = malloc(size);
    if (!pixels->bytes) {
        augi_allowance_give(pixels->allowance, size);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu bytes of pixels", size);
    }
    pixels->capacity = size;
    return AUG_OK;
}

AugStatus img_pixels_make(ImgPixels *pixels, AugSize size, ImgPixelType type, AugImage *image,
                          AugError *error)
{
    const size_t pixel_size = img_value_size(type.dtype) * (size_t)type.channels;
    const size_t row_size = (size_t)size.width * pixel_size;
    const size_t needed = row_size * (size_t)size.height;
    AUG_TRY(img_pixels_reserve(pixels, needed, error));
    *image = (AugImage){
        .pixels = pixels->bytes,
        .height = size.height,
        .width = size.width,
        .channels = type.channels,
        .row_size = row_size,
        .dtype = type.dtype,
    };
    return AUG_OK;
}

AugStatus img_pixels_image(ImgPixels *pixels, AugSize size, int32_t channels, AugImage *image,
                           AugError *error)
{
    return img_pixels_make(pixels, size, (ImgPixelType){.channels = channels}, image, error);
}

void img_pixels_fini(ImgPixels *pixels)
{
    augi_allowance_give(pixels->allowance, pixels->capacity);
    free(pixels->bytes);
    pixels->bytes = NULL;
    pixels->capacity = 0;
}

void img_value_put(double value, AugDtype dtype, uint8_t *to)
{
    if (dtype == AUG_DTYPE_F32) {
        const float real = (float)value;
        memcpy(to, &real, sizeof(real));
        return;
    }
    const double white = img_white(dtype);
    const double cut = value <= 0 ? 0 : value >= white ? white : value;
    const uint16_t word = (uint16_t)(cut + 0.5);
    if (dtype == AUG_DTYPE_U16)
        memcpy(to, &word, sizeof(word));
    else
        *to = (uint8_t)word;
}

/* A value of 0..255 as one of the type's. */
static void put_value(double value, AugDtype dtype, uint8_t *to)
{
    const double cut = value <= 0 ? 0 : value >= 255 ? 255 : value;
    img_value_put(dtype == AUG_DTYPE_U8    ? cut
                  : dtype == AUG_DTYPE_U16 ? cut * 257
                                           : cut / 255,
                  dtype, to);
}

void img_grey_put(const uint8_t *colour, AugDtype dtype, uint8_t *to)
{
    if (dtype == AUG_DTYPE_U8) {
        *to = img_grey(colour[0], colour[1], colour[2]);
    } else if (dtype == AUG_DTYPE_U16) {
        uint16_t words[3];
        memcpy(words, colour, sizeof(words));
        const uint16_t grey = img_grey_u16(words[0], words[1], words[2]);
        memcpy(to, &grey, sizeof(grey));
    } else {
        float reals[3];
        memcpy(reals, colour, sizeof(reals));
        const float grey = (float)((19595 * (double)reals[0] + 38470 * (double)reals[1] +
                                    7471 * (double)reals[2]) /
                                   65536);
        memcpy(to, &grey, sizeof(grey));
    }
}

/* Whether all values of a colour are the same one. */
static bool is_uniform(const AugFill *fill)
{
    for (int32_t c = 1; c < fill->n; c++)
        if (fill->channels[c] < fill->channels[0] || fill->channels[c] > fill->channels[0])
            return false;
    return true;
}

bool img_fill_pixel(const AugFill *fill, ImgPixelType type, uint8_t pixel[IMG_MAX_PIXEL_SIZE])
{
    memset(pixel, 0, IMG_MAX_PIXEL_SIZE);
    const size_t size = img_value_size(type.dtype);
    const bool uniform = is_uniform(fill);
    if (!uniform && fill->n == 3 && type.channels == 1) {
        uint8_t colour[3 * sizeof(float)];
        for (size_t c = 0; c < 3; c++)
            put_value(fill->channels[c], type.dtype, colour + c * size);
        img_grey_put(colour, type.dtype, pixel);
        return true;
    }
    if (!uniform && fill->n != type.channels)
        return false;
    for (int32_t c = 0; c < type.channels; c++)
        put_value(fill->channels[uniform ? 0 : c], type.dtype, pixel + (size_t)c * size);
    return true;
}

void img_fill_row(uint8_t *to, int32_t n, const uint8_t *pixel, size_t size)
{
    bool uniform = true;
    for (size_t i = 1; i < size; i++)
        uniform = uniform && pixel[i] == pixel[0];
    if (uniform) {
        memset(to, pixel[0], (size_t)n * size);
        return;
    }
    for (int32_t i = 0; i < n; i++, to += size) {
        if (size == 3) {
            to[0] = pixel[0];
            to[1] = pixel[1];
            to[2] = pixel[2];
        } else {
            memcpy(to, pixel, size);
        }
    }
}
