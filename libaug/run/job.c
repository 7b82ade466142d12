/* Which samples of a job are still to be checked, and that they were; and their hints. */
#include "libaug/run/job.h"

#include <string.h>

#include "libaug/data/identity.h"
#include "libaug/run/thread.h"

/* In the buffer for hints: fields 0 to n - 1 hold what is known of the members, and this one is the
 * room for what is new. */
#define ROOM_FIELD (1 + AUG_MAX_PARTNERS)
_Static_assert(ROOM_FIELD < AUG_MAX_FIELDS, "each has a field of its own");

/* Bytes of a sample's files. */
static uint64_t files_size(const AugPlan *plan, const AugSample *sample)
{
    const AugDatasetInfo *info = aug_dataset_info(plan->dataset);
    uint64_t size = 0;
    for (uint32_t i = 0; i < info->n_fields; i++)
        size += info->fields[i].form == AUG_FORM_ENCODED ? sample->fields[i].size : 0;
    return size;
}

static AugBuffer *buffer_of(const AugiMembers *members)
{
    return &members->buffers[AUGI_BUFFER_HINTS];
}

/* Room for new ones; memory that cannot be had is no reason to fail. */
static void make_room(AugiMembers *members, size_t most)
{
    AugBuffer *buffer = buffer_of(members);
    AugSampleHints *hints = &members->hints[0];
    if (augi_buffer_reserve_field(buffer, ROOM_FIELD, most, NULL) == AUG_OK) {
        hints->room = buffer->more[ROOM_FIELD].bytes;
        hints->most = most;
    } else if (buffer->allowance) {
        buffer->allowance->refused = 0;
    }
}

/* Of a sample whose files are known to be whole hints are made, too, but only where they will be
 * known from then on: the files are read to their end for it. */
static void find_hints(AugiMembers *members, AugDomainJob *job, uint32_t i)
{
    const AugSample *sample = &members->samples[i];
    AugiHints *store = augi_sample_hints(sample, members->plan->domain->hints);
    AugSampleHints *hints = &members->hints[i];
    AugiHint known = {.index = sample->index};
    *hints = (AugSampleHints){0};
    if (!store || !augi_sample_digest(sample, &known.digest))
        return;
    hints->detail = (AugHintDetail)store->set.detail;
    const size_t most = augi_hints_most(hints->detail, files_size(members->plan, sample));
    if (augi_hints_find(store, &known, most, buffer_of(members), i)) {
        hints->bytes = known.bytes;
        hints->size = known.size;
    } else if (i == 0 && (job->unchecked & 1 || atomic_load(&store->is_kept))) {
        make_room(members, most);
        job->unchecked |= hints->room ? 1 : 0;
    }
}

AugDomainJob augi_job_make(AugiMembers *members)
{
    const AugDomain *domain = members->plan->domain;
    AugDomainJob job = {.key = members->key, .samples = members->samples, .n = members->n};
    for (uint32_t i = 0; domain->checks_files && i < job.n; i++)
        if (augi_sample_is_unchecked(&job.samples[i]))
            job.unchecked |= 1u << i;
    for (uint32_t i = 0; domain->hints && i < job.n; i++)
        find_hints(members, &job, i);
    if (domain->hints)
        job.hints = members->hints;
    return job;
}

bool augi_job_again(AugiMembers *members, AugDomainJob *job, AugStatus status)
{
    AugBuffer *buffer = buffer_of(members);
    if (status != AUG_NO_MEMORY || !job->hints || !augi_allowance_refused(buffer->allowance))
        return false;
    bool had_some = false;
    for (uint32_t i = 0; i < job->n; i++)
        had_some = had_some || job->hints[i].bytes || job->hints[i].room;
    if (!had_some)
        return false;
    aug_buffer_fini(buffer);
    buffer->allowance->refused = 0;
    job->hints = NULL;
    job->unchecked &= ~1u;
    if (augi_sample_is_unchecked(&job->samples[0]))
        job->unchecked |= 1;
    return true;
}

void augi_job_done(const AugiMembers *members, const AugDomainJob *job)
{
    for (uint32_t i = 0; job->unchecked && i < job->n; i++)
        if (job->unchecked & 1u << i)
            augi_sample_set_checked(&job->samples[i]);
    const AugSampleHints *hints = job->hints;
    const AugSample *sample = &job->samples[0];
    AugiHint made = {.index = sample->index};
    if (!hints || !hints->is_made || !hints->room || hints->made > hints->most ||
        !augi_sample_digest(sample, &made.digest))
        return;
    made.bytes = hints->room;
    made.size = hints->made;
    augi_hints_add(augi_sample_hints(sample, members->plan->domain->hints), &made);
}
