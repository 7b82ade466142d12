/* TokenMask: whole words become a mask, as in the training of BERT. */
#include <string.h>

#include "text/domain/alone.h"
#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/op.h"

typedef struct MaskParams {
    double alpha;
    int32_t n;
    AugText mask;
} MaskParams;

static const AugParamDesc params[] = {
    AUG_PARAM(MaskParams, alpha, .fallback = "0.15", .low = 0, .high = 1,
              .help = "words that are masked, as a share of all words, at least one",
              .aka = "mlm_probability masking_prob"),
    AUG_PARAM(MaskParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of words, in place of alpha; 0: alpha counts"),
    AUG_PARAM(MaskParams, mask, .fallback = "\"[MASK]\"", .help = "what stands in their place",
              .aka = "mask_token"),
};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **state,
                         AugError *error)
{
    const MaskParams *given = context;
    (void)input;
    *state = NULL;
    return txt_check_alone(given->mask, strlen(given->mask), "TokenMask.mask", error);
}

/* Characters of scripts without spaces count as words, too. */
static uint32_t find_candidates(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_spans; i++)
        if (doc->spans[i].kind == TXT_WORD && !(doc->spans[i].flags & TXT_LABELLED))
            list[n++] = i;
    return n;
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const MaskParams *given = context;
    (void)state;
    const uint32_t n_candidates = find_candidates(doc, doc->scratch);
    if (n_candidates == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(given->alpha, given->n, doc->n_tokens);
    const uint32_t n = txt_draw_some(rng, wanted, doc->scratch, n_candidates);
    const uint32_t size = (uint32_t)strlen(given->mask);
    for (uint32_t i = 0; i < n; i++) {
        const TxtSpan *span = &doc->spans[doc->scratch[i]];
        txt_edit_borrow(edits, span->start, span->end, given->mask, size);
    }
    if (n < wanted)
        return TXT_FEWER;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

/* A word has a byte, and a space or, in scripts without, two bytes more. */
static uint64_t grows(const void *context, uint64_t size)
{
    const MaskParams *given = context;
    const uint64_t words = size / 2 + 1, asked = (uint64_t)given->n;
    const uint64_t share = 1 + (uint64_t)(given->alpha * (double)words);
    const uint64_t n = asked > 0 ? asked : share;
    return size + (n < words ? n : words) * strlen(given->mask);
}

static AugStatus check(const void *context, AugError *error)
{
    const MaskParams *given = context;
    if (given->mask[0])
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "TokenMask.mask is empty; allowed is any text (RandomDeletion leaves words "
                    "out)");
}

static const AugOpExample examples[] = {
    {"{}", "three words of twenty, as in BERT"},
    {"{n: 1, mask: _}", "one word, of which a low line is left"},
};

const AugOpDesc aug_op_token_mask = {
    .name = "TokenMask",
    .summary = "Put a mask in the place of words",
    .convention = "max(1, floor(alpha * words)) whole words; a character of a script without "
                  "spaces counts as a word",
    .reference = "Devlin, Chang, Lee and Toutanova, BERT: Pre-training of Deep Bidirectional "
                 "Transformers for Language Understanding, NAACL 2019",
    .params = AUG_PARAM_TABLE(MaskParams, params),
    .check = check,
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_NOISY,
                      [TXT_PAIRS] = TXT_CHANGING,
                      [TXT_NER] = TXT_NOISY,
                      [TXT_QA] = TXT_NOISY},
           .prepare = prepare, .grows = grows, .edit = edit),
};
