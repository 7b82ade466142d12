/* Windows, sources and what stands outside a picture. */
#include "image/picture.h"

AugiWindow augi_window_all(int32_t width, int32_t height)
{
    return (AugiWindow){.x0 = 0, .y0 = 0, .x1 = width, .y1 = height};
}

bool augi_window_in(const AugiWindow *window, int32_t width, int32_t height)
{
    return 0 <= window->x0 && window->x0 < window->x1 && window->x1 <= width && 0 <= window->y0 &&
           window->y0 < window->y1 && window->y1 <= height;
}

AugiSource augi_source_all(const AugImage *image)
{
    return (AugiSource){.pixels = *image, .width = image->width, .height = image->height};
}

int32_t augi_border_index(AugiBorder border, int64_t at, int32_t length)
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
