/* Making the rows of a batch, one by one, and mixing them. */
#ifndef AUGI_MAKE_H
#define AUGI_MAKE_H

#include "libaug/run/batch.h"

/* What a thread makes rows with. buffers: one for the sample and one for each partner. */
typedef struct AugiMaker {
    const AugPlan *plan;
    AugWorker *worker;
    AugBuffer *buffers;
} AugiMaker;

/* Makes a row of a batch whose rows are drawn. The error's place is the sample's name. Any thread,
 * with a maker of its own. */
AUG_MUST_CHECK AugStatus augi_make_row(const AugiMaker *maker, AugBatch *batch, uint32_t number,
                                       AugError *error);

/* Takes row i through one pass of mixing; every row has been through the one before. Any thread. */
void augi_mix_row(const AugPlan *plan, const AugBatch *batch, uint32_t pass, uint32_t i);

#endif
