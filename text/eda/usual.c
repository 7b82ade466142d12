/* EDA in our way: the four operations as they stand in the registry, with the preset's alpha. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/amount.h"
#include "text/eda/eda.h"
#include "text/synonyms/params.h"

/* An operation with parameters of its own, and what it prepared. */
typedef struct Bound {
    const AugOpDesc *desc;
    void *params, *state;
} Bound;

static void bound_free(void *context)
{
    Bound *bound = context;
    const TxtOpHooks *hooks = txt_op_hooks(bound->desc);
    if (bound->state)
        hooks->release(bound->state);
    if (bound->params)
        augi_params_fini(&bound->desc->params, bound->params);
    free(bound->params);
    free(bound);
}

static AugStatus no_memory(AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an operation");
}

/* Its defaults, with an alpha, and a language where it has one. */
static AugStatus bind(Bound *bound, double alpha, const char *lang, AugError *error)
{
    AugError mistake;
    AugProblems problems = {.items = &mistake, .capacity = 1, .source_name = bound->desc->name};
    bound->params = calloc(1, bound->desc->params.size);
    if (!bound->params)
        return no_memory(error);
    augi_params_bind(&bound->desc->params, NULL, NULL, bound->desc->name, bound->params, &problems);
    if (problems.n > 0)
        return AUG_FAIL(error, mistake.status, NULL, "%s", mistake.message);
    TxtAmount *amount = bound->params;
    amount->alpha = alpha;
    if (!lang)
        return AUG_OK;
    TxtSynonymParams *common = bound->params;
    free(common->lang);
    common->lang = strdup(lang);
    return common->lang ? AUG_OK : no_memory(error);
}

/* lang: NULL for an operation without a language. */
static AugStatus prepare(const char *name, const TxtEdaParams *params, const char *lang,
                         const TxtPrepare *input, void **state, AugError *error)
{
    Bound *bound = calloc(1, sizeof(*bound));
    *state = NULL;
    if (!bound)
        return no_memory(error);
    bound->desc = augi_op_find(name);
    const TxtOpHooks *hooks = txt_op_hooks(bound->desc);
    AugStatus status = bind(bound, txt_eda_alpha(params, input), lang, error);
    if (status == AUG_OK && hooks->prepare)
        status = hooks->prepare(bound->params, input, &bound->state, error);
    if (status == AUG_OK)
        *state = bound;
    else
        bound_free(bound);
    return status;
}

static AugStatus prepare_replacement(const void *params, const TxtPrepare *input, void **state,
                                     AugError *error)
{
    const TxtEdaParams *given = params;
    return prepare("SynonymReplacement", given, given->lang, input, state, error);
}

static AugStatus prepare_insertion(const void *params, const TxtPrepare *input, void **state,
                                   AugError *error)
{
    const TxtEdaParams *given = params;
    return prepare("RandomInsertion", given, given->lang, input, state, error);
}

static AugStatus prepare_swap(const void *params, const TxtPrepare *input, void **state,
                              AugError *error)
{
    return prepare("RandomSwap", params, NULL, input, state, error);
}

static AugStatus prepare_deletion(const void *params, const TxtPrepare *input, void **state,
                                  AugError *error)
{
    return prepare("RandomDeletion", params, NULL, input, state, error);
}

static void identify(const void *state, AugiHash *hash)
{
    const Bound *bound = state;
    const TxtOpHooks *hooks = txt_op_hooks(bound->desc);
    if (hooks->identify)
        hooks->identify(bound->state, hash);
}

/* For any alpha of the table, where none is given. */
static uint64_t grow_by_synonyms(const void *params, uint64_t size)
{
    const TxtEdaParams *given = params;
    const TxtSynonymParams most = {.amount.alpha =
                                       given->alpha > 0 ? given->alpha : TXT_EDA_MOST_ALPHA};
    return txt_synonyms_grow(&most, size);
}

static uint64_t grow_by_swaps(const void *params, uint64_t size)
{
    (void)params;
    return txt_op_hooks(augi_op_find("RandomSwap"))->grows(NULL, size);
}

static TxtOutcome edit(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const Bound *bound = state;
    (void)params;
    return txt_op_hooks(bound->desc)->edit(bound->params, bound->state, rng, doc, edits);
}

#define USUAL(word, prepare_hook, grow, ...)                                                 \
    {                                                                                        \
        .name = (word), .summary = "Of EDA",                                                 \
        .params = {.rows = txt_eda_rows, .n = TXT_EDA_N_ROWS, .size = sizeof(TxtEdaParams)}, \
        TXT_OP(.effect = __VA_ARGS__, .prepare = (prepare_hook), .release = bound_free,      \
               .identify = identify, .grows = (grow), .edit = edit),                         \
    }

#define EFFECTS(topic, pairs, ner)                                                 \
    {                                                                              \
        [TXT_SENTIMENT] = TXT_NOISY, [TXT_TOPIC] = (topic), [TXT_PAIRS] = (pairs), \
        [TXT_NER] = (ner), [TXT_QA] = TXT_NOISY                                    \
    }

static const AugOpDesc replacement =
    USUAL("SynonymReplacement", prepare_replacement, grow_by_synonyms,
          EFFECTS(TXT_PRESERVING, TXT_NOISY, TXT_PRESERVING));
static const AugOpDesc insertion = USUAL("RandomInsertion", prepare_insertion, grow_by_synonyms,
                                         EFFECTS(TXT_PRESERVING, TXT_NOISY, TXT_NOISY));
static const AugOpDesc swap =
    USUAL("RandomSwap", prepare_swap, grow_by_swaps, EFFECTS(TXT_NOISY, TXT_CHANGING, TXT_NOISY));
static const AugOpDesc deletion =
    USUAL("RandomDeletion", prepare_deletion, NULL, EFFECTS(TXT_NOISY, TXT_CHANGING, TXT_NOISY));

const AugOpDesc *const txt_eda_usual[TXT_EDA_N] = {&replacement, &insertion, &swap, &deletion};
