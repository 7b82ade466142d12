/* The rows that a rank makes: from the last pass of mixing back to the first, what is needed before
 * a pass is what is needed after it and the partners of that. */
#include "libaug/run/draw.h"

/* Adds the partners of the first n rows in one pass that are not there; returns how many are. */
static uint32_t add_partners(AugBatch *batch, uint32_t pass, uint32_t n)
{
    uint32_t end = n;
    for (uint32_t i = 0; i < n; i++) {
        const AugMixItem *item = augi_mix_item(&batch->mix, pass, batch->rows[i].place);
        if (!item->mixes || batch->local[item->partner] != AUGI_NOT_MADE)
            continue;
        batch->local[item->partner] = end;
        batch->rows[end++].place = item->partner;
    }
    return end;
}

static void draw_mixing(AugBatch *batch, const AugPlan *plan)
{
    const AugiSlice *slice = &batch->slice;
    augi_mix_draw(plan, batch->epoch, batch->step, batch->n_global, &batch->mix);
    for (uint32_t i = 0; i < batch->n_global; i++)
        batch->local[i] = AUGI_NOT_MADE;
    for (uint32_t i = 0; i < slice->n; i++)
        batch->local[slice->first + i] = i;
    const uint32_t n_passes = batch->mix.n_passes;
    batch->n_needed[n_passes] = slice->n;
    for (uint32_t pass = n_passes; pass-- > 0;)
        batch->n_needed[pass] = add_partners(batch, pass, batch->n_needed[pass + 1]);
    batch->n_made = batch->n_needed[0];
}

AugStatus augi_batch_draw(AugBatch *batch, const AugPlan *plan, AugiWindows *windows,
                          AugError *error)
{
    const AugiShare *share = batch->share;
    batch->n_global = augi_plan_count(plan, batch->step);
    batch->slice = augi_slice(batch->n_global, share->rank, share->world);
    batch->n_made = batch->slice.n;
    for (uint32_t i = 0; i < batch->slice.n; i++)
        batch->rows[i].place = batch->slice.first + i;
    if (plan->spec->mix.n > 0)
        draw_mixing(batch, plan);
    AUG_TRY(
        augi_windows_find(windows, batch->epoch, batch->step, batch->rows, batch->n_made, error));
    augi_batch_place(batch, plan, batch->slice.n);
    return AUG_OK;
}

uint32_t augi_batch_items(const AugBatch *batch, uint32_t round)
{
    if (round == AUGI_ROUND_DRAW)
        return 1;
    if (round == AUGI_ROUND_MAKE)
        return batch->n_made;
    return batch->n_needed[round - AUGI_ROUND_MIX + 1];
}
