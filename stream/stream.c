/* What all streams share: the announcement, the borrowed batch, the time spent waiting. */
#include "stream/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "stream/kind.h"
#include "stream/layout.h"

/* Names of tensors are shorter than this without their ending. */
#define OFFSETS_NAME_SIZE 256

/* info.tensors is announced; tensors and offsets are those of the borrowed batch. */
struct Stream {
    const StreamKind *kind;
    void *state;
    StreamInfo info;
    AugTensorSpec *announced;
    AugTensor *tensors;
    const int64_t **offsets;
    StreamLayouts layouts;
    double waited_s;
};

bool stream_is_address(const char *text)
{
    return strncmp(text, "unix:", 5) == 0 || strncmp(text, "tcp:", 4) == 0;
}

static AugStatus announce(Stream *stream, const StreamInfo *info, AugError *error)
{
    if (info->batch_size == 0 || info->steps_per_epoch == 0)
        return AUG_FAIL(error, AUG_CORRUPT, info->where, "the stream has no batches");
    const size_t n = info->n_tensors;
    stream->info = *info;
    stream->announced = calloc(n + 1, sizeof(*stream->announced));
    stream->tensors = calloc(n + 1, sizeof(*stream->tensors));
    stream->offsets = calloc(n + 1, sizeof(*stream->offsets));
    if (!stream->announced || !stream->tensors || !stream->offsets)
        return AUG_FAIL(error, AUG_NO_MEMORY, info->where, "no memory for %zu tensors", n);
    for (size_t i = 0; i < n; i++) {
        const AugTensorDesc full = aug_tensor_spec_batch(&info->tensors[i], info->batch_size);
        if (aug_tensor_size(&full) == 0)
            return AUG_FAIL(error, AUG_CORRUPT, info->where,
                            "the tensor '%.80s' of the stream has no bytes, or too many",
                            info->tensors[i].name);
        stream->announced[i] = info->tensors[i];
    }
    stream->info.tensors = stream->announced;
    return AUG_OK;
}

static void free_own(Stream *stream)
{
    stream_layouts_fini(&stream->layouts);
    free(stream->announced);
    free(stream->tensors);
    free(stream->offsets);
    free(stream);
}

AugStatus stream_new(Stream **out, const StreamKind *kind, void *state, const StreamInfo *info,
                     AugError *error)
{
    *out = NULL;
    Stream *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return AUG_FAIL(error, AUG_NO_MEMORY, info->where, "no memory for a stream");
    stream->kind = kind;
    const AugStatus status = announce(stream, info, error);
    if (status != AUG_OK) {
        free_own(stream);
        return status;
    }
    stream->state = state;
    *out = stream;
    return AUG_OK;
}

void stream_free(Stream *stream)
{
    if (!stream)
        return;
    stream->kind->close(stream->state);
    free_own(stream);
}

const StreamInfo *stream_info(const Stream *stream)
{
    return &stream->info;
}

AugStatus stream_identify(const Stream *stream, StreamIdentity *out, AugError *error)
{
    return stream->kind->identify(stream->state, out, error);
}

const char *stream_class_name(const Stream *stream, uint32_t label)
{
    if (!stream->kind->class_name || label >= stream->info.n_classes)
        return NULL;
    return stream->kind->class_name(stream->state, label);
}

/* The engine's own batch needs no reading. */
static AugStatus take_made(Stream *stream, const AugBatch *made, StreamBatch *batch,
                           AugError *error)
{
    batch->n_samples = aug_batch_count(made);
    batch->replaced = aug_batch_replaced(made, &batch->n_replaced);
    for (uint32_t i = 0; i < stream->info.n_tensors; i++) {
        const char *name = stream->info.tensors[i].name;
        char offsets_name[OFFSETS_NAME_SIZE];
        AugTensor offsets = {0};
        bool found = aug_batch_tensor(made, name, &stream->tensors[i]);
        if (found && stream->info.tensors[i].ragged) {
            snprintf(offsets_name, sizeof(offsets_name), "%s" STREAM_OFFSETS, name);
            found = aug_batch_tensor(made, offsets_name, &offsets);
        }
        if (!found)
            return AUG_FAIL(error, AUG_INTERNAL, stream->info.where,
                            "a batch has no tensor '%.80s'", name);
        stream->offsets[i] = offsets.bytes;
    }
    return AUG_OK;
}

AugStatus stream_next(Stream *stream, StreamBatch *batch, AugError *error)
{
    *batch = (StreamBatch){0};
    StreamArrival arrival = {0};
    const double begin = augi_clock_seconds();
    const AugStatus status = stream->kind->next(stream->state, &arrival, error);
    stream->waited_s += augi_clock_seconds() - begin;
    if (status != AUG_OK)
        return status;
    StreamBatch taken = {.epoch = arrival.epoch,
                         .step = arrival.step,
                         .last = arrival.last,
                         .bytes = arrival.bytes,
                         .size = arrival.size,
                         .tensors = stream->tensors,
                         .offsets = stream->offsets,
                         .n_tensors = stream->info.n_tensors};
    if (arrival.made)
        AUG_TRY(take_made(stream, arrival.made, &taken, error));
    else if (taken.n_tensors > 0)
        AUG_TRY(stream_layouts_apply(&stream->layouts, &stream->info, &taken, stream->tensors,
                                     stream->offsets, error));
    *batch = taken;
    return AUG_OK;
}

void stream_interrupt(Stream *stream)
{
    if (stream->kind->interrupt)
        stream->kind->interrupt(stream->state);
}

double stream_waited_seconds(const Stream *stream)
{
    return stream->waited_s;
}

int stream_find_tensor(const StreamInfo *info, const char *name)
{
    for (uint32_t i = 0; i < info->n_tensors; i++)
        if (strcmp(info->tensors[i].name, name) == 0)
            return (int)i;
    return -1;
}

const AugTensor *stream_batch_tensor(const StreamBatch *batch, const char *name)
{
    for (uint32_t i = 0; i < batch->n_tensors; i++)
        if (strcmp(batch->tensors[i].name, name) == 0)
            return &batch->tensors[i];
    return NULL;
}
