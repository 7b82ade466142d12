/* Compiling the text domain: which fields are text, and what a batch holds of them. */
#include <stdio.h>
#include <stdlib.h>

#include "text/domain/domain.h"

static AugStatus find_texts(TxtPlan *plan, AugError *error)
{
    for (uint32_t i = 0; i < plan->dataset->n_fields; i++) {
        if (plan->dataset->fields[i].kind != AUG_FIELD_TEXT)
            continue;
        if (plan->n_texts == TXT_MAX_TEXTS)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the data set has more fields of text than %d, which are allowed",
                            TXT_MAX_TEXTS);
        plan->texts[plan->n_texts++].number = i;
    }
    if (plan->n_texts == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the operations work on text, and the data set has no field of text");
    return AUG_OK;
}

/* A text in a batch has at most max_bytes, and no more than its operations make of the longest that
 * there is. */
static void bound_text(const TxtPlan *plan, TxtField *text)
{
    const uint64_t stored = plan->dataset->fields[text->number].most;
    const uint64_t allowed = (uint64_t)plan->output->max_bytes;
    const uint64_t made = stored > 0 ? txt_grown(plan, plan->ops, stored) : allowed;
    text->most = (uint32_t)(made < allowed ? made : allowed);
    /* An edit for each few bytes, and some for short texts; more are joined. */
    text->most_edits = text->most / TXT_BYTES_AN_EDIT + TXT_FEW_EDITS;
}

/* Type and shape of a tensor. */
static AugTensorSpec spec_of(const TxtPlan *plan, TxtContent content, const TxtField *field)
{
    const TxtIdsParam *ids = &plan->output->ids;
    const AugTensorDesc one = {AUG_DTYPE_I32, 0, {0}};
    switch (content) {
    case TXT_CONTENT_TEXT:
        return (AugTensorSpec){
            .ragged = true, .axes = "n", .sample = {AUG_DTYPE_U8, 1, {field->most}}};
    case TXT_CONTENT_IDS:
        return (AugTensorSpec){.ragged = !ids->padding,
                               .axes = "n",
                               .sample = {AUG_DTYPE_I32, 1, {(uint32_t)ids->max_length}}};
    case TXT_CONTENT_EDITS:
        return (AugTensorSpec){.ragged = true,
                               .axes = "nd",
                               .sample = {AUG_DTYPE_I32, 2, {field->most_edits, TXT_EDIT_COLUMNS}}};
    case TXT_CONTENT_LENGTH:
    case TXT_CONTENT_OUTCOME:
    case TXT_CONTENT_SPANS:
        break;
    }
    return (AugTensorSpec){.axes = "", .sample = one};
}

static AugStatus fail_count(const TxtPlan *plan, AugError *error)
{
    return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                    "%u texts in %u views make more tensors than %d, which are allowed",
                    plan->n_texts, plan->n_views, AUG_MAX_TENSORS);
}

/* "OWNER.WORD.VIEW" of what is given; view 0 has no number. */
static void set_name(TxtTensor *tensor, const char *owner, const char *word, uint32_t view)
{
    char number[16] = "";
    if (view > 0)
        snprintf(number, sizeof(number), ".%u", view);
    snprintf(tensor->name, sizeof(tensor->name), "%s%s%s%s", owner ? owner : "",
             owner && word ? "." : "", word ? word : "", number);
}

/* Adds a tensor for each view. The first text's have plain names, further ones' begin with the name
 * of their field. */
static AugStatus add(TxtPlan *plan, TxtContent content, uint32_t text, AugDomainOutput *output,
                     AugError *error)
{
    static const char *const words[] = {[TXT_CONTENT_IDS] = "ids",
                                        [TXT_CONTENT_LENGTH] = "length",
                                        [TXT_CONTENT_EDITS] = "edits",
                                        [TXT_CONTENT_OUTCOME] = "outcome"};
    const TxtField *field = &plan->texts[text];
    const char *owner = plan->dataset->fields[field->number].name, *word = words[content];
    for (uint32_t v = 0; v < plan->n_views; v++) {
        if (plan->n_tensors == AUG_MAX_TENSORS)
            return fail_count(plan, error);
        TxtTensor *tensor = &plan->tensors[plan->n_tensors++];
        tensor->content = content;
        tensor->text = text;
        tensor->view = v;
        set_name(tensor, word && text == 0 ? NULL : owner, word, v);
        AugTensorSpec *spec = &output->tensors[output->n_tensors++];
        *spec = spec_of(plan, content, field);
        spec->name = tensor->name;
    }
    return AUG_OK;
}

/* A tensor for each view of a field of spans, or of one that follows it, called like the field. */
static AugStatus add_spans(TxtPlan *plan, uint32_t item, uint32_t follower, AugDomainOutput *output,
                           AugError *error)
{
    const TxtSpanField *spans = &plan->spans.items[item];
    const AugFieldDesc *field =
        &plan->dataset->fields[follower > 0 ? spans->followers[follower - 1] : spans->number];
    for (uint32_t v = 0; v < plan->n_views; v++) {
        if (plan->n_tensors == AUG_MAX_TENSORS)
            return fail_count(plan, error);
        TxtTensor *tensor = &plan->tensors[plan->n_tensors++];
        *tensor = (TxtTensor){
            .content = TXT_CONTENT_SPANS, .view = v, .item = item, .follower = follower};
        set_name(tensor, field->name, NULL, v);
        AugTensorSpec *spec = &output->tensors[output->n_tensors++];
        *spec = (AugTensorSpec){.name = tensor->name,
                                .sample = field->tensor,
                                .ragged = true,
                                .axes = field->tensor.n_dims > 1 ? "nd" : "n"};
        spec->sample.shape[0] = field->most;
        if (field->most == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the field '%s' has no bound on its rows, so it fits no batch",
                            field->name);
    }
    return AUG_OK;
}

static AugStatus describe_spans(TxtPlan *plan, AugDomainOutput *output, AugError *error)
{
    for (uint32_t i = 0; i < plan->spans.n; i++) {
        const TxtSpanField *spans = &plan->spans.items[i];
        for (uint32_t f = 0; !spans->only_protects && f <= spans->n_followers; f++)
            AUG_TRY(add_spans(plan, i, f, output, error));
    }
    return AUG_OK;
}

static AugStatus describe(TxtPlan *plan, AugDomainOutput *output, AugError *error)
{
    const TxtIdsParam *ids = &plan->output->ids;
    if (ids->is_given) {
        AUG_TRY(txt_ids_tokenizer(ids, plan->file, &plan->tokenizer, error));
        plan->padding_id = txt_ids_padding(ids, plan->tokenizer);
    }
    const bool wanted[] = {[TXT_CONTENT_TEXT] = plan->output->text,
                           [TXT_CONTENT_IDS] = ids->is_given,
                           [TXT_CONTENT_LENGTH] = ids->is_given && ids->padding,
                           [TXT_CONTENT_EDITS] = plan->output->edits,
                           [TXT_CONTENT_OUTCOME] = plan->output->outcome};
    for (TxtContent content = 0; content < AUG_COUNT(wanted); content++)
        for (uint32_t t = 0; wanted[content] && t < plan->n_texts; t++)
            AUG_TRY(add(plan, content, t, output, error));
    AUG_TRY(describe_spans(plan, output, error));
    if (plan->n_tensors > 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, "output",
                    "output.text is false and nothing else is wanted; batches would hold no text");
}

/* Whether the rows name spans of their text. */
static bool has_labels(const TxtPlan *plan)
{
    for (uint32_t i = 0; i < plan->spans.n; i++)
        if (!plan->spans.items[i].only_protects)
            return true;
    return false;
}

static AugStatus fill(TxtPlan *plan, const AugDomainInput *input, AugDomainOutput *output,
                      AugError *error)
{
    plan->ops = input->pipeline;
    plan->output = input->output;
    plan->dataset = input->dataset;
    plan->limits = input->limits;
    plan->file = input->file;
    plan->n_views = input->n_views;
    plan->protect = txt_output_protects(plan->output);
    AUG_TRY(find_texts(plan, error));
    const bool protects = plan->output->spans.value == TXT_SPANS_PROTECT;
    AUG_TRY(txt_spans_find(&plan->spans, plan->dataset, protects, &output->treated, error));
    plan->task = (TxtTask)plan->output->task.value;
    if (plan->output->task.value == TXT_TASK_AUTO)
        plan->task = has_labels(plan) ? TXT_NER : plan->n_texts > 1 ? TXT_PAIRS : TXT_SENTIMENT;
    output->softens = plan->output->label_smoothing > 0;
    AUG_TRY(txt_prepare(plan, input, error));
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        bound_text(plan, &plan->texts[t]);
        output->treated |= 1u << plan->texts[t].number;
        output->fields[plan->texts[t].number].most = plan->texts[t].most;
    }
    return input->any_size ? AUG_OK : describe(plan, output, error);
}

AugStatus txt_compile(const AugDomainInput *input, void **out, AugDomainOutput *output,
                      AugError *error)
{
    *out = NULL;
    if (input->n_views > TXT_MAX_VIEWS)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "batch.views is %u; texts have at most %d",
                        input->n_views, TXT_MAX_VIEWS);
    TxtPlan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a plan");
    const AugStatus status = fill(plan, input, output, error);
    if (status != AUG_OK) {
        txt_plan_free(plan);
        return status;
    }
    *out = plan;
    return AUG_OK;
}

void txt_plan_free(void *context)
{
    TxtPlan *plan = context;
    if (!plan)
        return;
    txt_release(plan);
    txt_tokenizer_free(plan->tokenizer);
    free(plan);
}
