/* Rearranging an epoch within windows: the samples of some consecutive global batches are put into
 * another order, such as by length, and cut into batches again.
 *
 * Guarantees. Which sample stands at which place is a pure function of (data set, spec, seed,
 * epoch, place). Only whole batches are rearranged: a short last one stays what and where it is. An
 * arrangement is made once for all batches of its window as long as work goes on in order, without
 * a lock; two are kept, so the memory is bounded.
 */
#ifndef AUGI_WINDOWS_H
#define AUGI_WINDOWS_H

#include "libaug/run/share.h"

/* Arrangements of a plan, for many threads. */
typedef struct AugiWindows AugiWindows;

/* Those of a plan, which may also rearrange nothing; NULL if memory is out. */
AugiWindows *augi_windows_new(const AugPlan *plan);

/* NULL does nothing. No thread may still use them. */
void augi_windows_free(AugiWindows *windows);

/* Bytes of memory that the windows of a plan take, with what the built-in order takes while it
 * works. */
size_t augi_windows_size(const AugPlan *plan);

/* Finds the samples of n rows by their places in the global batch of a step. May wait for another
 * thread that makes the same window. Any thread. Fails like the order's function. */
AUG_MUST_CHECK AugStatus augi_windows_find(AugiWindows *windows, uint32_t epoch, uint64_t step,
                                           AugiRow *rows, uint32_t n, AugError *error);

#endif
