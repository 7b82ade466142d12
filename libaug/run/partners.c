/* The domain draws the partners' numbers, the data set reads them. */
#include "libaug/run/partners.h"

AugStatus augi_partners_draw(const AugPlan *plan, const AugKey *key, uint64_t *indices, uint32_t *n,
                             AugError *error)
{
    *n = 0;
    if (!key || !plan->domain->partners)
        return AUG_OK;
    /* How many there are does not depend on how many there could be. */
    const uint64_t n_samples = plan->n_samples > 0 ? plan->n_samples : 1;
    *n = plan->domain->partners(plan->domain_plan, key, n_samples, indices);
    if (*n > 0 && plan->n_samples == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "an operation of the pipeline takes part of other samples, and the data "
                        "set has none; allowed are operations that need one sample");
    return AUG_OK;
}

AugStatus augi_partners_read(const AugPlan *plan, const AugKey *key, AugBuffer *buffers,
                             AugSample *samples, uint32_t *n, AugError *error)
{
    uint64_t indices[AUG_MAX_PARTNERS];
    AUG_TRY(augi_partners_draw(plan, key, indices, n, error));
    for (uint32_t i = 0; i < *n; i++)
        AUG_TRY(aug_dataset_read(plan->dataset, indices[i], &buffers[i], &samples[i], error));
    return AUG_OK;
}
