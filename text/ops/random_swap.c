/* RandomSwap: pairs of words change places. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/domain/recase.h"
#include "text/op.h"

typedef struct SwapParams {
    TxtAmount amount;
    int32_t window;
} SwapParams;

static const AugParamDesc params[] = {
    AUG_PARAM(TxtAmount, alpha, .fallback = "0.1", .low = 0, .high = 1,
              .help = "swaps as a share of the words, at least one"),
    AUG_PARAM(TxtAmount, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of swaps, in place of alpha; 0: alpha counts"),
    AUG_PARAM(SwapParams, window, .fallback = "0", .low = 0, .high = 1000000, .unit = "words",
              .help = "how far apart two words may stand; 1: neighbours, 0: anywhere"),
};

/* Draws for a partner of other letters; a text of one word over and over has none. */
#define MOST_TRIES 8

/* A text while its swaps are drawn. order: which word stands at each place; left: places that were
 * not drawn, n_left of them. */
typedef struct Swaps {
    const TxtDoc *doc;
    AugRng *rng;
    uint32_t *order, *left;
    uint32_t n_left;
} Swaps;

static bool is_same(const TxtDoc *doc, uint32_t a, uint32_t b)
{
    const TxtSpan *first = txt_word(doc, a), *second = txt_word(doc, b);
    return txt_span_size(first) == txt_span_size(second) &&
           memcmp(doc->bytes + first->start, doc->bytes + second->start, txt_span_size(first)) == 0;
}

/* Swaps the word at a with one within a window of places around it, or anywhere. */
static bool swap(Swaps *swaps, uint32_t a, uint32_t window)
{
    const uint32_t n = swaps->doc->n_words;
    const uint32_t low = a > window ? a - window : 0;
    const uint32_t high = n - a > window ? a + window : n - 1;
    for (int i = 0; i < MOST_TRIES; i++) {
        const uint32_t b = low + txt_below(swaps->rng, high - low + 1);
        if (a == b || swaps->order[b] != b || (txt_word(swaps->doc, b)->flags & TXT_LABELLED) ||
            is_same(swaps->doc, a, b))
            continue;
        swaps->order[a] = b;
        swaps->order[b] = a;
        return true;
    }
    return false;
}

/* No place is drawn, and every word stands where it stood. */
static Swaps begin(const TxtDoc *doc, AugRng *rng)
{
    Swaps swaps = {.doc = doc,
                   .rng = rng,
                   .order = doc->scratch,
                   .left = doc->scratch + doc->n_words,
                   .n_left = doc->n_words};
    for (uint32_t i = 0; i < doc->n_words; i++)
        swaps.order[i] = i;
    for (uint32_t i = 0; i < doc->n_words; i++)
        swaps.left[i] = i;
    return swaps;
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const SwapParams *given = context;
    (void)prepared;
    Swaps swaps = begin(doc, rng);
    if (doc->n_words < 2)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(given->amount.alpha, given->amount.n, doc->n_tokens);
    const uint32_t window = given->window > 0 ? (uint32_t)given->window : doc->n_words;
    uint32_t n = 0;
    while (n < wanted && swaps.n_left > 0) {
        const uint32_t pick = txt_below(rng, swaps.n_left), a = swaps.left[pick];
        swaps.left[pick] = swaps.left[--swaps.n_left];
        const bool stays = swaps.order[a] != a || (txt_word(doc, a)->flags & TXT_LABELLED);
        if (!stays && swap(&swaps, a, window))
            n++;
    }
    TxtRecase recase = {.edits = edits, .doc = doc};
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (swaps.order[i] != i)
            txt_edit_word(&recase, txt_word(doc, i), txt_word(doc, swaps.order[i]));
    return n == wanted ? TXT_APPLIED : n > 0 ? TXT_FEWER : TXT_NOT_APPLICABLE;
}

/* A capital that takes a byte more than its small letter, once a sentence; that begins with two
 * letters and has a mark or a line end behind it. */
static uint64_t grows(const void *context, uint64_t size)
{
    (void)context;
    return size + size / 3 + 1;
}

static const AugOpExample examples[] = {
    {"{}", "one word in ten and its partner, as in EDA"},
    {"{n: 2, window: 3}", "two pairs of words that stand near each other"},
};

const AugOpDesc aug_op_random_swap = {
    .name = "RandomSwap",
    .summary = "Swap pairs of words",
    .convention = "max(1, floor(alpha * words)) pairs of different words, none of them twice; "
                  "white space and punctuation stay where they are, and the word that comes to "
                  "begin a sentence takes over its capital",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019",
    .params = AUG_PARAM_TABLE(SwapParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_NOISY,
                      [TXT_PAIRS] = TXT_CHANGING,
                      [TXT_NER] = TXT_NOISY,
                      [TXT_QA] = TXT_NOISY},
           .grows = grows, .edit = edit),
};
