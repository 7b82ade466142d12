/* The built-in order of batch.group_by_length. */
#ifndef AUGI_BY_LENGTH_H
#define AUGI_BY_LENGTH_H

#include "aug/plan.h"

/* An AugOrder's function, without user: sorts the samples of a window by stored length, those of
 * one length by where they stood, and cuts them into batches, which are shuffled unless the spec
 * shuffles nothing. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_arrange_by_length(void *user, const AugOrderWindow *window,
                                                uint64_t *samples, AugError *error);

/* Bytes that it takes while it works on windows of so many batches. */
size_t augi_by_length_scratch(uint32_t n_batches, uint32_t batch_size);

#endif
