/* Lays planes out, fills them and reads them row by row. */
#include <string.h>

#include "image/codec/jpeg/planes.h"

/* Place of a coefficient in natural order, by its number in the file (T.81, figure A.6). */
static const uint8_t natural[IMG_JPEG_BLOCK] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* Samples of chroma for a length of pixels. */
static int32_t chroma_length(int32_t length, int factor)
{
    return (length + factor - 1) / factor;
}

/* MCUs of pixels begin to end - 1, of which each has factor blocks of luma and one of chroma, with a
 * sample of chroma around them where there is one. */
static void mcu_range(int32_t begin, int32_t end, int factor, int32_t length, uint32_t range[2])
{
    const int32_t n_chroma = chroma_length(length, factor), around = factor - 1;
    const int32_t first = begin / factor - around, last = (end - 1) / factor + around;
    range[0] = (uint32_t)(first < 0 ? 0 : first) / 8;
    range[1] = (uint32_t)least(last, n_chroma - 1) / 8 + 1;
}

ImgJpegMcus img_jpeg_mcus_of(const ImgJpegFile *file, const ImgWindow *window)
{
    const ImgJpegComponent *luma = &file->components[0];
    uint32_t columns[2], rows[2];
    mcu_range(window->x0, window->x1, luma->h, file->width, columns);
    mcu_range(window->y0, window->y1, luma->v, file->height, rows);
    return (ImgJpegMcus){
        .column0 = columns[0], .column1 = columns[1], .row0 = rows[0], .row1 = rows[1]};
}

/* Bytes of a row of samples of blocks of n MCUs, with slack before and behind, in whole lines of the
 * cache. */
static size_t row_size_of(uint32_t n_mcus, int h)
{
    return ((size_t)n_mcus * 8 * (size_t)h + 63) / 64 * 64 + 2 * (size_t)IMG_JPEG_SLACK;
}

static size_t smooth_size(const ImgWindow *window)
{
    return (size_t)(window->x1 - window->x0 + 2) + 2 * (size_t)IMG_JPEG_SLACK;
}

/* Gives the rows of all components, and those that follow, their places from memory on; returns the
 * first byte behind them. memory NULL: only counts. */
static size_t lay_out(ImgJpegPlanes *planes, const ImgJpegFile *file, const ImgWindow *window,
                      uint8_t *memory)
{
    const ImgJpegMcus mcus = img_jpeg_mcus_of(file, window);
    size_t size = 0;
    for (int i = 0; i < file->n_components; i++) {
        const ImgJpegComponent *component = &file->components[i];
        const size_t row_size = row_size_of(mcus.column1 - mcus.column0, component->h);
        if (memory) {
            planes->row_size[i] = row_size;
            planes->first[i] = memory + size + row_size + IMG_JPEG_SLACK;
        }
        size += row_size * (1 + 8 * (size_t)component->v);
    }
    for (int i = 0; i < 2; i++) {
        if (memory)
            planes->smooth[i] = memory + size + IMG_JPEG_SLACK;
        size += smooth_size(window);
    }
    if (memory)
        planes->colours = memory + size;
    return size + 3 * smooth_size(window);
}

size_t img_jpeg_planes_memory(const ImgJpegFile *file, const ImgWindow *window)
{
    return lay_out(NULL, file, window, NULL);
}

void img_jpeg_quantisers(const ImgJpegFile *file,
                         uint16_t quantisers[IMG_JPEG_COMPONENTS][IMG_JPEG_BLOCK])
{
    for (int i = 0; i < file->n_components; i++)
        for (int place = 0; place < IMG_JPEG_BLOCK; place++)
            quantisers[i][natural[place]] = file->components[i].quantiser[place];
}

void img_jpeg_planes_open(ImgJpegPlanes *planes, const ImgJpegKernels *kernels,
                          const ImgJpegFile *file, const ImgWindow *window, uint8_t *memory)
{
    planes->kernels = kernels;
    planes->file = file;
    planes->window = *window;
    planes->mcus = img_jpeg_mcus_of(file, window);
    planes->next_row = window->y0;
    lay_out(planes, file, window, memory);
    img_jpeg_quantisers(file, planes->quantisers);
}

void img_jpeg_planes_put(ImgJpegPlanes *planes, ImgJpegGroup *group, uint32_t column, uint32_t n)
{
    const ImgJpegFile *file = planes->file;
    size_t block = 0;
    for (int i = 0; i < file->n_components; i++) {
        const ImgJpegComponent *component = &file->components[i];
        const size_t left = (size_t)(column - planes->mcus.column0) * 8 * component->h;
        for (size_t v = 0; v < component->v; v++) {
            uint8_t *to = planes->first[i] + v * 8 * planes->row_size[i] + left;
            planes->kernels->idct(group->blocks[block], (size_t)n * component->h,
                                  planes->quantisers[i], group->extents + block, to,
                                  planes->row_size[i]);
            block += (size_t)IMG_JPEG_GROUP * component->h;
        }
    }
}

/* Row of a component by its number in the picture. */
static uint8_t *row_at(const ImgJpegPlanes *planes, int component, uint32_t mcu_row, int32_t row)
{
    const int32_t first = (int32_t)mcu_row * 8 * planes->file->components[component].v;
    return planes->first[component] +
           (ptrdiff_t)(row - first) * (ptrdiff_t)planes->row_size[component];
}

/* At the left and right edge of the picture upsampling sees the outermost samples again. */
static void extend_chroma(ImgJpegPlanes *planes)
{
    const ImgJpegFile *file = planes->file;
    const int32_t width = chroma_length(file->width, file->components[0].h);
    const int32_t left = (int32_t)planes->mcus.column0 * 8,
                  right = (int32_t)planes->mcus.column1 * 8;
    for (int i = 1; i < IMG_JPEG_COMPONENTS; i++)
        for (size_t row = 0; row < 8; row++) {
            uint8_t *first = planes->first[i] + row * planes->row_size[i];
            if (left == 0)
                first[-1] = first[0];
            if (right >= width)
                first[width - left] = first[width - left - 1];
        }
}

/* The last row of each component becomes the one above the next row of MCUs. */
static void keep_last_rows(ImgJpegPlanes *planes)
{
    for (int i = 0; i < planes->file->n_components; i++) {
        const size_t size = planes->row_size[i];
        uint8_t *first = planes->first[i] - IMG_JPEG_SLACK;
        memcpy(first - size, first + (8 * (size_t)planes->file->components[i].v - 1) * size, size);
    }
}

/* The row of chroma that row y of pixels looks at beside its own: above or below it, where there is
 * one. */
static int32_t neighbour_row(const ImgJpegFile *file, int32_t y)
{
    const int32_t row = y / 2, n_rows = chroma_length(file->height, 2);
    const int32_t next = y % 2 == 0 ? row - 1 : row + 1;
    return next < 0 || next >= n_rows ? row : next;
}

/* A row of chroma with a sample for each pixel, from the window's first column on. */
static const uint8_t *smooth_row(const ImgJpegPlanes *planes, int component, uint32_t mcu_row,
                                 int32_t y)
{
    const ImgJpegFile *file = planes->file;
    const ImgJpegKernels *kernels = planes->kernels;
    const ImgWindow *window = &planes->window;
    const int h = file->components[0].h, v = file->components[0].v;
    const int32_t first = window->x0 / h, last = (window->x1 - 1) / h;
    const size_t n = (size_t)(last - first + 1);
    const ptrdiff_t column = first - (ptrdiff_t)planes->mcus.column0 * 8;
    const uint8_t *own = row_at(planes, component, mcu_row, y / v) + column;
    uint8_t *out = planes->smooth[component - 1];
    if (h == 1 && v == 1)
        return own;
    if (v == 1) {
        kernels->h2v1(own, n, out);
        return out + window->x0 % h;
    }
    const uint8_t *other = row_at(planes, component, mcu_row, neighbour_row(file, y)) + column;
    if (h == 1)
        kernels->h1v2(own, other, n, y % 2 == 0 ? 1 : 2, out);
    else
        kernels->h2v2(own, other, n, out);
    return out + window->x0 % h;
}

static void make_grey(const uint8_t *luma, size_t n, int32_t channels, uint8_t *out)
{
    if (channels == 1) {
        memcpy(out, luma, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = luma[i];
}

void img_jpeg_pixels(const ImgJpegKernels *kernels, const uint8_t *const rows[IMG_JPEG_COMPONENTS],
                     size_t n, uint8_t *colours, int32_t channels, uint8_t *out)
{
    if (!rows[1]) {
        make_grey(rows[0], n, channels, out);
        return;
    }
    kernels->rgb(rows[0], rows[1], rows[2], n, channels == 1 ? colours : out);
    if (channels == 1)
        img_codec_grey(colours, out, n);
}

/* One row of pixels. */
static void make_row(ImgJpegPlanes *planes, uint32_t mcu_row, int32_t y, const AugImage *out)
{
    const ImgWindow *window = &planes->window;
    const size_t n = (size_t)(window->x1 - window->x0);
    uint8_t *to = out->pixels + (size_t)(y - window->y0) * out->row_size;
    const uint8_t *rows[IMG_JPEG_COMPONENTS] = {row_at(planes, 0, mcu_row, y) + window->x0 -
                                                (ptrdiff_t)planes->mcus.column0 * 8 *
                                                    planes->file->components[0].h};
    for (int i = 1; i < planes->file->n_components; i++)
        rows[i] = smooth_row(planes, i, mcu_row, y);
    img_jpeg_pixels(planes->kernels, rows, n, planes->colours, out->channels, to);
}

void img_jpeg_planes_make(ImgJpegPlanes *planes, uint32_t mcu_row, const AugImage *out)
{
    const int32_t v = planes->file->components[0].v;
    /* The last row waits for the chroma below it. */
    const int32_t n_complete = ((int32_t)mcu_row + 1) * 8 * v - (v - 1);
    const bool is_last = mcu_row + 1 == planes->mcus.row1;
    const int32_t end = is_last ? planes->window.y1 : least(n_complete, planes->window.y1);
    if (planes->file->n_components > 1)
        extend_chroma(planes);
    for (; planes->next_row < end; planes->next_row++)
        make_row(planes, mcu_row, planes->next_row, out);
    if (!is_last)
        keep_last_rows(planes);
}
