/* Whose turn it is: which of many streams the workers of a pool serve next.
 *
 * Streams share workers by the time that they use, not by samples. Each carries the seconds that
 * its work took; of those that have work the one with the least is next (start-time fair queueing).
 * One that had nothing to do for a while goes on where the others are, so nobody saves up time.
 *
 * A sample cannot be interrupted for another stream's. So where a stream's samples are long, it may
 * have its share of the workers at any moment, but takes more than that only after the streams with
 * shorter samples had nothing to do for as long as one of its samples takes: else it would have
 * all workers whenever the others wait for a reply. And as long as nobody knows how long they are,
 * one is made at a time.
 *
 * Glossary. A *turn* is one stream's part in this. It *waits* while it has work and may be next; it
 * *rests* while it has work, and its share. Turns that have no work are in no list: any number of
 * them costs nothing.
 *
 * Guarantees. Every function takes at most a few steps up or down a heap of the turns that have
 * work. Nothing depends on anything but the arguments, times included: seconds on one clock.
 */
#ifndef AUGI_TURNS_H
#define AUGI_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Classes of streams by the length of their samples, see turns.c. */
#define AUGI_TURN_CLASSES 16

/* Turns by a key, the least first; of equal ones that which was put in first. */
typedef struct AugiTurnHeap {
    struct AugiTurn **turns;
    uint32_t n;
} AugiTurnHeap;

/* Who of a class was served last, and when; and when any other one was. id: 0 for nobody */
typedef struct AugiServed {
    uint64_t id;
    double time, others;
} AugiServed;

/* One stream's part; zero-initialise. The members belong to this module, but anyone may read
 * item_seconds: what one item of work took of late, 0 as long as that is not known.
 *
 * id:        tells turns apart; 0 until it is served
 * used:      seconds of workers, on a scale that all turns share
 * has_work:  as was said last
 * share_end: until when what it got is its share of the workers
 * heap:      where it is, at place; NULL: nowhere
 * n_running: pieces of work in progress; begun and estimated are the sums of what they have
 * advance:   seconds that were booked for those that take longer than was estimated
 */
typedef struct AugiTurn {
    uint64_t id;
    double used, item_seconds;
    bool has_work, is_busy;
    double share_end;
    AugiTurnHeap *heap;
    uint32_t place;
    double key;
    uint64_t number;
    uint32_t n_running;
    double begun, estimated, advance;
} AugiTurn;

/* All turns of a pool.
 *
 * capacity: turns that there is room for
 * now:      used of the turn that was last served, where newcomers begin; it never falls
 * n_busy:   turns that have work or are being worked for
 * n_served: turns that were served, ever
 * served:   by class
 */
typedef struct AugiTurns {
    uint32_t n_workers, capacity, n_busy;
    AugiTurnHeap waiting, resting;
    double now;
    uint64_t n_put, n_served;
    AugiServed served[AUGI_TURN_CLASSES];
} AugiTurns;

/* A piece of work in progress: so many items of equal kind, 0 where it says nothing of them. */
typedef struct AugiTurnWork {
    double begun, estimate;
    uint32_t n_items;
} AugiTurnWork;

/* No turns, and no room for any. */
void augi_turns_init(AugiTurns *turns, uint32_t n_workers);

/* Frees the memory; accepts a zeroed struct. */
void augi_turns_fini(AugiTurns *turns);

/* Makes room for so many turns. False if memory is out; nothing has changed then. */
bool augi_turns_reserve(AugiTurns *turns, uint32_t n);

/* Says whether a turn has work that a worker could begin. True if it waits now and did not. */
bool augi_turns_set(AugiTurns *turns, AugiTurn *turn, bool has_work, double time);

/* The turn that is to be served next; NULL: none. look_at receives when one may be, though nothing
 * is said of any: INFINITY for never. */
AugiTurn *augi_turns_next(AugiTurns *turns, double time, double *look_at);

/* A worker begins such a piece of work of a turn that waits. */
AugiTurnWork augi_turns_begin(AugiTurns *turns, AugiTurn *turn, uint32_t n_items, double time);

/* It is done, and took this long. */
void augi_turns_end(AugiTurns *turns, AugiTurn *turn, const AugiTurnWork *work, double seconds,
                    double time);

/* Books time that a worker spent on a turn beside its items. */
void augi_turns_charge(AugiTurns *turns, AugiTurn *turn, double seconds);

#endif
