/* What OPENs cost that come to nothing, and how long their clients have to wait for it.
 *
 * Whoever sends bad specs as fast as he can would take a core from those who have good ones, though
 * each is refused within a moment. So the time of processors that went into OPENs which were refused,
 * or whose client left, is added up for all clients together: being many, or coming again, makes it
 * no less. Of what adds up a 32nd of one core is forgiven as time goes by, and AUGD_FREE_NS is
 * nobody's concern, because people make mistakes. What is beyond that has to be waited for: the ERROR
 * comes at once, but nothing more is read from its connection meanwhile.
 *
 * Guarantees. Nothing depends on anything but the arguments, times included: nanoseconds of one clock.
 * A connection waits 1 s at most for its first refusal, and twice as long for each further one in a
 * row, up to 64 s. One that has just greeted waits AUGD_MOST_GREETED_MS at most, and only where
 * connections come again and again to be refused.
 */
#ifndef AUGD_PATIENCE_H
#define AUGD_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* Lost time that nobody waits for: some hundred refusals. */
#define AUGD_FREE_NS (UINT64_C(250) * 1000000)

/* Of time that goes by, one part in so many is forgiven. */
#define AUGD_FORGIVEN_PART 32

/* What one that has just greeted waits at most. */
#define AUGD_MOST_GREETED_MS 200

/* Time that was lost and is not forgiven yet, as of a moment; zero-initialise. */
typedef struct AugdLoss {
    uint64_t ns, at_ns;
} AugdLoss;

/* All clients of a server; zero-initialise.
 *
 * all:   lost with any OPEN
 * first: of that, what was lost with the first OPEN of a connection, or the last: whoever does not
 *        come again does not add to it
 */
typedef struct AugdPatience {
    AugdLoss all, first;
} AugdPatience;

/* One connection; zero-initialise.
 *
 * n_refused: its last OPENs, in a row
 * had_open:  it is not its first one
 */
typedef struct AugdRecord {
    uint32_t n_refused;
    bool had_open;
} AugdRecord;

/* An OPEN was refused after it had cost so much. Returns for how many milliseconds nothing shall be
 * read from its connection; 0: it may go on. */
uint32_t augd_patience_refused(AugdPatience *patience, AugdRecord *record, uint64_t cost_ns,
                               uint64_t now_ns);

/* An OPEN ended its connection, or was left alone by its client. */
void augd_patience_left(AugdPatience *patience, uint64_t cost_ns, uint64_t now_ns);

/* An OPEN was granted. */
void augd_patience_opened(AugdRecord *record);

/* A connection has greeted. Returns for how many milliseconds nothing shall be read from it. */
uint32_t augd_patience_greeted(AugdPatience *patience, uint64_t now_ns);

#endif
