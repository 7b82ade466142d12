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

/* A text in a batch has at most max_bytes, and no more than the longest that there is. */
static void bound_text(const TxtPlan *plan, TxtField *text)
{
    const uint64_t stored = plan->dataset->fields[text->number].most;
    const uint32_t allowed = (uint32_t)plan->output->max_bytes;
    text->most = stored > 0 && stored < allowed ? (uint32_t)stored : allowed;
}

/* The name of a tensor in a view; lives as long as the plan. */
static const char *view_name(TxtPlan *plan, const char *name, uint32_t view)
{
    char *text = plan->names[plan->n_names++];
    if (view == 0)
        snprintf(text, sizeof(TxtName), "%s", name);
    else
        snprintf(text, sizeof(TxtName), "%s.%u", name, view);
    return text;
}

static AugStatus describe(TxtPlan *plan, AugDomainOutput *output, AugError *error)
{
    if (plan->n_texts * plan->n_views > AUG_MAX_TENSORS)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "%u texts in %u views are more tensors than %d, which are allowed",
                        plan->n_texts, plan->n_views, AUG_MAX_TENSORS);
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        const TxtField *text = &plan->texts[t];
        const AugTensorSpec spec = {
            .sample = {AUG_DTYPE_U8, 1, {text->most}}, .ragged = true, .axes = "n"};
        for (uint32_t v = 0; v < plan->n_views; v++) {
            output->tensors[output->n_tensors] = spec;
            output->tensors[output->n_tensors++].name =
                view_name(plan, plan->dataset->fields[text->number].name, v);
        }
    }
    return AUG_OK;
}

static AugStatus fill(TxtPlan *plan, const AugDomainInput *input, AugDomainOutput *output,
                      AugError *error)
{
    plan->ops = input->pipeline;
    plan->output = input->output;
    plan->dataset = input->dataset;
    plan->n_views = input->n_views;
    AUG_TRY(find_texts(plan, error));
    for (uint32_t t = 0; t < plan->n_texts; t++) {
        bound_text(plan, &plan->texts[t]);
        output->treated |= 1u << plan->texts[t].number;
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

void txt_plan_free(void *plan)
{
    free(plan);
}
