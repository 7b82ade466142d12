/* Arithmetic on positions of a stream. */
#ifndef AUGI_POSITION_H
#define AUGI_POSITION_H

#include <stdint.h>

#include "aug/status.h"

/* The last epoch that there is. What comes behind it, step 0 of the next one, still has a number,
 * so that no position of a batch that was not made yet ever is that of an earlier one. */
#define AUGI_LAST_EPOCH (UINT32_MAX - 1)

/* A position, and how many epochs are wanted from there, the first counted from its step on; 0: all
 * that there are. */
typedef struct AugiPosition {
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
} AugiPosition;

/* Makes the step behind an epoch's last the next epoch's first. Fails with AUG_BAD_ARGUMENT at a
 * step beyond that, and where an epoch is beyond the last; error names the member. Any thread. */
AUG_MUST_CHECK AugStatus augi_position_settle(AugiPosition *position, uint64_t steps_per_epoch,
                                              AugError *error);

/* Batches from a settled position to the end of its epochs. More than can be counted: UINT64_MAX.
 * Any thread. */
uint64_t augi_batches_until_end(const AugiPosition *position, uint64_t steps_per_epoch);

#endif
