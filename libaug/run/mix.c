#include "libaug/run/mix.h"

#include <stdlib.h>
#include <string.h>

bool augi_mix_passes_init(AugiMixPasses *passes, const AugPlan *plan)
{
    /* A group runs at most its children, so no more passes than operations in the list. */
    size_t most = 0;
    for (size_t i = 0; i < plan->spec->mix.n; i++)
        most += plan->spec->mix.ops[i].n_children ? plan->spec->mix.ops[i].n_children : 1;
    size_t n = plan->batch_size;
    passes->capacity = plan->batch_size;
    passes->max_passes = (uint32_t)most;
    passes->items = calloc(most * n, sizeof(AugMixItem));
    passes->scratch = calloc(n, sizeof(uint32_t));
    for (int i = 0; i < 2; i++)
        passes->labels[i] = calloc(n * plan->n_classes, sizeof(float));
    return passes->items && passes->scratch && passes->labels[0] && passes->labels[1];
}

void augi_mix_passes_fini(AugiMixPasses *passes)
{
    free(passes->items);
    free(passes->scratch);
    free(passes->labels[0]);
    free(passes->labels[1]);
    *passes = (AugiMixPasses){0};
}

typedef struct Draw {
    const AugPlan *plan;
    AugiMixPasses *passes;
} Draw;

static void draw_pass(void *context, const AugOp *op, AugRng *rng)
{
    const Draw *draw = context;
    AugiMixPasses *passes = draw->passes;
    AugMix mix = {
        .n = passes->n,
        .extent = draw->plan->output.extent,
        .items = passes->items + (size_t)passes->n_passes * passes->capacity,
        .scratch = passes->scratch,
    };
    for (uint32_t i = 0; i < mix.n; i++)
        mix.items[i] = (AugMixItem){.kind = AUG_MIX_NONE, .partner = i, .share = 1};
    op->desc->mix(op->params, rng, &mix);
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

const AugMixItem *augi_mix_items(const AugiMixPasses *passes, uint32_t pass)
{
    return passes->items + (size_t)pass * passes->capacity;
}

static void mix_rows(const AugiMixPasses *passes, uint32_t pass, uint32_t n_classes,
                     const float *from, float *to)
{
    const AugMixItem *items = augi_mix_items(passes, pass);
    for (uint32_t i = 0; i < passes->n; i++) {
        const float *own = from + (size_t)i * n_classes;
        const float *partner = from + (size_t)items[i].partner * n_classes;
        double share = items[i].kind == AUG_MIX_NONE ? 1 : items[i].share;
        for (uint32_t c = 0; c < n_classes; c++) {
            double mixed = share * (double)own[c] + (1 - share) * (double)partner[c];
            to[(size_t)i * n_classes + c] = (float)mixed;
        }
    }
}

void augi_mix_labels(AugiMixPasses *passes, const int64_t *classes, uint32_t n_classes, float *out)
{
    size_t size = (size_t)passes->n * n_classes * sizeof(float);
    float *from = passes->labels[0], *to = passes->labels[1];
    memset(from, 0, size);
    for (uint32_t i = 0; i < passes->n; i++)
        if (classes[i] >= 0 && classes[i] < n_classes)
            from[(size_t)i * n_classes + (size_t)classes[i]] = 1;
    for (uint32_t pass = 0; pass < passes->n_passes; pass++) {
        mix_rows(passes, pass, n_classes, from, to);
        float *mixed = to;
        to = from;
        from = mixed;
    }
    memcpy(out, from, size);
}
