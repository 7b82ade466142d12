/* RandomDeletion: words are left out, each with the white space that belongs to it. */
#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/domain/leave_out.h"
#include "text/op.h"

static const AugParamDesc params[] = {
    AUG_PARAM(TxtAmount, alpha, .fallback = "0.1", .low = 0, .high = 1,
              .help = "probability of each word (the paper's p)"),
    AUG_PARAM(TxtAmount, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of words, in place of alpha; 0: alpha counts"),
};

/* Lists the words that may go; returns how many there are. */
static uint32_t find_candidates(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (!(txt_word(doc, i)->flags & TXT_LABELLED))
            list[n++] = i;
    return n;
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const TxtAmount *given = context;
    (void)prepared;
    uint32_t *list = doc->scratch;
    const uint32_t n_candidates = find_candidates(doc, list), most = doc->n_tokens / 2;
    if (n_candidates == 0 || most == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t given_n = (uint32_t)given->n;
    const uint32_t wanted = given_n > 0 ? txt_draw_some(rng, given_n, list, n_candidates)
                                        : txt_draw_each(rng, given->alpha, list, n_candidates);
    const uint32_t n = txt_draw_some(rng, most, list, wanted);
    txt_leave_out(doc, list, n, edits);
    if (n < given_n || n < wanted)
        return TXT_FEWER;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

static const AugOpExample examples[] = {
    {"{}", "each word with a probability of one in ten, as in EDA"},
    {"{n: 1}", "one word of every text"},
};

const AugOpDesc aug_op_random_deletion = {
    .name = "RandomDeletion",
    .summary = "Leave words out",
    .convention = "one white space goes with each word; at most half of a text's words go, drawn "
                  "from those that were to go",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019",
    .params = AUG_PARAM_TABLE(TxtAmount, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_NOISY,
                      [TXT_PAIRS] = TXT_CHANGING,
                      [TXT_NER] = TXT_NOISY,
                      [TXT_QA] = TXT_NOISY},
           .edit = edit),
};
