/* Which samples of a job are still to be checked, and that they were. */
#include "libaug/run/job.h"

#include "libaug/data/identity.h"

AugDomainJob augi_job_make(const AugPlan *plan, const AugKey *key, const AugSample *samples,
                           uint32_t n)
{
    AugDomainJob job = {.key = key, .samples = samples, .n = n};
    for (uint32_t i = 0; plan->domain->checks_files && i < n; i++)
        if (augi_sample_is_unchecked(&samples[i]))
            job.unchecked |= 1u << i;
    return job;
}

void augi_job_done(const AugDomainJob *job)
{
    for (uint32_t i = 0; job->unchecked && i < job->n; i++)
        if (job->unchecked & 1u << i)
            augi_sample_set_checked(&job->samples[i]);
}
