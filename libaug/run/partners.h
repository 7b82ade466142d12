/* The samples that one sample is made with, as its operations ask. */
#ifndef AUGI_PARTNERS_H
#define AUGI_PARTNERS_H

#include "libaug/run/plan.h"

/* Draws which samples are the partners of the sample of this key (NULL: it has none): n indices,
 * with room for AUG_MAX_PARTNERS. Fails with AUG_BAD_SPEC where it needs some and the data set has
 * no samples. */
AUG_MUST_CHECK AugStatus augi_partners_draw(const AugPlan *plan, const AugKey *key,
                                            uint64_t *indices, uint32_t *n, AugError *error);

/* Reads the partners of the sample of this key (NULL: it has none) into samples[0], [1], ..., each
 * with a buffer of its own: both have room for AUG_MAX_PARTNERS. n receives how many. Any thread,
 * with its own buffers. Fails like aug_dataset_read and augi_partners_draw. */
AUG_MUST_CHECK AugStatus augi_partners_read(const AugPlan *plan, const AugKey *key,
                                            AugBuffer *buffers, AugSample *samples, uint32_t *n,
                                            AugError *error);

#endif
