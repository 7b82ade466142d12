/* SentenceShuffle: sentences change places. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/domain/sentences.h"
#include "text/op.h"

typedef struct ShuffleParams {
    double alpha;
    int32_t n;
    bool keep_first;
} ShuffleParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ShuffleParams, alpha, .fallback = "1", .low = 0, .high = 1,
              .help = "sentences that are moved, as a share of all, at least two"),
    AUG_PARAM(ShuffleParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of sentences, in place of alpha; 0: alpha counts"),
    AUG_PARAM(ShuffleParams, keep_first, .fallback = "false",
              .help = "the first sentence stays, which says what a text is about"),
};

/* A text that ends without a mark, with no line of its own for what is left open: elsewhere its last
 * sentence would run into the next one. */
static bool is_open(const TxtDoc *doc, const TxtSentences *sentences, uint32_t i)
{
    if (i + 1 < sentences->n || doc->spans[sentences->last[i]].kind == TXT_PUNCTUATION)
        return false;
    const uint32_t from = txt_sentence_stop(doc, sentences, i - 1);
    return !memchr(doc->bytes + from, '\n', txt_sentence_start(doc, sentences, i) - from);
}

static uint32_t find_movable(const ShuffleParams *given, const TxtDoc *doc,
                             const TxtSentences *sentences, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = given->keep_first; i < sentences->n; i++)
        if (!txt_sentence_is_bound(doc, sentences, i) && !is_open(doc, sentences, i))
            list[n++] = i;
    return n;
}

/* Puts one sentence in another's place; false if nothing changes by that. */
static bool put(const TxtDoc *doc, const TxtSentences *sentences, uint32_t to, uint32_t from,
                TxtEdits *edits)
{
    const uint32_t start = txt_sentence_start(doc, sentences, to);
    const uint32_t end = txt_sentence_stop(doc, sentences, to);
    const uint32_t other = txt_sentence_start(doc, sentences, from);
    const uint32_t size = txt_sentence_stop(doc, sentences, from) - other;
    if (size == end - start && memcmp(doc->bytes + start, doc->bytes + other, size) == 0)
        return false;
    txt_edit_borrow(edits, start, end, doc->bytes + other, size);
    return true;
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const ShuffleParams *given = context;
    (void)state;
    const uint32_t most = txt_most_sentences(doc);
    const TxtSentences sentences = txt_sentences(doc, doc->scratch);
    uint32_t *places = doc->scratch + 2 * (size_t)most, *order = places + most;
    if (sentences.n < 2)
        return TXT_NOT_APPLICABLE;
    const uint32_t n_movable = find_movable(given, doc, &sentences, places);
    uint32_t wanted = txt_amount(given->alpha, given->n, sentences.n);
    if (wanted == 0)
        return TXT_UNCHANGED;
    wanted = wanted < 2 ? 2 : wanted;
    if (n_movable < 2)
        return TXT_NOT_APPLICABLE;
    const uint32_t n = txt_draw_some(rng, wanted, places, n_movable);
    memcpy(order, places, n * sizeof(*order));
    /* Sattolo's algorithm: a random cycle, in which each sentence comes to another's place. */
    for (uint32_t i = n - 1; i > 0; i--) {
        const uint32_t k = txt_below(rng, i), sentence = order[i];
        order[i] = order[k];
        order[k] = sentence;
    }
    bool has_changed = false;
    for (uint32_t i = 0; i < n; i++)
        has_changed |= put(doc, &sentences, places[i], order[i], edits);
    if (!has_changed)
        return TXT_UNCHANGED;
    return n < wanted ? TXT_FEWER : TXT_APPLIED;
}

static const AugOpExample examples[] = {
    {"{}", "all sentences in another order"},
    {"{n: 2, keep_first: true}", "two sentences change places, but never the first"},
};

const AugOpDesc aug_op_sentence_shuffle = {
    .name = "SentenceShuffle",
    .summary = "Change the order of sentences",
    .convention = "each sentence that is drawn comes to the place of another one, whole, with all "
                  "that is protected in it; white space between the places stays; sentences with a "
                  "span label or with what the row or a pattern protects stay",
    .params = AUG_PARAM_TABLE(ShuffleParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_PRESERVING,
                      [TXT_TOPIC] = TXT_PRESERVING,
                      [TXT_PAIRS] = TXT_NOISY,
                      [TXT_NER] = TXT_PRESERVING,
                      [TXT_QA] = TXT_NOISY},
           .edit = edit),
};
