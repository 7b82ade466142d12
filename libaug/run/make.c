/* One row of a batch: a sample read, augmented and written into its part of every tensor. */
#include "libaug/run/make.h"

#include <string.h>

#include "libaug/run/job.h"
#include "libaug/run/members.h"

/* What nobody reads begins at multiples of this, too: good for any type. */
#define ALIGNMENT 64

typedef struct Row {
    const AugPlan *plan;
    AugBatch *batch;
    uint32_t number;
} Row;

/* Writes the row's part of a tensor, unless it is a further row of which nobody reads this. */
static void write_part(const Row *row, uint32_t tensor, const void *bytes, size_t size)
{
    const AugOut out = augi_batch_slot(row->batch, row->plan, tensor, 0, row->number);
    if (!out.bytes)
        return;
    memcpy(out.bytes, bytes, size);
    if (row->plan->tensors[tensor].ragged)
        augi_batch_set_rows(row->batch, tensor, row->number,
                            (uint32_t)(size / row->plan->slots[tensor].row_size));
}

/* A field that travels on unchanged. */
static AugStatus pass_field(const Row *row, const AugiPassed *passed, const AugSample *sample,
                            AugError *error)
{
    const AugPlan *plan = row->plan;
    const AugTensorSpec *spec = &plan->tensors[passed->tensor];
    const AugiSlot *slot = &plan->slots[passed->tensor];
    const AugField *field = &sample->fields[passed->field];
    if (field->size > slot->size || (!spec->ragged && field->size != slot->size) ||
        (spec->ragged && field->size % slot->row_size != 0))
        return AUG_FAIL(error, AUG_CORRUPT, sample->name,
                        "the field '%s' has %zu bytes; allowed are %s%zu", spec->name, field->size,
                        spec->ragged ? "at most " : "", slot->size);
    write_part(row, passed->tensor, field->bytes, field->size);
    return AUG_OK;
}

/* The class as a number, or as shares of which it has all. Where classes are mixed each sample
 * needs one, or the shares of the mixed would not add up to 1; whether it has one is known before
 * (plan.c), unless only reading shows it. */
static AugStatus write_label(const Row *row, const AugSample *sample, AugError *error)
{
    const AugPlan *plan = row->plan;
    if (plan->label < 0)
        return AUG_OK;
    const AugOut out = augi_batch_slot(row->batch, plan, (uint32_t)plan->label, 0, row->number);
    if (!out.bytes)
        return AUG_OK;
    const size_t size = plan->slots[plan->label].size;
    int64_t class = -1;
    if (plan->class_field >= 0)
        memcpy(&class, sample->fields[plan->class_field].bytes, sizeof(class));
    if (plan->shares_field >= 0) {
        memcpy(out.bytes, sample->fields[plan->shares_field].bytes, size);
    } else if (plan->tensors[plan->label].sample.dtype == AUG_DTYPE_I64) {
        memcpy(out.bytes, &class, size);
    } else if (class < 0 || class >= plan->n_classes) {
        return augi_plan_refuse_unlabelled(plan, sample->name, error);
    } else {
        memset(out.bytes, 0, size);
        ((float *)out.bytes)[class] = 1;
    }
    return AUG_OK;
}

/* Spreads a part of the label over all classes. */
static void smooth_label(const Row *row, double part)
{
    const AugPlan *plan = row->plan;
    if (plan->label < 0 || plan->tensors[plan->label].sample.dtype != AUG_DTYPE_F32 || !(part > 0))
        return;
    const AugOut out = augi_batch_slot(row->batch, plan, (uint32_t)plan->label, 0, row->number);
    float *shares = out.bytes;
    for (uint32_t c = 0; shares && c < plan->n_classes; c++)
        shares[c] = augi_smooth_share(shares[c], part, plan->n_classes);
}

/* What the engine itself writes of the sample at index. */
static AugStatus write_own(const Row *row, uint64_t index, const AugSample *sample, AugError *error)
{
    const AugPlan *plan = row->plan;
    const int64_t number = (int64_t)index;
    write_part(row, (uint32_t)plan->index, &number, sizeof(number));
    AUG_TRY(write_label(row, sample, error));
    for (uint32_t k = 0; k < plan->n_passed; k++)
        AUG_TRY(pass_field(row, &plan->passed[k], sample, error));
    if (plan->name < 0)
        return AUG_OK;
    const size_t size = strlen(sample->name);
    if (size > AUGI_MAX_NAME)
        return AUG_FAIL(error, AUG_TOO_LARGE, sample->name,
                        "the sample's name has %zu bytes; allowed are %d", size, AUGI_MAX_NAME);
    write_part(row, (uint32_t)plan->name, sample->name, size);
    return AUG_OK;
}

/* Where the domain is to write. What it makes of a further row that is not mixed goes into a buffer
 * that nobody reads. */
static AugStatus find_outs(const Row *row, AugBuffer *unread, AugOut *outs, AugError *error)
{
    const AugPlan *plan = row->plan;
    size_t size = 0, at[AUG_MAX_TENSORS];
    for (uint32_t t = 0; t < plan->n_made; t++) {
        outs[t] = augi_batch_slot(row->batch, plan, t, 0, row->number);
        at[t] = size;
        if (!outs[t].bytes)
            size += (plan->slots[t].size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    if (size == 0)
        return AUG_OK;
    void *bytes;
    AUG_TRY(aug_buffer_reserve(unread, 0, size, &bytes, error));
    for (uint32_t t = 0; t < plan->n_made; t++)
        if (!outs[t].bytes)
            outs[t].bytes = (uint8_t *)bytes + at[t];
    return AUG_OK;
}

/* Further rows are those of other ranks. */
static void count_outcomes(const Row *row, const uint32_t outcomes[AUG_MAX_OUTCOMES])
{
    if (row->number >= row->batch->slice.n)
        return;
    for (uint32_t i = 0; i < row->plan->domain->n_outcomes; i++)
        if (outcomes[i] > 0)
            atomic_fetch_add_explicit(&row->batch->n_of[i], outcomes[i], memory_order_relaxed);
}

/* Makes the row of its members; at_fault receives which one a failure is about. All that was
 * written before is written again, so an attempt that failed leaves nothing. */
static AugStatus make_of(const AugiMaker *maker, const Row *row, AugiMembers *members,
                         uint32_t *at_fault, AugError *error)
{
    const AugPlan *plan = maker->plan;
    AUG_TRY(augi_members_read(members, at_fault, error));
    *at_fault = 0;
    AUG_TRY(write_own(row, members->shown[0], &members->samples[0], error));
    AugOut outs[AUG_MAX_TENSORS];
    AUG_TRY(find_outs(row, &maker->buffers[AUGI_BUFFER_UNREAD], outs, error));
    AugDomainJob job = augi_job_make(members);
    double smoothing = 0;
    job.at_fault = at_fault;
    job.smoothing = plan->made.softens ? &smoothing : NULL;
    uint32_t outcomes[AUG_MAX_OUTCOMES] = {0};
    job.outcomes = plan->domain->n_outcomes > 0 ? outcomes : NULL;
    AugStatus status = plan->domain->run(plan->domain_plan, maker->worker, &job, outs, error);
    if (augi_job_again(members, &job, status))
        status = plan->domain->run(plan->domain_plan, maker->worker, &job, outs, error);
    if (status != AUG_OK)
        return status;
    augi_job_done(members, &job);
    smooth_label(row, smoothing);
    count_outcomes(row, outcomes);
    for (uint32_t t = 0; t < plan->n_made; t++)
        if (plan->tensors[t].ragged)
            augi_batch_set_rows(row->batch, t, row->number, outs[t].n_rows);
    return AUG_OK;
}

AugStatus augi_make_row(const AugiMaker *maker, AugBatch *batch, uint32_t number, AugError *error)
{
    const AugPlan *plan = maker->plan;
    const Row row = {.plan = plan, .batch = batch, .number = number};
    const AugKey key = {
        .seed = plan->spec->head.seed, .epoch = batch->epoch, .sample = batch->rows[number].sample};
    AugiMembers members; /* large, and zeroing it would take a part of the time of small samples */
    members.plan = plan;
    members.key = &key;
    members.row = number;
    members.notes = plan->replaceable > 0 ? augi_batch_notes(batch, plan, number) : NULL;
    members.buffers = maker->buffers;
    AUG_TRY(augi_members_draw(&members, error));
    uint32_t at_fault;
    AugStatus status = make_of(maker, &row, &members, &at_fault, error);
    while (status != AUG_OK) {
        status = augi_members_replace(&members, at_fault, status, error);
        if (status != AUG_OK)
            break;
        status = make_of(maker, &row, &members, &at_fault, error);
    }
    augi_members_end(&members, status == AUG_OK);
    return status;
}

void augi_mix_row(const AugPlan *plan, const AugBatch *batch, uint32_t pass, uint32_t i)
{
    const AugMixItem *item = augi_mix_item(&batch->mix, pass, batch->rows[i].place);
    const uint32_t other = item->mixes ? batch->local[item->partner] : i;
    AugOut own[AUG_MAX_TENSORS], partner[AUG_MAX_TENSORS], slot[AUG_MAX_TENSORS];
    for (uint32_t t = 0; t < plan->n_tensors; t++) {
        own[t] = augi_batch_slot(batch, plan, t, pass, i);
        partner[t] = augi_batch_slot(batch, plan, t, pass, other);
        slot[t] = augi_batch_slot(batch, plan, t, pass + 1, i);
        if (!item->mixes && plan->slots[t].is_staged)
            memcpy(slot[t].bytes, own[t].bytes, plan->slots[t].size);
    }
    if (!item->mixes)
        return;
    plan->domain->mix(plan->domain_plan, item, own, partner, slot);
    for (uint32_t k = 0; k < plan->n_soft; k++) {
        const uint32_t t = plan->soft[k], n = (uint32_t)(plan->slots[t].size / sizeof(float));
        augi_mix_numbers(item, n, own[t].bytes, partner[t].bytes, slot[t].bytes);
    }
}
