/* SynonymReplacement: words become others of the same sense, in the same form. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/op.h"
#include "text/synonyms/params.h"

typedef struct ReplacementParams {
    TxtSynonymParams common;
    bool all_occurrences;
} ReplacementParams;

static const AugParamDesc params[] = {
    TXT_SYNONYM_ROWS("replacements"),
    AUG_PARAM(ReplacementParams, all_occurrences, .fallback = "false",
              .help = "replace a word wherever it stands in the text, as EDA does; it counts once"),
};

/* A text while its replacements are made. left: words that were not drawn, n_left of them */
typedef struct Replacing {
    const TxtSynonyms *synonyms;
    const TxtDoc *doc;
    const TxtTag *tags;
    uint32_t *left;
    uint32_t n_left;
    TxtEdits *edits;
} Replacing;

static bool is_same(const Replacing *replacing, uint32_t a, uint32_t b)
{
    const TxtDoc *doc = replacing->doc;
    const TxtSpan *first = txt_word(doc, a), *second = txt_word(doc, b);
    const uint32_t size = txt_span_size(first);
    return size == txt_span_size(second) &&
           replacing->tags[doc->words[a]].tag == replacing->tags[doc->words[b]].tag &&
           memcmp(doc->bytes + first->start, doc->bytes + second->start, size) == 0;
}

static bool replace(const Replacing *replacing, uint32_t word, const TxtSynonym *synonym)
{
    const uint32_t number = replacing->doc->words[word];
    const TxtSpan *span = &replacing->doc->spans[number];
    if (!txt_synonyms_fit(replacing->synonyms, replacing->doc, number, synonym, replacing->edits))
        return false;
    txt_edit(replacing->edits, span->start, span->start + synonym->end, synonym->bytes,
             synonym->size);
    return true;
}

/* The same word at other places, which are not drawn any more. */
static void replace_others(Replacing *replacing, uint32_t word, const TxtSynonym *synonym)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < replacing->n_left; i++) {
        if (is_same(replacing, word, replacing->left[i]))
            replace(replacing, replacing->left[i], synonym);
        else
            replacing->left[kept++] = replacing->left[i];
    }
    replacing->n_left = kept;
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const ReplacementParams *given = context;
    const TxtAmount *amount = &given->common.amount;
    TxtTag *tags = (TxtTag *)doc->scratch;
    Replacing replacing = {prepared, doc, tags, doc->scratch + doc->n_spans, 0, edits};
    replacing.n_left = txt_synonyms_list(prepared, doc, tags, replacing.left);
    const uint32_t wanted = txt_amount(amount->alpha, amount->n, doc->n_tokens);
    uint32_t n = 0;
    while (n < wanted && replacing.n_left > 0) {
        const uint32_t pick = txt_below(rng, replacing.n_left), word = replacing.left[pick];
        replacing.left[pick] = replacing.left[--replacing.n_left];
        TxtSynonym synonym = {.failed = false};
        if (!txt_synonyms_draw(prepared, doc, tags, word, rng, &synonym) ||
            !replace(&replacing, word, &synonym)) {
            edits->failed |= synonym.failed;
            continue;
        }
        if (given->all_occurrences)
            replace_others(&replacing, word, &synonym);
        n++;
    }
    if (n == wanted)
        return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
    return n > 0 ? TXT_FEWER : TXT_NO_DATA;
}

static uint64_t grows(const void *context, uint64_t size)
{
    const ReplacementParams *given = context;
    TxtSynonymParams all = given->common;
    if (given->all_occurrences)
        all.amount = (TxtAmount){.alpha = 1};
    return txt_synonyms_grow(&all, size);
}

static const AugOpExample examples[] = {
    {"{}", "one word in ten, as in EDA, but only where the sense is known"},
    {"{n: 1, pos: [noun, verb]}", "one noun or verb"},
    {"{min_sense_share: 0.9, tag_margin: 4}", "fewer words, and safer ones"},
    {"{tagger: false, all_occurrences: true}",
     "without a tagger: only words of one part of speech"},
};

const AugOpDesc aug_op_synonym_replacement = {
    .name = "SynonymReplacement",
    .summary = "Replace words by synonyms",
    .convention =
        "max(1, floor(alpha * words)) words, each by one of the words of the sense that it "
        "has nearly always as this part of speech, in the same form and case, with the "
        "article that it asks for; parts of terms, words that govern others and words for "
        "which there is doubt stay",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019, of which the choice of words differs",
    .params = AUG_PARAM_TABLE(ReplacementParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_PRESERVING,
                      [TXT_PAIRS] = TXT_NOISY,
                      [TXT_NER] = TXT_PRESERVING,
                      [TXT_QA] = TXT_NOISY},
           .prepare = txt_synonyms_prepare, .release = txt_synonyms_release,
           .identify = txt_synonyms_identify_state, .grows = grows, .edit = edit),
};
