#include "trainer/data/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "libaug/spec/spec.h"
#include "trainer/data/source_kind.h"

/* The layout is the spec's; a shape alone cannot tell it (a picture of 3x3 with 3 channels). */
static NnLayout layout_of(const AugSpec *spec)
{
    const char *layout = augi_spec_output_choice(spec, "layout");
    return layout && strcmp(layout, "hwc") == 0 ? NN_LAYOUT_NHWC : NN_LAYOUT_NCHW;
}

AugStatus train_source_new(TrainSource **out, const TrainSourceKind *kind, void *state,
                           const TrainSourceInfo *info, const TrainSourceOptions *options,
                           AugError *error)
{
    *out = NULL;
    TrainSource *source = calloc(1, sizeof(*source));
    char *name = strdup(options->name);
    if (!source || !name) {
        free(source);
        free(name);
        return AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a source");
    }
    source->kind = kind;
    source->state = state;
    source->info = *info;
    source->info.layout = layout_of(options->spec);
    source->name = name;
    *out = source;
    return AUG_OK;
}

void train_source_free(TrainSource *source)
{
    if (!source)
        return;
    augi_tensor_file_fini(&source->tensors);
    source->kind->close(source->state);
    free(source->name);
    free(source);
}

const TrainSourceInfo *train_source_info(const TrainSource *source)
{
    return &source->info;
}

const char *train_source_name(const TrainSource *source)
{
    return source->name;
}

double train_source_waited(const TrainSource *source)
{
    return source->waited_s;
}

/* "28 x 28 x 1" */
static void sample_text(const AugTensorDesc *data, char text[96])
{
    size_t used = 0;
    text[0] = 0;
    for (uint32_t i = 1; i < data->n_dims && used < 96; i++)
        used += (size_t)snprintf(text + used, 96 - used, "%s%" PRIu64, i > 1 ? " x " : "",
                                 data->shape[i]);
}

static bool fits_input(const TrainSourceInfo *info, NnShape input)
{
    const uint64_t *shape = info->data.shape;
    if (input.flat) {
        uint64_t values = 1;
        for (uint32_t i = 1; i < info->data.n_dims; i++)
            values *= shape[i];
        return values == (uint64_t)input.channels;
    }
    uint64_t height = (uint64_t)input.height;
    uint64_t width = (uint64_t)input.width;
    uint64_t channels = (uint64_t)input.channels;
    if (info->data.n_dims != 4)
        return false;
    if (info->layout == NN_LAYOUT_NHWC)
        return shape[1] == height && shape[2] == width && shape[3] == channels;
    return shape[1] == channels && shape[2] == height && shape[3] == width;
}

static AugStatus check_shape(const TrainSource *source, NnShape input, AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    if (aug_tensor_size(&info->data) == 0 || info->data.n_dims < 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name, "the stream has no data");
    if (fits_input(info, input))
        return AUG_OK;
    char found[96], wanted[96];
    sample_text(&info->data, found);
    const char *order =
        info->layout == NN_LAYOUT_NHWC ? "height x width x channels" : "channels x height x width";
    if (input.flat)
        snprintf(wanted, sizeof(wanted), "%d values", input.channels);
    else
        snprintf(wanted, sizeof(wanted), "%d x %d with %d channel%s", input.height, input.width,
                 input.channels, input.channels == 1 ? "" : "s");
    return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                    "the samples are %s (%s); the model's input is %s", found, order, wanted);
}

AugStatus train_source_fit(TrainSource *source, NnShape input, uint32_t n_classes, AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    AUG_TRY(check_shape(source, input, error));
    if (info->data.dtype != AUG_DTYPE_F32 && info->data.dtype != AUG_DTYPE_U8)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the samples have the type %s; allowed are F32 and U8",
                        aug_dtype_name(info->data.dtype));
    if (info->n_classes > n_classes)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the data set has %u classes; the model's last layer has %u outputs",
                        info->n_classes, n_classes);
    if (info->label.n_dims == 2 && info->label.shape[1] != n_classes)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the labels are probabilities of %" PRIu64
                        " classes; the model's last layer has %u outputs",
                        info->label.shape[1], n_classes);
    source->n_classes = n_classes;
    return AUG_OK;
}

/* A tensor of the current batch that has the type and, but for the number of samples, the shape
 * that was announced. */
static AugStatus take_tensor(const TrainSource *source, const char *name,
                             const AugTensorDesc *wanted, uint64_t n, const void **bytes,
                             AugError *error)
{
    const AugTensor *tensor = augi_tensor_file_find(&source->tensors, name);
    if (!tensor)
        return AUG_FAIL(error, AUG_CORRUPT, source->name, "a batch has no tensor '%s'", name);
    bool equal = tensor->desc.dtype == wanted->dtype && tensor->desc.n_dims == wanted->n_dims &&
                 tensor->desc.shape[0] == n;
    for (uint32_t i = 1; equal && i < wanted->n_dims; i++)
        equal = tensor->desc.shape[i] == wanted->shape[i];
    if (!equal)
        return AUG_FAIL(error, AUG_CORRUPT, source->name,
                        "the tensor '%s' of a batch has not the announced type and shape", name);
    if ((uintptr_t)tensor->bytes % aug_dtype_size(wanted->dtype) != 0)
        return AUG_FAIL(error, AUG_CORRUPT, source->name,
                        "the tensor '%s' of a batch does not begin at a multiple of its type's "
                        "size",
                        name);
    *bytes = tensor->bytes;
    return AUG_OK;
}

static AugStatus check_labels(const TrainSource *source, const TrainSourceBatch *out,
                              AugError *error)
{
    for (uint32_t i = 0; i < out->batch.n; i++) {
        int64_t label = out->batch.labels[i];
        if (label >= 0 && label < (int64_t)source->n_classes)
            continue;
        if (label == -1)
            return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                            "sample %" PRId64 " has no label; every sample needs one",
                            out->index[i]);
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "sample %" PRId64 " has the label %" PRId64
                        "; the model's last layer has %u outputs, so 0 to %u are allowed",
                        out->index[i], label, source->n_classes, source->n_classes - 1);
    }
    return AUG_OK;
}

static AugStatus read_batch(TrainSource *source, const TrainRawBatch *raw, TrainSourceBatch *out,
                            AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    augi_tensor_file_fini(&source->tensors);
    AUG_TRY(augi_safetensors_parse(&source->tensors, raw->bytes, raw->size, source->name, error));
    const AugTensor *data = augi_tensor_file_find(&source->tensors, "data");
    uint64_t n = data && data->desc.n_dims > 0 ? data->desc.shape[0] : 0;
    if (n == 0 || n > info->batch_size)
        return AUG_FAIL(error, AUG_CORRUPT, source->name,
                        "a batch has %" PRIu64 " samples; announced are 1 to %u", n,
                        info->batch_size);
    static const AugTensorDesc index_desc = {AUG_DTYPE_I64, 1, {0}};
    const void *label = NULL;
    const void *index = NULL;
    AUG_TRY(take_tensor(source, "data", &info->data, n, &out->batch.data, error));
    AUG_TRY(take_tensor(source, "label", &info->label, n, &label, error));
    AUG_TRY(take_tensor(source, "index", &index_desc, n, &index, error));
    bool soft = info->label.dtype == AUG_DTYPE_F32;
    out->batch.dtype = info->data.dtype;
    out->batch.layout = info->layout;
    out->batch.n = (uint32_t)n;
    out->batch.labels = soft ? NULL : label;
    out->batch.soft = soft ? label : NULL;
    out->index = index;
    out->epoch = raw->epoch;
    out->step = raw->step;
    out->last = raw->last;
    return soft ? AUG_OK : check_labels(source, out, error);
}

AugStatus train_source_next(TrainSource *source, TrainSourceBatch *batch, AugError *error)
{
    *batch = (TrainSourceBatch){0};
    TrainRawBatch raw = {0};
    double begin = augi_clock_seconds();
    AugStatus status = source->kind->next(source->state, &raw, error);
    source->waited_s += augi_clock_seconds() - begin;
    if (status != AUG_OK)
        return status;
    return read_batch(source, &raw, batch, error);
}
