/* Blending in plain C: the reference for the vector code. */
#include "image/geometry/warp_kernels.h"

void img_warp_span_scalar(const ImgWarpSpan *span)
{
    const AugImage *pixels = span->pixels;
    const size_t channels = (size_t)pixels->channels;
    int64_t place_x = span->x;
    int64_t place_y = span->y;
    uint8_t *out = span->out;
    for (int32_t i = 0; i < span->n; i++, place_x += span->dx, place_y += span->dy) {
        const ImgWarpPlace x = img_warp_place_split(place_x);
        const ImgWarpPlace y = img_warp_place_split(place_y);
        const uint8_t *above =
            pixels->pixels + (size_t)y.index * pixels->row_size + (size_t)x.index * channels;
        const uint8_t *below = above + pixels->row_size;
        for (size_t c = 0; c < channels; c++) {
            const int32_t top = above[c] * (IMG_WARP_ONE - x.share) + above[c + channels] * x.share;
            const int32_t bottom =
                below[c] * (IMG_WARP_ONE - x.share) + below[c + channels] * x.share;
            const int32_t sum = top * (IMG_WARP_ONE - y.share) + bottom * y.share;
            *out++ = (uint8_t)((sum + (1 << (2 * IMG_WARP_BITS - 1))) >> 2 * IMG_WARP_BITS);
        }
    }
}
