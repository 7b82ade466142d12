/* EDA as the paper has it: any word may move or go, negations, names and numbers too. What stands between
 * words stays as it is. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/domain/leave_out.h"
#include "text/domain/recase.h"
#include "text/eda/eda.h"

/* The state of an operation without synonyms is its amount. */
static AugStatus prepare(const void *params, const TxtPrepare *input, void **state, AugError *error)
{
    TxtAmount *amount = calloc(1, sizeof(*amount));
    *state = amount;
    if (!amount)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an operation");
    amount->alpha = txt_eda_alpha(params, input);
    return AUG_OK;
}

/* Numbers of the words that may move or go: all but those that the row names. */
static uint32_t list_words(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (!(txt_word(doc, i)->flags & TXT_LABELLED))
            list[n++] = i;
    return n;
}

static bool is_same(const TxtDoc *doc, const TxtSpan *a, const TxtSpan *b)
{
    return txt_span_size(a) == txt_span_size(b) &&
           memcmp(doc->bytes + a->start, doc->bytes + b->start, txt_span_size(a)) == 0;
}

/* n times two random words change places; the same ones perhaps, and back. */
static TxtOutcome swap(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const TxtAmount *amount = state;
    uint32_t *list = doc->scratch, *order = doc->scratch + doc->n_words;
    const uint32_t n = list_words(doc, list);
    (void)params;
    if (n < 2)
        return TXT_NOT_APPLICABLE;
    memcpy(order, list, n * sizeof(*order));
    for (uint32_t left = txt_amount(amount->alpha, 0, doc->n_tokens); left > 0; left--) {
        const uint32_t a = txt_below(rng, n), other = txt_below(rng, n - 1);
        const uint32_t b = other + (other >= a), word = order[a];
        order[a] = order[b];
        order[b] = word;
    }
    TxtRecase recase = {.edits = edits, .doc = doc};
    for (uint32_t i = 0; i < n; i++)
        if (!is_same(doc, txt_word(doc, list[i]), txt_word(doc, order[i])))
            txt_edit_word(&recase, txt_word(doc, list[i]), txt_word(doc, order[i]));
    return edits->n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

/* Each word goes with a probability of alpha; if all would, one stays. */
static TxtOutcome leave_out(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                            TxtEdits *edits)
{
    const TxtAmount *amount = state;
    uint32_t *list = doc->scratch;
    const uint32_t n = list_words(doc, list);
    (void)params;
    if (n == 0 || doc->n_tokens < 2)
        return TXT_NOT_APPLICABLE;
    uint32_t gone = txt_draw_each(rng, amount->alpha, list, n);
    if (gone == doc->n_tokens)
        gone = txt_draw_some(rng, gone - 1, list, gone);
    txt_leave_out(doc, list, gone, edits);
    return gone > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

static uint64_t grow_by_swaps(const void *params, uint64_t size)
{
    (void)params;
    return txt_op_hooks(augi_op_find("RandomSwap"))->grows(NULL, size);
}

#define PAPER(word, ...)                                                                     \
    {                                                                                        \
        .name = (word), .summary = "Of EDA, as in the paper",                                \
        .params = {.rows = txt_eda_rows, .n = TXT_EDA_N_ROWS, .size = sizeof(TxtEdaParams)}, \
        TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,                                       \
                          [TXT_TOPIC] = TXT_NOISY,                                           \
                          [TXT_PAIRS] = TXT_CHANGING,                                        \
                          [TXT_NER] = TXT_NOISY,                                             \
                          [TXT_QA] = TXT_NOISY},                                             \
               .unprotects = true, __VA_ARGS__),                                             \
    }

static const AugOpDesc replacement_desc = PAPER(
    "SynonymReplacement", .prepare = txt_eda_synonyms_prepare, .release = txt_eda_synonyms_release,
    .identify = txt_eda_synonyms_identify, .grows = txt_eda_synonyms_grow, .edit = txt_eda_replace);
static const AugOpDesc insertion_desc = PAPER(
    "RandomInsertion", .prepare = txt_eda_synonyms_prepare, .release = txt_eda_synonyms_release,
    .identify = txt_eda_synonyms_identify, .grows = txt_eda_synonyms_grow, .edit = txt_eda_insert);
static const AugOpDesc swap_desc =
    PAPER("RandomSwap", .prepare = prepare, .release = free, .grows = grow_by_swaps, .edit = swap);
static const AugOpDesc deletion_desc =
    PAPER("RandomDeletion", .prepare = prepare, .release = free, .edit = leave_out);

const AugOpDesc *const txt_eda_paper[TXT_EDA_N] = {&replacement_desc, &insertion_desc, &swap_desc,
                                                   &deletion_desc};
