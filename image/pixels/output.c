/* The final pass, row by row. */
#include "image/pixels/output.h"

#include <math.h>
#include <string.h>

#include "image/pixels/cpu.h"
#include "image/pixels/output_kernels.h"

/* Pixels that are taken through a lookup table at a time, so that they stay in the first cache. */
#define STRIP 1024

/* Splits scale and offset of a channel into coarse parts, which are multiples of one power of two
 * such that every sum coarse_scale * v + coarse_offset has at most 24 bits and thus is exact in
 * float, and fine parts, which are what is left. Returns whether the table comes out. */
static bool split(ImgOutput *output, int32_t c, double scale, double offset)
{
    const double ends = fmax(fabs(offset), fabs(255 * scale + offset));
    int exponent = 0;
    (void)frexp(ends, &exponent);
    /* One bit to spare: rounding may carry a sum beyond 2^exponent. */
    const double unit = ldexp(1.0, exponent - 23);
    const float coarse_scale = (float)(floor(scale / unit + 0.5) * unit);
    const float coarse_offset = (float)(floor(offset / unit + 0.5) * unit);
    const float fine_scale = (float)(scale - (double)coarse_scale);
    const float fine_offset = (float)(offset - (double)coarse_offset);
    output->coarse_scale.of[c] = coarse_scale;
    output->coarse_offset.of[c] = coarse_offset;
    output->fine_scale.of[c] = fine_scale;
    output->fine_offset.of[c] = fine_offset;
    for (int v = 0; v < 256; v++) {
        const float coarse = fmaf((float)v, coarse_scale, coarse_offset);
        const float fine = fmaf((float)v, fine_scale, fine_offset);
        const float sum = coarse + fine;
        if (memcmp(&sum, &output->table[c][v], sizeof(sum)) != 0)
            return false;
    }
    return true;
}

/* Whether values of one type are written as another. */
static bool go_together(AugDtype in, AugDtype out)
{
    return in == out || (out == AUG_DTYPE_F32 && (in == AUG_DTYPE_U8 || in == AUG_DTYPE_U16));
}

AugStatus img_output_prepare(ImgOutput *output, const ImgOutputForm *form, AugError *error)
{
    const ImgPixelType type = {.dtype = form->in, .channels = form->channels};
    if (!img_pixel_type_is_known(type) || !go_together(form->in, form->out))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found pictures of %d channels of %s to be written as %s; allowed are 1 to "
                        "%d of U8, U16 or F32, as they are or as F32",
                        (int)form->channels, aug_dtype_name(form->in), aug_dtype_name(form->out),
                        AUG_MAX_CHANNELS);
    *output = (ImgOutput){.planar = form->planar,
                          .real = form->out == AUG_DTYPE_F32,
                          .computable = true,
                          .in = form->in,
                          .out = form->out,
                          .channels = form->channels};
    for (int32_t c = 0; c < form->channels; c++) {
        const double m = output->mean[c] = form->mean ? form->mean[c] : 0.0;
        const double s = output->std[c] = form->std ? form->std[c] : 1.0;
        for (int v = 0; v < 256; v++)
            output->table[c][v] = (float)((v / 255.0 - m) / s);
        output->computable = split(output, c, 1.0 / (255.0 * s), -m / s) && output->computable;
    }
    return AUG_OK;
}

void img_output_init(ImgOutput *output, bool planar, bool real, const double mean[3],
                     const double std[3])
{
    const ImgOutputForm form = {.out = real ? AUG_DTYPE_F32 : AUG_DTYPE_U8,
                                .channels = 3,
                                .planar = planar,
                                .mean = mean,
                                .std = std};
    const AugStatus status = img_output_prepare(output, &form, NULL);
    (void)status;
}

void img_output_row_scalar(const ImgOutputRow *row)
{
    const ImgOutput *output = row->output;
    const size_t step = row->plane ? 1 : (size_t)row->channels;
    const size_t between = row->plane ? row->plane : 1;
    for (int32_t x = 0; x < row->width; x++) {
        const uint8_t *pixel = row->in + (size_t)x * (size_t)row->channels;
        const size_t at = (size_t)(row->mirror ? row->width - 1 - x : x) * step;
        for (int32_t c = 0; c < row->channels; c++) {
            if (output->real)
                ((float *)row->out)[at + (size_t)c * between] = output->table[c][pixel[c]];
            else
                ((uint8_t *)row->out)[at + (size_t)c * between] = pixel[c];
        }
    }
}

static void write_row(bool vector, const ImgOutputRow *row)
{
#ifdef IMG_HAS_AVX2_FILES
    if (vector && (row->channels == 1 || row->channels == 3) && img_output_row_avx2(row))
        return;
#else
    (void)vector;
#endif
    img_output_row_scalar(row);
}

static void look_up(const uint8_t (*lut)[256], const uint8_t *in, int32_t n, int32_t channels,
                    uint8_t *out)
{
    for (int32_t x = 0; x < n; x++) {
        for (int32_t c = 0; c < channels; c++)
            *out++ = lut[c][*in++];
    }
}

/* The part of a row that starts at pixel x and has n pixels, of which in is the first. */
static ImgOutputRow part_of(const ImgOutputRow *row, int32_t x, int32_t n, const uint8_t *in)
{
    const int32_t target = row->mirror ? row->width - x - n : x;
    const size_t value = (size_t)target * (row->plane ? 1 : (size_t)row->channels);
    ImgOutputRow part = *row;
    part.in = in;
    part.width = n;
    if (row->output->real)
        part.out = (float *)row->out + value;
    else
        part.out = (uint8_t *)row->out + value;
    return part;
}

static void write_row_through(bool vector, const ImgOutputRow *row, const uint8_t (*lut)[256])
{
    uint8_t strip[STRIP * AUG_MAX_CHANNELS];
    for (int32_t x = 0; x < row->width; x += STRIP) {
        const int32_t n = row->width - x < STRIP ? row->width - x : STRIP;
        look_up(lut, row->in + (size_t)x * (size_t)row->channels, n, row->channels, strip);
        const ImgOutputRow part = part_of(row, x, n, strip);
        write_row(vector, &part);
    }
}

/* A picture without gaps between its rows is written as one row: nothing is left over at the end of
 * each. What is turned is turned row by row. */
static bool is_one_row(const AugImage *picture, size_t value_size, bool mirror)
{
    const size_t row_size = (size_t)picture->width * (size_t)picture->channels * value_size;
    return !mirror && picture->row_size == row_size &&
           (int64_t)picture->width * picture->height <= INT32_MAX;
}

void img_output_write_with(bool vector, const ImgOutput *output, const AugImage *picture,
                           const uint8_t (*lut)[256], bool mirror, void *slot)
{
    vector = vector && img_cpu_has_avx2();
    const bool one_row = is_one_row(picture, img_value_size(output->in), mirror);
    const int32_t n_rows = one_row ? 1 : picture->height;
    const size_t n_pixels = (size_t)picture->width * (size_t)picture->height;
    const size_t step = output->planar ? 1 : (size_t)picture->channels;
    uint8_t *out = slot;
    ImgOutputRow row = {
        .output = output,
        .in = picture->pixels,
        .width = one_row ? (int32_t)n_pixels : picture->width,
        .channels = picture->channels,
        .out = out,
        .plane = output->planar ? n_pixels : 0,
        .mirror = mirror,
    };
    const size_t row_size = (size_t)row.width * step * img_value_size(output->out);
    for (int32_t y = 0; y < n_rows; y++) {
        if (output->in != AUG_DTYPE_U8)
            img_output_row_wide(&row);
        else if (lut)
            write_row_through(vector, &row, lut);
        else
            write_row(vector, &row);
        row.in += picture->row_size;
        out += row_size;
        row.out = out;
    }
}

void img_output_write(const ImgOutput *output, const AugImage *picture, const uint8_t (*lut)[256],
                      bool mirror, void *slot)
{
    img_output_write_with(true, output, picture, lut, mirror, slot);
}
