/* The samples that one row is made of: its own, number 0, and the partners that its operations take
 * part of. Where the plan replaces, each of them may be another one than was drawn.
 *
 * A replacement is a pure function of (seed, epoch, index of the row's own sample, partner): the
 * first of a list of draws over the whole data set that can be made. The row keeps its draws, those
 * of the sample that was to be there, so it is no twin of the replacement's own row.
 */
#ifndef AUGI_MEMBERS_H
#define AUGI_MEMBERS_H

#include "libaug/run/load.h"

/* Draws that are tried in place of one sample. Where d of all samples are damaged, a row fails with
 * d^64: once in 10^19 for one half, once in 800 for nine in ten. */
#define AUGI_MOST_REPLACEMENTS 64

/* The members of a row, while one thread makes it.
 *
 * key:      of the row's draws, under its own sample as drawn; NULL: it is alone, with no draws
 * row:      its number, for the notes
 * notes:    one for each member that may be replaced; NULL: none may
 * buffers:  one each, of the thread, and those behind (AUGI_THREAD_BUFFERS)
 * hints:    of each, once a job was made for them
 * n_read:   the first so many are read, and held where they are
 * drawn, shown: what the key says, and what stands there
 * draws, n_draws: of the replacements of each
 */
typedef struct AugiMembers {
    const AugPlan *plan;
    const AugKey *key;
    uint32_t row;
    AugReplaced *notes;
    AugBuffer *buffers;
    AugSample samples[1 + AUG_MAX_PARTNERS];
    AugiHold holds[1 + AUG_MAX_PARTNERS];
    AugSampleHints hints[1 + AUG_MAX_PARTNERS];
    uint32_t n, n_read;
    uint64_t drawn[1 + AUG_MAX_PARTNERS], shown[1 + AUG_MAX_PARTNERS];
    AugRng draws[1 + AUG_MAX_PARTNERS];
    uint32_t n_draws[1 + AUG_MAX_PARTNERS];
} AugiMembers;

/* Draws who they are. Sets everything but the first five, which the caller gives; nothing is read.
 * Fails with AUG_BAD_SPEC where partners are needed and the data set has no samples. */
AUG_MUST_CHECK AugStatus augi_members_draw(AugiMembers *members, AugError *error);

/* Takes the caller's sample as the row's own, which is then not read. After drawing. */
void augi_members_give(AugiMembers *members, const AugSample *sample);

/* Reads those that are not read yet. at_fault receives the number of the one that fails. */
AUG_MUST_CHECK AugStatus augi_members_read(AugiMembers *members, uint32_t *at_fault,
                                           AugError *error);

/* After a failure that a member is at fault for: puts the next draw in its place, to be read, and
 * notes it. Fails with the same error where that must not be replaced, and with AUG_CORRUPT where
 * all draws are used up. error: the failure, or NULL as long as the plan replaces nothing. */
AUG_MUST_CHECK AugStatus augi_members_replace(AugiMembers *members, uint32_t at_fault,
                                              AugStatus status, AugError *error);

/* Ends the use of those that are read: every row that is drawn ends with it. is_made: something was
 * made of them, so none is damaged. */
void augi_members_end(AugiMembers *members, bool is_made);

#endif
