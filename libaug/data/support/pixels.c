#include "libaug/data/support/pixels.h"

#include <stdlib.h>

void augi_pixels_close(AugDataset *dataset)
{
    AugiPixels *pixels = dataset->state;
    if (!pixels)
        return;
    augi_labels_fini(&pixels->labels);
    free(pixels->bytes);
    free(pixels);
    dataset->state = NULL;
}

int64_t augi_pixels_label(const AugDataset *dataset, uint64_t index)
{
    const AugiPixels *pixels = dataset->state;
    return pixels->labels.values ? pixels->labels.values[index] : -1;
}

AugStatus augi_pixels_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error)
{
    (void)error;
    const AugiPixels *pixels = dataset->state;
    const AugDatasetInfo *info = &dataset->info;
    *sample = (AugSample){
        .form = AUG_SAMPLE_PIXELS,
        .bytes = pixels->bytes + index * pixels->stride,
        .size = (size_t)info->height * (size_t)info->width * (size_t)info->channels,
        .height = info->height,
        .width = info->width,
        .channels = info->channels,
        .planar = pixels->planar,
        .label = augi_pixels_label(dataset, index),
        .name = augi_buffer_number_name(buffer, index),
    };
    return AUG_OK;
}
