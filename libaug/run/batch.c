#include "libaug/run/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* "data" starts at a multiple of this from the start of the buffer: a cache line. */
#define ALIGNMENT 64

/* The header is under 300 bytes with the largest numbers that a shape can hold. */
#define MAX_HEADER 1024

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {
#define DTYPE_ROW(name, number, size) [AUG_DTYPE_##name] = {#name, size},
    AUG_DTYPE_MAP(DTYPE_ROW)
#undef DTYPE_ROW
};

const char *aug_dtype_name(AugDtype dtype)
{
    return dtypes[dtype].name;
}

size_t aug_dtype_size(AugDtype dtype)
{
    return dtypes[dtype].size;
}

size_t aug_tensor_size(const AugTensorDesc *desc)
{
    size_t size = aug_dtype_size(desc->dtype);
    for (uint32_t i = 0; i < desc->n_dims; i++)
        if (__builtin_mul_overflow(size, desc->shape[i], &size))
            return 0;
    return size;
}

void augi_tensor_write_entry(AugiJsonWriter *writer, const AugTensor *tensor, uint64_t offset)
{
    augi_json_key(writer, tensor->name);
    augi_json_object(writer);
    augi_json_key(writer, "dtype");
    augi_json_string(writer, aug_dtype_name(tensor->desc.dtype));
    augi_json_key(writer, "shape");
    augi_json_list(writer);
    for (uint32_t i = 0; i < tensor->desc.n_dims; i++)
        augi_json_unsigned(writer, tensor->desc.shape[i]);
    augi_json_list_end(writer);
    augi_json_key(writer, "data_offsets");
    augi_json_list(writer);
    augi_json_unsigned(writer, offset);
    augi_json_unsigned(writer, offset + tensor->size);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

/* Needs no memory that could be exhausted: the layout decides how large buffers are. */
static size_t write_header(const AugiBatchLayout *layout, char text[MAX_HEADER])
{
    AugiJsonWriter writer = {.text = text, .capacity = MAX_HEADER, .fixed = true};
    augi_json_object(&writer);
    augi_tensor_write_entry(&writer, &layout->label, 0);
    augi_tensor_write_entry(&writer, &layout->index, layout->label.size);
    augi_tensor_write_entry(&writer, &layout->data, layout->label.size + layout->index.size);
    augi_json_object_end(&writer);
    assert(!writer.failed);
    return writer.size;
}

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

void augi_batch_layout(const AugPlan *plan, uint32_t n, AugiBatchLayout *layout, uint8_t *header)
{
    *layout = (AugiBatchLayout){.n = n};
    layout->label.name = "label";
    layout->index.name = "index";
    layout->data.name = "data";
    augi_plan_shapes(plan, n, &layout->data.desc, &layout->label.desc, &layout->index.desc);
    layout->label.size = aug_tensor_size(&layout->label.desc);
    layout->index.size = aug_tensor_size(&layout->index.desc);
    layout->data.size = aug_tensor_size(&layout->data.desc);
    char json[MAX_HEADER];
    size_t length = write_header(layout, json);
    size_t before = layout->label.size + layout->index.size;
    size_t data = (8 + length + before + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    layout->data_offset = data;
    layout->index_offset = data - layout->index.size;
    layout->label_offset = layout->index_offset - layout->label.size;
    layout->size = data + layout->data.size;
    if (!header)
        return;
    put_u64(header, layout->label_offset - 8);
    memset(header + 8, ' ', layout->label_offset - 8);
    memcpy(header + 8, json, length);
}

AugBatch *augi_batch_new(const AugPlan *plan)
{
    AugBatch *batch = calloc(1, sizeof(*batch));
    if (!batch)
        return NULL;
    AugiBatchLayout layout;
    augi_batch_layout(plan, plan->batch_size, &layout, NULL);
    /* A shorter batch may need up to a line more for its padding. */
    batch->capacity = (layout.size + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    batch->bytes = aligned_alloc(ALIGNMENT, batch->capacity);
    batch->classes = calloc(plan->batch_size, sizeof(int64_t));
    bool complete = batch->bytes && batch->classes;
    if (plan->spec->mix.n > 0) {
        size_t staged = (layout.data.size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        batch->staged = aligned_alloc(ALIGNMENT, staged);
        complete = augi_mix_passes_init(&batch->mix, plan) && batch->staged && complete;
    }
    if (!complete) {
        augi_batch_delete(batch);
        return NULL;
    }
    return batch;
}

void augi_batch_delete(AugBatch *batch)
{
    if (!batch)
        return;
    augi_mix_passes_fini(&batch->mix);
    free(batch->staged);
    free(batch->classes);
    free(batch->bytes);
    free(batch);
}

uint32_t aug_batch_epoch(const AugBatch *batch)
{
    return batch->epoch;
}

uint64_t aug_batch_step(const AugBatch *batch)
{
    return batch->step;
}

bool aug_batch_is_last(const AugBatch *batch)
{
    return batch->last;
}

uint32_t aug_batch_count(const AugBatch *batch)
{
    return batch->layout.n;
}

const void *aug_batch_bytes(const AugBatch *batch, size_t *size)
{
    *size = batch->layout.size;
    return batch->bytes;
}

bool aug_batch_tensor(const AugBatch *batch, const char *name, AugTensor *tensor)
{
    const AugiBatchLayout *layout = &batch->layout;
    const AugTensor *all[] = {&layout->label, &layout->index, &layout->data};
    const size_t offsets[] = {layout->label_offset, layout->index_offset, layout->data_offset};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(all[i]->name, name) == 0) {
            *tensor = *all[i];
            tensor->bytes = batch->bytes + offsets[i];
            return true;
        }
    return false;
}
