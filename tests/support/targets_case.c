/* Describes samples with every kind of field, and keeps them as a data set in memory. */
#include "tests/support/targets_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "tests/support/support.h"

AugDatasetInfo targets_info(AugSize size, int32_t channels)
{
    AugDatasetInfo info = {.n_samples = 1000, .n_classes = 3, .n_fields = TARGETS_FIELDS};
    AugFieldDesc *fields = info.fields;
    fields[TARGETS_IMAGE] =
        channels ? augi_field_pixels(size, channels, false) : augi_field_encoded();
    fields[TARGETS_MASK] = channels ? augi_field_pixels(size, 1, false) : augi_field_encoded();
    fields[TARGETS_MASK].tensor.shape[2] = 1;
    fields[TARGETS_MASK].name = "mask";
    fields[TARGETS_MASK].kind = AUG_FIELD_MASK;
    fields[TARGETS_BOXES] = (AugFieldDesc){.name = "boxes",
                                           .kind = AUG_FIELD_BOXES,
                                           .tensor = {AUG_DTYPE_F32, 2, {0, 4}},
                                           .most = TARGETS_MOST};
    fields[TARGETS_TAGS] = (AugFieldDesc){.name = "tags",
                                          .kind = AUG_FIELD_OTHER,
                                          .tensor = {AUG_DTYPE_I64, 1, {0}},
                                          .most = TARGETS_MOST,
                                          .follows = "boxes"};
    fields[TARGETS_POINTS] = (AugFieldDesc){.name = "points",
                                            .kind = AUG_FIELD_POINTS,
                                            .tensor = {AUG_DTYPE_F32, 2, {0, 2}},
                                            .most = TARGETS_MOST};
    fields[TARGETS_MARKS] = (AugFieldDesc){.name = "marks",
                                           .kind = AUG_FIELD_OTHER,
                                           .tensor = {AUG_DTYPE_U8, 2, {0, 2}},
                                           .most = TARGETS_MOST,
                                           .follows = "points"};
    return info;
}

AugField targets_pixels(const uint8_t *pixels, AugSize size, int32_t channels)
{
    return (AugField){.bytes = pixels,
                      .size = (size_t)size.height * (size_t)size.width * (size_t)channels,
                      .height = size.height,
                      .width = size.width,
                      .channels = channels};
}

AugField targets_rows(const void *rows, uint32_t n, size_t row_size)
{
    return (AugField){.bytes = rows, .size = n * row_size, .n_rows = n};
}

AugField targets_file(const void *bytes, size_t size)
{
    return (AugField){.bytes = bytes, .size = size};
}

void targets_open(ImageCase *image_case, const char *pipeline, const char *output,
                  const AugDatasetInfo *info)
{
    AugError error = {0};
    const AugStatus status = image_case_open(image_case, pipeline, output, info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s: %s", pipeline, error.where, error.message);
}

void targets_open_any_size(ImageCase *image_case, const char *pipeline, const AugDatasetInfo *info)
{
    AugError error = {0};
    const AugStatus status = image_case_open_any_size_of(image_case, pipeline, info, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s: %s", pipeline, error.where, error.message);
}

static AugStatus augment(ImageCase *image_case, uint64_t index, const AugField *in, AugField *out,
                         AugError *error)
{
    AugField copy[TARGETS_FIELDS];
    memcpy(copy, in, sizeof(copy));
    memcpy(out, in, sizeof(copy));
    const AugSample sample = {.name = "some/sample", .fields = copy};
    const AugKey key = {.seed = 7, .sample = index};
    const AugDomainJob job = {.key = &key, .samples = &sample, .n = 1};
    return aug_domain_image.augment(image_case->plan, image_case->worker, &job, out, error);
}

void targets_augment(ImageCase *image_case, uint64_t index, const AugField in[TARGETS_FIELDS],
                     AugField out[TARGETS_FIELDS])
{
    AugError error = {0};
    const AugStatus status = augment(image_case, index, in, out, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
}

void targets_refused(ImageCase *image_case, const AugField in[TARGETS_FIELDS], AugStatus status,
                     const char *words)
{
    AugError error = {0};
    AugField out[TARGETS_FIELDS];
    const AugStatus got = augment(image_case, 0, in, out, &error);
    ck_assert_msg(got == status, "%s, wanted %s: %s", aug_status_name(got), aug_status_name(status),
                  error.message);
    char text[sizeof(error.where) + sizeof(error.message) + 2];
    snprintf(text, sizeof(text), "%s: %s", error.where, error.message);
    ck_assert_msg(strstr(text, words), "'%s' does not say '%s'", text, words);
    ck_assert_msg(strncmp(text, "some/sample: ", 13) == 0, "%s", text);
}

void targets_assert_floats(const AugField *field, const float *rows, uint32_t n, uint32_t n_values,
                           const char *what)
{
    ck_assert_msg(field->n_rows == n && field->size == n * n_values * sizeof(float),
                  "%s: %d rows in %zu bytes, wanted %u", what, (int)field->n_rows, field->size, n);
    const float *got = field->bytes;
    for (uint32_t i = 0; i < n * n_values; i++)
        ck_assert_msg(fabs((double)got[i] - (double)rows[i]) < 1e-5,
                      "%s: value %u of row %u is %.6f, wanted %.6f", what, i % n_values,
                      i / n_values, (double)got[i], (double)rows[i]);
}

/* What the functions of a data set in memory are given. */
typedef struct Memory {
    const AugSample *samples;
    uint32_t n_fields;
} Memory;

static AugStatus memory_read(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    (void)buffer;
    (void)error;
    const Memory *memory = user;
    const AugSample *from = &memory->samples[index];
    memcpy(sample->fields, from->fields, memory->n_fields * sizeof(AugField));
    sample->name = from->name;
    return AUG_OK;
}

static int64_t memory_label(void *user, uint64_t index)
{
    (void)user;
    return (int64_t)(index % 3);
}

AugDataset *targets_dataset(const AugDatasetInfo *info, const AugSample *samples, uint64_t n)
{
    Memory *memory = calloc(1, sizeof(*memory));
    ck_assert_ptr_nonnull(memory);
    *memory = (Memory){.samples = samples, .n_fields = info->n_fields};
    const AugDatasetCallbacks callbacks = {
        .fields = info->fields,
        .n_fields = info->n_fields,
        .n_samples = n,
        .n_classes = info->n_classes,
        .user = memory,
        .read = memory_read,
        .label = memory_label,
        .release = free,
    };
    AugDataset *dataset;
    AugError error = {0};
    ck_assert_msg(aug_dataset_from_callbacks(&dataset, &callbacks, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    return dataset;
}
