/* A domain's job on samples, and what it proves of their files and leaves of them. */
#ifndef AUGI_JOB_H
#define AUGI_JOB_H

#include "libaug/run/members.h"

/* The job for members that are read, which are borrowed, with their hints. It tells the domain which
 * of them have files that were never read to their end. Any thread. */
AugDomainJob augi_job_make(AugiMembers *members);

/* Whether a job that failed so is to be done once more: what hints take of the worker's memory must
 * not decide whether there is room for a sample. They are then given up. */
bool augi_job_again(AugiMembers *members, AugDomainJob *job, AugStatus status);

/* The domain did the job: the files that were unchecked are not damaged. Any thread. */
void augi_job_done(const AugiMembers *members, const AugDomainJob *job);

/* A share of a label of which a part is spread over n classes, as a batch has it. */
static inline float augi_smooth_share(float share, double part, uint32_t n)
{
    return (float)((1 - part) * (double)share + part / n);
}

#endif
