/* From a sample to pixels in memory: decoding, or making ready what a data set stores raw. */
#include <string.h>

#include "image/domain/domain.h"
#include "image/pixels/interleave.h"

static AugStatus inspect_pixels(const AugLimits *limits, const AugField *field, AugError *error)
{
    if (field->channels != 1 && field->channels != 3)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL, "pixels have %d channels; 1 or 3 are allowed",
                        field->channels);
    if (field->height < 1 || field->width < 1 || (uint32_t)field->height > limits->max_side ||
        (uint32_t)field->width > limits->max_side ||
        (uint64_t)field->height * (uint64_t)field->width > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the picture is %d x %d; sides of 1 to %u and %llu pixels are allowed",
                        field->height, field->width, limits->max_side,
                        (unsigned long long)limits->max_pixels);
    const uint64_t needed =
        (uint64_t)field->height * (uint64_t)field->width * (uint64_t)field->channels;
    if (field->size < needed)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "%zu bytes for a picture that has %llu",
                        field->size, (unsigned long long)needed);
    return AUG_OK;
}

AugStatus img_inspect(const ImgPlan *plan, const AugField *field, ImgSampleInfo *info,
                      AugError *error)
{
    if (plan->image.form != AUG_FORM_ENCODED) {
        AUG_TRY(inspect_pixels(plan->limits, field, error));
        info->stored = (AugSize){.height = field->height, .width = field->width};
        info->upright = IMG_ORIENT_NONE;
        return AUG_OK;
    }
    ImgHeader *header = &info->header;
    AUG_TRY(img_header(field->bytes, field->size, plan->limits, header, error));
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

static AugStatus load_pixels(AugImageWorker *worker, const AugField *field, ImgWindow window,
                             ImgSource *source, AugError *error)
{
    const int32_t channels = worker->plan->input.channels;
    const size_t width = (size_t)field->width;
    const bool planar = worker->plan->image.form == AUG_FORM_PLANES;
    *source = (ImgSource){.width = field->width, .height = field->height};
    if (field->channels == channels && (channels == 1 || !planar)) {
        source->pixels = (AugImage){
            .pixels = borrow(field->bytes),
            .height = field->height,
            .width = field->width,
            .channels = channels,
            .row_size = width * (size_t)channels,
        };
        return AUG_OK;
    }
    source->x = window.x0;
    source->y = window.y0;
    const AugSize size = {.height = window.y1 - window.y0, .width = window.x1 - window.x0};
    AUG_TRY(img_pixels_image(&worker->loaded, size, channels, &source->pixels, error));
    const size_t plane = planar ? width * (size_t)field->height : 1;
    const size_t step = planar ? 1 : (size_t)field->channels;
    for (int32_t y = 0; y < size.height; y++) {
        const size_t pixel = (size_t)(window.y0 + y) * width + (size_t)window.x0;
        const uint8_t *first = (const uint8_t *)field->bytes + pixel * step;
        const bool grey = field->channels == 1;
        const uint8_t *const planes[3] = {first, grey ? first : first + plane,
                                          grey ? first : first + 2 * plane};
        uint8_t *to = source->pixels.pixels + (size_t)y * source->pixels.row_size;
        if (planar && field->channels == 3 && channels == 3)
            img_interleave_row(planes, size.width, to);
        else
            convert_row(planes, step, size.width, field->channels, channels, to);
    }
    return AUG_OK;
}

AugStatus img_load(AugImageWorker *worker, const AugField *field, const ImgSampleInfo *info,
                   ImgWindow window, ImgSource *source, AugError *error)
{
    if (worker->plan->image.form != AUG_FORM_ENCODED)
        return load_pixels(worker, field, window, source, error);
    const ImgDecodeJob job = {
        .bytes = field->bytes,
        .size = field->size,
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
