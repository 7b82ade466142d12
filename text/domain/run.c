/* Texts into the rows of tensors, or into fields again. */
#include <string.h>

#include "text/domain/domain.h"

static void write_text(const TxtMade *made, AugOut *out)
{
    if (made->size > 0)
        memcpy(out->bytes, made->bytes, made->size);
    out->n_rows = made->size;
}

static int32_t position_of(const TxtPlan *plan, const AugOpList *ops, const char *name)
{
    for (size_t i = 0; name && i < ops->n; i++) {
        const AugOpList children = {ops->ops[i].children, ops->ops[i].n_children};
        if (ops->ops[i].desc->name == name)
            return ops->ops[i].position;
        const int32_t inside = position_of(plan, &children, name);
        if (inside >= 0)
            return inside;
    }
    return -1;
}

/* What there is no room for becomes one edit, from the first of these to the last. */
static void write_edits(const TxtPlan *plan, const TxtMade *made, uint32_t most, AugOut *out)
{
    const TxtChanges *changes = txt_made_changes(made);
    const AugChange *items = txt_changes(changes);
    int32_t(*rows)[TXT_EDIT_COLUMNS] = out->bytes;
    out->n_rows = changes->n < most ? changes->n : most;
    for (uint32_t i = 0; i < out->n_rows; i++) {
        AugChange change = items[i];
        if (i + 1 == most && changes->n > most) {
            change.end = items[changes->n - 1].end;
            change.new_end = items[changes->n - 1].new_end;
            change.op = NULL;
        }
        rows[i][0] = (int32_t)change.start;
        rows[i][1] = (int32_t)change.end;
        rows[i][2] = (int32_t)change.new_start;
        rows[i][3] = (int32_t)change.new_end;
        rows[i][4] = position_of(plan, plan->ops, change.op);
    }
}

/* A row of max_length, or as many as there are. */
static void write_ids(const TxtPlan *plan, const TxtIds *ids, AugOut *out)
{
    int32_t *to = out->bytes;
    if (ids->n > 0)
        memcpy(to, ids->values, ids->n * sizeof(*to));
    out->n_rows = ids->n;
    if (!plan->output->ids.padding)
        return;
    for (uint32_t i = ids->n; i < (uint32_t)plan->output->ids.max_length; i++)
        to[i] = plan->padding_id;
}

static void write_spans(const TxtMovedSpans *moved, const TxtTensor *tensor, AugOut *out)
{
    const AugField value = txt_spans_value(moved, tensor->item, tensor->follower);
    if (value.size > 0)
        memcpy(out->bytes, value.bytes, value.size);
    out->n_rows = (uint32_t)value.n_rows;
}

static void write(const TxtPlan *plan, const TxtTensor *tensor, const TxtWorker *worker,
                  const TxtIds *ids, AugOut *out)
{
    const TxtMade *made = &worker->made[tensor->text];
    const int32_t length = (int32_t)ids->n;
    const int32_t outcome = (int32_t)made->outcome;
    switch (tensor->content) {
    case TXT_CONTENT_TEXT:
        write_text(made, out);
        break;
    case TXT_CONTENT_IDS:
        write_ids(plan, ids, out);
        break;
    case TXT_CONTENT_LENGTH:
        memcpy(out->bytes, &length, sizeof(length));
        break;
    case TXT_CONTENT_EDITS:
        write_edits(plan, made, plan->texts[tensor->text].most_edits, out);
        break;
    case TXT_CONTENT_OUTCOME:
        memcpy(out->bytes, &outcome, sizeof(outcome));
        break;
    case TXT_CONTENT_SPANS:
        write_spans(&worker->moved, tensor, out);
        break;
    }
}

/* Ids of a text that was made; none where the plan has no tokenizer. */
static AugStatus make_ids(const TxtPlan *plan, TxtWorker *worker, uint32_t text, TxtIds *ids,
                          AugError *error)
{
    const TxtMade *made = &worker->made[text];
    *ids = (TxtIds){0};
    if (!plan->tokenizer)
        return AUG_OK;
    if (!worker->tokens)
        AUG_TRY(txt_token_scratch_new(&worker->tokens, worker->allowance, error));
    AUG_TRY(
        txt_tokenizer_encode(plan->tokenizer, worker->tokens, made->bytes, made->size, ids, error));
    return txt_ids_check(&plan->output->ids, ids, error);
}

/* Whether an operation changed a text: a cut alone does not. */
static bool is_edited(const TxtMade *made)
{
    return made->outcome == TXT_APPLIED || made->outcome == TXT_FEWER;
}

static void count(const TxtMade *made, const AugDomainJob *job)
{
    if (job->outcomes)
        job->outcomes[made->outcome]++;
}

/* One text that was edited makes the label of its row soft. */
static void soften(const TxtPlan *plan, const TxtMade *made, const AugDomainJob *job)
{
    if (job->smoothing && is_edited(made))
        *job->smoothing = plan->output->label_smoothing;
}

AugStatus txt_run(const void *context, void *state, const AugDomainJob *job, AugOut *outs,
                  AugError *error)
{
    const TxtPlan *plan = context;
    TxtWorker *worker = state;
    for (uint32_t t = 0; t < plan->n_texts; t++)
        for (uint32_t v = 0; v < plan->n_views; v++) {
            AUG_TRY(txt_make(plan, worker, job, t, v, error));
            soften(plan, &worker->made[t], job);
            count(&worker->made[t], job);
            TxtIds ids;
            const AugStatus status = make_ids(plan, worker, t, &ids, error);
            if (status != AUG_OK)
                return aug_error_prefix(error, status, job->samples[0].name);
            for (uint32_t i = 0; i < plan->n_tensors; i++)
                if (plan->tensors[i].text == t && plan->tensors[i].view == v)
                    write(plan, &plan->tensors[i], worker, &ids, &outs[i]);
        }
    return AUG_OK;
}

AugStatus txt_augment(const void *context, void *state, const AugDomainJob *job, AugField *fields,
                      AugError *error)
{
    const TxtPlan *plan = context;
    TxtWorker *worker = state;
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        AUG_TRY(txt_make(plan, worker, job, t, 0, error));
        const TxtMade *made = &worker->made[t];
        soften(plan, made, job);
        fields[plan->texts[t].number] =
            (AugField){.bytes = made->bytes, .size = made->size, .n_rows = made->size};
    }
    for (uint32_t i = 0; i < plan->spans.n; i++) {
        const TxtSpanField *spans = &plan->spans.items[i];
        fields[spans->number] = txt_spans_value(&worker->moved, i, 0);
        for (uint32_t f = 0; f < spans->n_followers; f++)
            fields[spans->followers[f]] = txt_spans_value(&worker->moved, i, f + 1);
    }
    return AUG_OK;
}

bool txt_changed(const void *context, void *state, uint32_t field, AugChanges *out)
{
    const TxtPlan *plan = context;
    const TxtWorker *worker = state;
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        if (plan->texts[t].number != field)
            continue;
        const TxtMade *made = &worker->made[t];
        const TxtChanges *changes = txt_made_changes(made);
        *out = (AugChanges){.items = txt_changes(changes),
                            .n = changes->n,
                            .outcome = txt_outcome_words[made->outcome]};
        return true;
    }
    return false;
}
