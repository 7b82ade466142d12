/* Compares the parts that ranks get with the rows of the whole batch. */
#include "tests/support/ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "libaug/run/batch.h"
#include "tests/support/support.h"

static const int64_t *offsets_of(const AugBatch *batch, const char *name)
{
    char text[AUG_MAX_TENSOR_NAME + sizeof(".offsets")];
    snprintf(text, sizeof(text), "%s.offsets", name);
    AugTensor found = {0};
    return aug_batch_tensor(batch, text, &found) ? found.bytes : NULL;
}

static bool is_offsets(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && strcmp(dot, ".offsets") == 0;
}

/* Rows from to from + n - 1 of one tensor of the whole batch. */
static void compare_rows(const AugTensor *whole, const AugTensor *part, uint64_t from, uint64_t n)
{
    ck_assert_str_eq(part->name, whole->name);
    ck_assert_int_eq(part->desc.dtype, whole->desc.dtype);
    ck_assert_uint_eq(part->desc.n_dims, whole->desc.n_dims);
    size_t row_size = aug_dtype_size(whole->desc.dtype);
    for (uint32_t d = 1; d < whole->desc.n_dims; d++) {
        ck_assert_uint_eq(part->desc.shape[d], whole->desc.shape[d]);
        row_size *= whole->desc.shape[d];
    }
    ck_assert_uint_eq(part->desc.shape[0], n);
    ck_assert_uint_eq(part->size, n * row_size);
    ck_assert_uint_le((from + n) * row_size, whole->size);
    ck_assert_msg(
        memcmp(part->bytes, (const uint8_t *)whole->bytes + from * row_size, part->size) == 0,
        "%s differs in rows %d to %d", part->name, (int)from, (int)(from + n));
}

static void compare_offsets(const AugTensor *whole, const AugTensor *part, uint32_t first,
                            uint32_t n)
{
    const int64_t *all = whole->bytes, *own = part->bytes;
    ck_assert_uint_eq(part->desc.shape[0], (uint64_t)n + 1);
    for (uint32_t i = 0; i <= n; i++)
        ck_assert_int_eq(own[i], all[first + i] - all[first]);
}

static void check_file(const AugBatch *batch)
{
    size_t size;
    AugError error = {0};
    AugiTensorFile file;
    const void *bytes = aug_batch_bytes(batch, &size);
    ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
    const AugStatus status = augi_safetensors_parse(&file, bytes, size, "batch", &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    ck_assert_uint_eq(file.n_tensors, aug_batch_n_tensors(batch));
    augi_tensor_file_fini(&file);
}

/* What mixing needed of other ranks had room. */
static void check_room(const AugBatch *batch)
{
    const uint32_t n_passes = batch->mix.n_passes;
    for (uint32_t pass = 0; pass < n_passes; pass++)
        ck_assert_uint_le(batch->n_needed[pass] - batch->slice.n,
                          batch->share->most_further[(n_passes - pass) % 2]);
    ck_assert_uint_le(batch->slice.n, batch->share->most);
    ck_assert_uint_le(batch->n_made * sizeof(AugiRow), batch->share->sizes.rows);
}

void test_part_agrees(const AugBatch *whole, const AugBatch *part, uint32_t first)
{
    const uint32_t n = aug_batch_count(part);
    ck_assert_uint_eq(aug_batch_epoch(part), aug_batch_epoch(whole));
    ck_assert_uint_eq(aug_batch_step(part), aug_batch_step(whole));
    ck_assert_int_eq(aug_batch_is_last(part), aug_batch_is_last(whole));
    ck_assert_uint_eq(aug_batch_first_row(part), first);
    ck_assert_uint_eq(aug_batch_global_count(part), aug_batch_count(whole));
    ck_assert_uint_eq(aug_batch_n_tensors(part), aug_batch_n_tensors(whole));
    check_file(part);
    check_room(part);
    for (uint32_t i = 0; i < aug_batch_n_tensors(whole); i++) {
        const AugTensor all = aug_batch_tensor_at(whole, i), own = aug_batch_tensor_at(part, i);
        const int64_t *offsets = offsets_of(whole, all.name);
        if (is_offsets(all.name))
            compare_offsets(&all, &own, first, n);
        else if (offsets)
            compare_rows(&all, &own, (uint64_t)offsets[first],
                         (uint64_t)(offsets[first + n] - offsets[first]));
        else
            compare_rows(&all, &own, first, n);
    }
}

static AugBatch *next(AugLoader *loader)
{
    AugBatch *batch;
    AugError error = {0};
    const AugStatus status = aug_loader_next(loader, &batch, &error);
    ck_assert_msg(status == AUG_OK || status == AUG_END, "%s: %s", error.where, error.message);
    return status == AUG_OK ? batch : NULL;
}

static uint64_t compare_world(const AugPlan *plan, uint32_t epochs, uint32_t world, AugPool *pool)
{
    AugLoaderOptions options = {.pool = pool, .depth = 2, .epochs = epochs};
    AugLoader *whole, **ranks = calloc(world, sizeof(AugLoader *));
    ck_assert_int_eq(aug_loader_new(&whole, plan, &options, NULL), AUG_OK);
    options.world = world;
    for (options.rank = 0; options.rank < world; options.rank++)
        ck_assert_int_eq(aug_loader_new(&ranks[options.rank], plan, &options, NULL), AUG_OK);
    uint64_t n_empty = 0;
    for (AugBatch *expected; (expected = next(whole)); aug_batch_free(expected)) {
        uint32_t first = 0;
        for (uint32_t rank = 0; rank < world; rank++) {
            AugBatch *part = next(ranks[rank]);
            ck_assert_ptr_nonnull(part);
            test_part_agrees(expected, part, first);
            first += aug_batch_count(part);
            n_empty += aug_batch_count(part) == 0;
            aug_batch_free(part);
        }
        ck_assert_uint_eq(first, aug_batch_count(expected));
    }
    for (uint32_t rank = 0; rank < world; rank++) {
        ck_assert_ptr_null(next(ranks[rank]));
        aug_loader_free(ranks[rank]);
    }
    aug_loader_free(whole);
    free(ranks);
    return n_empty;
}

uint64_t test_ranks_agree(const AugPlan *plan, uint32_t epochs, const uint32_t *worlds, size_t n)
{
    uint64_t n_empty = 0;
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 3, NULL), AUG_OK);
    for (size_t i = 0; i < n; i++)
        n_empty += compare_world(plan, epochs, worlds[i], pool);
    aug_pool_free(pool);
    return n_empty;
}
