/* The hooks that kinds with all pixels in memory share: a sample is a slice of one block. */
#include "libaug/data/support/pixels.h"

#include <stdlib.h>

#include "libaug/base/digest.h"
#include "libaug/data/identity.h"

/* Of the usual processors. */
#define CACHE_LINE 64

/* What comes behind is found by the processor itself, once it reads in a row. */
#define MOST_EXPECTED 4096

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
    return pixels->labels.values ? augi_labels_get(&pixels->labels, index) : -1;
}

AugStatus augi_pixels_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error)
{
    (void)error;
    const AugiPixels *pixels = dataset->state;
    const uint64_t *shape = dataset->info.fields[0].tensor.shape;
    sample->name = augi_buffer_number_name(buffer, index);
    sample->fields[0] = (AugField){
        .bytes = pixels->bytes + index * pixels->stride,
        .size = aug_tensor_size(&dataset->info.fields[0].tensor),
        .height = (int32_t)shape[0],
        .width = (int32_t)shape[1],
        .channels = (int32_t)shape[2],
    };
    return AUG_OK;
}

void augi_pixels_expect(const AugDataset *dataset, uint64_t index)
{
    const AugiPixels *pixels = dataset->state;
    const uint8_t *bytes = pixels->bytes + index * pixels->stride;
    const size_t size = pixels->stride < MOST_EXPECTED ? pixels->stride : MOST_EXPECTED;
    for (size_t at = 0; at < size; at += CACHE_LINE)
        __builtin_prefetch(bytes + at);
    augi_labels_expect(&pixels->labels, index);
}

void augi_pixels_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const AugiPixels *pixels = dataset->state;
    const AugiDigest digest =
        augi_digest(pixels->bytes, (size_t)dataset->info.n_samples * pixels->stride);
    augi_manifest_add_labels(dataset, hash);
    augi_hash_add_u64(hash, digest.low);
    augi_hash_add_u64(hash, digest.high);
}
