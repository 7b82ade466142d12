/* SentenceCrop: sentences at the start and at the end are left out. */
#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/domain/sentences.h"
#include "text/op.h"

typedef struct CropParams {
    double alpha;
    int32_t n;
} CropParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CropParams, alpha, .fallback = "0.3", .low = 0, .high = 1,
              .help = "sentences that are left out, as a share of all, at least one"),
    AUG_PARAM(CropParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of sentences, in place of alpha; 0: alpha counts"),
};

/* The sentences that stay: from first on, n of them. */
typedef struct Window {
    uint32_t first, n;
} Window;

/* Draws a window of so many sentences at least, around all that must stay. */
static Window draw(AugRng *rng, const TxtDoc *doc, const TxtSentences *sentences, uint32_t least)
{
    uint32_t low = sentences->n, high = 0;
    for (uint32_t i = 0; i < sentences->n; i++) {
        if (!txt_sentence_is_bound(doc, sentences, i))
            continue;
        low = i < low ? i : low;
        high = i + 1;
    }
    const uint32_t bound = high > low ? high - low : 0, n = bound > least ? bound : least;
    const uint32_t first = high > n ? high - n : 0;
    const uint32_t last = low < sentences->n - n ? low : sentences->n - n;
    return (Window){first + (last > first ? txt_below(rng, last - first + 1) : 0), n};
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const CropParams *given = context;
    (void)state;
    const TxtSentences sentences = txt_sentences(doc, doc->scratch);
    const uint32_t n = sentences.n;
    if (n < 2)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(given->alpha, given->n, n);
    if (wanted == 0)
        return TXT_UNCHANGED;
    const Window window = draw(rng, doc, &sentences, wanted < n ? n - wanted : 1);
    if (window.n == n)
        return TXT_NOT_APPLICABLE;
    const uint32_t behind = window.first + window.n;
    if (window.first > 0)
        txt_edit_borrow(edits, txt_sentence_start(doc, &sentences, 0),
                        txt_sentence_start(doc, &sentences, window.first), "", 0);
    if (behind < n)
        txt_edit_borrow(edits, txt_sentence_stop(doc, &sentences, behind - 1),
                        txt_sentence_stop(doc, &sentences, n - 1), "", 0);
    return n - window.n < wanted ? TXT_FEWER : TXT_APPLIED;
}

static const AugOpExample examples[] = {
    {"{}", "three of ten sentences, at the start, at the end or at both"},
    {"{n: 1}", "the first sentence or the last one"},
};

const AugOpDesc aug_op_sentence_crop = {
    .name = "SentenceCrop",
    .summary = "Leave sentences at the ends out",
    .convention = "what stays is a run of neighbouring sentences, at least one, each run as likely "
                  "as another; it holds every sentence with a span label or with what the row or a "
                  "pattern protects; white space at the ends of the text stays",
    .params = AUG_PARAM_TABLE(CropParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_NOISY,
                      [TXT_PAIRS] = TXT_CHANGING,
                      [TXT_NER] = TXT_PRESERVING,
                      [TXT_QA] = TXT_NOISY},
           .edit = edit),
};
