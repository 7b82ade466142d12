/* Samples that are computed from their number, without any file: for benchmarks and first steps.
 *
 * Each sample is a diagonal gradient that starts elsewhere, so that no two neighbours are alike and
 * a wrong crop or flip shows. There is nothing in it from which a network could learn the label.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"

/* Odd numbers far from each other, so that classes, samples and channels differ visibly. */
#define CLASS_STEP 47
#define SAMPLE_STEP 5
#define CHANNEL_STEP 85

typedef struct SyntheticParams {
    uint64_t count;
    AugSize size;
    int32_t channels;
    int32_t classes;
    AugChoice dtype;
} SyntheticParams;

static const char *const type_names[] = {"uint8", "uint16", "float32", NULL};

static AugDtype type_of(const SyntheticParams *p)
{
    static const AugDtype types[] = {AUG_DTYPE_U8, AUG_DTYPE_U16, AUG_DTYPE_F32};
    return types[p->dtype.value];
}

static const AugParamDesc params[] = {
    AUG_PARAM(SyntheticParams, count, .low = 1, .high = 1099511627776.0,
              .help = "number of samples"),
    AUG_PARAM(SyntheticParams, size, .fallback = "32", .low = 1, .high = 65535,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels", .help = "height and width"),
    AUG_PARAM(SyntheticParams, channels, .fallback = "3", .low = 1, .high = AUG_MAX_CHANNELS,
              .help = "1 for grey, 3 for color, or others"),
    AUG_PARAM(SyntheticParams, classes, .fallback = "10", .low = 1, .high = 1048576,
              .help = "number of classes; a sample's label is its number modulo this"),
    AUG_PARAM(SyntheticParams, dtype, .fallback = "uint8", .quiet = true, .choices = type_names,
              .help = "type of the values; the same gradient from black to white in each"),
};

static AugStatus synthetic_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const SyntheticParams *p = dataset->params;
    uint64_t n_pixels = (uint64_t)p->size.height * (uint64_t)p->size.width;
    if ((uint32_t)p->size.height > limits->max_side || (uint32_t)p->size.width > limits->max_side ||
        n_pixels > limits->max_pixels)
        return AUG_FAIL(error, AUG_TOO_LARGE, "synthetic",
                        "pictures of %" PRId32 " x %" PRId32
                        " pixels; allowed are sides of %" PRIu32 " and %" PRIu64 " pixels",
                        p->size.height, p->size.width, limits->max_side, limits->max_pixels);
    dataset->is_settled = true;
    dataset->info.n_samples = p->count;
    dataset->info.n_classes = (uint32_t)p->classes;
    AugFieldDesc image = augi_field_pixels(p->size, p->channels, false);
    image.tensor.dtype = type_of(p);
    return augi_dataset_add_field(dataset, &image, error);
}

static void synthetic_close(AugDataset *dataset)
{
    (void)dataset;
}

static int64_t synthetic_label(const AugDataset *dataset, uint64_t index)
{
    return (int64_t)(index % dataset->info.n_classes);
}

/* pixel[y, x, c] = label * CLASS_STEP + index * SAMPLE_STEP + c * CHANNEL_STEP + y + x, modulo 256.
 */
static void fill_pixels(const SyntheticParams *p, uint64_t index, uint64_t label, uint8_t *pixels)
{
    uint64_t base = label * CLASS_STEP + index * SAMPLE_STEP;
    size_t row_size = (size_t)p->size.width * (size_t)p->channels;
    for (int32_t x = 0; x < p->size.width; x++)
        for (int32_t c = 0; c < p->channels; c++)
            pixels[x * p->channels + c] =
                (uint8_t)(base + (uint64_t)c * CHANNEL_STEP + (uint64_t)x);
    for (int32_t y = 1; y < p->size.height; y++)
        for (size_t i = 0; i < row_size; i++)
            pixels[(size_t)y * row_size + i] = (uint8_t)(pixels[i] + y);
}

/* n bytes at the beginning of pixels as values of a wider type, where white is the type's own. From
 * the last to the first, so that no byte is overwritten before it was read. */
static void widen(AugDtype dtype, size_t n, uint8_t *pixels)
{
    for (size_t i = n; i-- > 0;) {
        const uint16_t word = (uint16_t)(pixels[i] * 257);
        const float real = (float)pixels[i] / 255;
        if (dtype == AUG_DTYPE_U16)
            memcpy(pixels + i * sizeof(word), &word, sizeof(word));
        else
            memcpy(pixels + i * sizeof(real), &real, sizeof(real));
    }
}

static AugStatus synthetic_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                AugSample *sample, AugError *error)
{
    const SyntheticParams *p = dataset->params;
    const AugDtype dtype = type_of(p);
    const size_t n = (size_t)p->size.height * (size_t)p->size.width * (size_t)p->channels;
    const size_t size = n * aug_dtype_size(dtype);
    AUG_TRY(augi_buffer_reserve(buffer, size, error));
    fill_pixels(p, index, (uint64_t)synthetic_label(dataset, index), buffer->bytes);
    if (dtype != AUG_DTYPE_U8)
        widen(dtype, n, buffer->bytes);
    sample->name = augi_buffer_number_name(buffer, index);
    sample->fields[0] = (AugField){
        .bytes = buffer->bytes,
        .size = size,
        .height = p->size.height,
        .width = p->size.width,
        .channels = p->channels,
    };
    return AUG_OK;
}

/* Fields and classes, which are hashed in any case, determine every sample. */
static void synthetic_manifest(const AugDataset *dataset, AugiHash *hash)
{
    (void)dataset;
    augi_hash_add_text(hash, "synthetic-1");
}

const AugDatasetKind aug_dataset_synthetic = {
    .name = "synthetic",
    .summary = "Pictures computed from their number, without files",
    .example = "synthetic:count=1000000,size=32",
    .params = AUG_PARAM_TABLE(SyntheticParams, params),
    .open = synthetic_open,
    .close = synthetic_close,
    .read = synthetic_read,
    .label = synthetic_label,
    .manifest = synthetic_manifest,
};
