/* Means of samples, and pixels of them. */
#include "image/codec/jpeg/reduced.h"

#include <endian.h>
#include <string.h>

/* Samples of a row of blocks of a group, at most. */
#define STRIP (8 * 2 * (size_t)IMG_JPEG_GROUP)

/* Every second byte of a word, so that sums of bytes have room for 16 bits. */
#define EVEN UINT64_C(0x00ff00ff00ff00ff)

/* Stored samples of a component for one of the result, across and down. */
typedef struct Ratio {
    int x, y;
} Ratio;

static Ratio ratio_of(const ImgJpegView *view, int component)
{
    const ImgJpegComponent *luma = &view->file->components[0];
    const ImgJpegComponent *own = &view->file->components[component];
    return (Ratio){.x = view->reduction * own->h / luma->h,
                   .y = view->reduction * own->v / luma->v};
}

/* Pixels of the result for an MCU. */
static AugSize mcu_size(const ImgJpegView *view)
{
    const ImgJpegComponent *luma = &view->file->components[0];
    return (AugSize){.height = 8 * luma->v / view->reduction,
                     .width = 8 * luma->h / view->reduction};
}

ImgWindow img_jpeg_reduced_window(const ImgWindow *window, int32_t reduction)
{
    return (ImgWindow){
        .x0 = window->x0 / reduction,
        .y0 = window->y0 / reduction,
        .x1 = (window->x1 + reduction - 1) / reduction,
        .y1 = (window->y1 + reduction - 1) / reduction,
    };
}

ImgJpegMcus img_jpeg_reduced_mcus(const ImgJpegView *view)
{
    const AugSize mcu = mcu_size(view);
    const ImgWindow *window = &view->window;
    return (ImgJpegMcus){
        .column0 = (uint32_t)(window->x0 / mcu.width),
        .column1 = (uint32_t)((window->x1 - 1) / mcu.width) + 1,
        .row0 = (uint32_t)(window->y0 / mcu.height),
        .row1 = (uint32_t)((window->y1 - 1) / mcu.height) + 1,
    };
}

bool img_jpeg_reduced_to_means(const ImgJpegView *view, int component)
{
    const Ratio ratio = ratio_of(view, component);
    return ratio.x == 8 && ratio.y == 8;
}

/* As planes.c does it. */
static size_t lay_out(ImgJpegReduced *reduced, const ImgJpegView *view, uint8_t *memory)
{
    const ImgJpegMcus mcus = img_jpeg_reduced_mcus(view);
    const AugSize mcu = mcu_size(view);
    const size_t width = (size_t)(mcus.column1 - mcus.column0) * (size_t)mcu.width;
    const size_t row_size = (width + 63) / 64 * 64 + 2 * (size_t)IMG_JPEG_SLACK;
    size_t size = 0;
    for (int i = 0; i < view->file->n_components; i++) {
        if (memory) {
            reduced->row_size[i] = row_size;
            reduced->first[i] = memory + size + IMG_JPEG_SLACK;
        }
        size += row_size * (size_t)mcu.height;
    }
    if (memory)
        reduced->colours = memory + size;
    return size + 3 * row_size;
}

size_t img_jpeg_reduced_memory(const ImgJpegView *view)
{
    return lay_out(NULL, view, NULL);
}

void img_jpeg_reduced_open(ImgJpegReduced *reduced, const ImgJpegKernels *kernels,
                           const ImgJpegView *view, uint8_t *memory)
{
    reduced->kernels = kernels;
    reduced->view = *view;
    reduced->mcus = img_jpeg_reduced_mcus(view);
    lay_out(reduced, view, memory);
    img_jpeg_quantisers(view->file, reduced->quantisers);
}

/* Means of blocks, from their first coefficients: as the inverse DCT rounds. */
static void put_means(int16_t (*blocks)[IMG_JPEG_BLOCK], size_t n, uint16_t quantiser, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        const int32_t mean = ((blocks[i][0] * quantiser + 4) >> 3) + 128;
        out[i] = (uint8_t)(mean < 0 ? 0 : mean > 255 ? 255 : mean);
        blocks[i][0] = 0;
    }
}

/* The means of ratio.x columns each of the 8 samples of ratio.y rows. */
static void put_row(const uint8_t *at, size_t row_size, Ratio ratio, uint8_t *out)
{
    uint64_t even = 0, odd = 0;
    for (int i = 0; i < ratio.y; i++) {
        uint64_t word;
        memcpy(&word, at + (size_t)i * row_size, sizeof(word));
        word = le64toh(word);
        even += word & EVEN;
        odd += word >> 8 & EVEN;
    }
    const int bits = __builtin_ctz((unsigned)(ratio.x * ratio.y));
    const uint64_t half = bits > 0 ? UINT64_C(0x0001000100010001) << (bits - 1) : 0;
    if (ratio.x == 1) {
        const uint64_t both = (((even + half) >> bits) & EVEN) | (((odd + half) >> bits) & EVEN)
                                                                     << 8;
        const uint64_t stored = htole64(both);
        memcpy(out, &stored, sizeof(stored));
        return;
    }
    /* A lane has at most 64 values of 255. Of those that are added up the first counts. */
    uint64_t sums = even + odd;
    const int n_lanes = ratio.x / 2;
    for (int n = 1; n < n_lanes; n *= 2)
        sums += sums >> (16 * n);
    sums = ((sums + half) >> bits) & EVEN;
    for (int i = 0; i < 8 / ratio.x; i++)
        out[i] = (uint8_t)(sums >> (16 * n_lanes * i));
}

/* A row of n blocks. */
static void put_blocks(const ImgJpegReduced *reduced, int component,
                       int16_t (*blocks)[IMG_JPEG_BLOCK], const uint8_t *extents, size_t n,
                       uint8_t *out)
{
    const Ratio ratio = ratio_of(&reduced->view, component);
    const uint16_t *quantiser = reduced->quantisers[component];
    const size_t row_size = reduced->row_size[component];
    const size_t width = 8 / (size_t)ratio.x, height = 8 / (size_t)ratio.y;
    if (ratio.x == 8 && ratio.y == 8) {
        put_means(blocks, n, quantiser[0], out);
        return;
    }
    if (ratio.x == 1 && ratio.y == 1) {
        reduced->kernels->idct(blocks[0], n, quantiser, extents, out, row_size);
        return;
    }
    _Alignas(64) uint8_t strip[8 * STRIP];
    reduced->kernels->idct(blocks[0], n, quantiser, extents, strip, STRIP);
    for (size_t v = 0; v < height; v++)
        for (size_t i = 0; i < n; i++)
            put_row(strip + v * (size_t)ratio.y * STRIP + 8 * i, STRIP, ratio,
                    out + v * row_size + i * width);
}

void img_jpeg_reduced_put(ImgJpegReduced *reduced, ImgJpegGroup *group, uint32_t column, uint32_t n)
{
    const ImgJpegFile *file = reduced->view.file;
    const AugSize mcu = mcu_size(&reduced->view);
    const size_t left = (size_t)(column - reduced->mcus.column0) * (size_t)mcu.width;
    size_t block = 0;
    for (int i = 0; i < file->n_components; i++) {
        const ImgJpegComponent *component = &file->components[i];
        const size_t height = (size_t)mcu.height / component->v;
        for (size_t v = 0; v < component->v; v++) {
            put_blocks(reduced, i, group->blocks + block, group->extents + block,
                       (size_t)n * component->h,
                       reduced->first[i] + v * height * reduced->row_size[i] + left);
            block += (size_t)IMG_JPEG_GROUP * component->h;
        }
    }
}

void img_jpeg_reduced_make(ImgJpegReduced *reduced, uint32_t mcu_row, const AugImage *out)
{
    const ImgWindow *window = &reduced->view.window;
    const AugSize mcu = mcu_size(&reduced->view);
    const int32_t top = (int32_t)mcu_row * mcu.height, bottom = top + mcu.height;
    const ptrdiff_t left = window->x0 - (ptrdiff_t)reduced->mcus.column0 * mcu.width;
    const size_t n = (size_t)(window->x1 - window->x0);
    for (int32_t y = top < window->y0 ? window->y0 : top; y < bottom && y < window->y1; y++) {
        const uint8_t *rows[IMG_JPEG_COMPONENTS] = {NULL};
        for (int i = 0; i < reduced->view.file->n_components; i++)
            rows[i] = reduced->first[i] + (size_t)(y - top) * reduced->row_size[i] + left;
        img_jpeg_pixels(reduced->kernels, rows, n, reduced->colours, out->channels,
                        out->pixels + (size_t)(y - window->y0) * out->row_size);
    }
}
