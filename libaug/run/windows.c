/* Two windows at a time, each made by the thread that needs it first. */
#include "libaug/run/windows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/run/by_length.h"

/* Batches are drawn in order, so at the end of a window the next one is begun. */
#define N_KEPT 2

/* Samples that are looked up at once: many take a fourth of the time of each alone, so
 * any number beyond some eights will do. */
#define N_AT_ONCE 64

typedef enum SlotState { EMPTY, MAKING, MADE } SlotState;

/* One window. samples: without the lock while it is made, by the thread that makes it. */
typedef struct Slot {
    SlotState state;
    uint32_t epoch;
    uint64_t number; /* of the window in its epoch */
    uint64_t used;   /* when, counted in calls */
    uint64_t *samples;
} Slot;

/* All but plan is guarded by the lock. */
struct AugiWindows {
    const AugPlan *plan;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t n_calls;
    Slot slots[N_KEPT];
};

static size_t samples_of(const AugPlan *plan)
{
    return (size_t)plan->options.order.n_batches * plan->batch_size;
}

size_t augi_windows_size(const AugPlan *plan)
{
    const AugOrder *order = &plan->options.order;
    size_t slot_size = order->arrange ? samples_of(plan) * sizeof(uint64_t) : 0;
    if (order->arrange == augi_arrange_by_length)
        slot_size += augi_by_length_scratch(order->n_batches, plan->batch_size);
    return sizeof(AugiWindows) + N_KEPT * slot_size;
}

AugiWindows *augi_windows_new(const AugPlan *plan)
{
    AugiWindows *windows = calloc(1, sizeof(*windows));
    if (!windows)
        return NULL;
    windows->plan = plan;
    pthread_mutex_init(&windows->lock, NULL);
    pthread_cond_init(&windows->changed, NULL);
    for (int i = 0; plan->options.order.arrange && i < N_KEPT; i++) {
        windows->slots[i].samples = malloc(samples_of(plan) * sizeof(uint64_t));
        if (!windows->slots[i].samples) {
            augi_windows_free(windows);
            return NULL;
        }
    }
    return windows;
}

void augi_windows_free(AugiWindows *windows)
{
    if (!windows)
        return;
    for (int i = 0; i < N_KEPT; i++)
        free(windows->slots[i].samples);
    pthread_cond_destroy(&windows->changed);
    pthread_mutex_destroy(&windows->lock);
    free(windows);
}

/* Batches of a window: those that are whole. The last window of an epoch may have fewer, or
 * none. */
static uint32_t count_batches(const AugPlan *plan, uint64_t number)
{
    const uint64_t whole = plan->n_samples / plan->batch_size;
    const uint64_t first = number * plan->options.order.n_batches;
    const uint64_t left = whole > first ? whole - first : 0;
    return left < plan->options.order.n_batches ? (uint32_t)left : plan->options.order.n_batches;
}

/* Without the lock. */
static AugStatus make(const AugPlan *plan, const Slot *slot, AugError *error)
{
    const AugOrder *order = &plan->options.order;
    const AugOrderWindow window = {
        .dataset = plan->dataset,
        .seed = plan->spec->head.seed,
        .epoch = slot->epoch,
        .step = slot->number * order->n_batches,
        .n_batches = count_batches(plan, slot->number),
        .batch_size = plan->batch_size,
        .shuffle = plan->spec->batch.shuffle,
    };
    const uint64_t n = (uint64_t)window.n_batches * window.batch_size;
    for (uint64_t i = 0; i < n; i++)
        slot->samples[i] = window.step * plan->batch_size + i;
    augi_plan_samples(plan, slot->epoch, slot->samples, n);
    return order->arrange(order->user, &window, slot->samples, error);
}

/* The slot of a window, made or not: its own, or else the one that was used longest ago and is not
 * at work; NULL if all are. Lock held. */
static Slot *find_slot(AugiWindows *windows, uint32_t epoch, uint64_t number)
{
    Slot *oldest = NULL;
    for (int i = 0; i < N_KEPT; i++) {
        Slot *slot = &windows->slots[i];
        if (slot->state != EMPTY && slot->epoch == epoch && slot->number == number)
            return slot;
        if (slot->state != MAKING && (!oldest || slot->used < oldest->used))
            oldest = slot;
    }
    if (!oldest)
        return NULL;
    oldest->state = EMPTY;
    oldest->epoch = epoch;
    oldest->number = number;
    return oldest;
}

/* Makes a window in its slot. Lock held on entry and on return, but given up in between. */
static AugStatus fill(AugiWindows *windows, Slot *slot, AugError *error)
{
    slot->state = MAKING;
    pthread_mutex_unlock(&windows->lock);
    const AugStatus status = make(windows->plan, slot, error);
    pthread_mutex_lock(&windows->lock);
    slot->state = status == AUG_OK ? MADE : EMPTY;
    pthread_cond_broadcast(&windows->changed);
    return status;
}

/* The window, made. Lock held on entry and on return, but given up in between. */
static AugStatus take(AugiWindows *windows, uint32_t epoch, uint64_t number, const Slot **out,
                      AugError *error)
{
    for (;;) {
        Slot *slot = find_slot(windows, epoch, number);
        *out = slot;
        if (!slot || slot->state == MAKING) {
            pthread_cond_wait(&windows->changed, &windows->lock);
            continue;
        }
        slot->used = ++windows->n_calls;
        if (slot->state == MADE)
            return AUG_OK;
        AUG_TRY(fill(windows, slot, error));
    }
}

/* Where nothing is arranged. */
static void find_plain(const AugPlan *plan, uint32_t epoch, uint64_t step, AugiRow *rows,
                       uint32_t n)
{
    uint64_t samples[N_AT_ONCE];
    for (uint32_t first = 0; first < n; first += N_AT_ONCE) {
        const uint32_t n_here = n - first < N_AT_ONCE ? n - first : N_AT_ONCE;
        for (uint32_t i = 0; i < n_here; i++)
            samples[i] = step * plan->batch_size + rows[first + i].place;
        augi_plan_samples(plan, epoch, samples, n_here);
        for (uint32_t i = 0; i < n_here; i++)
            rows[first + i].sample = samples[i];
    }
}

AugStatus augi_windows_find(AugiWindows *windows, uint32_t epoch, uint64_t step, AugiRow *rows,
                            uint32_t n, AugError *error)
{
    const AugPlan *plan = windows->plan;
    const uint32_t n_batches = plan->options.order.n_batches;
    if (!plan->options.order.arrange || step >= plan->n_samples / plan->batch_size) {
        find_plain(plan, epoch, step, rows, n);
        return AUG_OK;
    }
    const Slot *slot;
    pthread_mutex_lock(&windows->lock);
    const AugStatus status = take(windows, epoch, step / n_batches, &slot, error);
    for (uint32_t i = 0; i < n && status == AUG_OK; i++)
        rows[i].sample = slot->samples[step % n_batches * plan->batch_size + rows[i].place];
    pthread_mutex_unlock(&windows->lock);
    return status;
}
