/* From a sample to pixels in memory: decoding, or making ready what a data set stores raw. */
#include <string.h>

#include "image/domain/domain.h"
#include "image/pixels/interleave.h"

static AugStatus inspect_pixels(const AugLimits *limits, const AugSample *sample, AugError *error)
{
    if (sample->channels != 1 && sample->channels != 3)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL, "pixels have %d channels; 1 or 3 are allowed",
                        sample->channels);
    if (sample->height < 1 || sample->width < 1 || (uint32_t)sample->height > limits->max_side ||
        (uint32_t)sample->width > limits->max_side ||
        (uint64_t)sample->height * (uint64_t)sample->width > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the picture is %d x %d; sides of 1 to %u and %llu pixels are allowed",
                        sample->height, sample->width, limits->max_side,
                        (unsigned long long)limits->max_pixels);
    const uint64_t needed =
        (uint64_t)sample->height * (uint64_t)sample->width * (uint64_t)sample->channels;
    if (sample->size < needed)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "%zu bytes for a picture that has %llu",
                        sample->size, (unsigned long long)needed);
    return AUG_OK;
}

AugStatus img_inspect(const ImgPlan *plan, const AugSample *sample, ImgSampleInfo *info,
                      AugError *error)
{
    if (sample->form == AUG_SAMPLE_PIXELS) {
        AUG_TRY(inspect_pixels(plan->limits, sample, error));
        info->stored = (AugSize){.height = sample->height, .width = sample->width};
        info->upright = IMG_ORIENT_NONE;
        return AUG_OK;
    }
    if (sample->form != AUG_SAMPLE_ENCODED)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "the sample is text; a picture is needed");
    ImgHeader *header = &info->header;
    AUG_TRY(img_header(sample->bytes, sample->size, plan->limits, header, error));
    info->stored = (AugSize){.height = header->height, .width = header->width};
    info->upright =
        plan->exif_orientation ? img_orient_from_exif(header->orientation) : IMG_ORIENT_NONE;
    return AUG_OK;
}

/* AugImage has no const pixels because callers of the public interface own them; what is loaded is
 * only read. */
static uint8_t *borrow(const uint8_t *bytes)
{
    return (uint8_t *)(uintptr_t)bytes;
}

static void convert_row(const uint8_t *const planes[3], size_t step, int32_t n, int32_t from,
                        int32_t channels, uint8_t *to)
{
    for (int32_t x = 0; x < n; x++) {
        const size_t at = (size_t)x * step;
        const uint32_t red = planes[0][at];
        if (from == 1) {
            for (int32_t c = 0; c < channels; c++)
                *to++ = (uint8_t)red;
            continue;
        }
        const uint32_t green = planes[1][at], blue = planes[2][at];
        if (channels == 1) {
            *to++ = img_grey(red, green, blue);
            continue;
        }
        to[0] = (uint8_t)red;
        to[1] = (uint8_t)green;
        to[2] = (uint8_t)blue;
        to += 3;
    }
}

static AugStatus load_pixels(AugImageWorker *worker, const AugSample *sample, ImgWindow window,
                             ImgSource *source, AugError *error)
{
    const int32_t channels = worker->plan->input.channels;
    const size_t width = (size_t)sample->width;
    *source = (ImgSource){.width = sample->width, .height = sample->height};
    if (sample->channels == channels && (channels == 1 || !sample->planar)) {
        source->pixels = (AugImage){
            .pixels = borrow(sample->bytes),
            .height = sample->height,
            .width = sample->width,
            .channels = channels,
            .row_size = width * (size_t)channels,
        };
        return AUG_OK;
    }
    source->x = window.x0;
    source->y = window.y0;
    const AugSize size = {.height = window.y1 - window.y0, .width = window.x1 - window.x0};
    AUG_TRY(img_pixels_image(&worker->loaded, size, channels, &source->pixels, error));
    const size_t plane = sample->planar ? width * (size_t)sample->height : 1;
    const size_t step = sample->planar ? 1 : (size_t)sample->channels;
    for (int32_t y = 0; y < size.height; y++) {
        const size_t pixel = (size_t)(window.y0 + y) * width + (size_t)window.x0;
        const uint8_t *first = sample->bytes + pixel * step;
        const bool grey = sample->channels == 1;
        const uint8_t *const planes[3] = {first, grey ? first : first + plane,
                                          grey ? first : first + 2 * plane};
        uint8_t *to = source->pixels.pixels + (size_t)y * source->pixels.row_size;
        if (sample->planar && sample->channels == 3 && channels == 3)
            img_interleave_row(planes, size.width, to);
        else
            convert_row(planes, step, size.width, sample->channels, channels, to);
    }
    return AUG_OK;
}

AugStatus img_load(AugImageWorker *worker, const AugSample *sample, const ImgSampleInfo *info,
                   ImgWindow window, ImgSource *source, AugError *error)
{
    if (sample->form == AUG_SAMPLE_PIXELS)
        return load_pixels(worker, sample, window, source, error);
    const ImgDecodeJob job = {
        .bytes = sample->bytes,
        .size = sample->size,
        .header = &info->header,
        .channels = worker->plan->input.channels,
        .window = &window,
    };
    ImgWindow got;
    *source = (ImgSource){.width = info->stored.width, .height = info->stored.height};
    AUG_TRY(img_decode(worker->decoder, &job, worker->plan->limits, &source->pixels, &got, error));
    source->x = got.x0;
    source->y = got.y0;
    return AUG_OK;
}
