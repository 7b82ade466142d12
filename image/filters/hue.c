/* Hue, by the sextants of HSV: in each, one channel is the largest, one the smallest, and the third
 * lies between them as far as the hue lies in the sextant. */
#include "image/filters/hue.h"

#include "image/pixels/work.h"

/* Hue in sextants, 0 to 6; chroma is not 0. */
static double hue_of(int32_t red, int32_t green, int32_t blue, int32_t most, double chroma)
{
    if (most == red)
        return (green - blue) / chroma + (green < blue ? 6 : 0);
    if (most == green)
        return (blue - red) / chroma + 2;
    return (red - green) / chroma + 4;
}

static void turn_pixel(const uint8_t *in, double shift, uint8_t *out)
{
    /* Where the largest, the smallest and the middle channel stand, by sextant. */
    static const uint8_t places[6][3] = {{0, 2, 1}, {1, 2, 0}, {1, 0, 2},
                                         {2, 0, 1}, {2, 1, 0}, {0, 1, 2}};
    const int32_t red = in[0], green = in[1], blue = in[2];
    const int32_t high = red > green ? red : green, low = red < green ? red : green;
    const int32_t most = blue > high ? blue : high, least = blue < low ? blue : low;
    const double chroma = most - least;
    double hue = most > least ? hue_of(red, green, blue, most, chroma) + shift : 0;
    hue = hue < 0 ? hue + 6 : hue >= 6 ? hue - 6 : hue;
    /* Rounding may have made 6 of what was just below 0. */
    const int sextant = hue < 6 ? (int)hue : 0;
    const double part = hue < 6 ? hue - sextant : 0;
    const double middle = sextant % 2 == 0 ? least + chroma * part : most - chroma * part;
    out[places[sextant][0]] = (uint8_t)most;
    out[places[sextant][1]] = (uint8_t)least;
    out[places[sextant][2]] = (uint8_t)(middle + 0.5);
}

static AugStatus run(const void *context, const ImgSource *in, ImgWindow made, const AugImage *out,
                     ImgFilterScratch *scratch, AugError *error)
{
    (void)scratch;
    const ImgHue *hue = context;
    if (out->channels != 3)
        return AUG_FAIL(error, AUG_INTERNAL, NULL, "a hue of %d channels", out->channels);
    for (int32_t y = 0; y < out->height; y++) {
        const uint8_t *from = img_source_at(in, made.x0, made.y0 + y);
        uint8_t *to = out->pixels + (size_t)y * out->row_size;
        for (int32_t x = 0; x < out->width; x++, from += 3, to += 3)
            turn_pixel(from, 6 * hue->turns, to);
    }
    return AUG_OK;
}

static uint64_t passes(const void *context)
{
    (void)context;
    return IMG_PASSES_HUE;
}

const ImgFilterKernel img_hue_kernel = {.name = "hue", .passes = passes, .run = run};
