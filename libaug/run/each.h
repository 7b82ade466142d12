/* Rows of a loader that hands single samples to a program's function (AugEach) instead of making
 * tensors of them. */
#ifndef AUGI_EACH_H
#define AUGI_EACH_H

#include "libaug/run/make.h"

/* Finds the samples of such a batch, whose position is set. */
void augi_each_draw(AugBatch *batch, const AugPlan *plan);

/* Reads the sample of a row and has its result made. Any thread, with a maker of its own. */
AUG_MUST_CHECK AugStatus augi_each_make(const AugiMaker *maker, AugBatch *batch, uint32_t number,
                                        AugError *error);

#endif
