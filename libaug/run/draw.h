/* What a batch is made of: a rank's slice, and the rows that mixing needs beside it. */
#ifndef AUGI_DRAW_H
#define AUGI_DRAW_H

#include "libaug/run/batch.h"
#include "libaug/run/windows.h"

/* Draws which samples the batch of a step has, how they are mixed, which further rows that takes,
 * and where tensors begin. A pure function of (plan, share, epoch, step); windows are the plan's.
 * Fails like augi_windows_find. */
AUG_MUST_CHECK AugStatus augi_batch_draw(AugBatch *batch, const AugPlan *plan, AugiWindows *windows,
                                         AugError *error);

/* Items of a round (libaug/run/batch.h) of a batch that is drawn. */
uint32_t augi_batch_items(const AugBatch *batch, uint32_t round);

#endif
