/* Checks what a server sends to one client: every byte belongs to a frame that is allowed there,
 * messages can be read, batches come in order and as announced, and nothing follows an error that
 * ends the connection. */
#ifndef TEST_FUZZ_WITNESS_H
#define TEST_FUZZ_WITNESS_H

#include <stdbool.h>

#include "protocol/frame.h"
#include "protocol/message.h"

/* What one client has seen. Zero-initialise.
 *
 * bytes:  received and not yet a whole frame, size of them
 * state:  of the connection, as far as the server has moved it
 * info, ident: of the stream that was opened last
 * epoch, step, seq: of the batch that must come next; before the first of a stream only seq counts
 * has_position: epoch and step are known
 * epoch_is_over: END_OF_EPOCH must come next
 * is_over: an error ended the connection
 */
typedef struct FuzzWitness {
    uint8_t *bytes;
    size_t size;
    AugpState state;
    AugpOpenOk info;
    uint64_t ident;
    uint32_t epoch;
    uint64_t step, seq;
    bool has_position, epoch_is_over, is_over;
} FuzzWitness;

/* Takes what came next, and ends the process if it may not have come. */
void fuzz_witness_take(FuzzWitness *witness, const uint8_t *bytes, size_t size);

/* Frees what it owns and zeroes it. */
void fuzz_witness_fini(FuzzWitness *witness);

#endif
