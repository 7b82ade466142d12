/* Slices, and the sizes that follow from the largest one. */
#include "libaug/run/share.h"

#include <stdlib.h>

#include "libaug/base/bounds.h"
#include "libaug/base/safetensors.h"
#include "libaug/run/mix.h"

/* Tensors begin at multiples of this in stripes, staged memory and that of further rows. */
#define ALIGNMENT 64

AugiSlice augi_slice(uint32_t n, uint32_t rank, uint32_t world)
{
    const uint32_t first = (uint32_t)((uint64_t)n * rank / world);
    const uint32_t end = (uint32_t)((uint64_t)n * (rank + 1) / world);
    return (AugiSlice){.first = first, .n = end - first};
}

static uint32_t largest_slice(uint32_t batch_size, uint32_t world)
{
    return (uint32_t)(((uint64_t)batch_size + world - 1) / world);
}

/* Rows of other ranks that a slice may need before a number of passes: each pass may bring a
 * partner for every row that is there, and there are no more rows than the others have. */
static uint32_t most_further(const AugPlan *plan, uint32_t world, uint32_t n_passes)
{
    const uint64_t others = plan->batch_size - plan->batch_size / world;
    const uint64_t own = largest_slice(plan->batch_size, world);
    uint64_t all = own;
    for (uint32_t i = 0; i < n_passes && all - own < others; i++)
        all *= 2;
    return (uint32_t)(all - own < others ? all - own : others);
}

/* Gives the parts of n samples of a tensor their place in a memory, and makes it larger by them. */
static size_t add_parts(size_t *memory, size_t size, uint32_t n)
{
    const size_t at = *memory;
    *memory += (size * n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static void place_tensors(AugiShare *share, const AugPlan *plan)
{
    AugiBatchSizes *sizes = &share->sizes;
    for (uint32_t t = 0; t < plan->n_tensors; t++) {
        const AugiSlot *slot = &plan->slots[t];
        if (plan->tensors[t].ragged)
            share->at[t] = add_parts(&sizes->stripes, slot->size, share->most);
        if (!slot->is_staged)
            continue;
        share->at[t] = add_parts(&sizes->staged, slot->size, share->most);
        for (int i = 0; i < 2; i++)
            share->further_at[i][t] =
                add_parts(&sizes->further[i], slot->size, share->most_further[i]);
    }
}

static void set_sizes(AugiShare *share, const AugPlan *plan)
{
    AugiBatchSizes *sizes = &share->sizes;
    const uint32_t *further = share->most_further;
    sizes->bytes = share->layout.capacity;
    sizes->header = share->layout.header_capacity;
    const size_t n_rows = share->most + (further[0] > further[1] ? further[0] : further[1]);
    sizes->rows = n_rows * sizeof(AugiRow);
    sizes->notes = n_rows * plan->replaceable * sizeof(AugReplaced);
    place_tensors(share, plan);
    if (sizes->stripes > 0)
        sizes->n_rows = (size_t)plan->n_tensors * share->most * sizeof(uint32_t);
    if (plan->spec->mix.n == 0)
        return;
    const AugiMixSizes mix = augi_mix_sizes(plan);
    sizes->items = mix.items;
    sizes->scratch = mix.scratch;
    sizes->local = plan->batch_size * sizeof(uint32_t);
    sizes->n_needed = ((size_t)mix.most_passes + 1) * sizeof(uint32_t);
}

/* The layout of slices of up to most samples; false if it is beyond the limits. */
static bool plan_layout(const AugPlan *plan, uint32_t most, AugiLayoutPlan *layout)
{
    uint64_t total = 0;
    for (uint32_t t = 0; t < plan->n_tensors; t++)
        total += (uint64_t)plan->slots[t].size * most;
    *layout = plan->layout;
    layout->batch_size = most;
    return total <= plan->spec->limits.max_batch_size && augi_layout_plan(layout);
}

AugStatus augi_share_of(AugiShare *share, uint32_t batch_size, uint32_t rank, uint32_t world,
                        AugError *error)
{
    *share = (AugiShare){.rank = rank, .world = world ? world : 1};
    if (share->world > batch_size)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "world",
                        "%u ranks would share batches of %u sample%s; allowed is a world of %s, so "
                        "that every rank has one",
                        world, batch_size, batch_size == 1 ? "" : "s",
                        augi_bounds(1, batch_size).text);
    if (rank >= share->world)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "rank",
                        "%u is not in the world, which has the rank%s %s", rank,
                        share->world == 1 ? "" : "s", augi_bounds(0, share->world - 1).text);
    share->most = largest_slice(batch_size, share->world);
    return AUG_OK;
}

static AugStatus fail_size(const AugPlan *plan, uint32_t n, AugError *error)
{
    return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                    "a batch of %u samples would have more than %llu bytes; use a smaller "
                    "batch.size, smaller pictures or more ranks",
                    n, (unsigned long long)plan->spec->limits.max_batch_size);
}

/* A header that names every sample of a large batch would be longer than a reader takes. */
static AugStatus check_header(const AugPlan *plan, const AugiLayoutPlan *layout, AugError *error)
{
    if (layout->replaceable == 0 || layout->header_capacity <= AUGI_SAFETENSORS_MAX_HEADER)
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                    "the header of a batch of %u samples, all of them replaced, would have up to "
                    "%zu bytes; allowed are %u, so use a smaller batch.size, more ranks or "
                    "batch.on_error: fail",
                    layout->batch_size, layout->header_capacity, AUGI_SAFETENSORS_MAX_HEADER);
}

AugStatus augi_share_init(AugiShare *share, const AugPlan *plan, uint32_t rank, uint32_t world,
                          AugError *error)
{
    AUG_TRY(augi_share_of(share, plan->batch_size, rank, world, error));
    const uint32_t n_passes = plan->spec->mix.n > 0 ? augi_mix_sizes(plan).most_passes : 0;
    for (uint32_t i = n_passes > 0 ? n_passes - 1 : 0; i <= n_passes; i++)
        share->most_further[i % 2] = most_further(plan, share->world, i);
    if (!plan_layout(plan, share->most, &share->layout))
        return fail_size(plan, share->most, error);
    AUG_TRY(check_header(plan, &share->layout, error));
    set_sizes(share, plan);
    return AUG_OK;
}

uint32_t aug_plan_slice_size(const AugPlan *plan, uint32_t world)
{
    return largest_slice(plan->batch_size, world ? world : 1);
}

AugStatus aug_plan_slice_bytes(const AugPlan *plan, uint32_t world, size_t *bytes, AugError *error)
{
    AugiShare share;
    *bytes = 0;
    AUG_TRY(augi_share_init(&share, plan, 0, world, error));
    char *header = malloc(share.layout.header_capacity);
    if (!header)
        return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
    *bytes = augi_layout_most(&share.layout, header);
    free(header);
    return AUG_OK;
}
