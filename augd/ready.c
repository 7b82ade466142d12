/* A list with two ends under a lock of its own. */
#include "augd/ready.h"

#include <stddef.h>

void augd_ready_init(AugdReady *ready)
{
    pthread_mutex_init(&ready->lock, NULL);
    ready->ends = (AugdReadyLink){&ready->ends, &ready->ends};
    ready->n = 0;
}

void augd_ready_fini(AugdReady *ready)
{
    pthread_mutex_destroy(&ready->lock);
}

void augd_ready_add(AugdReady *ready, AugdReadyLink *link)
{
    pthread_mutex_lock(&ready->lock);
    if (!link->after) {
        AugdReadyLink *last = ready->ends.before;
        *link = (AugdReadyLink){.before = last, .after = &ready->ends};
        last->after = ready->ends.before = link;
        ready->n++;
    }
    pthread_mutex_unlock(&ready->lock);
}

/* Lock held. */
static void take_out(AugdReady *ready, AugdReadyLink *link)
{
    link->before->after = link->after;
    link->after->before = link->before;
    *link = (AugdReadyLink){0};
    ready->n--;
}

void augd_ready_remove(AugdReady *ready, AugdReadyLink *link)
{
    pthread_mutex_lock(&ready->lock);
    if (link->after)
        take_out(ready, link);
    pthread_mutex_unlock(&ready->lock);
}

AugdReadyLink *augd_ready_take(AugdReady *ready)
{
    pthread_mutex_lock(&ready->lock);
    AugdReadyLink *link = ready->n > 0 ? ready->ends.after : NULL;
    if (link)
        take_out(ready, link);
    pthread_mutex_unlock(&ready->lock);
    return link;
}

uint32_t augd_ready_count(AugdReady *ready)
{
    pthread_mutex_lock(&ready->lock);
    const uint32_t n = ready->n;
    pthread_mutex_unlock(&ready->lock);
    return n;
}
