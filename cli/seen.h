/* Which lines of one row were written, by their digests. Two lines with one digest are one: that they
 * differ has a chance of 2^-128. */
#ifndef CLI_SEEN_H
#define CLI_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"
#include "libaug/base/digest.h"

/* A line in the table; round: that of its row. */
typedef struct CliSeenLine {
    AugiDigest digest;
    uint64_t round;
} CliSeenLine;

/* Zero-initialise it. slots: a power of two of them, of which at most half are of this round; n: how
 * many are. Memory grows with the most different lines of a row and is kept. */
typedef struct CliSeen {
    CliSeenLine *slots;
    size_t n_slots, n;
    uint64_t round;
} CliSeen;

/* Forgets all lines, for another row; takes no time. */
void cli_seen_begin(CliSeen *seen);

/* Whether a line was seen; notes it. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus cli_seen_add(CliSeen *seen, const void *bytes, size_t size, bool *was_seen,
                                      AugError *error);

/* Frees it. */
void cli_seen_fini(CliSeen *seen);

#endif
