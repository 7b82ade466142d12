/* The final pass for pictures of uint16 and float32. */
#include <string.h>

#include "image/pixels/output_kernels.h"

/* Value i of a row in double, white being 1. */
static double value_at(const ImgOutputRow *row, size_t i)
{
    if (row->output->in == AUG_DTYPE_U16)
        return ((const uint16_t *)(const void *)row->in)[i] / 65535.0;
    return (double)((const float *)(const void *)row->in)[i];
}

void img_output_row_wide(const ImgOutputRow *row)
{
    const ImgOutput *output = row->output;
    const size_t channels = (size_t)row->channels;
    const size_t step = row->plane ? 1 : channels;
    const size_t between = row->plane ? row->plane : 1;
    const size_t size = img_value_size(output->in);
    const bool as_it_is = output->in == AUG_DTYPE_U16 && output->out == AUG_DTYPE_U16;
    for (int32_t x = 0; x < row->width; x++) {
        const size_t from = (size_t)x * channels;
        const size_t at = (size_t)(row->mirror ? row->width - 1 - x : x) * step;
        for (size_t c = 0; c < channels; c++) {
            const size_t to = at + c * between;
            if (as_it_is)
                memcpy((uint8_t *)row->out + to * size, row->in + (from + c) * size, size);
            else
                ((float *)row->out)[to] =
                    (float)((value_at(row, from + c) - output->mean[c]) / output->std[c]);
        }
    }
}
