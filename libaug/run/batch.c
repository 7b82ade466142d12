/* The memory of batches, and looking into them. */
#include "libaug/run/batch.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/huge_pages.h"

/* Buffers begin at a multiple of a cache line. */
#define ALIGNMENT 64

/* Rounded up, and what the last store of a kernel may write beyond the end. */
static size_t allocated_size(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
}

/* Workers write all of it, and often at many places at once. */
static uint8_t *allocate(size_t size)
{
    uint8_t *memory = aligned_alloc(ALIGNMENT, allocated_size(size));
    if (memory)
        augi_huge_pages_wish(memory, allocated_size(size));
    return memory;
}

/* NULL and true for a part that there is not. */
static bool allocate_part(uint8_t **part, size_t size)
{
    *part = size > 0 ? allocate(size) : NULL;
    return *part || size == 0;
}

static bool allocate_parts(AugBatch *batch, const AugPlan *plan, const AugiBatchSizes *sizes)
{
    batch->header = malloc(sizes->header);
    batch->rows = calloc(1, sizes->rows);
    bool complete = allocate_part(&batch->bytes, sizes->bytes) && batch->header && batch->rows &&
                    allocate_part(&batch->stripes, sizes->stripes) &&
                    allocate_part(&batch->staged, sizes->staged);
    for (int i = 0; i < 2; i++)
        complete = complete && allocate_part(&batch->further[i], sizes->further[i]);
    if (sizes->n_rows > 0)
        batch->n_rows = calloc(1, sizes->n_rows);
    if (sizes->notes > 0)
        batch->notes = calloc(1, sizes->notes);
    complete =
        complete && (batch->n_rows || sizes->n_rows == 0) && (batch->notes || sizes->notes == 0);
    if (!complete || plan->spec->mix.n == 0)
        return complete;
    batch->local = calloc(1, sizes->local);
    batch->n_needed = calloc(1, sizes->n_needed);
    return augi_mix_passes_init(&batch->mix, plan) && batch->local && batch->n_needed;
}

AugBatch *augi_batch_new(const AugPlan *plan, const AugiShare *share)
{
    AugBatch *batch = calloc(1, sizeof(*batch));
    if (!batch)
        return NULL;
    batch->share = share;
    batch->words = plan->domain->outcomes;
    batch->n_words = plan->domain->n_outcomes;
    if (!allocate_parts(batch, plan, &share->sizes)) {
        augi_batch_delete(batch);
        return NULL;
    }
    return batch;
}

/* What an allocator takes for a block: alignment and its own words; for a large block, which gets
 * pages of its own, two pages more. */
static uint64_t block_size(size_t size)
{
    static const size_t large = 64 << 10, page = 4096;
    return size == 0 ? 0 : size + (size_t)3 * ALIGNMENT + (size < large ? 0 : 2 * page);
}

uint64_t augi_batch_memory(const AugiShare *share)
{
    /* The struct has nothing but sizes of parts. */
    const size_t *parts = (const size_t *)(const void *)&share->sizes;
    uint64_t all = block_size(sizeof(AugBatch));
    for (size_t i = 0; i < sizeof(share->sizes) / sizeof(*parts); i++)
        all += block_size(parts[i]);
    return all;
}

uint64_t augi_batch_memory_each(const AugiShare *share)
{
    return block_size(sizeof(AugBatch)) + block_size(share->most * sizeof(AugiRow)) +
           block_size(share->most * sizeof(void *));
}

AugBatch *augi_batch_new_each(const AugEach *each, const AugiShare *share)
{
    AugBatch *batch = calloc(1, sizeof(*batch));
    if (!batch)
        return NULL;
    batch->each = each;
    batch->share = share;
    batch->rows = calloc(share->most, sizeof(*batch->rows));
    batch->results = calloc(share->most, sizeof(*batch->results));
    if (batch->rows && batch->results)
        return batch;
    augi_batch_delete(batch);
    return NULL;
}

void augi_batch_drop_results(AugBatch *batch)
{
    for (uint32_t i = 0; batch->results && i < batch->share->most; i++) {
        if (batch->results[i] && batch->each->drop)
            batch->each->drop(batch->each->user, batch->results[i]);
        batch->results[i] = NULL;
    }
}

size_t augi_batch_slot_size(const AugiShare *share)
{
    return allocated_size(share->layout.capacity);
}

AugStatus augi_batch_take_memory(AugBatch *batch, AugError *error)
{
    const AugBatchMemory *memory = batch->memory;
    batch->ticket = 0;
    batch->bytes = memory->take(memory->user, augi_batch_slot_size(batch->share), &batch->ticket);
    if ((uintptr_t)batch->bytes % ALIGNMENT == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, "memory",
                    "the memory that was given for a batch is not aligned to %d bytes", ALIGNMENT);
}

void augi_batch_give_memory(AugBatch *batch)
{
    if (batch->memory && batch->bytes)
        batch->memory->give(batch->memory->user, batch->bytes, batch->ticket);
    if (batch->memory)
        batch->bytes = NULL;
}

void augi_batch_delete(AugBatch *batch)
{
    if (!batch)
        return;
    augi_batch_drop_results(batch);
    augi_batch_give_memory(batch);
    augi_mix_passes_fini(&batch->mix);
    free(batch->results);
    free(batch->header);
    free(batch->rows);
    free(batch->local);
    free(batch->n_needed);
    free(batch->further[0]);
    free(batch->further[1]);
    free(batch->notes);
    free(batch->staged);
    free(batch->stripes);
    free(batch->n_rows);
    free(batch->bytes);
    free(batch);
}

void augi_batch_place(AugBatch *batch, const AugPlan *plan, uint32_t n)
{
    augi_layout_begin(&batch->share->layout, n, &batch->layout);
    for (uint32_t i = 0; i < batch->layout.n_placed; i++)
        if (!batch->layout.placed[i].is_offsets)
            batch->at[batch->layout.placed[i].number] = batch->layout.placed[i].offset;
    for (uint32_t t = 0; t < plan->n_tensors; t++)
        if (plan->tensors[t].ragged)
            batch->at[t] = batch->share->at[t];
}

AugOut augi_batch_slot(const AugBatch *batch, const AugPlan *plan, uint32_t tensor, uint32_t pass,
                       uint32_t i)
{
    const AugiSlot *slot = &plan->slots[tensor];
    const AugiShare *share = batch->share;
    /* The passes alternate between two buffers so that the last one ends in the batch itself. */
    const uint32_t turn = (batch->mix.n_passes - pass) % 2;
    if (i >= batch->slice.n) {
        const size_t at = share->further_at[turn][tensor] + (i - batch->slice.n) * slot->size;
        return (AugOut){.bytes = slot->is_staged ? batch->further[turn] + at : NULL};
    }
    if (slot->is_staged && turn == 1)
        return (AugOut){.bytes = batch->staged + share->at[tensor] + i * slot->size};
    uint8_t *base = plan->tensors[tensor].ragged ? batch->stripes : batch->bytes;
    return (AugOut){.bytes = base + batch->at[tensor] + i * slot->size};
}

/* How many rows of a ragged tensor each sample has. */
static uint32_t *rows_of(const AugBatch *batch, uint32_t tensor)
{
    return batch->n_rows + (size_t)tensor * batch->share->most;
}

void augi_batch_set_rows(AugBatch *batch, uint32_t tensor, uint32_t i, uint32_t n_rows)
{
    if (i < batch->slice.n)
        rows_of(batch, tensor)[i] = n_rows;
}

AugReplaced *augi_batch_notes(const AugBatch *batch, const AugPlan *plan, uint32_t row)
{
    return batch->notes + (size_t)row * plan->replaceable;
}

/* Copies the rows of one tensor to where they lie together. */
static void close_up(const AugBatch *batch, const AugPlan *plan, const AugiPlaced *rows)
{
    const AugiSlot *slot = &plan->slots[rows->number];
    const uint32_t *n_rows = rows_of(batch, rows->number);
    uint8_t *to = batch->bytes + rows->offset;
    for (uint32_t i = 0; i < batch->layout.n; i++) {
        const size_t size = n_rows[i] * slot->row_size;
        memcpy(to, batch->stripes + batch->at[rows->number] + i * slot->size, size);
        to += size;
    }
}

static void write_offsets(const AugBatch *batch, const AugiPlaced *placed)
{
    const uint32_t *n_rows = rows_of(batch, placed->number);
    int64_t *to = (int64_t *)(void *)(batch->bytes + placed->offset);
    to[0] = 0;
    for (uint32_t i = 0; i < batch->layout.n; i++)
        to[i + 1] = to[i] + n_rows[i];
}

/* Moves fixed tensors for which rows nearer to the anchor leave no room where they were written: to
 * lower places, the lowest first, so none runs over another. */
static void make_way(AugBatch *batch, const AugPlan *plan)
{
    for (uint32_t i = 0; i < batch->layout.n_placed; i++) {
        const AugiPlaced *placed = &batch->layout.placed[i];
        size_t *at = &batch->at[placed->number];
        if (placed->is_offsets || plan->tensors[placed->number].ragged || placed->offset == *at)
            continue;
        memmove(batch->bytes + placed->offset, batch->bytes + *at, placed->tensor.size);
        *at = placed->offset;
    }
}

void augi_batch_end(AugBatch *batch, const AugPlan *plan)
{
    uint64_t totals[AUG_MAX_TENSORS] = {0};
    for (uint32_t t = 0; t < plan->n_tensors; t++)
        for (uint32_t i = 0; plan->tensors[t].ragged && i < batch->layout.n; i++)
            totals[t] += rows_of(batch, t)[i];
    batch->n_replaced = augi_replaced_gather(batch->notes, batch->layout.n * plan->replaceable);
    const AugiReplacedList replaced = {.items = batch->notes, .n = batch->n_replaced};
    const size_t length =
        augi_layout_end(&batch->share->layout, totals, &replaced, &batch->layout, batch->header);
    make_way(batch, plan);
    for (uint32_t i = 0; i < batch->layout.n_placed; i++) {
        const AugiPlaced *placed = &batch->layout.placed[i];
        if (placed->is_offsets)
            write_offsets(batch, placed);
        else if (plan->tensors[placed->number].ragged)
            close_up(batch, plan, placed);
    }
    augi_layout_write_header(&batch->layout, batch->header, length, batch->bytes);
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

uint32_t aug_batch_first_row(const AugBatch *batch)
{
    return batch->slice.first;
}

uint32_t aug_batch_global_count(const AugBatch *batch)
{
    return batch->n_global;
}

const AugReplaced *aug_batch_replaced(const AugBatch *batch, uint32_t *n)
{
    *n = batch->n_replaced;
    return batch->notes;
}

void aug_batch_outcomes(const AugBatch *batch, AugOutcomes *outcomes)
{
    *outcomes = (AugOutcomes){.n = batch->n_words};
    for (uint32_t i = 0; i < outcomes->n; i++) {
        outcomes->words[i] = batch->words[i];
        outcomes->n_of[i] = atomic_load_explicit(&batch->n_of[i], memory_order_relaxed);
    }
}

const void *aug_batch_bytes(const AugBatch *batch, size_t *size)
{
    *size = batch->layout.size;
    return batch->bytes + batch->layout.start;
}

uint32_t aug_batch_n_tensors(const AugBatch *batch)
{
    return batch->layout.n_placed;
}

AugTensor aug_batch_tensor_at(const AugBatch *batch, uint32_t number)
{
    const AugiPlaced *placed = &batch->layout.placed[number];
    AugTensor tensor = placed->tensor;
    tensor.bytes = batch->bytes + placed->offset;
    return tensor;
}

bool aug_batch_tensor(const AugBatch *batch, const char *name, AugTensor *tensor)
{
    for (uint32_t i = 0; i < batch->layout.n_placed; i++)
        if (strcmp(batch->layout.placed[i].tensor.name, name) == 0) {
            *tensor = aug_batch_tensor_at(batch, i);
            return true;
        }
    return false;
}

uint64_t aug_batch_mark(const AugBatch *batch)
{
    return batch->mark;
}

void *aug_batch_result(const AugBatch *batch, uint32_t i)
{
    return batch->results && i < batch->layout.n ? batch->results[i] : NULL;
}
