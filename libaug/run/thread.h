/* What one thread makes samples with: memory of its own, which serves whatever plan comes next. */
#ifndef AUGI_THREAD_H
#define AUGI_THREAD_H

#include "aug/dataset.h"
#include "libaug/base/allowance.h"
#include "libaug/spec/domain.h"

/* Buffers of a thread: for the sample, for each partner, one for what a domain makes of a further
 * row that nobody reads, and one for the hints of a job. */
#define AUGI_BUFFER_UNREAD (1 + AUG_MAX_PARTNERS)
#define AUGI_BUFFER_HINTS (AUGI_BUFFER_UNREAD + 1)
#define AUGI_THREAD_BUFFERS (AUGI_BUFFER_HINTS + 1)

/* The worker of one domain. */
typedef struct AugiThreadWorker AugiThreadWorker;

/* Begin with augi_thread_init; stays at its address.
 *
 * allowance: what all of it is counted on
 * buffers:   see AUGI_THREAD_BUFFERS
 * workers:   list of those that were needed, one a domain
 */
typedef struct AugiThread {
    AugiAllowance allowance;
    AugBuffer buffers[AUGI_THREAD_BUFFERS];
    AugiThreadWorker *workers;
} AugiThread;

/* A thread that holds nothing. most: bytes that it may ever hold; 0: any number. */
void augi_thread_init(AugiThread *thread, size_t most);

/* Gives back all memory; the thread can go on. */
void augi_thread_fini(AugiThread *thread);

/* The thread's worker for a domain; made when it is first needed. */
AUG_MUST_CHECK AugStatus augi_thread_worker(AugiThread *thread, const AugDomain *domain,
                                            void **worker, AugError *error);

#endif
