/* The operations of a plan: which may stand there, and what each makes ready once. */
#include <stdio.h>
#include <stdlib.h>

#include "text/domain/domain.h"
#include "text/unicode/unicode.h"

static const char *place_of(const AugOp *op, char where[200])
{
    augi_place_text(&op->place, where, 200);
    return where;
}

/* NULL for a group. */
static const TxtOpHooks *hooks_of(const AugOp *op)
{
    return op->desc->scope == AUG_OP_GROUP ? NULL : txt_op_hooks(op->desc);
}

static AugStatus check_label(const TxtPlan *plan, const AugOp *op, AugError *error)
{
    static const char *const about[TXT_N_TASKS] = {
        [TXT_SENTIMENT] = "the sentiment of texts",
        [TXT_TOPIC] = "the topic of texts",
        [TXT_PAIRS] = "how the texts of pairs relate",
        [TXT_NER] = "which words name what",
        [TXT_QA] = "where answers stand",
    };
    char where[200];
    const TxtOpHooks *hooks = txt_op_hooks(op->desc);
    if (hooks->effect[plan->task] != TXT_CHANGING || plan->output->allow_label_change)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, place_of(op, where),
                    "%s changes %s, so labels would be wrong; allowed with output: "
                    "{allow_label_change: true}, or another output.task",
                    op->desc->name, about[plan->task]);
}

static AugStatus check(const TxtPlan *plan, const AugOp *op, AugError *error)
{
    const AugOpDesc *desc = op->desc;
    char where[200];
    if (desc->domain && desc->domain != &aug_domain_text)
        return AUG_FAIL(
            error, AUG_BAD_SPEC, place_of(op, where),
            "%s works on %s and the pipeline on texts; one pipeline has one kind of data",
            desc->name, desc->domain->name);
    return hooks_of(op) ? check_label(plan, op, error) : AUG_OK;
}

static uint32_t last_position(const AugOpList *ops, uint32_t last)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOpList children = {ops->ops[i].children, ops->ops[i].n_children};
        if (ops->ops[i].position > last)
            last = ops->ops[i].position;
        last = last_position(&children, last);
    }
    return last;
}

/* The mistake gets the place of the operation in the spec; a file that it names comes behind. */
static void place_mistake(const AugOp *op, AugError *error)
{
    char message[sizeof(error->message)];
    if (error->where[0]) {
        snprintf(message, sizeof(message), "%s: %.150s: %.300s", op->desc->name, error->where,
                 error->message);
        snprintf(error->message, sizeof(error->message), "%s", message);
    }
    augi_place_text(&op->place, error->where, sizeof(error->where));
}

/* What becomes of a list. */
static AugStatus prepare(TxtPlan *plan, const AugOpList *ops, AugError *error)
{
    const TxtPrepare input = {.dataset = plan->dataset, .limits = plan->limits, .file = plan->file};
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {op->children, op->n_children};
        AUG_TRY(check(plan, op, error));
        AUG_TRY(prepare(plan, &children, error));
        const TxtOpHooks *hooks = hooks_of(op);
        if (!hooks || !hooks->prepare)
            continue;
        const AugStatus status =
            hooks->prepare(op->params, &input, &plan->states[op->position], error);
        if (status != AUG_OK && error)
            place_mistake(op, error);
        if (status != AUG_OK)
            return status;
    }
    return AUG_OK;
}

AugStatus txt_prepare(TxtPlan *plan, const AugDomainInput *input, AugError *error)
{
    char where[200];
    AUG_TRY(txt_patterns_new(&plan->patterns, &plan->output->protect, error));
    if (plan->output->segmenter.value == TXT_SEGMENTER_ICU)
        AUG_TRY(aug_error_prefix(error, txt_icu_open(&plan->icu, error), "output.segmenter"));
    if (input->mix->n > 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, place_of(&input->mix->ops[0], where),
                        "%s cannot mix texts; allowed is no batch.mix",
                        input->mix->ops[0].desc->name);
    if (plan->ops->n == 0)
        return AUG_OK;
    plan->n_states = last_position(plan->ops, 0) + 1;
    plan->states = calloc(plan->n_states, sizeof(*plan->states));
    if (!plan->states)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a plan");
    return prepare(plan, plan->ops, error);
}

static void identify(const TxtPlan *plan, const AugOpList *ops, AugiHash *hash)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {op->children, op->n_children};
        identify(plan, &children, hash);
        if (hooks_of(op) && hooks_of(op)->identify)
            hooks_of(op)->identify(plan->states[op->position], hash);
    }
}

void txt_identify(const void *context, AugiHash *hash)
{
    const TxtPlan *plan = context;
    txt_unicode_identify(hash);
    if (plan->icu) {
        augi_hash_add_text(hash, "icu");
        augi_hash_add_text(hash, txt_icu_version(plan->icu));
    }
    if (plan->patterns)
        txt_patterns_identify(hash);
    if (plan->tokenizer) {
        const AugiDigest *tokens = &txt_tokenizer_info(plan->tokenizer)->identity;
        augi_hash_add_text(hash, "tokenizer");
        augi_hash_add_u64(hash, tokens->low);
        augi_hash_add_u64(hash, tokens->high);
    }
    identify(plan, plan->ops, hash);
}

static void release(TxtPlan *plan, const AugOpList *ops)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {op->children, op->n_children};
        release(plan, &children);
        if (plan->states[op->position])
            hooks_of(op)->release(plan->states[op->position]);
    }
}

void txt_release(TxtPlan *plan)
{
    if (plan->states)
        release(plan, plan->ops);
    free(plan->states);
    plan->states = NULL;
    txt_patterns_free(plan->patterns);
    plan->patterns = NULL;
    txt_icu_free(plan->icu);
    plan->icu = NULL;
}

/* Of one operation, or of as many of a group's as it picks. */
static uint64_t grown(const TxtPlan *plan, const AugOp *op, uint64_t size)
{
    const TxtOpHooks *hooks = hooks_of(op);
    if (hooks)
        return hooks->grows ? hooks->grows(op->params, size) : size;
    const uint64_t enough = (uint64_t)plan->output->max_bytes;
    const size_t picks = augi_op_picks(op).most;
    for (size_t i = 0; i < picks && size < enough; i++) {
        uint64_t most = size;
        for (size_t k = 0; k < op->n_children; k++) {
            const uint64_t made = grown(plan, &op->children[k], size);
            most = made > most ? made : most;
        }
        if (most == size)
            break;
        size = most;
    }
    return size;
}

uint64_t txt_grown(const TxtPlan *plan, const AugOpList *ops, uint64_t size)
{
    for (size_t i = 0; i < ops->n && size < (uint64_t)plan->output->max_bytes; i++)
        size = grown(plan, &ops->ops[i], size);
    return size;
}
