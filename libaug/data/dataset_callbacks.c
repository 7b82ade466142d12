/* Data sets that a program makes of its own data. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/dataset.h"
#include "libaug/data/dataset_check.h"
#include "libaug/data/identity.h"
#include "libaug/data/support/labels.h"

/* The name stands where other kinds have the path: it is the place in messages. */
typedef struct CallbacksParams {
    AugText path;
} CallbacksParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CallbacksParams, path, .help = "name for messages"),
};

/* callbacks: its pointers are not to be followed but for user and the functions. names: copies of
 * those of the fields. info: the fields that read fills. */
typedef struct Callbacks {
    AugDatasetCallbacks callbacks;
    char *names[AUG_MAX_FIELDS];
    char *fingerprint;
    AugDatasetInfo info;
} Callbacks;

/* Checks the fields and copies their names. */
static AugStatus take_fields(Callbacks *state, const char *where, AugError *error)
{
    const AugDatasetCallbacks *callbacks = &state->callbacks;
    AugDatasetInfo *info = &state->info;
    if (callbacks->n_fields > AUG_MAX_FIELDS)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "%" PRIu32 " fields are given; allowed are %d", callbacks->n_fields,
                        AUG_MAX_FIELDS);
    info->n_samples = callbacks->n_samples;
    info->n_classes = callbacks->n_classes;
    info->n_fields = callbacks->n_fields;
    for (uint32_t i = 0; i < info->n_fields; i++)
        info->fields[i] = callbacks->fields[i];
    AUG_TRY(augi_fields_check(info, where, error));
    for (uint32_t i = 0; i < info->n_fields; i++) {
        state->names[i] = strdup(info->fields[i].name);
        if (!state->names[i])
            return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a data set");
    }
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const char *follows = info->fields[i].follows;
        for (uint32_t k = 0; follows && k < info->n_fields; k++)
            if (strcmp(state->names[k], follows) == 0)
                info->fields[i].follows = state->names[k];
        info->fields[i].name = state->names[i];
    }
    return AUG_OK;
}

static AugStatus check_callbacks(const AugDatasetCallbacks *callbacks, const char *where,
                                 AugError *error)
{
    if ((callbacks->n_samples > 0) != (callbacks->read != NULL))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "n_samples is %" PRIu64 " %s read; allowed are samples with read, or "
                        "neither",
                        callbacks->n_samples, callbacks->read ? "with" : "without");
    if (callbacks->label && callbacks->n_classes == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "label is given and n_classes is 0; allowed is at least 1");
    if (callbacks->n_fields > 0 && !callbacks->fields)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                        "n_fields is %" PRIu32 " and fields is NULL; allowed are descriptors",
                        callbacks->n_fields);
    for (uint32_t i = 0; callbacks->class_names && i < callbacks->n_classes; i++)
        if (!callbacks->class_names[i])
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, where,
                            "class_names[%" PRIu32 "] is NULL; allowed are names", i);
    return AUG_OK;
}

static AugStatus callbacks_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    Callbacks *state = dataset->state;
    const AugDatasetCallbacks *callbacks = &state->callbacks;
    const char *where = augi_dataset_path(dataset);
    AUG_TRY(check_callbacks(callbacks, where, error));
    AUG_TRY(take_fields(state, where, error));
    if (callbacks->n_classes > limits->max_classes)
        return AUG_FAIL(error, AUG_TOO_LARGE, where,
                        "n_classes is %" PRIu32 "; %" PRIu32 " are allowed", callbacks->n_classes,
                        limits->max_classes);
    dataset->info = state->info;
    dataset->is_unlabelled = !callbacks->label;
    dataset->may_lack_labels = callbacks->label && callbacks->n_classes > 0;
    dataset->is_nameless = !callbacks->fingerprint;
    if (callbacks->fingerprint) {
        state->fingerprint = strdup(callbacks->fingerprint);
        if (!state->fingerprint)
            return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a data set");
    }
    const bool has_names = callbacks->class_names && callbacks->n_classes > 0;
    return has_names ? augi_class_names_copy(dataset, callbacks->class_names, error) : AUG_OK;
}

static void callbacks_close(AugDataset *dataset)
{
    Callbacks *state = dataset->state;
    if (!state)
        return;
    if (state->callbacks.release)
        state->callbacks.release(state->callbacks.user);
    for (size_t i = 0; i < AUG_MAX_FIELDS; i++)
        free(state->names[i]);
    free(state->fingerprint);
    free(state);
    dataset->state = NULL;
}

/* What the callback says of a failure may be only a status, and that of no failure at all. */
static AugStatus complete_failure(AugStatus status, AugError *error)
{
    if (status < AUG_OK || status > AUG_INTERNAL || status == AUG_END)
        status = AUG_IO;
    if (error && !error->message[0])
        return AUG_FAIL(error, status, NULL, "the sample cannot be read: %s",
                        aug_status_text(status));
    if (error)
        error->status = status;
    return status;
}

static AugStatus callbacks_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                AugSample *sample, AugError *error)
{
    const Callbacks *state = dataset->state;
    const char *number = augi_buffer_number_name(buffer, index);
    if (!number[0])
        return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                        "no memory for the name of sample %" PRIu64, index);
    sample->name = number;
    const AugStatus status =
        state->callbacks.read(state->callbacks.user, index, buffer, sample, error);
    sample->fields = buffer->fields;
    if (!sample->name || !sample->name[0])
        sample->name = augi_buffer_number_name(buffer, index);
    return status == AUG_OK ? augi_sample_check(&state->info, &dataset->limits, sample, error)
                            : complete_failure(status, error);
}

/* Names come with reading. */
static const char *callbacks_sample_name(const AugDataset *dataset, uint64_t index,
                                         AugBuffer *buffer)
{
    AugSample sample;
    return aug_dataset_read(dataset, index, buffer, &sample, NULL) == AUG_OK ? sample.name : "";
}

/* The class that the field says. */
static int64_t read_class(const AugDataset *dataset, uint64_t index)
{
    AugBuffer buffer = {0};
    AugSample sample;
    int64_t class = -1;
    if (aug_dataset_read(dataset, index, &buffer, &sample, NULL) == AUG_OK)
        class = aug_sample_class(&dataset->info, &sample);
    aug_buffer_fini(&buffer);
    return class;
}

static int64_t callbacks_label(const AugDataset *dataset, uint64_t index)
{
    const Callbacks *state = dataset->state;
    if (state->callbacks.label)
        return state->callbacks.label(state->callbacks.user, index);
    return aug_dataset_field(&dataset->info, AUG_FIELD_CLASS) >= 0 ? read_class(dataset, index)
                                                                   : -1;
}

static void callbacks_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const Callbacks *state = dataset->state;
    augi_hash_add_text(hash, state->fingerprint ? state->fingerprint : "");
    if (state->callbacks.label)
        augi_manifest_add_labels(dataset, hash);
}

/* Not in libaug/datasets.list, since no spec can name it. */
static const AugDatasetKind kind = {
    .name = "callbacks",
    .summary = "Samples that a program gives",
    .params = AUG_PARAM_TABLE(CallbacksParams, params),
    .open = callbacks_open,
    .close = callbacks_close,
    .sample_name = callbacks_sample_name,
    .read = callbacks_read,
    .label = callbacks_label,
    .manifest = callbacks_manifest,
    .may_be_empty = true,
};

AugStatus aug_dataset_from_callbacks(AugDataset **out, const AugDatasetCallbacks *callbacks,
                                     AugError *error)
{
    *out = NULL;
    AugDataset *dataset;
    AUG_TRY(augi_dataset_new(&dataset, &kind, callbacks->limits, error));
    const char *name = callbacks->name && callbacks->name[0] ? callbacks->name : kind.name;
    Callbacks *state = calloc(1, sizeof(*state));
    CallbacksParams *own = dataset->params;
    own->path = strdup(name);
    dataset->state = state;
    AugStatus status = AUG_OK;
    if (!state || !own->path)
        status = AUG_FAIL(error, AUG_NO_MEMORY, name, "no memory for a data set");
    if (state)
        state->callbacks = *callbacks;
    if (status == AUG_OK)
        status = augi_dataset_start(dataset, error);
    if (status != AUG_OK) {
        /* On failure the caller keeps what user stands for. */
        if (state)
            state->callbacks.release = NULL;
        aug_dataset_unref(dataset);
        return status;
    }
    *out = dataset;
    return AUG_OK;
}
