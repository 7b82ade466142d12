/* Inside of a batch: its buffer, its layout and its progress while workers fill it. */
#ifndef AUGI_BATCH_H
#define AUGI_BATCH_H

#include <stdatomic.h>

#include "aug/batch.h"
#include "aug/loader.h"
#include "libaug/run/layout.h"
#include "libaug/run/mix.h"
#include "libaug/run/plan.h"
#include "libaug/run/share.h"

struct AugLoader;

/* A row of the global batch that this rank does not make. */
#define AUGI_NOT_MADE UINT32_MAX

/* The rounds of a batch's work, each over a number of items: one draws what the batch is made of,
 * one makes its rows, and each further one is a pass of mixing over them. */
enum { AUGI_ROUND_DRAW, AUGI_ROUND_MAKE, AUGI_ROUND_MIX };

/* A buffer that is used again for one step after another. */
struct AugBatch {
    /* Fixed when made.
     *
     * share:   the rank's, the loader's memory
     * memory:  who gives bytes for each step, with a ticket; NULL: they are the batch's own
     * bytes:   the buffer, aligned to 64; NULL while there is none for this step
     * stripes: rows of ragged tensors as workers make them: the most rows for each sample
     * n_rows:  how many each sample has, tensor after tensor
     * staged:  tensors that are mixed, by turns with bytes; NULL if the plan does not mix
     * further: of further rows what is mixed, by turns; NULL where there are none
     * header:  scratch for the header's text
     * notes:   of each row as many as the plan says may be replaced; NULL: none are
     * each:    what makes results instead of tensors; then nothing of the above but loader and
     *          share is there
     * results: what it left for each row
     * words:   the domain's for outcomes, n_words static ones; none with each */
    struct AugLoader *loader;
    const AugiShare *share;
    const AugBatchMemory *memory;
    uint64_t ticket;
    uint8_t *bytes;
    uint8_t *stripes;
    uint32_t *n_rows;
    uint8_t *staged;
    uint8_t *further[2];
    char *header;
    AugReplaced *notes;
    const AugEach *each;
    void **results;
    const char *const *words;
    uint32_t n_words;

    /* Set when a step begins. */
    uint32_t epoch;
    uint64_t step;
    uint64_t sequence;
    bool last;

    /* Drawn; then read by all workers.
     *
     * slice, n_global: rows of the global batch that are delivered, and how many it has
     * rows:     rows that are made: those of the slice, then further ones. Before a pass of mixing
     *           the first n_needed[pass] are needed, after the last one n_needed[n_passes]: the
     *           slice
     * local:    of a row of the global batch its number in rows, or AUGI_NOT_MADE
     * at:       where each tensor of the plan begins in bytes, or in stripes if it is ragged
     * local and n_needed are NULL if the plan does not mix; n_made is n_needed[0]. */
    AugiSlice slice;
    uint32_t n_global, n_made;
    AugiRow *rows;
    uint32_t *local, *n_needed;
    AugiBatchLayout layout;
    size_t at[AUG_MAX_TENSORS];
    AugiMixPasses mix;

    /* What became of values, counted by all workers, in the order of the domain's words. */
    _Atomic uint32_t n_of[AUG_MAX_OUTCOMES];

    /* When the step has ended, how many notes are in use; they are the first. Then what the
     * program's finish returned. */
    uint32_t n_replaced;
    uint64_t mark;

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

/* Memory for one rank's part of any batch of the plan; NULL if memory is out. The share is
 * borrowed. If its sizes have no bytes, somebody else gives them for each step. */
AugBatch *augi_batch_new(const AugPlan *plan, const AugiShare *share);

/* Bytes of the buffer that batches of a share need. */
size_t augi_batch_slot_size(const AugiShare *share);

/* Asks for the buffer of a step; bytes stays NULL where there is none now. Fails with
 * AUG_BAD_ARGUMENT at one that is not aligned. Calls the program, so no lock may be held. */
AUG_MUST_CHECK AugStatus augi_batch_take_memory(AugBatch *batch, AugError *error);

/* Gives back the buffer of a step, if somebody else gave it. Calls the program, too. */
void augi_batch_give_memory(AugBatch *batch);

/* Bytes that such a batch takes with all its parts. */
uint64_t augi_batch_memory(const AugiShare *share);

/* The same for a loader of single samples. */
uint64_t augi_batch_memory_each(const AugiShare *share);

/* A batch for a loader of single samples; each is borrowed, too, its batch_size set. */
AugBatch *augi_batch_new_each(const AugEach *each, const AugiShare *share);

/* Ends the results that there are. Calls the program, so no lock may be held. */
void augi_batch_drop_results(AugBatch *batch);

/* Drops results and gives back a buffer that there are still, and frees its memory. NULL does
 * nothing. */
void augi_batch_delete(AugBatch *batch);

/* Gives the tensors of the n samples of the slice their places. */
void augi_batch_place(AugBatch *batch, const AugPlan *plan, uint32_t n);

/* Where row i's part of a tensor is before mix pass number pass (0: as made; n_passes: as
 * delivered). Of a further row bytes is NULL for a tensor that is not mixed. */
AugOut augi_batch_slot(const AugBatch *batch, const AugPlan *plan, uint32_t tensor, uint32_t pass,
                       uint32_t i);

/* Notes how many rows of a ragged tensor sample i has; of a further row nothing. */
void augi_batch_set_rows(AugBatch *batch, uint32_t tensor, uint32_t i, uint32_t n_rows);

/* The notes of a row, as many as the plan's replaceable. */
AugReplaced *augi_batch_notes(const AugBatch *batch, const AugPlan *plan, uint32_t row);

/* Ends a step when every sample is made: rows close up, offsets and header are written. */
void augi_batch_end(AugBatch *batch, const AugPlan *plan);

#endif
