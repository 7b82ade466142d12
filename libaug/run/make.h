/* Making the rows of a batch, one by one, and mixing them. */
#ifndef AUGI_MAKE_H
#define AUGI_MAKE_H

#include "libaug/run/batch.h"
#include "libaug/run/thread.h"

/* What a thread makes rows with. buffers: AUGI_THREAD_BUFFERS. */
typedef struct AugiMaker {
    const AugPlan *plan;
    void *worker; /* the domain's */
    AugBuffer *buffers;
} AugiMaker;

/* Makes a row of a batch whose rows are drawn; of a further row what is mixed. The error's place is
 * the sample's name. Any thread, with a maker of its own. */
AUG_MUST_CHECK AugStatus augi_make_row(const AugiMaker *maker, AugBatch *batch, uint32_t number,
                                       AugError *error);

/* Takes row i, labels included, through one pass of mixing; every row that is needed before it has
 * been through the one before. Any thread. */
void augi_mix_row(const AugPlan *plan, const AugBatch *batch, uint32_t pass, uint32_t i);

#endif
