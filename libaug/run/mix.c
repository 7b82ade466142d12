/* Draws a batch's mixing passes, and applies them to its rows of labels. */
#include "libaug/run/mix.h"

#include <stdlib.h>
#include <string.h>

bool augi_mix_passes_init(AugiMixPasses *passes, const AugPlan *plan)
{
    const size_t most = augi_ops_most_runs(&plan->spec->mix);
    size_t n = plan->batch_size;
    passes->capacity = plan->batch_size;
    passes->max_passes = (uint32_t)most;
    passes->item_size = plan->domain->mix_item_size;
    passes->items = calloc(most * n, passes->item_size);
    passes->scratch = calloc(n, sizeof(uint32_t));
    size_t width = 1;
    for (uint32_t i = 0; i < plan->n_soft; i++) {
        const size_t size = plan->slots[plan->soft[i]].size / sizeof(float);
        width = size > width ? size : width;
    }
    for (int i = 0; i < 2; i++)
        passes->rows[i] = calloc(n * width, sizeof(float));
    return passes->items && passes->scratch && passes->rows[0] && passes->rows[1];
}

void augi_mix_passes_fini(AugiMixPasses *passes)
{
    free(passes->items);
    free(passes->scratch);
    free(passes->rows[0]);
    free(passes->rows[1]);
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

static void mix_pass(const AugiMixPasses *passes, uint32_t pass, uint32_t width, const float *from,
                     float *to)
{
    for (uint32_t i = 0; i < passes->n; i++) {
        const AugMixItem *item = item_at(passes, pass, i);
        const float *own = from + (size_t)i * width;
        const float *partner = from + (size_t)item->partner * width;
        double share = item->mixes ? item->share : 1;
        for (uint32_t c = 0; c < width; c++) {
            double mixed = share * (double)own[c] + (1 - share) * (double)partner[c];
            to[(size_t)i * width + c] = (float)mixed;
        }
    }
}

void augi_mix_rows(AugiMixPasses *passes, uint32_t width, float *rows)
{
    const size_t size = (size_t)passes->n * width * sizeof(float);
    const float *from = rows;
    for (uint32_t pass = 0; pass < passes->n_passes; pass++) {
        float *to = passes->rows[pass % 2];
        mix_pass(passes, pass, width, from, to);
        from = to;
    }
    if (from != rows)
        memcpy(rows, from, size);
}
