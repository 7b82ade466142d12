/* Rows of a loader that hands single samples to a program's function (AugEach) instead of making
 * tensors of them. */
#ifndef AUGI_EACH_H
#define AUGI_EACH_H

#include "libaug/run/batch.h"
#include "libaug/run/thread.h"

/* Finds the samples of such a batch, whose position is set. */
void augi_each_draw(AugBatch *batch, const AugPlan *plan);

/* Reads the sample of a row and has its result made, with the calling thread's memory. */
AUG_MUST_CHECK AugStatus augi_each_make(const AugPlan *plan, AugiThread *thread, AugBatch *batch,
                                        uint32_t number, AugError *error);

#endif
