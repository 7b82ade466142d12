/* The cache is asked first, and offered what proved to be whole. */
#include "libaug/run/load.h"

#include <string.h>

#include "libaug/data/dataset.h"

AugStatus augi_load(const AugPlan *plan, uint64_t index, AugBuffer *buffer, AugSample *sample,
                    AugiHold *hold, AugError *error)
{
    const AugCache *cache = &plan->options.cache;
    *hold = (AugiHold){.owner = AUGI_OWNER_CACHE};
    if (cache->get) {
        memset(buffer->fields, 0, sizeof(buffer->fields));
        *sample = (AugSample){.name = "", .fields = buffer->fields};
        if (cache->get(cache->user, index, sample, &hold->pin))
            return AUG_OK;
    }
    *hold = (AugiHold){.owner = AUGI_OWNER_BUFFER};
    return aug_dataset_read(plan->dataset, index, buffer, sample, error);
}

void augi_load_expect(const AugPlan *plan, uint64_t index)
{
    if (!plan->options.cache.get)
        augi_dataset_expect(plan->dataset, index);
}

void augi_load_end(const AugPlan *plan, uint64_t index, const AugSample *sample, AugiHold *hold,
                   bool is_whole)
{
    const AugCache *cache = &plan->options.cache;
    if (hold->owner == AUGI_OWNER_CACHE)
        cache->release(cache->user, hold->pin);
    else if (hold->owner == AUGI_OWNER_BUFFER && is_whole && cache->put)
        cache->put(cache->user, index, sample);
    *hold = (AugiHold){.owner = AUGI_OWNER_CALLER};
}
