/* What one rank of a world gets of every batch of a plan, and the memory that its part of a batch
 * takes.
 *
 * Glossary. The *global batch* is what the spec asks for, the same for every world. A rank's
 * *slice* is a run of its rows. *Further rows* are rows of other ranks that a rank makes because
 * rows of its slice are mixed with them; they are made as far as mixing reads them, and delivered
 * to nobody.
 */
#ifndef AUGI_SHARE_H
#define AUGI_SHARE_H

#include "libaug/run/layout.h"
#include "libaug/run/plan.h"

/* A row that a rank makes. place: its number in the global batch; sample: index in the data set. */
typedef struct AugiRow {
    uint32_t place;
    uint64_t sample;
} AugiRow;

/* Bytes of the memory of one batch, part by part; 0: it has no such part. The parts are AugBatch's
 * (libaug/run/batch.h), items and scratch those of its mixing. Nothing but sizes: they are summed
 * as an array. */
typedef struct AugiBatchSizes {
    size_t bytes, header, rows;
    size_t stripes, n_rows;
    size_t staged, further[2], items, scratch, local, n_needed;
    size_t notes;
} AugiBatchSizes;

/* Rank's share of the batches of a plan.
 *
 * most:         rows of the largest slice
 * most_further: further rows at most, where an even and an odd number of mixing passes is to come
 * layout:       of batches of up to most samples
 * at:           where each tensor's parts of samples begin in a batch's stripes (ragged) or staged
 *               memory (is_staged)
 * further_at:   the same in the two memories of further rows
 */
typedef struct AugiShare {
    uint32_t rank, world;
    uint32_t most, most_further[2];
    AugiLayoutPlan layout;
    size_t at[AUG_MAX_TENSORS], further_at[2][AUG_MAX_TENSORS];
    AugiBatchSizes sizes;
} AugiShare;

/* Rows first to first + n - 1 of a global batch. */
typedef struct AugiSlice {
    uint32_t first, n;
} AugiSlice;

/* A rank's slice of a global batch of n rows: all slices together, in order of ranks, are the
 * batch. */
AugiSlice augi_slice(uint32_t n, uint32_t rank, uint32_t world);

/* Finds rank, world and most alone, for batches of this many samples; world 0 is 1. Fails with
 * AUG_BAD_ARGUMENT if there is no such rank, or there are more ranks than samples in a batch. */
AUG_MUST_CHECK AugStatus augi_share_of(AugiShare *share, uint32_t batch_size, uint32_t rank,
                                       uint32_t world, AugError *error);

/* Finds everything out, for batches of the plan. Fails as the one above, and with AUG_TOO_LARGE if
 * a slice is beyond the limits. */
AUG_MUST_CHECK AugStatus augi_share_init(AugiShare *share, const AugPlan *plan, uint32_t rank,
                                         uint32_t world, AugError *error);

#endif
