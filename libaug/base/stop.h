/* A word from one thread to another that its work is not wanted any more. */
#ifndef AUGI_STOP_H
#define AUGI_STOP_H

#include <stdatomic.h>
#include <stdbool.h>

/* Zero-initialise; never taken back once it is set. */
typedef struct AugiStop {
    atomic_bool is_set;
} AugiStop;

/* Sets it. Any thread. */
static inline void augi_stop_set(AugiStop *stop)
{
    atomic_store(&stop->is_set, true);
}

/* Whether it is set; costs no more than reading a variable. Any thread. */
static inline bool augi_stop_is_set(const AugiStop *stop)
{
    return atomic_load_explicit(&stop->is_set, memory_order_relaxed);
}

#endif
