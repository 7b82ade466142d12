/* Gaussian blur by OpenCV, which knows only whole pictures: what lies in memory is blurred as one,
 * and of the result the part is kept that no false border has reached. */
#include "image/filters/blur.h"

#include <string.h>

#include "image/cv/cv.h"

static ImgMargins reach(const void *context)
{
    const ImgBlur *blur = context;
    return (ImgMargins){blur->radius, blur->radius, blur->radius, blur->radius};
}

/* OpenCV keeps a row of 16-bit values for each of its taps while it blurs. */
static AugStatus blur_counted(const ImgBlur *blur, const AugImage *from, const AugImage *out,
                              AugiAllowance *allowance, AugError *error)
{
    const size_t n_taps = 2 * (size_t)blur->radius + 1;
    const size_t size = n_taps * (size_t)from->width * (size_t)from->channels * sizeof(uint16_t);
    AUG_TRY(augi_allowance_take(allowance, size, error));
    const AugStatus status = img_cv_blur(from, blur->sigma, blur->radius, out, error);
    augi_allowance_give(allowance, size);
    return status;
}

static AugStatus run(const void *context, const ImgSource *in, ImgWindow made, const AugImage *out,
                     ImgFilterScratch *scratch, AugError *error)
{
    const ImgBlur *blur = context;
    const ImgWindow read = img_window_grown(made, reach(blur), in->width, in->height);
    AugImage from = in->pixels;
    from.pixels = img_source_at(in, read.x0, read.y0);
    from.width = read.x1 - read.x0;
    from.height = read.y1 - read.y0;
    if (from.width == out->width && from.height == out->height)
        return blur_counted(blur, &from, out, scratch->allowance, error);
    AugImage whole;
    const AugSize size = {.height = from.height, .width = from.width};
    AUG_TRY(img_pixels_image(&scratch->between, size, from.channels, &whole, error));
    AUG_TRY(blur_counted(blur, &from, &whole, scratch->allowance, error));
    const ImgSource made_of = {.pixels = whole, .x = read.x0, .y = read.y0};
    for (int32_t y = 0; y < out->height; y++)
        memcpy(out->pixels + (size_t)y * out->row_size,
               img_source_at(&made_of, made.x0, made.y0 + y),
               (size_t)out->width * (size_t)out->channels);
    return AUG_OK;
}

uint64_t img_blur_passes(int32_t radius)
{
    const uint64_t n_taps = 2 * (uint64_t)radius + 1;
    return 2 + n_taps / 6 + n_taps * n_taps / 1600;
}

static uint64_t passes(const void *context)
{
    return img_blur_passes(((const ImgBlur *)context)->radius);
}

const ImgFilterKernel img_blur_kernel = {
    .name = "blur", .reach = reach, .passes = passes, .run = run};
