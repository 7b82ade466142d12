/* Rows of stored pixels, value by value; the forms of most data sets have code of their own. */
#include "image/pixels/channels.h"

#include <string.h>

#include "image/pixels/interleave.h"

bool img_channels_convert(int32_t from, int32_t to)
{
    return from == to || (from == 1 && to == 3) || (from == 3 && to == 1);
}

/* One value; a size that is known where the copy is made costs one move. */
static void copy_value(uint8_t *to, const uint8_t *from, size_t size)
{
    if (size == 1)
        *to = *from;
    else if (size == 2)
        memcpy(to, from, 2);
    else
        memcpy(to, from, 4);
}

/* As many channels as there are, or one of them again and again. */
static void copy_row(const ImgStoredRow *row, int32_t n, int32_t channels, uint8_t *to)
{
    const size_t size = img_value_size(row->type.dtype);
    const size_t step = row->type.channels == 1 ? 0 : row->channel_step;
    const uint8_t *pixel = row->first;
    for (int32_t x = 0; x < n; x++, pixel += row->pixel_step)
        for (int32_t c = 0; c < channels; c++, to += size)
            copy_value(to, pixel + (size_t)c * step, size);
}

static void grey_row(const ImgStoredRow *row, int32_t n, uint8_t *to)
{
    const size_t step = row->channel_step;
    const uint8_t *pixel = row->first;
    for (int32_t x = 0; x < n; x++, pixel += row->pixel_step)
        to[x] = img_grey(pixel[0], pixel[step], pixel[2 * step]);
}

/* The same for wider types. */
static void grey_row_wide(const ImgStoredRow *row, int32_t n, uint8_t *to)
{
    const size_t size = img_value_size(row->type.dtype);
    const uint8_t *pixel = row->first;
    for (int32_t x = 0; x < n; x++, pixel += row->pixel_step, to += size) {
        uint8_t colour[3 * sizeof(float)];
        for (size_t c = 0; c < 3; c++)
            copy_value(colour + c * size, pixel + c * row->channel_step, size);
        img_grey_put(colour, row->type.dtype, to);
    }
}

void img_channels_row(const ImgStoredRow *row, int32_t n, int32_t channels, uint8_t *to)
{
    const bool narrow = row->type.dtype == AUG_DTYPE_U8;
    const bool to_grey = row->type.channels == 3 && channels == 1;
    if (narrow && row->type.channels == 3 && channels == 3 && row->pixel_step == 1) {
        const uint8_t *const planes[3] = {row->first, row->first + row->channel_step,
                                          row->first + 2 * row->channel_step};
        img_interleave_row(planes, n, to);
    } else if (to_grey && narrow) {
        grey_row(row, n, to);
    } else if (to_grey) {
        grey_row_wide(row, n, to);
    } else {
        copy_row(row, n, channels, to);
    }
}

/* Small pictures in planes are the data of many sets: nothing is decided anew for each row. */
static void interleave_rows(const ImgStoredRow *row, size_t row_size, const AugImage *out)
{
    const uint8_t *planes[3] = {row->first, row->first + row->channel_step,
                                row->first + 2 * row->channel_step};
    uint8_t *to = out->pixels;
    for (int32_t y = 0; y < out->height; y++, to += out->row_size) {
        img_interleave_row(planes, out->width, to);
        for (int c = 0; c < 3; c++)
            planes[c] += row_size;
    }
}

void img_channels_rows(const ImgStoredRow *row, size_t row_size, const AugImage *out)
{
    if (row->type.dtype == AUG_DTYPE_U8 && row->type.channels == 3 && out->channels == 3 &&
        row->pixel_step == 1) {
        interleave_rows(row, row_size, out);
        return;
    }
    ImgStoredRow next = *row;
    for (int32_t y = 0; y < out->height; y++, next.first += row_size)
        img_channels_row(&next, out->width, out->channels, out->pixels + (size_t)y * out->row_size);
}
