/* The life of an opened data set: references, and access with range checks. */
#include "libaug/data/dataset.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/bounds.h"
#include "libaug/base/limits.h"
#include "libaug/data/identity.h"
#include "libaug/data/part.h"

bool augi_dataset_kind_has_path(const AugDatasetKind *kind)
{
    return kind->params.n > 0 && strcmp(kind->params.rows[0].name, "path") == 0;
}

const char *augi_dataset_path(const AugDataset *dataset)
{
    const AugText *path = dataset->params;
    return augi_dataset_kind_has_path(dataset->kind) && *path ? *path : dataset->kind->name;
}

static AugStatus check_info(const AugDataset *dataset, AugError *error)
{
    const AugDatasetInfo *info = &dataset->info;
    const char *path = augi_dataset_path(dataset);
    if (info->n_samples == 0 && !dataset->kind->may_be_empty)
        return AUG_FAIL(error, AUG_CORRUPT, path, "holds no samples; at least one is needed");
    if (info->n_samples > dataset->limits.max_samples)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "holds %" PRIu64 " samples; %" PRIu64 " are allowed", info->n_samples,
                        dataset->limits.max_samples);
    if (info->n_classes > dataset->limits.max_classes)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "has %" PRIu32 " classes; %" PRIu32 " allowed",
                        info->n_classes, dataset->limits.max_classes);
    return AUG_OK;
}

/* Text of the numbers that stand for class names where the data set has none. */
static AugStatus make_class_numbers(AugDataset *dataset, AugError *error)
{
    uint32_t n = dataset->info.n_classes;
    if (n == 0 || dataset->class_names)
        return AUG_OK;
    dataset->class_numbers = calloc(n, sizeof(*dataset->class_numbers));
    if (!dataset->class_numbers)
        return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                        "no memory for %" PRIu32 " class names", n);
    for (uint32_t i = 0; i < n; i++)
        snprintf(dataset->class_numbers[i], AUGI_CLASS_NUMBER_SIZE, "%" PRIu32, i);
    return AUG_OK;
}

/* Memory and limits are not of one place: the data set is where they failed. */
static AugStatus place_error(AugError *error, AugStatus status, const char *where)
{
    if (status != AUG_OK && error && !error->where[0])
        return aug_error_prefix(error, status, where);
    return status;
}

AugFieldDesc augi_field_encoded(void)
{
    return (AugFieldDesc){.name = "image",
                          .kind = AUG_FIELD_IMAGE,
                          .form = AUG_FORM_ENCODED,
                          .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3}};
}

AugFieldDesc augi_field_mask(void)
{
    return (AugFieldDesc){.name = "mask",
                          .kind = AUG_FIELD_MASK,
                          .form = AUG_FORM_ENCODED,
                          .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3, .shape = {0, 0, 1}}};
}

AugFieldDesc augi_field_pixels(AugSize size, int32_t channels, bool planar)
{
    return (AugFieldDesc){
        .name = "image",
        .kind = AUG_FIELD_IMAGE,
        .form = planar ? AUG_FORM_PLANES : AUG_FORM_PIXELS,
        .tensor = {.dtype = AUG_DTYPE_U8,
                   .n_dims = 3,
                   .shape = {(uint64_t)size.height, (uint64_t)size.width, (uint64_t)channels}},
    };
}

AugFieldDesc augi_field_text(void)
{
    return (AugFieldDesc){
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
}

AugStatus augi_dataset_add_field(AugDataset *dataset, const AugFieldDesc *field, AugError *error)
{
    AugDatasetInfo *info = &dataset->info;
    if (info->n_fields == AUG_MAX_FIELDS)
        return AUG_FAIL(error, AUG_TOO_LARGE, augi_dataset_path(dataset),
                        "has more fields than %d, which are allowed", AUG_MAX_FIELDS);
    info->fields[info->n_fields++] = *field;
    return AUG_OK;
}

/* The class of a sample as a field, filled by the kind's hook. */
static AugStatus add_label(AugDataset *dataset, AugError *error)
{
    const AugFieldDesc label = {
        .name = "label", .kind = AUG_FIELD_CLASS, .tensor = {.dtype = AUG_DTYPE_I64}};
    dataset->label_field = -1;
    if (dataset->info.n_classes == 0 || dataset->is_unlabelled ||
        aug_dataset_field(&dataset->info, AUG_FIELD_CLASSES) >= 0 ||
        aug_dataset_field(&dataset->info, AUG_FIELD_CLASS) >= 0)
        return AUG_OK;
    dataset->label_field = (int)dataset->info.n_fields;
    return augi_dataset_add_field(dataset, &label, error);
}

AugStatus augi_dataset_new(AugDataset **out, const AugDatasetKind *kind, const AugLimits *limits,
                           AugError *error)
{
    if (limits)
        AUG_TRY(augi_limits_check(limits, error));
    AugDataset *dataset = calloc(1, sizeof(*dataset));
    void *params = calloc(1, kind->params.size);
    if (!dataset || !params) {
        free(dataset);
        free(params);
        return AUG_FAIL(error, AUG_NO_MEMORY, kind->name, "no memory for a data set");
    }
    dataset->kind = kind;
    dataset->params = params;
    atomic_init(&dataset->references, 1);
    if (limits)
        dataset->limits = *limits;
    else
        aug_limits_init(&dataset->limits);
    *out = dataset;
    return AUG_OK;
}

AugStatus augi_dataset_start(AugDataset *dataset, AugError *error)
{
    AugStatus status = dataset->kind->open(dataset, &dataset->limits, error);
    if (status != AUG_OK)
        return place_error(error, status, augi_dataset_path(dataset));
    augi_passed_over_finish(&dataset->passed);
    AUG_TRY(check_info(dataset, error));
    AUG_TRY(add_label(dataset, error));
    AUG_TRY(make_class_numbers(dataset, error));
    for (uint32_t i = 0; i < dataset->info.n_fields; i++)
        if (dataset->info.fields[i].form == AUG_FORM_ENCODED)
            dataset->has_files = true;
    return augi_identity_new(&dataset->identity, dataset, error);
}

static void free_dataset(AugDataset *dataset)
{
    augi_identity_free(dataset->identity);
    dataset->kind->close(dataset);
    for (uint32_t i = 0; dataset->class_names && i < dataset->info.n_classes; i++)
        free(dataset->class_names[i]);
    free(dataset->class_names);
    free(dataset->class_numbers);
    augi_passed_over_fini(&dataset->passed);
    augi_params_fini(&dataset->kind->params, dataset->params);
    free(dataset->params);
    free(dataset);
}

AugDataset *aug_dataset_ref(AugDataset *dataset)
{
    if (dataset)
        atomic_fetch_add_explicit(&dataset->references, 1, memory_order_relaxed);
    return dataset;
}

void aug_dataset_unref(AugDataset *dataset)
{
    /* Release and acquire: what any thread did with the set comes before it is freed. */
    if (dataset && atomic_fetch_sub_explicit(&dataset->references, 1, memory_order_acq_rel) == 1)
        free_dataset(dataset);
}

const AugDatasetInfo *aug_dataset_info(const AugDataset *dataset)
{
    return &dataset->info;
}

int aug_dataset_field(const AugDatasetInfo *info, AugFieldKind kind)
{
    for (uint32_t i = 0; i < info->n_fields; i++)
        if (info->fields[i].kind == kind)
            return (int)i;
    return -1;
}

int64_t aug_sample_class(const AugDatasetInfo *info, const AugSample *sample)
{
    const int field = aug_dataset_field(info, AUG_FIELD_CLASS);
    int64_t label = -1;
    if (field >= 0 && sample->fields[field].size == sizeof(label))
        memcpy(&label, sample->fields[field].bytes, sizeof(label));
    return label;
}

size_t aug_dataset_passed_over(const AugDataset *dataset, const AugPassedOver **list)
{
    const AugDataset *whole = augi_part_whole(dataset);
    const AugiPassedOver *passed = whole ? &whole->passed : &dataset->passed;
    *list = passed->items;
    return passed->n_items;
}

const char *aug_dataset_class_name(const AugDataset *dataset, uint32_t label)
{
    if (label >= dataset->info.n_classes)
        return "";
    return dataset->class_names ? dataset->class_names[label] : dataset->class_numbers[label];
}

AugStatus augi_dataset_fill_label(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                  AugSample *sample, AugError *error)
{
    if (dataset->label_field < 0)
        return AUG_OK;
    AugField *field = &sample->fields[dataset->label_field];
    buffer->label = dataset->kind->label(dataset, index);
    *field = (AugField){.bytes = &buffer->label, .size = sizeof(buffer->label)};
    if (buffer->label >= -1 && buffer->label < (int64_t)dataset->info.n_classes)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL, "the label is %" PRId64 "; allowed is -1 to %" PRId64,
                    buffer->label, (int64_t)dataset->info.n_classes - 1);
}

AugStatus augi_dataset_read_plain(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                  AugSample *sample, AugError *error)
{
    memset(buffer->fields, 0, dataset->info.n_fields * sizeof(AugField));
    *sample = (AugSample){.name = "", .fields = buffer->fields};
    AUG_TRY(dataset->kind->read(dataset, index, buffer, sample, error));
    /* No sample is without a name. */
    if (!sample->name[0])
        return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                        "no memory for the name of sample %" PRIu64, index);
    return augi_dataset_fill_label(dataset, index, buffer, sample, error);
}

AugStatus aug_dataset_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error)
{
    *sample = (AugSample){.name = "", .fields = buffer->fields};
    if (dataset->info.n_samples == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, augi_dataset_path(dataset),
                        "sample %" PRIu64 " is asked for; the data set has none", index);
    if (index >= dataset->info.n_samples)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, augi_dataset_path(dataset),
                        "sample %" PRIu64 " is asked for; allowed is %s", index,
                        augi_bounds(0, dataset->info.n_samples - 1).text);
    AugStatus status = augi_identity_load(dataset, error);
    if (status != AUG_OK)
        return place_error(error, status, augi_dataset_path(dataset));
    status = augi_dataset_read_plain(dataset, index, buffer, sample, error);
    if (status == AUG_OK)
        status = augi_identity_check(dataset, index, sample, error);
    if (status == AUG_OK) {
        sample->dataset = dataset;
        sample->index = index;
    }
    return place_error(error, status, sample->name);
}

void augi_dataset_expect(const AugDataset *dataset, uint64_t index)
{
    if (dataset->kind->expect && index < dataset->info.n_samples)
        dataset->kind->expect(dataset, index);
}

const char *augi_dataset_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    return dataset->kind->sample_name ? dataset->kind->sample_name(dataset, index, buffer)
                                      : augi_buffer_number_name(buffer, index);
}

int64_t aug_dataset_label(const AugDataset *dataset, uint64_t index)
{
    return index < dataset->info.n_samples ? dataset->kind->label(dataset, index) : -1;
}

bool augi_dataset_find_unlabelled(const AugDataset *dataset, uint64_t *index)
{
    if (!dataset->may_lack_labels)
        return false;
    for (uint64_t i = 0; i < dataset->info.n_samples; i++)
        if (aug_dataset_label(dataset, i) < 0) {
            *index = i;
            return true;
        }
    return false;
}

uint64_t aug_dataset_stored_size(const AugDataset *dataset, uint64_t index)
{
    return dataset->kind->stored_size && index < dataset->info.n_samples
               ? dataset->kind->stored_size(dataset, index)
               : 0;
}
