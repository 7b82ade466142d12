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
 * leaving:  of those, what streams have that are being taken down
 */
typedef struct AugdMemory {
    uint64_t most, reserved, leaving;
} AugdMemory;

/* Divides what the settings allow and bounds the workers of the pool. data_size: bytes by which the
 * process grew while its data sets were opened, and will grow while they are read. Fails with
 * AUG_BAD_ARGUMENT where nothing would be left. */
AUG_MUST_CHECK AugStatus augd_memory_divide(AugdMemory *memory, const AugdSettings *settings,
                                            AugPool *pool, uint64_t data_size, AugError *error);

/* Takes size bytes for a stream; false with a failure set that says whether to try again. */
bool augd_memory_reserve(AugdMemory *memory, uint64_t size, AugpFailure *failure);

/* Whether there is no room for size bytes yet, but will be once the streams are gone that are being
 * taken down: then it is worth waiting for them. */
bool augd_memory_is_coming(const AugdMemory *memory, uint64_t size);

/* Says that a stream which had reserved size bytes is being taken down: augd_memory_left follows
 * within the time that workers need to let go of it. */
void augd_memory_leave(AugdMemory *memory, uint64_t size);

/* Gives back what a stream had reserved that is taken down now. */
void augd_memory_left(AugdMemory *memory, uint64_t size);

/* Gives back what a stream had reserved. */
void augd_memory_give(AugdMemory *memory, uint64_t size);

#endif
