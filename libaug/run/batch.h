/* Inside of a batch: its buffer, its layout and its progress while workers fill it. */
#ifndef AUGI_BATCH_H
#define AUGI_BATCH_H

#include "aug/batch.h"
#include "aug/loader.h"
#include "libaug/run/layout.h"
#include "libaug/run/mix.h"
#include "libaug/run/plan.h"

struct AugLoader;

/* The rounds of a batch's work, each over a number of items: one draws what the batch is made of,
 * one makes its rows, and each further one is a pass of mixing over them. */
enum { AUGI_ROUND_DRAW, AUGI_ROUND_MAKE, AUGI_ROUND_MIX };

/* What one row is made of. */
typedef struct AugiRow {
    uint64_t sample; /* index in the data set */
} AugiRow;

/* A buffer that is used again for one step after another. */
struct AugBatch {
    /* Fixed when made.
     *
     * bytes:   the buffer, aligned to 64
     * stripes: rows of ragged tensors as workers make them: the most rows for each sample
     * n_rows:  how many each sample has, tensor after tensor
     * staged:  the domain's tensors before mixing; NULL if the plan does not mix
     * header:  scratch for the header's text
     * each:    what makes results instead of tensors; then nothing of the above but loader is there
     * results: what it left for each row */
    struct AugLoader *loader;
    uint8_t *bytes;
    uint8_t *stripes;
    uint32_t *n_rows;
    uint8_t *staged;
    char *header;
    const AugEach *each;
    void **results;

    /* Set when a step begins. */
    uint32_t epoch;
    uint64_t step;
    uint64_t sequence;
    bool last;

    /* Drawn; then read by all workers. at: where each tensor of the plan begins in bytes, or in
     * stripes if it is ragged. */
    AugiRow *rows;
    AugiBatchLayout layout;
    size_t at[AUG_MAX_TENSORS];
    AugiMixPasses mix;

    /* Guarded by the pool's lock. */
    uint32_t round;
    uint32_t n_items;   /* of this round */
    uint32_t next;      /* item of this round to give out next */
    uint32_t remaining; /* items of this round not finished */
    bool ready;
    AugError error; /* of the failed sample with the lowest number */
    uint32_t error_sample;
    struct AugBatch *next_idle;
};

/* Buffer of one batch of the plan; NULL if memory is out. */
AugBatch *augi_batch_new(const AugPlan *plan);

/* The same for a loader of single samples; each is borrowed, its batch_size set. */
AugBatch *augi_batch_new_each(const AugEach *each);

/* Ends the results that there are. Calls the program, so no lock may be held. */
void augi_batch_drop_results(AugBatch *batch);

/* Drops results that there are still, and frees its memory. NULL does nothing. */
void augi_batch_delete(AugBatch *batch);

/* Draws what the batch of a step is made of: which samples, how they are mixed, and where tensors
 * begin. A pure function of (plan, epoch, step). */
void augi_batch_draw(AugBatch *batch, const AugPlan *plan);

/* Where sample i's part of a tensor is before mix pass number pass (0: as made; n_passes: as
 * delivered). */
AugOut augi_batch_slot(const AugBatch *batch, const AugPlan *plan, uint32_t tensor, uint32_t pass,
                       uint32_t i);

/* Notes how many rows of a ragged tensor sample i has. */
void augi_batch_set_rows(AugBatch *batch, const AugPlan *plan, uint32_t tensor, uint32_t i,
                         uint32_t n_rows);

/* Ends a step when every sample is made: rows close up, offsets and header are written. */
void augi_batch_end(AugBatch *batch, const AugPlan *plan);

#endif
