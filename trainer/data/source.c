/* A stream as a network needs it: samples that fit its input, and labels that are its classes. */
#include "trainer/data/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/spec/spec.h"
#include "trainer/data/tokens.h"

/* plan: of a stream that is made here, else NULL. data, label, index: places of those tensors in
 * every batch; of texts data are ids. lengths: place of the texts' lengths, or -1. n_ids: different
 * ones of the tokenizer, 0: not known. n_classes, n_indices: the network's, 0 before
 * train_source_fit. */
struct TrainSource {
    Stream *stream;
    AugPlan *plan;
    TrainSourceInfo info;
    char *name;
    int data, label, index, lengths;
    uint32_t n_ids;
    uint32_t n_classes, n_indices;
    uint64_t n_replaced;
};

/* The layout is the spec's; a shape alone cannot tell it (a picture of 3x3 with 3 channels). */
static NnLayout layout_of(const AugSpec *spec)
{
    const char *layout = augi_spec_output_choice(spec, "layout");
    return layout && strcmp(layout, "hwc") == 0 ? NN_LAYOUT_NHWC : NN_LAYOUT_NCHW;
}

/* Place, and type and shape in a full batch, of a tensor that the network needs. */
static AugStatus find_tensor(const TrainSource *source, const char *name, int *place,
                             AugTensorDesc *desc, AugError *error)
{
    const StreamInfo *info = stream_info(source->stream);
    *place = stream_find_tensor(info, name);
    if (*place < 0 || info->tensors[*place].ragged)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the stream has no tensor '%s' with one row a sample; needed are data, "
                        "label and index",
                        name);
    *desc = aug_tensor_spec_batch(&info->tensors[*place], info->batch_size);
    return AUG_OK;
}

/* Pictures are "data", texts are "ids", with "length" where they are padded. */
static AugStatus find_samples(TrainSource *source, AugError *error)
{
    TrainSourceInfo *info = &source->info;
    AugTensorDesc length;
    AUG_TRY(train_tokens_find(stream_info(source->stream), source->name, &info->is_texts, error));
    source->lengths = -1;
    if (!info->is_texts)
        return find_tensor(source, "data", &source->data, &info->data, error);
    AUG_TRY(find_tensor(source, "ids", &source->data, &info->data, error));
    AUG_TRY(find_tensor(source, "length", &source->lengths, &length, error));
    const bool are_ids = info->data.dtype == AUG_DTYPE_I32 && info->data.n_dims == 2;
    if (are_ids && length.dtype == AUG_DTYPE_I32 && length.n_dims == 1)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                    "the tensors 'ids' and 'length' of the stream are not I32 [n, ids] and [n]");
}

static AugStatus find_tensors(TrainSource *source, AugError *error)
{
    TrainSourceInfo *info = &source->info;
    AugTensorDesc index;
    AUG_TRY(find_samples(source, error));
    AUG_TRY(find_tensor(source, "label", &source->label, &info->label, error));
    AUG_TRY(find_tensor(source, "index", &source->index, &index, error));
    const bool hard = info->label.dtype == AUG_DTYPE_I64 && info->label.n_dims == 1;
    const bool soft = info->label.dtype == AUG_DTYPE_F32 && info->label.n_dims == 2;
    if (!hard && !soft)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the labels of the stream are neither I64 [n] nor F32 [n, classes]");
    if (index.dtype != AUG_DTYPE_I64 || index.n_dims != 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the tensor 'index' of the stream is not I64 [n]");
    return AUG_OK;
}

static AugStatus describe(TrainSource *source, const TrainSourceOptions *options, AugError *error)
{
    const StreamInfo *info = stream_info(source->stream);
    source->info = (TrainSourceInfo){.n_samples = info->n_samples,
                                     .steps_per_epoch = info->steps_per_epoch,
                                     .batch_size = info->batch_size,
                                     .n_classes = info->n_classes};
    AUG_TRY(find_tensors(source, error));
    StreamIdentity identity;
    AUG_TRY(stream_identify(source->stream, &identity, error));
    memcpy(source->info.stream_id, identity.stream_id, sizeof(identity.stream_id));
    if (source->info.is_texts)
        source->n_ids = train_tokens_count(options->spec, source->name);
    else
        source->info.layout = layout_of(options->spec);
    return AUG_OK;
}

AugStatus train_source_new(TrainSource **out, Stream *stream, const TrainSourceOptions *options,
                           AugError *error)
{
    *out = NULL;
    TrainSource *source = calloc(1, sizeof(*source));
    if (!source)
        return AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a source");
    source->stream = stream;
    source->name = strdup(options->name);
    AugStatus status =
        source->name ? describe(source, options, error)
                     : AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a source");
    if (status != AUG_OK) {
        source->stream = NULL;
        train_source_free(source);
        return status;
    }
    *out = source;
    return AUG_OK;
}

static AugStatus open_loader(TrainSource **out, AugPlan *plan, const TrainSourceOptions *options,
                             AugPool *pool, AugError *error)
{
    /* One more than are kept ready: the batch that the consumer holds counts too. */
    const StreamOptions how = {
        .pool = pool, .depth = options->prefetch + 1, .epochs = options->epochs};
    Stream *stream;
    AUG_TRY(stream_open(&stream, plan, &how, error));
    const AugStatus status = train_source_new(out, stream, options, error);
    if (status != AUG_OK)
        stream_free(stream);
    return status;
}

AugStatus train_source_open_loader(TrainSource **out, const TrainSourceOptions *options,
                                   AugDataset *dataset, AugPool *pool, AugError *error)
{
    *out = NULL;
    AugPlan *plan;
    AUG_TRY(aug_plan_new(&plan, options->spec, dataset, NULL, error));
    const AugStatus status = open_loader(out, plan, options, pool, error);
    if (status == AUG_OK)
        (*out)->plan = plan;
    else
        aug_plan_free(plan);
    return status;
}

AugStatus train_source_open_socket(TrainSource **out, const TrainSourceOptions *options,
                                   const char *address, AugError *error)
{
    *out = NULL;
    const StreamSpec spec = {.spec = options->spec,
                             .text = options->text,
                             .is_object = options->text_is_object,
                             .name = options->name};
    const StreamOptions how = {.depth = options->prefetch + 1,
                               .epochs = options->epochs,
                               .client = "augtrain/" AUG_VERSION};
    Stream *stream;
    AUG_TRY(stream_connect(&stream, address, &spec, &how, error));
    const AugStatus status = train_source_new(out, stream, options, error);
    if (status == AUG_OK)
        return AUG_OK;
    stream_free(stream);
    return aug_error_prefix(error, status, address);
}

void train_source_free(TrainSource *source)
{
    if (!source)
        return;
    stream_free(source->stream);
    char note[512];
    if (source->plan && aug_dataset_take_note(aug_plan_dataset(source->plan), note))
        fprintf(stderr, "augtrain: %s\n", note);
    aug_plan_free(source->plan);
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

const char *train_source_class_name(const TrainSource *source, uint32_t label)
{
    return stream_class_name(source->stream, label);
}

double train_source_waited(const TrainSource *source)
{
    return stream_waited_seconds(source->stream);
}

uint64_t train_source_replaced(const TrainSource *source)
{
    return source->n_replaced;
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
    if (info->data.n_dims < 2)
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

/* Whether samples are what the network's input takes: values of a picture, or ids. */
static AugStatus check_samples(const TrainSource *source, NnShape input, uint32_t n_indices,
                               AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    if (info->is_texts)
        return train_tokens_fit(source->name, info->data.shape[1], source->n_ids, input, n_indices,
                                error);
    if (n_indices > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the samples are pictures; the model's first layer takes ids of texts");
    AUG_TRY(check_shape(source, input, error));
    if (info->data.dtype != AUG_DTYPE_F32 && info->data.dtype != AUG_DTYPE_U8)
        return AUG_FAIL(error, AUG_BAD_SPEC, source->name,
                        "the samples have the type %s; allowed are F32 and U8",
                        aug_dtype_name(info->data.dtype));
    return AUG_OK;
}

AugStatus train_source_fit(TrainSource *source, NnShape input, uint32_t n_indices,
                           uint32_t n_classes, AugError *error)
{
    const TrainSourceInfo *info = &source->info;
    AUG_TRY(check_samples(source, input, n_indices, error));
    source->n_indices = n_indices;
    if (n_classes == 0)
        return AUG_OK;
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

AugStatus train_source_next(TrainSource *source, TrainSourceBatch *batch, AugError *error)
{
    *batch = (TrainSourceBatch){0};
    StreamBatch taken;
    AUG_TRY(stream_next(source->stream, &taken, error));
    source->n_replaced += taken.n_replaced;
    const void *label = taken.tensors[source->label].bytes;
    const bool used = source->n_classes > 0;
    const bool soft = source->info.label.dtype == AUG_DTYPE_F32;
    *batch = (TrainSourceBatch){.batch = {.data = taken.tensors[source->data].bytes,
                                          .dtype = source->info.data.dtype,
                                          .layout = source->info.layout,
                                          .n = taken.n_samples,
                                          .labels = used && !soft ? label : NULL,
                                          .soft = used && soft ? label : NULL},
                                .stream = taken,
                                .index = taken.tensors[source->index].bytes,
                                .epoch = taken.epoch,
                                .step = taken.step,
                                .last = taken.last};
    if (source->info.is_texts) {
        batch->batch.lengths = taken.tensors[source->lengths].bytes;
        AUG_TRY(train_tokens_check(source->name, &batch->batch, batch->index,
                                   source->info.data.shape[1], source->n_indices, error));
    }
    return soft || !used ? AUG_OK : check_labels(source, batch, error);
}
