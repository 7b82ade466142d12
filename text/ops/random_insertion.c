/* RandomInsertion: synonyms of words of the text are put between its words. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/op.h"
#include "text/synonyms/params.h"

typedef struct InsertionParams {
    TxtSynonymParams common;
    int32_t near;
} InsertionParams;

static const AugParamDesc params[] = {
    TXT_SYNONYM_ROWS("insertions"),
    AUG_PARAM(InsertionParams, near, .fallback = "0", .low = 0, .high = 1000000, .unit = "pieces",
              .help = "how far from its word a synonym may be put, counted in words, spaces and "
                      "marks; 0: anywhere"),
};

/* Draws for a gap near a word before that is given up. */
#define MOST_TRIES 8

/* A text while words are put into it. sources: words whose synonyms may come, n_sources of them; gaps:
 * numbers of the spans before which one may stand, n_spans for the end */
typedef struct Inserting {
    const TxtSynonyms *synonyms;
    const TxtDoc *doc;
    const TxtTag *tags;
    uint32_t *sources, *gaps;
    uint32_t n_sources, n_gaps;
    uint32_t near;
    TxtEdits *edits;
} Inserting;

/* Takes a gap near a span from the list; UINT32_MAX if none was found. */
static uint32_t take_gap(Inserting *inserting, uint32_t span, AugRng *rng)
{
    for (int i = 0; i < MOST_TRIES && inserting->n_gaps > 0; i++) {
        const uint32_t pick = txt_below(rng, inserting->n_gaps), gap = inserting->gaps[pick];
        const uint32_t apart = gap > span ? gap - span : span - gap;
        if (inserting->near > 0 && apart > inserting->near)
            continue;
        inserting->gaps[pick] = inserting->gaps[--inserting->n_gaps];
        return gap;
    }
    return UINT32_MAX;
}

/* Puts a synonym of a word, with all that stands behind the word in its span, into a gap. */
static bool insert(Inserting *inserting, uint32_t word, AugRng *rng)
{
    const TxtDoc *doc = inserting->doc;
    const TxtSpan *span = txt_word(doc, word);
    TxtSynonym synonym = {.failed = false};
    if ((span->flags & TXT_SENTENCE_START && span->flags & TXT_CAPITALISED) ||
        !txt_synonyms_draw(inserting->synonyms, doc, inserting->tags, word, rng, &synonym)) {
        inserting->edits->failed |= synonym.failed;
        return false;
    }
    const uint32_t rest = txt_span_size(span) - synonym.end;
    const uint32_t gap = take_gap(inserting, doc->words[word], rng);
    uint8_t bytes[sizeof(synonym.bytes) + TXT_MOST_EOJEOL + 1];
    if (gap == UINT32_MAX || synonym.size + rest + 1 > sizeof(bytes) ||
        !txt_synonyms_fit(inserting->synonyms, doc, gap, &synonym, inserting->edits))
        return false;
    const bool at_end = gap == doc->n_spans;
    const uint32_t at = at_end ? doc->size : doc->spans[gap].start;
    uint8_t *to = bytes + at_end;
    memcpy(to, synonym.bytes, synonym.size);
    memcpy(to + synonym.size, doc->bytes + span->start + synonym.end, rest);
    bytes[at_end ? 0 : synonym.size + rest] = ' ';
    txt_edit(inserting->edits, at, at, bytes, synonym.size + rest + 1);
    return true;
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const InsertionParams *given = context;
    const TxtAmount *amount = &given->common.amount;
    TxtTag *tags = (TxtTag *)doc->scratch;
    Inserting inserting = {.synonyms = prepared,
                           .doc = doc,
                           .tags = tags,
                           .sources = doc->scratch + doc->n_spans,
                           .near = (uint32_t)given->near,
                           .edits = edits};
    inserting.n_sources = txt_synonyms_list(prepared, doc, tags, inserting.sources);
    /* Sources are words and gaps have white space before them, so both have room in n_spans + 2. */
    inserting.gaps = inserting.sources + inserting.n_sources;
    inserting.n_gaps = txt_synonyms_gaps(doc, inserting.gaps);
    if (inserting.n_gaps == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(amount->alpha, amount->n, doc->n_tokens);
    uint32_t n = 0;
    while (n < wanted && inserting.n_sources > 0) {
        const uint32_t pick = txt_below(rng, inserting.n_sources), word = inserting.sources[pick];
        inserting.sources[pick] = inserting.sources[--inserting.n_sources];
        n += insert(&inserting, word, rng);
    }
    if (n == wanted)
        return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
    return n > 0 ? TXT_FEWER : TXT_NO_DATA;
}

static uint64_t grows(const void *context, uint64_t size)
{
    const InsertionParams *given = context;
    return txt_synonyms_grow(&given->common, size);
}

static const AugOpExample examples[] = {
    {"{}", "one synonym for ten words, as in EDA"},
    {"{n: 1, near: 4}", "a synonym, a few words from its word"},
};

const AugOpDesc aug_op_random_insertion = {
    .name = "RandomInsertion",
    .summary = "Put synonyms of words between the words",
    .convention =
        "max(1, floor(alpha * words)) synonyms of so many words, found as by SynonymReplacement, "
        "each with a "
        "space at a place of its own: before a word or at the end; a capital that begins a "
        "sentence stays first",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019, of which the choice of words differs",
    .params = AUG_PARAM_TABLE(InsertionParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_PRESERVING,
                      [TXT_PAIRS] = TXT_NOISY,
                      [TXT_NER] = TXT_NOISY,
                      [TXT_QA] = TXT_NOISY},
           .prepare = txt_synonyms_prepare, .release = txt_synonyms_release,
           .identify = txt_synonyms_identify_state, .grows = grows, .edit = edit),
};
