/* Rectangles: collected by operations, filled when pixels are there. */
#include "image/domain/erase.h"

#include <stdlib.h>
#include <string.h>

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

/* Draws one value. */
static void draw_noise(const ImgNoise *noise, int32_t channel, AugDtype dtype, AugRng *rng,
                       uint8_t *to)
{
    if (noise->is_normal) {
        const double normal = aug_rng_normal(rng);
        img_value_put(noise->mean[channel] + noise->std[channel] * normal, dtype, to);
        return;
    }
    const uint32_t word = aug_rng_u32(rng);
    img_value_put(dtype == AUG_DTYPE_U8    ? word >> 24
                  : dtype == AUG_DTYPE_U16 ? word >> 16
                                           : (word >> 8) * 0x1p-24,
                  dtype, to);
}

/* Draws the whole rectangle, and writes what of it is in memory. */
static void fill_noise(const ImgErased *erased, const ImgNoise *noise, const ImgSource *source,
                       bool mirrored)
{
    const ImgWindow window = erased->window;
    const AugImage *image = &source->pixels;
    const size_t value_size = img_value_size(image->dtype);
    uint8_t unseen[IMG_MAX_PIXEL_SIZE];
    /* A generator of its own for the rectangle, so that its size does not move later draws. */
    AugRng rng = aug_rng_make(&(AugKey){.seed = erased->noise_seed});
    for (int32_t y = window.y0; y < window.y1 && y < source->y + image->height; y++) {
        for (int32_t x = window.x0; x < window.x1; x++) {
            const int32_t at = mirrored ? image->width - 1 - x : x - source->x;
            const bool is_inside = y >= source->y && at >= 0 && at < image->width;
            uint8_t *pixel = is_inside ? img_source_at(source, source->x + at, y) : unseen;
            for (int32_t c = 0; c < image->channels; c++)
                draw_noise(noise, c, image->dtype, &rng, pixel + (size_t)c * value_size);
        }
    }
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
                     bool mirrored)
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
        fill_noise(erased, noise, source, mirrored);
    else
        fill_colour(erased, window, source);
}
