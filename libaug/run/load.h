/* A sample on its way from a data set into a row: read into a buffer, or kept by the plan's
 * cache. */
#ifndef AUGI_LOAD_H
#define AUGI_LOAD_H

#include "libaug/run/plan.h"

/* Whose the bytes of a sample are. */
typedef enum AugiOwner {
    AUGI_OWNER_BUFFER, /* read into a buffer of the thread */
    AUGI_OWNER_CACHE,  /* pinned by the plan's cache */
    AUGI_OWNER_CALLER, /* given from outside */
} AugiOwner;

/* What keeps a sample where it is. */
typedef struct AugiHold {
    AugiOwner owner;
    void *pin; /* the cache's */
} AugiHold;

/* Finds the sample of an index in the plan's cache, or else reads it into the buffer. It stays
 * until augi_load_end, if the buffer is not used meanwhile. Any thread. Fails like
 * aug_dataset_read; then there is nothing to end. */
AUG_MUST_CHECK AugStatus augi_load(const AugPlan *plan, uint64_t index, AugBuffer *buffer,
                                   AugSample *sample, AugiHold *hold, AugError *error);

/* Says that a sample is loaded soon, so that loading waits less. Any thread. */
void augi_load_expect(const AugPlan *plan, uint64_t index);

/* Ends the use of a sample. is_whole: something was made of it, so it is not damaged, and what was
 * read is offered to the cache. */
void augi_load_end(const AugPlan *plan, uint64_t index, const AugSample *sample, AugiHold *hold,
                   bool is_whole);

#endif
