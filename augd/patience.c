/* Adding up, forgiving, and the time until what is beyond the free part is forgiven. */
#include "augd/patience.h"

#define NS_PER_MS UINT64_C(1000000)

/* What the first refusal in a row may make a connection wait, and how often that doubles. */
#define MOST_FIRST_MS 1000
#define MOST_DOUBLINGS 6

static void forgive(AugdLoss *loss, uint64_t now_ns)
{
    const uint64_t forgiven = (now_ns - loss->at_ns) / AUGD_FORGIVEN_PART;
    loss->ns -= forgiven < loss->ns ? forgiven : loss->ns;
    loss->at_ns = now_ns;
}

static void add(AugdLoss *loss, uint64_t cost_ns, uint64_t now_ns)
{
    forgive(loss, now_ns);
    loss->ns += cost_ns;
}

/* Until no more than the free part is left. */
static uint32_t wait_ms(const AugdLoss *loss, uint32_t most_ms)
{
    if (loss->ns <= AUGD_FREE_NS)
        return 0;
    const uint64_t ms = 1 + (loss->ns - AUGD_FREE_NS) / (NS_PER_MS / AUGD_FORGIVEN_PART);
    return ms < most_ms ? (uint32_t)ms : most_ms;
}

uint32_t augd_patience_refused(AugdPatience *patience, AugdRecord *record, uint64_t cost_ns,
                               uint64_t now_ns)
{
    const uint32_t n = record->n_refused < MOST_DOUBLINGS ? record->n_refused : MOST_DOUBLINGS;
    add(&patience->all, cost_ns, now_ns);
    if (!record->had_open)
        add(&patience->first, cost_ns, now_ns);
    record->n_refused = n + 1;
    record->had_open = true;
    return wait_ms(&patience->all, MOST_FIRST_MS << n);
}

void augd_patience_left(AugdPatience *patience, uint64_t cost_ns, uint64_t now_ns)
{
    add(&patience->all, cost_ns, now_ns);
    add(&patience->first, cost_ns, now_ns);
}

void augd_patience_opened(AugdRecord *record)
{
    *record = (AugdRecord){.had_open = true};
}

uint32_t augd_patience_greeted(AugdPatience *patience, uint64_t now_ns)
{
    forgive(&patience->first, now_ns);
    return wait_ms(&patience->first, AUGD_MOST_GREETED_MS);
}
