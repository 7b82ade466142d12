/* Draws a batch's mixing passes, and mixes labels. */
#include "libaug/run/mix.h"

#include <stdlib.h>
#include <string.h>

AugiMixSizes augi_mix_sizes(const AugPlan *plan)
{
    const size_t most = augi_ops_most_runs(&plan->spec->mix);
    return (AugiMixSizes){
        .most_passes = (uint32_t)most,
        .items = most * plan->batch_size * plan->domain->mix_item_size,
        .scratch = plan->batch_size * sizeof(uint32_t),
    };
}

bool augi_mix_passes_init(AugiMixPasses *passes, const AugPlan *plan)
{
    const AugiMixSizes sizes = augi_mix_sizes(plan);
    passes->capacity = plan->batch_size;
    passes->max_passes = sizes.most_passes;
    passes->item_size = plan->domain->mix_item_size;
    passes->items = calloc(1, sizes.items);
    passes->scratch = calloc(1, sizes.scratch);
    return passes->items && passes->scratch;
}

void augi_mix_passes_fini(AugiMixPasses *passes)
{
    free(passes->items);
    free(passes->scratch);
    *passes = (AugiMixPasses){0};
}

typedef struct Draw {
    const AugPlan *plan;
    AugiMixPasses *passes;
} Draw;

static AugMixItem *item_at(const AugiMixPasses *passes, uint32_t pass, uint32_t i)
{
    const size_t number = (size_t)pass * passes->capacity + i;
    return (AugMixItem *)(void *)(passes->items + number * passes->item_size);
}

static void draw_pass(void *context, const AugOp *op, AugRng *rng)
{
    const Draw *draw = context;
    AugiMixPasses *passes = draw->passes;
    AugMixItem *items = item_at(passes, passes->n_passes, 0);
    memset(items, 0, passes->n * passes->item_size);
    for (uint32_t i = 0; i < passes->n; i++) {
        AugMixItem *item = item_at(passes, passes->n_passes, i);
        item->partner = i;
        item->share = 1;
    }
    const AugMixPass pass = {.n = passes->n, .items = items, .scratch = passes->scratch};
    draw->plan->domain->mix_draw(draw->plan->domain_plan, op, rng, &pass);
    passes->n_passes++;
}

void augi_mix_draw(const AugPlan *plan, uint32_t epoch, uint64_t step, uint32_t n,
                   AugiMixPasses *passes)
{
    const AugKey key = {.seed = plan->spec->head.seed, .epoch = epoch, .sample = step};
    Draw draw = {plan, passes};
    passes->n_passes = 0;
    passes->n = n;
    augi_ops_visit(&plan->spec->mix, &key, true, draw_pass, &draw);
}

const AugMixItem *augi_mix_item(const AugiMixPasses *passes, uint32_t pass, uint32_t i)
{
    return item_at(passes, pass, i);
}

void augi_mix_numbers(const AugMixItem *item, uint32_t n, const float *own, const float *partner,
                      float *mixed)
{
    for (uint32_t i = 0; i < n; i++) {
        const double value = item->share * (double)own[i] + (1 - item->share) * (double)partner[i];
        mixed[i] = (float)value;
    }
}
