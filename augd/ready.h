/* Streams that may have a batch to send: noted by workers, served by the loop. Those that have none
 * cost nothing, however many they are. */
#ifndef AUGD_READY_H
#define AUGD_READY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* A stream's place in the list; zero-initialise. Guarded by the list's lock. */
typedef struct AugdReadyLink {
    struct AugdReadyLink *before, *after;
} AugdReadyLink;

/* The list, in the order in which streams were noted; ends is before the first and after the last.
 * Stays at its address. The lock is held for a moment only. */
typedef struct AugdReady {
    pthread_mutex_t lock;
    AugdReadyLink ends;
    uint32_t n;
} AugdReady;

/* An empty list. */
void augd_ready_init(AugdReady *ready);

/* Nothing may be listed any more. */
void augd_ready_fini(AugdReady *ready);

/* Lists a stream at the end, if it is not listed. Any thread. */
void augd_ready_add(AugdReady *ready, AugdReadyLink *link);

/* Takes a stream out, if it is listed. Any thread. */
void augd_ready_remove(AugdReady *ready, AugdReadyLink *link);

/* Takes out the first; NULL: there is none. Any thread. */
AugdReadyLink *augd_ready_take(AugdReady *ready);

/* How many are listed. Any thread. */
uint32_t augd_ready_count(AugdReady *ready);

#endif
