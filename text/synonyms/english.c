/* The way of English: tags, bases, inflection. */
#include <stdlib.h>
#include <string.h>

#include "text/english/english.h"
#include "text/synonyms/inside.h"
#include "text/synonyms/terms.h"

/* The word in small letters; false if it is too long or has more than ASCII. */
static bool lower(const TxtSpan *span, const uint8_t *bytes, TxtForm *word)
{
    const uint32_t size = txt_span_size(span);
    if (size >= TXT_MAX_FORM || !(span->flags & TXT_ASCII))
        return false;
    for (uint32_t i = 0; i < size; i++)
        word->text[i] = (char)(bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] | 0x20 : bytes[i]);
    word->size = size;
    return true;
}

static bool find_base(const TxtSynonyms *synonyms, const TxtForm *word, TxtPtb tag, TxtFound *found)
{
    TxtForm base;
    if (!txt_english_lemma(synonyms->lexicon, word->text, word->size, tag, &base) ||
        txt_stays_english(base.text, base.size))
        return false;
    found->tag = tag;
    found->pos = txt_ptb_pos(tag);
    found->lemma = txt_lexicon_lemma(synonyms->lexicon, base.text, base.size);
    return found->lemma != TXT_NO_LEMMA;
}

/* How often a base was seen with its part of speech. */
static uint32_t count_seen(const TxtLexicon *lexicon, const TxtFound *found)
{
    const TxtSenses senses = txt_lexicon_senses(lexicon, found->lemma, found->pos);
    uint32_t n = 0;
    for (uint32_t i = 0; i < senses.n; i++)
        n += senses.items[i].count;
    return n;
}

/* Without a tagger: forms that are bases, and others that a word may be by its last letter. */
static const TxtPtb bases[] = {TXT_PTB_NN, TXT_PTB_VB, TXT_PTB_JJ, TXT_PTB_RB};
static const struct {
    TxtPtb tag;
    char last;
} others[] = {{TXT_PTB_VBN, 'd'},
              {TXT_PTB_VBD, 'd'},
              {TXT_PTB_NNS, 's'},
              {TXT_PTB_VBZ, 's'},
              {TXT_PTB_VBG, 'g'}};

/* Readings that are one: past and participle of one verb. */
static bool is_same_verb(const TxtFound *a, const TxtFound *b)
{
    return a->pos == TXT_POS_VERB && b->pos == TXT_POS_VERB && a->lemma == b->lemma;
}

/* Readings of a word without a tagger: how many, how often all were seen, and the best one. */
typedef struct Readings {
    uint32_t n, all, best;
    TxtFound found;
} Readings;

static void add_reading(const TxtSynonyms *synonyms, const TxtFound *reading, Readings *readings)
{
    if (readings->n > 0 && is_same_verb(&readings->found, reading))
        return;
    const uint32_t seen = count_seen(synonyms->lexicon, reading);
    readings->all += seen;
    if (readings->n++ == 0 || seen > readings->best) {
        readings->best = seen;
        readings->found = *reading;
    }
}

/* Readings in which the word is a base itself: one look-up for all of them. */
static void add_bases(const TxtSynonyms *synonyms, const TxtForm *word, TxtFound *reading,
                      Readings *readings)
{
    TxtForm form;
    reading->lemma = txt_lexicon_lemma(synonyms->lexicon, word->text, word->size);
    if (reading->lemma == TXT_NO_LEMMA)
        return;
    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
        reading->tag = bases[i];
        reading->pos = txt_ptb_pos(bases[i]);
        if (txt_lexicon_senses(synonyms->lexicon, reading->lemma, reading->pos).n > 0 &&
            txt_english_inflect(synonyms->lexicon, word->text, word->size, bases[i], &form))
            add_reading(synonyms, reading, readings);
    }
}

/* The only reading of a word, or one that is nearly all that was seen of it. */
static bool find_untagged(const TxtSynonyms *synonyms, const TxtForm *word, TxtFound *found)
{
    Readings readings = {.n = 0};
    TxtFound reading = *found;
    add_bases(synonyms, word, &reading, &readings);
    size_t n_irregular;
    txt_lexicon_bases(synonyms->lexicon, word->text, word->size, TXT_POS_VERB, &n_irregular);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        const bool is_irregular = n_irregular > 0 && others[i].last == 'd';
        if ((is_irregular || others[i].last == word->text[word->size - 1]) &&
            find_base(synonyms, word, others[i].tag, &reading))
            add_reading(synonyms, &reading, &readings);
    }
    *found = readings.found;
    return readings.n > 0 && (synonyms->parts >> found->pos & 1) &&
           (readings.n == 1 || readings.best * 10 >= readings.all * 9);
}

static bool find(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtSpan *span, TxtTag tag,
                 TxtFound *found)
{
    TxtForm word;
    if (!lower(span, doc->bytes + span->start, &word) || txt_stays_english(word.text, word.size))
        return false;
    return synonyms->tagger ? find_base(synonyms, &word, (TxtPtb)tag.tag, found)
                            : find_untagged(synonyms, &word, found);
}

/* Only WordNet says of words of which senses they have; the words of others count wherever they stand. */
static bool keeps(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtTag *tags,
                  const TxtFound *found)
{
    return synonyms->terms && txt_place_keeps(synonyms, doc, tags, found);
}

/* Whether a form is that of both, where nobody knows which of them is wanted. */
static bool is_past_and_participle(const TxtSynonyms *synonyms, const TxtFound *found,
                                   TxtSlice word, const TxtForm *form)
{
    TxtForm other;
    if (found->tag != TXT_PTB_VBN && found->tag != TXT_PTB_VBD)
        return true;
    const TxtPtb tag = found->tag == TXT_PTB_VBN ? TXT_PTB_VBD : TXT_PTB_VBN;
    return txt_english_inflect(synonyms->lexicon, word.text, word.size, tag, &other) &&
           other.size == form->size && memcmp(other.text, form->text, form->size) == 0;
}

static bool write(const TxtSynonyms *synonyms, const TxtFound *found, TxtSlice word,
                  TxtSynonym *synonym)
{
    TxtForm form;
    for (uint32_t i = 0; i < word.size; i++)
        if (word.text[i] < 'a' || word.text[i] > 'z')
            return false;
    if (txt_stays_english(word.text, word.size) ||
        !txt_english_inflect(synonyms->lexicon, word.text, word.size, found->tag, &form))
        return false;
    if (!synonyms->tagger && !is_past_and_participle(synonyms, found, word, &form))
        return false;
    if (!txt_english_copy_case(found->word, found->size, &form))
        return false;
    memcpy(synonym->bytes, form.text, form.size);
    synonym->size = form.size;
    synonym->end = found->size;
    return true;
}

static TxtSlice text_of(const TxtLexicon *lexicon, uint32_t lemma)
{
    return txt_lexicon_text(lexicon, txt_lexicon_lemma_word(lexicon, lemma));
}

/* Adds all forms of a lemma with a part of speech. */
static void add_forms(TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    const TxtLexicon *lexicon = synonyms->lexicon;
    const TxtSlice text = text_of(lexicon, lemma);
    if (txt_stays_english(text.text, text.size))
        return;
    for (int tag = TXT_PTB_NN; tag < TXT_N_PTB; tag++) {
        TxtForm form;
        if (txt_ptb_pos((TxtPtb)tag) == pos &&
            txt_english_inflect(lexicon, text.text, text.size, (TxtPtb)tag, &form))
            txt_filter_add(synonyms->filter, txt_filter_hash(form.text, form.size));
    }
}

/* Adds a lemma if some other word of its main sense may stand for it. */
static void add_lemma(TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    const TxtSlice text = text_of(synonyms->lexicon, lemma);
    if (!memchr(text.text, ' ', text.size) && txt_synonyms_has_fit(synonyms, lemma, pos))
        add_forms(synonyms, lemma, pos);
}

/* The same of all lemmas for which this one may stand. Where senses are counted few words were seen often
 * enough to stand for any, and it takes less time to ask them. */
static void add_replaced(TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    const TxtSense *sense = txt_synonyms_main_sense(synonyms, lemma, pos);
    if (!sense || sense->count < TXT_LEAST_SEEN)
        return;
    const TxtMembers members = txt_lexicon_words(synonyms->lexicon, sense->synset);
    for (uint32_t i = 0; i < members.n && members.n > 1; i++) {
        const uint32_t other = txt_lexicon_lemma_of(synonyms->lexicon, members.items[i].word);
        if (other != lemma && other != TXT_NO_LEMMA)
            add_lemma(synonyms, other, pos);
    }
}

/* Adds the forms of each lemma with each part of speech with which it has a synonym: first those of the
 * lexicon, in its order, then those that are judged. */
static void fill(TxtSynonyms *synonyms)
{
    TxtLexiconCounts counts;
    txt_lexicon_count(synonyms->lexicon, &counts);
    for (uint32_t lemma = 0; lemma < counts.n_lemmas; lemma++)
        for (int pos = TXT_POS_NOUN; pos < TXT_N_POS; pos++)
            if (synonyms->parts >> pos & 1)
                (synonyms->is_counted ? add_replaced : add_lemma)(synonyms, lemma, (TxtPos)pos);
    for (size_t i = 0; i < synonyms->pairs.n; i++) {
        const TxtWordPair *pair = &synonyms->pairs.items[i];
        if (pair->is_alike && (synonyms->parts >> pair->pos & 1))
            add_forms(synonyms, pair->lemma, (TxtPos)pair->pos);
    }
}

static AugStatus prepare(TxtSynonyms *synonyms, AugError *error)
{
    synonyms->filter = calloc(1, sizeof(*synonyms->filter));
    if (synonyms->is_counted)
        synonyms->terms = txt_terms_new(synonyms->lexicon);
    if (!synonyms->filter || (synonyms->is_counted && !synonyms->terms))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the words that have synonyms");
    if (synonyms->is_counted)
        AUG_TRY(txt_pairs_init(&synonyms->pairs, synonyms->lexicon, txt_pairs_english, error));
    fill(synonyms);
    return AUG_OK;
}

const TxtLanguage txt_language_english = {
    .prepare = prepare, .find = find, .keeps = keeps, .write = write};
