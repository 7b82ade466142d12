/* A data set of toys, computed from their number: two pictures, boxes, a text and a class. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libaug/data/dataset.h"
#include "tests/toy/toy_domain.h"

#define N_CLASSES 3

typedef struct ToyPairsParams {
    uint64_t count, damaged, spoiled, look_ms, read_ms;
} ToyPairsParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ToyPairsParams, count, .low = 1, .high = 1e9, .help = "number of samples"),
    AUG_PARAM(ToyPairsParams, damaged, .fallback = "0",
              .help = "every so manieth cannot be read; 0: all can"),
    AUG_PARAM(ToyPairsParams, spoiled, .fallback = "0",
              .help = "every so manieth is read, but no toy; 0: all are"),
    AUG_PARAM(ToyPairsParams, look_ms, .fallback = "0", .high = 60000,
              .help = "how long the label of the first toy takes, which every look at the set as a "
                      "whole asks for"),
    AUG_PARAM(ToyPairsParams, read_ms, .fallback = "0", .high = 60000,
              .help = "how long reading one takes"),
};

/* Whether a sample is the last of each run of every. */
static bool is_last_of(uint64_t index, uint64_t every)
{
    return every > 0 && index % every == every - 1;
}

static AugFieldDesc picture(const char *name)
{
    const AugSize size = {.height = TOY_SIDE, .width = TOY_SIDE};
    AugFieldDesc field = augi_field_pixels(size, 1, false);
    field.name = name;
    return field;
}

static AugStatus toy_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    (void)limits;
    const ToyPairsParams *p = dataset->params;
    const AugFieldDesc left = picture("left"), right = picture("right");
    const AugFieldDesc boxes = {.name = "boxes",
                                .kind = AUG_FIELD_BOXES,
                                .tensor = {AUG_DTYPE_F32, 2, {0, 4}},
                                .most = TOY_MOST_BOXES};
    AugFieldDesc text = augi_field_text();
    text.most = TOY_MOST_TEXT;
    AUG_TRY(augi_dataset_add_field(dataset, &left, error));
    AUG_TRY(augi_dataset_add_field(dataset, &right, error));
    AUG_TRY(augi_dataset_add_field(dataset, &boxes, error));
    AUG_TRY(augi_dataset_add_field(dataset, &text, error));
    dataset->info.n_samples = p->count;
    dataset->info.n_classes = N_CLASSES;
    return AUG_OK;
}

static void toy_close(AugDataset *dataset)
{
    (void)dataset;
}

/* As a slow disk would. */
static void wait_ms(uint64_t ms)
{
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000};
    if (ms > 0)
        nanosleep(&time, NULL);
}

static int64_t toy_label(const AugDataset *dataset, uint64_t index)
{
    const ToyPairsParams *p = dataset->params;
    wait_ms(index == 0 ? p->look_ms : 0);
    return (int64_t)(index % N_CLASSES);
}

static AugStatus toy_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                          AugSample *sample, AugError *error)
{
    const ToyPairsParams *p = dataset->params;
    wait_ms(p->read_ms);
    if (is_last_of(index, p->damaged))
        return AUG_FAIL(error, AUG_CORRUPT, augi_buffer_number_name(buffer, index),
                        "the toy is damaged");
    const uint32_t n_boxes = (uint32_t)(index % (TOY_MOST_BOXES + 1));
    const size_t boxes_size = n_boxes * 4 * sizeof(float);
    AUG_TRY(augi_buffer_reserve(buffer, 2 * TOY_PIXELS, error));
    AUG_TRY(augi_buffer_reserve_field(buffer, 2, boxes_size + 1, error));
    AUG_TRY(augi_buffer_reserve_field(buffer, 3, TOY_MOST_TEXT, error));
    for (int i = 0; i < 2 * TOY_PIXELS; i++)
        buffer->bytes[i] = (uint8_t)(index * 7 + (uint64_t)i);
    float *boxes = (float *)(void *)buffer->more[2].bytes;
    for (uint32_t i = 0; i < 4 * n_boxes; i++)
        boxes[i] = (float)(i / 4) + (i % 4 < 2 ? 0.25f : 1.5f);
    const int length =
        snprintf((char *)buffer->more[3].bytes, TOY_MOST_TEXT, "%s %d",
                 is_last_of(index, p->spoiled) ? TOY_SPOILED : "toy number", (int)index);
    const AugField picture_of = {
        .size = TOY_PIXELS, .height = TOY_SIDE, .width = TOY_SIDE, .channels = 1};
    for (int i = 0; i < 2; i++) {
        sample->fields[i] = picture_of;
        sample->fields[i].bytes = buffer->bytes + (ptrdiff_t)i * TOY_PIXELS;
    }
    sample->fields[2] = (AugField){.bytes = boxes, .size = boxes_size, .n_rows = n_boxes};
    sample->fields[3] = (AugField){
        .bytes = buffer->more[3].bytes, .size = (size_t)length, .n_rows = (uint64_t)length};
    sample->name = augi_buffer_number_name(buffer, index);
    return AUG_OK;
}

const AugDatasetKind aug_dataset_toy_pairs = {
    .name = "toy_pairs",
    .summary = "Pairs of small pictures with boxes and a text, for tests",
    .example = "toy_pairs:count=10",
    .params = AUG_PARAM_TABLE(ToyPairsParams, params),
    .open = toy_open,
    .close = toy_close,
    .read = toy_read,
    .label = toy_label,
};
