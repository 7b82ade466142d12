/* Checkers, a kind of data set: boards that are computed; the label is the side of a field. */
#include "libaug/data/dataset.h"

#define BOARD 16
#define N_CLASSES 3

typedef struct CheckersParams {
    int32_t count;
} CheckersParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CheckersParams, count, .low = 1, .high = 1000000, .help = "number of boards"),
};

static AugStatus checkers_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    (void)limits;
    const AugSize size = {.height = BOARD, .width = BOARD};
    const AugFieldDesc image = augi_field_pixels(size, 1, false);
    dataset->info.n_samples = (uint64_t)((const CheckersParams *)dataset->params)->count;
    dataset->info.n_classes = N_CLASSES;
    return augi_dataset_add_field(dataset, &image, error);
}

static void checkers_close(AugDataset *dataset)
{
    (void)dataset;
}

static int64_t checkers_label(const AugDataset *dataset, uint64_t index)
{
    (void)dataset;
    return (int64_t)(index % N_CLASSES);
}

static AugStatus checkers_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                               AugSample *sample, AugError *error)
{
    const int side = 1 << checkers_label(dataset, index);
    AUG_TRY(augi_buffer_reserve(buffer, BOARD * BOARD, error));
    for (int i = 0; i < BOARD * BOARD; i++)
        buffer->bytes[i] = (i / BOARD / side + i % BOARD / side) % 2 ? 255 : 0;
    sample->name = augi_buffer_number_name(buffer, index);
    sample->fields[0] = (AugField){.bytes = buffer->bytes,
                                   .size = BOARD * BOARD,
                                   .height = BOARD,
                                   .width = BOARD,
                                   .channels = 1};
    return AUG_OK;
}

const AugDatasetKind aug_dataset_checkers = {
    .name = "checkers",
    .summary = "Boards with fields of 1, 2 and 4 pixels",
    .example = "checkers:count=30",
    .params = AUG_PARAM_TABLE(CheckersParams, params),
    .open = checkers_open,
    .close = checkers_close,
    .read = checkers_read,
    .label = checkers_label,
};
