/* Blending in plain C: the reference for the vector code. */
#include "image/warp_kernels.h"

void augi_warp_run_scalar(const AugiWarpRun *run)
{
    const AugImage *pixels = run->pixels;
    const size_t channels = (size_t)pixels->channels;
    int64_t place_x = run->x;
    int64_t place_y = run->y;
    uint8_t *out = run->out;
    for (int32_t i = 0; i < run->n; i++, place_x += run->dx, place_y += run->dy) {
        const AugiPlace x = augi_place_split(place_x);
        const AugiPlace y = augi_place_split(place_y);
        const uint8_t *above =
            pixels->pixels + (size_t)y.index * pixels->row_size + (size_t)x.index * channels;
        const uint8_t *below = above + pixels->row_size;
        for (size_t c = 0; c < channels; c++) {
            const int32_t top =
                above[c] * (AUGI_WARP_ONE - x.share) + above[c + channels] * x.share;
            const int32_t bottom =
                below[c] * (AUGI_WARP_ONE - x.share) + below[c + channels] * x.share;
            const int32_t sum = top * (AUGI_WARP_ONE - y.share) + bottom * y.share;
            *out++ = (uint8_t)((sum + (1 << (2 * AUGI_WARP_BITS - 1))) >> 2 * AUGI_WARP_BITS);
        }
    }
}
