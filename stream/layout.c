/* Headers of batches: parsed once, compared with the announcement, then known by their bytes. */
#include "stream/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/bounds.h"
#include "libaug/base/safetensors.h"
#include "libaug/run/replaced.h"

/* A batch while its header is compared with the announcement. */
typedef struct Reading {
    const StreamInfo *info;
    const StreamBatch *batch;
    const AugiTensorFile *file;
    AugError *error;
} Reading;

static AugStatus find_tensor(const Reading *r, const char *name, const AugTensor **found)
{
    *found = augi_tensor_file_find(r->file, name);
    if (*found)
        return AUG_OK;
    return AUG_FAIL(r->error, AUG_CORRUPT, r->info->where, "a batch has no tensor '%.80s'", name);
}

static AugStatus fail_shape(const Reading *r, const char *name)
{
    return AUG_FAIL(r->error, AUG_CORRUPT, r->info->where,
                    "the tensor '%.80s' of a batch has not the announced type and shape", name);
}

/* Where a tensor begins. Batches begin at a multiple of 64. */
static AugStatus find_place(const Reading *r, const AugTensor *tensor, size_t *place)
{
    *place = (size_t)((const uint8_t *)tensor->bytes - (const uint8_t *)r->batch->bytes);
    if (*place % aug_dtype_size(tensor->desc.dtype) == 0)
        return AUG_OK;
    return AUG_FAIL(r->error, AUG_CORRUPT, r->info->where,
                    "the tensor '%.80s' of a batch does not begin at a multiple of its type's size",
                    tensor->name);
}

/* Whether a tensor of a batch is what was announced for so many samples; rows of a ragged one may
 * be fewer. */
static bool is_as_announced(const AugTensorSpec *spec, const AugTensorDesc *found,
                            uint32_t n_samples)
{
    const AugTensorDesc due = aug_tensor_spec_batch(spec, n_samples);
    if (found->dtype != due.dtype || found->n_dims != due.n_dims)
        return false;
    for (uint32_t k = 1; k < due.n_dims; k++)
        if (found->shape[k] != due.shape[k])
            return false;
    return spec->ragged ? found->shape[0] <= due.shape[0] : found->shape[0] == due.shape[0];
}

static AugStatus take_offsets(const Reading *r, const char *of, uint32_t n_samples, size_t *place)
{
    char name[256];
    snprintf(name, sizeof(name), "%s" STREAM_OFFSETS, of);
    const AugTensor *found;
    AUG_TRY(find_tensor(r, name, &found));
    if (found->desc.dtype != AUG_DTYPE_I64 || found->desc.n_dims != 1 ||
        found->desc.shape[0] != (uint64_t)n_samples + 1)
        return fail_shape(r, name);
    return find_place(r, found, place);
}

static AugStatus take_tensor(const Reading *r, const AugTensorSpec *spec, uint32_t n_samples,
                             StreamPlaced *placed)
{
    const AugTensor *found;
    AUG_TRY(find_tensor(r, spec->name, &found));
    if (!is_as_announced(spec, &found->desc, n_samples))
        return fail_shape(r, spec->name);
    placed->tensor = *found;
    placed->tensor.name = spec->name;
    placed->tensor.bytes = NULL;
    AUG_TRY(find_place(r, found, &placed->place));
    if (!spec->ragged)
        return AUG_OK;
    return take_offsets(r, spec->name, n_samples, &placed->offsets_place);
}

/* Samples of a batch: rows of its first tensor, or of that one's offsets, less one. */
static AugStatus count_samples(const Reading *r, uint32_t *n)
{
    const AugTensorSpec *first = &r->info->tensors[0];
    char name[256];
    snprintf(name, sizeof(name), "%s%s", first->name, first->ragged ? STREAM_OFFSETS : "");
    const AugTensor *found;
    AUG_TRY(find_tensor(r, name, &found));
    /* Where ranks share a short batch, some may have no part of it. */
    const uint32_t least = r->info->world > 1 ? 0 : 1;
    uint64_t rows = found->desc.n_dims > 0 ? found->desc.shape[0] : 0;
    const bool is_whole = found->desc.n_dims > 0 && (rows > 0 || !first->ragged);
    if (rows > 0 && first->ragged)
        rows--;
    if (!is_whole || rows < least || rows > r->info->batch_size)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->info->where,
                        "a batch has %" PRIu64 " sample%s; announced is %s", rows,
                        rows == 1 ? "" : "s", augi_bounds(least, r->info->batch_size).text);
    *n = (uint32_t)rows;
    return AUG_OK;
}

static void layout_fini(StreamLayout *layout)
{
    free(layout->header);
    free(layout->placed);
    free(layout->replaced);
    *layout = (StreamLayout){0};
}

static AugStatus take_replaced(const Reading *r, StreamLayout *layout)
{
    const AugStatus status =
        augi_replaced_read(augi_tensor_file_metadata(r->file, AUGI_REPLACED_KEY),
                           augi_tensor_file_metadata(r->file, AUGI_REPLACED_PARTNERS_KEY),
                           layout->n_samples, &layout->replaced, &layout->n_replaced, r->error);
    return status == AUG_OK ? status : aug_error_prefix(r->error, status, r->info->where);
}

static AugStatus read_file(const Reading *r, StreamLayout *layout)
{
    AUG_TRY(count_samples(r, &layout->n_samples));
    layout->header_size = r->file->header_size;
    layout->size = r->batch->size;
    layout->header = malloc(layout->header_size);
    layout->placed = calloc(r->info->n_tensors, sizeof(*layout->placed));
    if (!layout->header || !layout->placed)
        return AUG_FAIL(r->error, AUG_NO_MEMORY, r->info->where,
                        "no memory for the header of a batch");
    memcpy(layout->header, r->batch->bytes, layout->header_size);
    for (uint32_t i = 0; i < r->info->n_tensors; i++)
        AUG_TRY(take_tensor(r, &r->info->tensors[i], layout->n_samples, &layout->placed[i]));
    return take_replaced(r, layout);
}

static AugStatus parse(StreamLayout *layout, const StreamInfo *info, const StreamBatch *batch,
                       AugError *error)
{
    layout_fini(layout);
    AugiTensorFile file;
    AUG_TRY(augi_safetensors_parse(&file, batch->bytes, batch->size, info->where, error));
    const AugStatus status = read_file(&(Reading){info, batch, &file, error}, layout);
    augi_tensor_file_fini(&file);
    if (status != AUG_OK)
        layout_fini(layout);
    return status;
}

/* The layout that a batch has, or the one to give up for it. */
static StreamLayout *find_layout(StreamLayouts *layouts, const StreamBatch *batch, bool *known)
{
    StreamLayout *oldest = &layouts->kept[0];
    for (size_t i = 0; i < STREAM_MAX_LAYOUTS; i++) {
        StreamLayout *layout = &layouts->kept[i];
        *known = layout->header && layout->size == batch->size &&
                 memcmp(layout->header, batch->bytes, layout->header_size) == 0;
        if (*known)
            return layout;
        if (layout->last_used < oldest->last_used)
            oldest = layout;
    }
    return oldest;
}

/* Offsets index the rows of their tensor, so no reader may meet wrong ones. */
static AugStatus check_offsets(const StreamInfo *info, const AugTensor *tensor,
                               const int64_t *offsets, uint32_t n_samples, AugError *error)
{
    const uint64_t n_rows = tensor->desc.shape[0];
    bool right =
        offsets[0] == 0 && offsets[n_samples] >= 0 && (uint64_t)offsets[n_samples] == n_rows;
    for (uint32_t i = 0; right && i < n_samples; i++)
        right = offsets[i] <= offsets[i + 1];
    if (right)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, info->where,
                    "the tensor '%.80s" STREAM_OFFSETS
                    "' of a batch does not rise from 0 to %" PRIu64,
                    tensor->name, n_rows);
}

AugStatus stream_layouts_apply(StreamLayouts *layouts, const StreamInfo *info, StreamBatch *batch,
                               AugTensor *tensors, const int64_t **offsets, AugError *error)
{
    bool known;
    StreamLayout *layout = find_layout(layouts, batch, &known);
    if (!known) {
        layouts->n_parsed++;
        AUG_TRY(parse(layout, info, batch, error));
    }
    layout->last_used = ++layouts->n_lookups;
    batch->n_samples = layout->n_samples;
    batch->replaced = layout->replaced;
    batch->n_replaced = layout->n_replaced;
    for (uint32_t i = 0; i < info->n_tensors; i++) {
        const StreamPlaced *placed = &layout->placed[i];
        const uint8_t *start = batch->bytes;
        tensors[i] = placed->tensor;
        tensors[i].bytes = start + placed->place;
        offsets[i] = NULL;
        if (!info->tensors[i].ragged)
            continue;
        offsets[i] = (const int64_t *)(const void *)(start + placed->offsets_place);
        AUG_TRY(check_offsets(info, &tensors[i], offsets[i], batch->n_samples, error));
    }
    return AUG_OK;
}

void stream_layouts_fini(StreamLayouts *layouts)
{
    for (size_t i = 0; i < STREAM_MAX_LAYOUTS; i++)
        layout_fini(&layouts->kept[i]);
    *layouts = (StreamLayouts){0};
}
