/* The daemon's memory: who may hold how much of what --max-memory allows.
 *
 * It is divided once, at the start: what data sets hold, what workers may hold, and the rest, of
 * which each stream reserves what its spec can take before that is parsed, and all that its batches
 * can take before it makes the first. What is not counted is small or bounded: the program itself,
 * what connections begin to send and leave unread (connection.h), and one sample as stored for each
 * data set that is read as a whole, because a client demands a content that is not known.
 */
#ifndef AUGD_MEMORY_H
#define AUGD_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/loader.h"
#include "augd/settings.h"
#include "protocol/message.h"

/* Touched by the loop's thread only.
 *
 * most:     bytes that streams may take together
 * reserved: bytes that they may take at most now
 */
typedef struct AugdMemory {
    uint64_t most, reserved;
} AugdMemory;

/* Divides what the settings allow and bounds the workers of the pool. data_size: bytes by which the
 * process grew while its data sets were opened, and will grow while they are read. Fails with
 * AUG_BAD_ARGUMENT where nothing would be left. */
AUG_MUST_CHECK AugStatus augd_memory_divide(AugdMemory *memory, const AugdSettings *settings,
                                            AugPool *pool, uint64_t data_size, AugError *error);

/* Takes size bytes for a stream; false with a failure set that says whether to try again. */
bool augd_memory_reserve(AugdMemory *memory, uint64_t size, AugpFailure *failure);

/* Gives back what a stream had reserved. */
void augd_memory_give(AugdMemory *memory, uint64_t size);

#endif
