/* Memory for a batch, and pointers into it. */
#include "trainer/data/kept_batch.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64

static AugStatus fail_memory(const char *where, size_t size, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a batch of %zu bytes", size);
}

static AugStatus reserve_bytes(TrainKeptBatch *kept, size_t size, const char *where,
                               AugError *error)
{
    if (size <= kept->capacity)
        return AUG_OK;
    const size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    free(kept->bytes);
    kept->bytes = rounded ? aligned_alloc(ALIGNMENT, rounded) : NULL;
    kept->capacity = kept->bytes ? rounded : 0;
    return kept->bytes ? AUG_OK : fail_memory(where, size, error);
}

static AugStatus reserve_tensors(TrainKeptBatch *kept, uint32_t n, const char *where,
                                 AugError *error)
{
    if (n <= kept->n_tensors)
        return AUG_OK;
    free(kept->tensors);
    free(kept->offsets);
    kept->n_tensors = 0;
    kept->tensors = malloc(n * sizeof(*kept->tensors));
    kept->offsets = malloc(n * sizeof(*kept->offsets));
    if (!kept->tensors || !kept->offsets)
        return fail_memory(where, n * sizeof(*kept->tensors), error);
    kept->n_tensors = n;
    return AUG_OK;
}

static AugStatus reserve_replaced(TrainKeptBatch *kept, uint32_t n, const char *where,
                                  AugError *error)
{
    if (n <= kept->n_replaced)
        return AUG_OK;
    free(kept->replaced);
    kept->replaced = malloc(n * sizeof(*kept->replaced));
    kept->n_replaced = kept->replaced ? n : 0;
    return kept->replaced ? AUG_OK : fail_memory(where, n * sizeof(*kept->replaced), error);
}

AugStatus train_kept_batch_set(TrainKeptBatch *kept, const StreamBatch *batch, const char *where,
                               AugError *error)
{
    AUG_TRY(reserve_bytes(kept, batch->size, where, error));
    AUG_TRY(reserve_tensors(kept, batch->n_tensors, where, error));
    AUG_TRY(reserve_replaced(kept, batch->n_replaced, where, error));
    const uint8_t *from = batch->bytes;
    if (batch->size > 0)
        memcpy(kept->bytes, from, batch->size);
    for (uint32_t i = 0; i < batch->n_tensors; i++) {
        const uint8_t *bytes = batch->tensors[i].bytes;
        const int64_t *offsets = batch->offsets[i];
        kept->tensors[i] = batch->tensors[i];
        kept->tensors[i].name = NULL;
        kept->tensors[i].bytes = kept->bytes + (bytes - from);
        kept->offsets[i] =
            offsets ? (const void *)(kept->bytes + ((const uint8_t *)offsets - from)) : NULL;
    }
    if (batch->n_replaced > 0)
        memcpy(kept->replaced, batch->replaced, batch->n_replaced * sizeof(*kept->replaced));
    kept->batch = *batch;
    kept->batch.bytes = kept->bytes;
    kept->batch.tensors = kept->tensors;
    kept->batch.offsets = kept->offsets;
    kept->batch.replaced = kept->replaced;
    return AUG_OK;
}

void train_kept_batch_fini(TrainKeptBatch *kept)
{
    free(kept->bytes);
    free(kept->tensors);
    free(kept->offsets);
    free(kept->replaced);
    *kept = (TrainKeptBatch){0};
}
