/* Streams of one plan, from the engine and as bytes, side by side. */
#ifndef TEST_STREAMS_H
#define TEST_STREAMS_H

#include "stream/kind.h"

/* A kind that no stream needs to be opened with: for announcements that are refused. */
extern const StreamKind test_bytes_kind;

/* Reads epochs of a rank's part of a plan from the engine and from a stream that gets the same
 * batches as bytes alone, as from a server, and expects the same positions, tensors and offsets to
 * the end. Returns the number of batches. */
uint64_t test_streams_agree(const AugPlan *plan, uint32_t epochs, uint32_t rank, uint32_t world);

#endif
