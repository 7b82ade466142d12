/* What a worker may hold, and whether it is to go on: its memory is counted before it is taken,
 * piece by piece, so that a thread never holds more than it may, whatever sample it makes; and
 * between two steps of a sample it asks whether anybody still wants it.
 *
 * Guarantees by party. The allowance: refuses a piece that would exceed it, with a figure. Whoever
 * takes memory: asks before, and gives back as much when it is freed. Where an allowance is
 * expected, NULL stands for one that refuses nothing. Not for two threads at once.
 */
#ifndef AUGI_ALLOWANCE_H
#define AUGI_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"

/* Set by anyone, at any time, once nobody wants what is made (libaug/base/stop.h). */
struct AugiStop;

/* An account of bytes; zero-initialise it, or set most.
 *
 * most:    bytes that may be held; 0: any number
 * held:    bytes that are
 * peak:    the most that were
 * refused: bytes that would have been held with the piece that was last refused; 0: none was
 * stop:    asked between two steps of a sample; NULL: it is never set
 */
typedef struct AugiAllowance {
    size_t most;
    size_t held, peak;
    size_t refused;
    const struct AugiStop *stop;
} AugiAllowance;

/* Counts a piece that is about to be taken. AUG_NO_MEMORY if it may not be. */
AUG_MUST_CHECK AugStatus augi_allowance_take(AugiAllowance *allowance, size_t size,
                                             AugError *error);

/* Counts a piece that was freed. */
void augi_allowance_give(AugiAllowance *allowance, size_t size);

/* Whether a piece was refused since the member was cleared. */
bool augi_allowance_refused(const AugiAllowance *allowance);

/* Fails as the take that was last refused did, for whoever could not pass its error on. */
AUG_MUST_CHECK AugStatus augi_allowance_fail(const AugiAllowance *allowance, AugError *error);

/* Whether stop is set: work that may take more than some milliseconds asks every now and then. */
bool augi_allowance_stopped(const AugiAllowance *allowance);

/* Fails with AUG_CLOSED if stop is set. */
AUG_MUST_CHECK AugStatus augi_allowance_go_on(const AugiAllowance *allowance, AugError *error);

#endif
