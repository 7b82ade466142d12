/* Copies of windows: rows as runs, everything else through maps of both axes. */
#include "image/geometry/place.h"

#include <string.h>

#include "image/pixels/mirror.h"

/* Output rows and columns that are copied together when rows become columns, so that the lines of
 * the source stay in the first-level cache: 32 rows of 64 bytes are 2 KiB. */
enum { TILE = 32 };

static bool reaches_out(const ImgPlace *place)
{
    return place->window.x0 < place->valid.x0 || place->window.x1 > place->valid.x1 ||
           place->window.y0 < place->valid.y0 || place->window.y1 > place->valid.y1;
}

static bool needs_maps(const ImgPlace *place)
{
    return (place->orient & IMG_ORIENT_TRANSPOSE) ||
           (place->outside.border != IMG_BORDER_CONSTANT && reaches_out(place));
}

size_t img_place_scratch(const ImgPlace *place)
{
    if (!needs_maps(place))
        return 0;
    return (size_t)(place->window.x1 - place->window.x0) +
           (size_t)(place->window.y1 - place->window.y0);
}

/* Smallest range of [first, end) that holds what a range of coordinates stands for. */
static void axis_needs(ImgBorder border, int32_t first, int32_t end, int32_t *from, int32_t *to)
{
    int32_t low = end, high = first - 1;
    if (border == IMG_BORDER_CONSTANT) {
        low = *from > first ? *from : first;
        high = (*to < end ? *to : end) - 1;
    } else {
        for (int32_t at = *from; at < *to; at++) {
            const int32_t index =
                first + img_border_index(border, (int64_t)at - first, end - first);
            low = index < low ? index : low;
            high = index > high ? index : high;
        }
    }
    *from = low > high ? first : low;
    *to = low > high ? first + 1 : high + 1;
}

ImgWindow img_place_needs(const ImgPlace *place)
{
    ImgWindow needs = place->window;
    if (!reaches_out(place))
        return needs;
    const ImgBorder border = place->outside.border;
    axis_needs(border, place->valid.x0, place->valid.x1, &needs.x0, &needs.x1);
    axis_needs(border, place->valid.y0, place->valid.y1, &needs.y0, &needs.y1);
    return needs;
}

static const uint8_t *pixel_at(const ImgSource *source, int32_t x, int32_t y)
{
    return source->pixels.pixels + (ptrdiff_t)(y - source->y) * (ptrdiff_t)source->pixels.row_size +
           (ptrdiff_t)(x - source->x) * (ptrdiff_t)img_pixel_size(&source->pixels);
}

/* What fills pixels, with what is known of it once for all rows. is_uniform: all its bytes are equal.
 */
typedef struct Filling {
    const uint8_t *pixel;
    size_t size;
    bool is_uniform;
} Filling;

static Filling make_filling(const uint8_t *pixel, size_t size)
{
    Filling filling = {.pixel = pixel, .size = size, .is_uniform = true};
    for (size_t i = 1; i < size; i++)
        filling.is_uniform = filling.is_uniform && pixel[i] == pixel[0];
    return filling;
}

/* Small pictures have many short margins, or none. */
static inline void fill(const Filling *filling, int32_t n, uint8_t *to)
{
    if (n <= 0)
        return;
    if (filling->is_uniform)
        memset(to, filling->pixel[0], (size_t)n * filling->size);
    else
        img_fill_row(to, n, filling->pixel, filling->size);
}

/* Rows stay rows: in each, a constant, a run of pixels and a constant. */
static void place_rows(const ImgPlace *place, const ImgSource *source, const AugImage *out)
{
    const ImgWindow window = place->window, valid = place->valid;
    const bool mirror_x = place->orient & IMG_ORIENT_MIRROR_X;
    const bool mirror_y = place->orient & IMG_ORIENT_MIRROR_Y;
    const size_t size = img_pixel_size(out);
    const Filling filling = make_filling(place->outside.fill, size);
    const int32_t x0 = window.x0 > valid.x0 ? window.x0 : valid.x0;
    const int32_t x1 = window.x1 < valid.x1 ? window.x1 : valid.x1;
    const int32_t before = mirror_x ? window.x1 - x1 : x0 - window.x0;
    const int32_t after = out->width - before - (x1 - x0);
    for (int32_t i = 0; i < out->height; i++) {
        const int32_t y = window.y0 + (mirror_y ? out->height - 1 - i : i);
        uint8_t *to = out->pixels + (size_t)i * out->row_size;
        if (y < valid.y0 || y >= valid.y1 || x0 >= x1) {
            fill(&filling, out->width, to);
            continue;
        }
        fill(&filling, before, to);
        to += (size_t)before * size;
        if (mirror_x)
            img_mirror_row(pixel_at(source, x0, y), x1 - x0, size, to);
        else
            memcpy(to, pixel_at(source, x0, y), (size_t)(x1 - x0) * size);
        fill(&filling, after, to + (size_t)(x1 - x0) * size);
    }
}

/* For one axis of the output, in its order: how far each coordinate is from the source's first
 * pixel in bytes, or -1 for the constant. */
static void make_map(const ImgPlace *place, const ImgSource *source, bool columns, bool mirrored,
                     ptrdiff_t *map)
{
    const ImgWindow window = place->window, valid = place->valid;
    const int32_t first = columns ? window.x0 : window.y0;
    const int32_t n = (columns ? window.x1 : window.y1) - first;
    const int32_t low = columns ? valid.x0 : valid.y0;
    const int32_t high = columns ? valid.x1 : valid.y1;
    const int32_t start = columns ? source->x : source->y;
    const ptrdiff_t step =
        (ptrdiff_t)(columns ? img_pixel_size(&source->pixels) : source->pixels.row_size);
    for (int32_t i = 0; i < n; i++) {
        const int64_t at = (int64_t)first + (mirrored ? n - 1 - i : i) - low;
        const int32_t index = img_border_index(place->outside.border, at, high - low);
        map[i] = index < 0 ? -1 : (ptrdiff_t)(index + low - start) * step;
    }
}

/* Inlined for the sizes below, so that each pixel is one or a few moves. */
static inline void place_run(const uint8_t *from, const ptrdiff_t *across, int32_t n, size_t size,
                             const uint8_t *fill, uint8_t *to)
{
    for (int32_t x = 0; x < n; x++, to += size) {
        const uint8_t *pixel = across[x] < 0 ? fill : from + across[x];
        if (size == 3) {
            to[0] = pixel[0];
            to[1] = pixel[1];
            to[2] = pixel[2];
        } else {
            memcpy(to, pixel, size);
        }
    }
}

static void place_run_of(const uint8_t *from, const ptrdiff_t *across, int32_t n, size_t size,
                         const uint8_t *fill, uint8_t *to)
{
    switch (size) {
    case 1:
        place_run(from, across, n, 1, fill, to);
        break;
    case 2:
        place_run(from, across, n, 2, fill, to);
        break;
    case 3:
        place_run(from, across, n, 3, fill, to);
        break;
    case 4:
        place_run(from, across, n, 4, fill, to);
        break;
    case 6:
        place_run(from, across, n, 6, fill, to);
        break;
    case 12:
        place_run(from, across, n, 12, fill, to);
        break;
    default:
        place_run(from, across, n, size, fill, to);
        break;
    }
}

static void place_mapped(const ImgPlace *place, const ImgSource *source, ptrdiff_t *scratch,
                         const AugImage *out)
{
    const bool transpose = place->orient & IMG_ORIENT_TRANSPOSE;
    ptrdiff_t *across = scratch, *down = scratch + out->width;
    make_map(place, source, !transpose, place->orient & IMG_ORIENT_MIRROR_X, across);
    make_map(place, source, transpose, place->orient & IMG_ORIENT_MIRROR_Y, down);
    const uint8_t *outside = place->outside.fill;
    const size_t size = img_pixel_size(out);
    const Filling filling = make_filling(outside, size);
    const int32_t tile = transpose ? TILE : out->width;
    for (int32_t x = 0; x < out->width; x += tile) {
        const int32_t n = out->width - x < tile ? out->width - x : tile;
        for (int32_t y = 0; y < out->height; y++) {
            uint8_t *to = out->pixels + (size_t)y * out->row_size + (size_t)x * size;
            if (down[y] < 0)
                fill(&filling, n, to);
            else
                place_run_of(source->pixels.pixels + down[y], across + x, n, size, outside, to);
        }
    }
}

void img_place(const ImgPlace *place, const ImgSource *source, ptrdiff_t *scratch,
               const AugImage *out)
{
    if (needs_maps(place))
        place_mapped(place, source, scratch, out);
    else
        place_rows(place, source, out);
}
