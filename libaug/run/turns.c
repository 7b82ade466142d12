/* Fair queueing by time used, on two binary heaps: of turns by what they used, and of those that
 * rest by when they are looked at again. */
#include "libaug/run/turns.h"

#include <math.h>
#include <stdlib.h>

/* Samples are long where waiting for one of all workers to end its own takes this many seconds: a
 * client that waits for batches of samples made in a moment would feel it. */
#define LONG_SECONDS 5e-3

/* Nobody waits longer than this for streams that have nothing to do, however long samples are. */
#define MOST_QUIET_SECONDS 2.0

/* Work that takes this much longer than was estimated is booked before it ends. */
#define LATE_SECONDS 5e-3

/* Who rests is not looked at more often than this. */
#define LOOK_SECONDS 1e-3

void augi_turns_init(AugiTurns *turns, uint32_t n_workers)
{
    *turns = (AugiTurns){.n_workers = n_workers};
    for (int i = 0; i < AUGI_TURN_CLASSES; i++)
        turns->served[i] = (AugiServed){.time = -INFINITY, .others = -INFINITY};
}

void augi_turns_fini(AugiTurns *turns)
{
    free(turns->waiting.turns);
    free(turns->resting.turns);
    *turns = (AugiTurns){0};
}

bool augi_turns_reserve(AugiTurns *turns, uint32_t n)
{
    if (n <= turns->capacity)
        return true;
    const uint32_t capacity = n < 8 ? 8 : n > UINT32_MAX / 2 ? n : 2 * n;
    AugiTurnHeap *heaps[] = {&turns->waiting, &turns->resting};
    for (int i = 0; i < 2; i++) {
        AugiTurn **more = realloc(heaps[i]->turns, capacity * sizeof(*more));
        if (!more)
            return false;
        heaps[i]->turns = more;
    }
    turns->capacity = capacity;
    return true;
}

static bool is_before(const AugiTurn *a, const AugiTurn *b)
{
    return a->key < b->key || (a->key == b->key && a->number < b->number);
}

static void set_place(AugiTurnHeap *heap, uint32_t place, AugiTurn *turn)
{
    heap->turns[place] = turn;
    turn->place = place;
}

/* Moves a turn, whose place is free, up or down to where its key belongs. */
static void settle(AugiTurnHeap *heap, uint32_t place, AugiTurn *turn)
{
    while (place > 0 && is_before(turn, heap->turns[(place - 1) / 2])) {
        set_place(heap, place, heap->turns[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child + 1 < heap->n && is_before(heap->turns[child + 1], heap->turns[child]))
            child++;
        if (child >= heap->n || !is_before(heap->turns[child], turn))
            break;
        set_place(heap, place, heap->turns[child]);
        place = child;
    }
    set_place(heap, place, turn);
}

static void put(AugiTurns *turns, AugiTurnHeap *heap, AugiTurn *turn, double key)
{
    turn->heap = heap;
    turn->key = key;
    turn->number = turns->n_put++;
    settle(heap, heap->n++, turn);
}

static void take_out(AugiTurn *turn)
{
    AugiTurnHeap *heap = turn->heap;
    turn->heap = NULL;
    AugiTurn *last = heap->turns[--heap->n];
    if (last != turn)
        settle(heap, turn->place, last);
}

static void count_busy(AugiTurns *turns, AugiTurn *turn)
{
    const bool is_busy = turn->has_work || turn->n_running > 0;
    if (is_busy && !turn->is_busy)
        turns->n_busy++;
    if (!is_busy && turn->is_busy)
        turns->n_busy--;
    turn->is_busy = is_busy;
}

/* Class 0 are short samples; from there each is twice as long. */
static uint32_t class_of(const AugiTurns *turns, const AugiTurn *turn)
{
    const double ratio = turn->item_seconds / (LONG_SECONDS * turns->n_workers);
    if (ratio < 1)
        return 0;
    const int octave = ilogb(ratio);
    return octave < AUGI_TURN_CLASSES - 1 ? 1 + (uint32_t)octave : AUGI_TURN_CLASSES - 1;
}

/* Notes that a turn is about; of one that nothing is known of it says nothing. */
static void note_served(AugiTurns *turns, AugiTurn *turn, double time)
{
    if (turn->item_seconds == 0)
        return;
    if (turn->id == 0)
        turn->id = ++turns->n_served;
    AugiServed *served = &turns->served[class_of(turns, turn)];
    if (served->id != turn->id)
        served->others = served->time;
    served->id = turn->id;
    served->time = time;
}

/* When another turn of the first n classes was served last. One whose samples differ in length is
 * in several classes by turns, and must not wait for itself. */
static double last_served(const AugiTurns *turns, uint32_t n, const AugiTurn *turn)
{
    double last = -INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        const AugiServed *served = &turns->served[i];
        const bool is_own = turn->id != 0 && served->id == turn->id;
        last = fmax(last, is_own ? served->others : served->time);
    }
    return last;
}

/* Whether a turn has to wait for its first item, as others are about. */
static bool awaits_first(const AugiTurns *turns, const AugiTurn *turn, double time)
{
    return turn->item_seconds == 0 && turn->n_running > 0 &&
           (turns->n_busy > 1 ||
            time - last_served(turns, AUGI_TURN_CLASSES, turn) < MOST_QUIET_SECONDS);
}

/* Whether a turn has its share while streams with samples that are less than half as long may come
 * back at any moment; until then it rests, or until they have been quiet for long enough. Samples
 * of about equal length are not held back for one another: nobody would wait much longer than for
 * his own. */
static bool must_rest(const AugiTurns *turns, const AugiTurn *turn, double time, double *until)
{
    const uint32_t class = class_of(turns, turn);
    if (class < 2 || time >= turn->share_end)
        return false;
    const double quiet_end =
        last_served(turns, class - 1, turn) + fmin(turn->item_seconds, MOST_QUIET_SECONDS);
    *until = fmax(fmin(turn->share_end, quiet_end), time + LOOK_SECONDS);
    return time < quiet_end;
}

/* How long so much work of one turn takes where it has its share. The others count as one at least:
 * they may be between two pieces of work. */
static double share_seconds(const AugiTurns *turns, double seconds)
{
    const uint32_t n_sharing = turns->n_busy > 2 ? turns->n_busy : 2;
    return seconds * n_sharing / turns->n_workers;
}

void augi_turns_charge(AugiTurns *turns, AugiTurn *turn, double seconds)
{
    turn->used += seconds;
    turn->share_end += share_seconds(turns, seconds);
    if (turn->heap != &turns->waiting)
        return;
    turn->key = turn->used;
    settle(turn->heap, turn->place, turn);
}

/* Puts a turn where it belongs by what is known of it; true if it waits now and did not. */
static bool place(AugiTurns *turns, AugiTurn *turn, double time)
{
    count_busy(turns, turn);
    const bool may = turn->has_work && !awaits_first(turns, turn, time);
    if (may == (turn->heap != NULL))
        return false;
    if (!may) {
        take_out(turn);
        return false;
    }
    turn->used = fmax(turn->used, turns->now);
    put(turns, &turns->waiting, turn, turn->used);
    return true;
}

bool augi_turns_set(AugiTurns *turns, AugiTurn *turn, bool has_work, double time)
{
    turn->has_work = has_work;
    return place(turns, turn, time);
}

/* Books what work in progress took beyond its estimate, so that a sample that happens to be long
 * counts from now on. True if it did. */
static bool book_late(AugiTurns *turns, AugiTurn *turn, double time)
{
    const double running = turn->n_running * time - turn->begun;
    const double late = running - turn->estimated - turn->advance;
    if (turn->n_running == 0 || late < LATE_SECONDS)
        return false;
    turn->advance += late;
    turn->item_seconds = fmax(turn->item_seconds, late / turn->n_running);
    augi_turns_charge(turns, turn, late);
    return true;
}

AugiTurn *augi_turns_next(AugiTurns *turns, double time, double *look_at)
{
    if (turns->resting.n > 0 && turns->resting.turns[0]->key <= time) {
        AugiTurn *rested = turns->resting.turns[0];
        take_out(rested);
        put(turns, &turns->waiting, rested, rested->used);
    }
    AugiTurn *next = NULL;
    while (turns->waiting.n > 0 && !next) {
        AugiTurn *turn = turns->waiting.turns[0];
        double until;
        if (book_late(turns, turn, time))
            continue;
        if (!must_rest(turns, turn, time, &until)) {
            next = turn;
            continue;
        }
        take_out(turn);
        put(turns, &turns->resting, turn, until);
    }
    *look_at = INFINITY;
    if (turns->resting.n > 0)
        *look_at = turns->resting.turns[0]->key;
    return next;
}

AugiTurnWork augi_turns_begin(AugiTurns *turns, AugiTurn *turn, uint32_t n_items, double time)
{
    const AugiTurnWork work = {
        .begun = time, .estimate = turn->item_seconds * n_items, .n_items = n_items};
    turns->now = fmax(turns->now, turn->used);
    note_served(turns, turn, time);
    /* What it got before beyond its share was nobody else's. */
    const double most = time + share_seconds(turns, turn->estimated);
    turn->share_end = fmin(fmax(turn->share_end, time), most);
    turn->n_running++;
    turn->begun += time;
    turn->estimated += work.estimate;
    augi_turns_charge(turns, turn, work.estimate);
    (void)place(turns, turn, time);
    return work;
}

void augi_turns_end(AugiTurns *turns, AugiTurn *turn, const AugiTurnWork *work, double seconds,
                    double time)
{
    turn->n_running--;
    turn->begun -= work->begun;
    turn->estimated -= work->estimate;
    const double late = fmax(seconds - work->estimate, 0);
    const double booked = turn->n_running == 0 ? turn->advance : fmin(turn->advance, late);
    turn->advance -= booked;
    if (turn->n_running == 0)
        turn->begun = turn->estimated = turn->advance = 0; /* and no error of rounding stays */
    augi_turns_charge(turns, turn, seconds - work->estimate - booked);
    /* A slowly moving mean; the first value counts whole. */
    if (work->n_items > 0)
        turn->item_seconds +=
            (seconds / work->n_items - turn->item_seconds) * (turn->item_seconds == 0 ? 1 : 0.125);
    note_served(turns, turn, time);
    (void)place(turns, turn, time);
}
