/* Rectangles: collected by operations, filled when pixels are there. */
#include "image/domain/erase.h"

#include <stdlib.h>
#include <string.h>

#include "image/filters/noise.h"
#include "image/pixels/work.h"

const char *const img_erase_fill_names[] = {
    [IMG_ERASE_MEAN] = "mean",
    [IMG_ERASE_RANDOM] = "random",
    NULL,
};

void img_erase_fini(ImgErase *erase)
{
    augi_allowance_give(erase->allowance, erase->capacity * sizeof(*erase->items));
    free(erase->items);
    *erase = (ImgErase){0};
}

static bool reserve(ImgErase *erase)
{
    if (erase->n < erase->capacity)
        return true;
    const uint32_t capacity = erase->capacity ? 2 * erase->capacity : 8;
    const size_t more = (capacity - erase->capacity) * sizeof(*erase->items);
    if (augi_allowance_take(erase->allowance, more, NULL) != AUG_OK) {
        erase->failed = true;
        return false;
    }
    ImgErased *items = realloc(erase->items, capacity * sizeof(*items));
    if (!items) {
        augi_allowance_give(erase->allowance, more);
        erase->failed = true;
        return false;
    }
    erase->items = items;
    erase->capacity = capacity;
    return true;
}

void img_erase_add(ImgErase *erase, ImgWindow window, const AugFill *fill, AugRng *rng)
{
    ImgErased erased = {.window = window, .is_noise = fill->named == IMG_ERASE_RANDOM};
    if (erased.is_noise)
        erased.noise_seed = aug_rng_u64(rng);
    else if (fill->named == IMG_ERASE_MEAN)
        memcpy(erased.fill, erase->mean, sizeof(erased.fill));
    else
        (void)img_fill_pixel(fill, (ImgPixelType){erase->dtype, erase->channels}, erased.fill);
    if (erased.window.x0 < 0)
        erased.window.x0 = 0;
    if (erased.window.y0 < 0)
        erased.window.y0 = 0;
    if (erased.window.x1 > erase->width)
        erased.window.x1 = erase->width;
    if (erased.window.y1 > erase->height)
        erased.window.y1 = erase->height;
    if (erased.window.x0 < erased.window.x1 && erased.window.y0 < erased.window.y1 &&
        reserve(erase))
        erase->items[erase->n++] = erased;
}

uint64_t img_erase_work(const ImgErased *erased, ImgWindow window)
{
    const ImgWindow both = img_window_common(erased->window, window);
    if (both.x0 >= both.x1 || both.y0 >= both.y1)
        return 0;
    return img_window_pixels(both) * (erased->is_noise ? IMG_PASSES_NOISE : IMG_PASSES_COPY);
}

uint64_t img_erase_passes(const AugFill *fill)
{
    const bool is_noise = fill->named == IMG_ERASE_RANDOM;
    return IMG_PASSES_COPY + (is_noise ? IMG_PASSES_NOISE : IMG_PASSES_COPY);
}

/* A random word as a value. */
static void put_noise(const ImgNoise *noise, int32_t channel, AugDtype dtype, uint32_t word,
                      uint8_t *to)
{
    if (noise->is_normal) {
        const double normal = (double)img_noise_normal(word);
        img_value_put(noise->mean[channel] + noise->std[channel] * normal, dtype, to);
        return;
    }
    img_value_put(dtype == AUG_DTYPE_U8    ? word >> 24
                  : dtype == AUG_DTYPE_U16 ? word >> 16
                                           : (word >> 8) * 0x1p-24,
                  dtype, to);
}

/* Pixels of one row, from column x0 to x1 of the picture. */
static void fill_noise_row(const ImgErased *erased, const ImgNoise *noise, const ImgSource *source,
                           bool mirrored, const ImgWindow *row)
{
    const AugImage *image = &source->pixels;
    const size_t value_size = img_value_size(image->dtype);
    uint32_t words[16 * AUG_MAX_CHANNELS];
    const int32_t most = (int32_t)AUG_COUNT(words) / image->channels;
    for (int32_t x0 = row->x0; x0 < row->x1; x0 += most) {
        const int32_t n = row->x1 - x0 < most ? row->x1 - x0 : most;
        const uint32_t *word = words;
        img_noise_words(erased->noise_seed, row->y0, (int64_t)x0 * image->channels,
                        (int64_t)n * image->channels, words);
        for (int32_t x = x0; x < x0 + n; x++) {
            uint8_t *to = img_source_at(source, mirrored ? image->width - 1 - x : x, row->y0);
            for (int32_t c = 0; c < image->channels; c++, to += value_size)
                put_noise(noise, c, image->dtype, *word++, to);
        }
    }
}

/* A window of what is in memory, a row of which is a piece of work that may be the last. What lies
 * there depends on its place in the picture, as it is before mirroring, and on the seed. */
static void fill_noise(const ImgErased *erased, const ImgNoise *noise, ImgWindow window,
                       const ImgSource *source, bool mirrored, const AugiAllowance *allowance)
{
    const int32_t width = source->pixels.width;
    ImgWindow row = window;
    if (mirrored) {
        row.x0 = width - window.x1;
        row.x1 = width - window.x0;
    }
    for (row.y0 = window.y0; row.y0 < window.y1 && !augi_allowance_stopped(allowance); row.y0++)
        fill_noise_row(erased, noise, source, mirrored, &row);
}

static void fill_colour(const ImgErased *erased, ImgWindow window, const ImgSource *source)
{
    const AugImage *image = &source->pixels;
    const int32_t width = window.x1 - window.x0;
    const size_t pixel_size = img_pixel_size(image);
    uint8_t *first = img_source_at(source, window.x0, window.y0);
    img_fill_row(first, width, erased->fill, pixel_size);
    for (int32_t y = window.y0 + 1; y < window.y1; y++)
        memcpy(first + (size_t)(y - window.y0) * image->row_size, first,
               (size_t)width * pixel_size);
}

void img_erase_apply(const ImgErased *erased, const ImgNoise *noise, const ImgSource *source,
                     bool mirrored, const AugiAllowance *allowance)
{
    const AugImage *image = &source->pixels;
    ImgWindow window = erased->window;
    if (mirrored) {
        window.x0 = image->width - erased->window.x1;
        window.x1 = image->width - erased->window.x0;
    }
    window = img_window_common(window, (ImgWindow){.x0 = source->x,
                                                   .y0 = source->y,
                                                   .x1 = source->x + image->width,
                                                   .y1 = source->y + image->height});
    if (window.x0 >= window.x1 || window.y0 >= window.y1)
        return;
    if (erased->is_noise)
        fill_noise(erased, noise, window, source, mirrored, allowance);
    else
        fill_colour(erased, window, source);
}
