/* Synonyms as the paper takes them: any word of any sense of any part of speech, in its base form, for any
 * word that is no stop word. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/eda/eda.h"
#include "text/english/english.h"
#include "text/lexicon/key.h"
#include "text/unicode/case.h"

/* Synonyms of one word that are drawn from; WordNet has some 200 for "break", and no word has more. */
#define MOST_SYNONYMS 512

/* Bytes of one, with its capitals and a space on either side. */
#define ROOM (TXT_CASE_ROOM(TXT_MAX_WORD_SIZE) + 2)

/* Words that are drawn for an insertion before it is given up, as in the authors' program. */
#define MOST_TRIES 10

typedef struct State {
    TxtLexicon *lexicon;
    bool is_english;
    double alpha;
} State;

AugStatus txt_eda_synonyms_prepare(const void *params, const TxtPrepare *input, void **out,
                                   AugError *error)
{
    const TxtEdaParams *given = params;
    State *state = calloc(1, sizeof(*state));
    *out = NULL;
    if (!state)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an operation");
    const AugStatus status =
        txt_lexicon_open_beside(&state->lexicon, given->lang, input->file, error);
    if (status != AUG_OK) {
        free(state);
        return status;
    }
    const TxtSlice language = txt_lexicon_about_value(state->lexicon, "language");
    state->is_english = language.size == 2 && memcmp(language.text, "en", 2) == 0;
    state->alpha = txt_eda_alpha(given, input);
    *out = state;
    return AUG_OK;
}

void txt_eda_synonyms_release(void *context)
{
    State *state = context;
    txt_lexicon_unref(state->lexicon);
    free(state);
}

void txt_eda_synonyms_identify(const void *context, AugiHash *hash)
{
    const State *state = context;
    augi_hash_add_u64(hash, txt_lexicon_identity(state->lexicon));
}

uint64_t txt_eda_synonyms_grow(const void *params, uint64_t size)
{
    const TxtEdaParams *given = params;
    const uint32_t words = (uint32_t)(size / 2 + 1);
    const double alpha = given->alpha > 0 ? given->alpha : TXT_EDA_MOST_ALPHA;
    return size + (uint64_t)txt_amount(alpha, 0, words) * ROOM;
}

/* A word of a text and what may stand for it. key: as it is looked up; words: of the lexicon, each
 * once */
typedef struct Choices {
    const State *state;
    char key[TXT_KEY_SIZE];
    size_t key_size;
    uint32_t words[MOST_SYNONYMS];
    uint32_t n;
} Choices;

static void add(Choices *choices, uint32_t word)
{
    const TxtSlice text = txt_lexicon_text(choices->state->lexicon, word);
    const bool is_itself =
        text.size == choices->key_size && memcmp(text.text, choices->key, text.size) == 0;
    for (uint32_t i = 0; i < choices->n; i++)
        if (choices->words[i] == word)
            return;
    if (!is_itself && choices->n < MOST_SYNONYMS)
        choices->words[choices->n++] = word;
}

/* All words of all senses of a base, but the base. */
static void add_base(Choices *choices, uint32_t lemma, TxtPos pos)
{
    const TxtLexicon *lexicon = choices->state->lexicon;
    const TxtSenses senses = txt_lexicon_senses(lexicon, lemma, pos);
    for (uint32_t i = 0; i < senses.n; i++) {
        const TxtMembers members = txt_lexicon_words(lexicon, senses.items[i].synset);
        for (uint32_t k = 0; k < members.n; k++)
            if (txt_lexicon_lemma_of(lexicon, members.items[k].word) != lemma)
                add(choices, members.items[k].word);
    }
}

/* The bases that a word of English may have, by the forms that it may be. */
static void add_english(Choices *choices)
{
    static const TxtPtb tags[] = {TXT_PTB_NN,  TXT_PTB_NNS, TXT_PTB_VB,  TXT_PTB_VBZ,
                                  TXT_PTB_VBD, TXT_PTB_VBN, TXT_PTB_VBG, TXT_PTB_JJ,
                                  TXT_PTB_JJR, TXT_PTB_JJS, TXT_PTB_RB};
    const TxtLexicon *lexicon = choices->state->lexicon;
    TxtForm base;
    for (size_t i = 0; i < AUG_COUNT(tags); i++)
        if (txt_english_lemma(lexicon, choices->key, choices->key_size, tags[i], &base))
            add_base(choices, txt_lexicon_lemma(lexicon, base.text, base.size),
                     txt_ptb_pos(tags[i]));
}

/* False where memory ran out. */
static bool find(Choices *choices, const uint8_t *word, uint32_t size)
{
    const TxtLexicon *lexicon = choices->state->lexicon;
    choices->n = 0;
    if (size > TXT_MAX_WORD_SIZE)
        return true;
    if (txt_key_make((const char *)word, size, choices->key, &choices->key_size, NULL) != AUG_OK)
        return false;
    if (choices->state->is_english) {
        add_english(choices);
        return true;
    }
    const uint32_t lemma = txt_lexicon_lemma(lexicon, choices->key, choices->key_size);
    for (uint32_t pos = 0; pos < TXT_N_POS; pos++)
        add_base(choices, lemma, (TxtPos)pos);
    return true;
}

/* Draws a synonym in the case of the word; returns its bytes, 0 if there is none. */
static uint32_t draw(Choices *choices, const TxtDoc *doc, const TxtSpan *span, AugRng *rng,
                     uint8_t out[ROOM - 2], TxtEdits *edits)
{
    const uint8_t *word = doc->bytes + span->start;
    const uint32_t size = txt_span_size(span);
    if (!find(choices, word, size)) {
        edits->failed = true;
        return 0;
    }
    if (choices->n == 0)
        return 0;
    const TxtCase pattern = txt_case(word, size);
    const bool copies = pattern == TXT_CASE_TITLE || pattern == TXT_CASE_UPPER;
    const TxtSlice text =
        txt_lexicon_text(choices->state->lexicon, choices->words[txt_below(rng, choices->n)]);
    return (uint32_t)txt_case_apply(copies ? pattern : TXT_CASE_NONE, (const uint8_t *)text.text,
                                    text.size, out);
}

static bool is_stop_word(const TxtDoc *doc, const TxtSpan *span)
{
    char key[TXT_KEY_SIZE];
    size_t size;
    return (span->flags & TXT_ASCII) && txt_span_size(span) < TXT_KEY_SIZE &&
           txt_key_make((const char *)doc->bytes + span->start, txt_span_size(span), key, &size,
                        NULL) == AUG_OK &&
           txt_eda_is_stop_word(key, size);
}

/* Lists the words that are no stop words, nor named by the row; returns how many. */
static uint32_t list_words(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (!(txt_word(doc, i)->flags & TXT_LABELLED) && !is_stop_word(doc, txt_word(doc, i)))
            list[n++] = i;
    return n;
}

static TxtOutcome outcome_of(uint32_t n, uint32_t wanted)
{
    return n == wanted ? TXT_APPLIED : n > 0 ? TXT_FEWER : TXT_NO_DATA;
}

TxtOutcome txt_eda_replace(const void *params, const void *context, AugRng *rng, const TxtDoc *doc,
                           TxtEdits *edits)
{
    const State *state = context;
    Choices choices;
    choices.state = state;
    uint32_t *list = doc->scratch, left = list_words(doc, list), n = 0;
    const uint32_t wanted = txt_amount(state->alpha, 0, doc->n_tokens);
    (void)params;
    if (left == 0)
        return TXT_NOT_APPLICABLE;
    while (n < wanted && left > 0 && !edits->failed) {
        uint8_t synonym[ROOM];
        const uint32_t pick = txt_below(rng, left);
        const TxtSpan *span = txt_word(doc, list[pick]);
        list[pick] = list[--left];
        const uint32_t size = draw(&choices, doc, span, rng, synonym, edits);
        if (size == 0)
            continue;
        txt_edit(edits, span->start, span->end, synonym, size);
        n++;
    }
    return outcome_of(n, wanted);
}

/* The places before words, and the one behind the last word, but none inside of what the row names. */
static uint32_t list_gaps(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (!(txt_word(doc, i)->flags & (TXT_LABELLED | TXT_UNSEGMENTED)))
            list[n++] = txt_word(doc, i)->start;
    const TxtSpan *last = doc->n_words > 0 ? txt_word(doc, doc->n_words - 1) : NULL;
    if (last && !(last->flags & (TXT_LABELLED | TXT_UNSEGMENTED)))
        list[n++] = last->end;
    return n;
}

TxtOutcome txt_eda_insert(const void *params, const void *context, AugRng *rng, const TxtDoc *doc,
                          TxtEdits *edits)
{
    const State *state = context;
    Choices choices;
    choices.state = state;
    uint32_t *list = doc->scratch, *gaps = doc->scratch + doc->n_words, n = 0;
    const uint32_t n_words = list_words(doc, list), n_gaps = list_gaps(doc, gaps);
    const uint32_t wanted = txt_amount(state->alpha, 0, doc->n_tokens);
    (void)params;
    if (n_words == 0 || n_gaps == 0)
        return TXT_NOT_APPLICABLE;
    for (uint32_t i = 0; i < wanted && !edits->failed; i++) {
        uint8_t synonym[ROOM];
        uint32_t size = 0;
        /* A synonym at the end has its space before it, all others behind. */
        for (int tries = 0; tries < MOST_TRIES && size == 0 && !edits->failed; tries++)
            size = draw(&choices, doc, txt_word(doc, list[txt_below(rng, n_words)]), rng,
                        synonym + 1, edits);
        if (size == 0)
            continue;
        const uint32_t pick = txt_below(rng, n_gaps), at = gaps[pick];
        const bool is_last = at == txt_word(doc, doc->n_words - 1)->end;
        synonym[is_last ? 0 : size + 1] = ' ';
        txt_edit(edits, at, at, synonym + !is_last, size + 1);
        n++;
    }
    return outcome_of(n, wanted);
}
