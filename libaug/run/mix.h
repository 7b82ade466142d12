/* Mixing inside a batch: the passes that the draws ask for, and what they do to the labels. */
#ifndef AUGI_MIX_H
#define AUGI_MIX_H

#include "libaug/run/plan.h"

/* The passes of one global batch, in order; pass k has n items of item_size bytes, from item
 * k * capacity on. */
typedef struct AugiMixPasses {
    unsigned char *items;
    uint32_t *scratch;
    size_t item_size;
    uint32_t capacity; /* samples of a full batch */
    uint32_t n_passes, max_passes;
    uint32_t n;
} AugiMixPasses;

/* Most passes of a plan that mixes, and bytes of the memory of AugiMixPasses. */
typedef struct AugiMixSizes {
    uint32_t most_passes;
    size_t items, scratch;
} AugiMixSizes;

/* What the largest batch of a plan that mixes needs. */
AugiMixSizes augi_mix_sizes(const AugPlan *plan);

/* Memory for the largest batch of a plan that mixes. False if memory is out. */
bool augi_mix_passes_init(AugiMixPasses *passes, const AugPlan *plan);

/* Accepts a zeroed struct. */
void augi_mix_passes_fini(AugiMixPasses *passes);

/* Draws the passes of a global batch of n samples: a pure function of (plan, epoch, step). */
void augi_mix_draw(const AugPlan *plan, uint32_t epoch, uint64_t step, uint32_t n,
                   AugiMixPasses *passes);

/* Item of sample i of the global batch in one pass. */
const AugMixItem *augi_mix_item(const AugiMixPasses *passes, uint32_t pass, uint32_t i);

/* Mixes n shares or values as an item says, which mixes. */
void augi_mix_numbers(const AugMixItem *item, uint32_t n, const float *own, const float *partner,
                      float *mixed);

#endif
