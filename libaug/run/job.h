/* A domain's job on samples, and what it proves of their files. */
#ifndef AUGI_JOB_H
#define AUGI_JOB_H

#include "libaug/run/plan.h"

/* The job for a sample and its n - 1 partners, which are borrowed. It tells the domain which of
 * them have files that were never read to their end. Any thread. */
AugDomainJob augi_job_make(const AugPlan *plan, const AugKey *key, const AugSample *samples,
                           uint32_t n);

/* The domain did the job: the files that were unchecked are not damaged. Any thread. */
void augi_job_done(const AugDomainJob *job);

/* A share of a label of which a part is spread over n classes, as a batch has it. */
static inline float augi_smooth_share(float share, double part, uint32_t n)
{
    return (float)((1 - part) * (double)share + part / n);
}

#endif
