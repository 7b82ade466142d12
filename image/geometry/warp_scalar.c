/* Blending in plain C: the reference for the vector code. */
#include <string.h>

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

/* The whole in shares of a pixel, and half of it. */
#define WHOLE_BITS (2 * IMG_WARP_BITS)
#define HALF (1 << (WHOLE_BITS - 1))

static void blend_bytes(const ImgWarpNeighbours *around, size_t channels, uint8_t *out)
{
    for (size_t c = 0; c < channels; c++) {
        int32_t sum = HALF;
        for (int i = 0; i < 4; i++)
            if (around->shares[i] > 0)
                sum += around->shares[i] * around->pixels[i][c];
        out[c] = (uint8_t)(sum >> WHOLE_BITS);
    }
}

static void blend_words(const ImgWarpNeighbours *around, size_t channels, uint8_t *out)
{
    for (size_t c = 0; c < channels; c++) {
        uint64_t sum = HALF;
        for (int i = 0; i < 4; i++) {
            uint16_t value;
            if (around->shares[i] == 0)
                continue;
            memcpy(&value, around->pixels[i] + c * sizeof(value), sizeof(value));
            sum += (uint64_t)around->shares[i] * value;
        }
        const uint16_t word = (uint16_t)(sum >> WHOLE_BITS);
        memcpy(out + c * sizeof(word), &word, sizeof(word));
    }
}

static void blend_reals(const ImgWarpNeighbours *around, size_t channels, uint8_t *out)
{
    for (size_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            float value;
            if (around->shares[i] == 0)
                continue;
            memcpy(&value, around->pixels[i] + c * sizeof(value), sizeof(value));
            sum += around->shares[i] * (double)value;
        }
        const float real = (float)(sum / (1 << WHOLE_BITS));
        memcpy(out + c * sizeof(real), &real, sizeof(real));
    }
}

void img_warp_blend(const ImgWarpNeighbours *around, ImgPixelType type, uint8_t *out)
{
    const size_t channels = (size_t)type.channels;
    if (type.dtype == AUG_DTYPE_U8)
        blend_bytes(around, channels, out);
    else if (type.dtype == AUG_DTYPE_U16)
        blend_words(around, channels, out);
    else
        blend_reals(around, channels, out);
}

void img_warp_span_wide(const ImgWarpSpan *span)
{
    const AugImage *pixels = span->pixels;
    const ImgPixelType type = img_pixel_type(pixels);
    const size_t size = img_pixel_size(pixels);
    int64_t place_x = span->x;
    int64_t place_y = span->y;
    uint8_t *out = span->out;
    for (int32_t i = 0; i < span->n; i++, place_x += span->dx, place_y += span->dy, out += size) {
        const ImgWarpPlace x = img_warp_place_split(place_x);
        const ImgWarpPlace y = img_warp_place_split(place_y);
        const uint8_t *above =
            pixels->pixels + (size_t)y.index * pixels->row_size + (size_t)x.index * size;
        const uint8_t *below = above + pixels->row_size;
        const ImgWarpNeighbours around = {
            .shares = {(IMG_WARP_ONE - x.share) * (IMG_WARP_ONE - y.share),
                       x.share * (IMG_WARP_ONE - y.share), (IMG_WARP_ONE - x.share) * y.share,
                       x.share * y.share},
            .pixels = {above, above + size, below, below + size},
        };
        img_warp_blend(&around, type, out);
    }
}
