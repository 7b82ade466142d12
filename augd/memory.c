/* Dividing the memory, and booking what streams take of it. */
#include "augd/memory.h"

#include <inttypes.h>

#include "augd/failure.h"

/* Opening brings in code, too; what is beyond this is held by data sets. */
#define CODE_SIZE (UINT64_C(8) << 20)

/* Bounds of what one worker may hold where the settings leave it open. The largest picture allowed
 * is 268 MB as RGB, and a step that changes it needs room for another one; 24 megapixels fit into
 * the third of that. */
#define MOST_WORKER_SIZE (UINT64_C(512) << 20)
#define LEAST_WORKER_SIZE (UINT64_C(64) << 20)

/* A pause after which memory may be free. */
#define RETRY_AFTER_MS 1000

/* A quarter of all for the workers together; more where that is little, but no more than half. */
static uint64_t choose_worker_size(uint64_t size, uint32_t n_workers)
{
    const uint64_t quarter = size / 4 / n_workers, half = size / 2 / n_workers;
    if (quarter > MOST_WORKER_SIZE)
        return MOST_WORKER_SIZE;
    if (quarter > LEAST_WORKER_SIZE)
        return quarter;
    return half < LEAST_WORKER_SIZE ? half : LEAST_WORKER_SIZE;
}

AugStatus augd_memory_divide(AugdMemory *memory, const AugdSettings *settings, AugPool *pool,
                             uint64_t data_size, AugError *error)
{
    const uint64_t size = settings->max_memory_size;
    const uint64_t data = data_size > CODE_SIZE ? data_size - CODE_SIZE : 0;
    const uint32_t n_workers = aug_pool_threads(pool);
    uint64_t each = settings->worker_memory_size;
    if (each == 0 && size > data)
        each = choose_worker_size(size - data, n_workers);
    if (each == 0 || data >= size || each >= (size - data) / n_workers)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--max-memory allows %" PRIu64 " bytes; data sets hold %" PRIu64
                        " and %" PRIu32 " workers may hold %" PRIu64
                        " each, which leaves nothing for streams; allow more, or less to workers "
                        "(--worker-memory, --threads)",
                        size, data, n_workers, each);
    aug_pool_limit(pool, each);
    *memory = (AugdMemory){.most = size - data - aug_pool_memory(pool)};
    return AUG_OK;
}

bool augd_memory_reserve(AugdMemory *memory, uint64_t size, AugpFailure *failure)
{
    const uint64_t room = memory->most - memory->reserved;
    if (size <= room) {
        memory->reserved += size;
        return true;
    }
    const bool fits_alone = size <= memory->most;
    augd_failure_set(failure, AUGP_CODE_RESOURCE_EXHAUSTED,
                     "the stream takes up to %" PRIu64 " bytes; all streams may take %" PRIu64
                     " and others have %" PRIu64 " of them%s",
                     size, memory->most, memory->reserved,
                     fits_alone ? ""
                                : "; use a smaller batch.size, smaller pictures or more ranks");
    failure->retry = fits_alone;
    failure->retry_after_ms = fits_alone ? RETRY_AFTER_MS : 0;
    return false;
}

bool augd_memory_is_coming(const AugdMemory *memory, uint64_t size)
{
    const uint64_t room = memory->most - memory->reserved;
    return size > room && size <= room + memory->leaving;
}

void augd_memory_leave(AugdMemory *memory, uint64_t size)
{
    memory->leaving += size;
}

void augd_memory_left(AugdMemory *memory, uint64_t size)
{
    memory->leaving -= size;
    augd_memory_give(memory, size);
}

void augd_memory_give(AugdMemory *memory, uint64_t size)
{
    memory->reserved -= size;
}
