/* A hash table; what is of another round is as free. */
#include "cli/seen.h"

#include <stdlib.h>

/* Slots of a new table: enough for the copies that most ask for. */
#define FIRST_SLOTS 64

/* The slot of a digest, or the free one where it belongs. */
static CliSeenLine *find(const CliSeen *seen, const AugiDigest *digest)
{
    size_t at = (size_t)digest->low & (seen->n_slots - 1);
    for (;; at = (at + 1) & (seen->n_slots - 1)) {
        CliSeenLine *line = &seen->slots[at];
        if (line->round != seen->round ||
            (line->digest.low == digest->low && line->digest.high == digest->high))
            return line;
    }
}

/* Room for one line more. */
static AugStatus reserve(CliSeen *seen, AugError *error)
{
    if (2 * (seen->n + 1) <= seen->n_slots)
        return AUG_OK;
    CliSeen more = {.n_slots = seen->n_slots ? 2 * seen->n_slots : FIRST_SLOTS,
                    .n = seen->n,
                    .round = seen->round};
    more.slots = calloc(more.n_slots, sizeof(*more.slots));
    if (!more.slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the copies of a row");
    for (size_t i = 0; i < seen->n_slots; i++)
        if (seen->slots[i].round == seen->round)
            *find(&more, &seen->slots[i].digest) = seen->slots[i];
    free(seen->slots);
    *seen = more;
    return AUG_OK;
}

void cli_seen_begin(CliSeen *seen)
{
    seen->round++;
    seen->n = 0;
}

AugStatus cli_seen_add(CliSeen *seen, const void *bytes, size_t size, bool *was_seen,
                       AugError *error)
{
    const AugiDigest digest = augi_digest(bytes, size);
    AUG_TRY(reserve(seen, error));
    CliSeenLine *line = find(seen, &digest);
    *was_seen = line->round == seen->round;
    if (*was_seen)
        return AUG_OK;
    *line = (CliSeenLine){.digest = digest, .round = seen->round};
    seen->n++;
    return AUG_OK;
}

void cli_seen_fini(CliSeen *seen)
{
    free(seen->slots);
    *seen = (CliSeen){0};
}
