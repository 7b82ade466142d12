/* The way of English: tags, bases, inflection. */
#include <string.h>

#include "text/english/english.h"
#include "text/synonyms/inside.h"

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

/* Without a tagger: what a word may be, by its last letter; 0: by any. */
static const struct {
    TxtPtb tag;
    char last;
} readings[] = {{TXT_PTB_NN, 0},    {TXT_PTB_VB, 0},    {TXT_PTB_JJ, 0},
                {TXT_PTB_RB, 0},    {TXT_PTB_VBN, 0},   {TXT_PTB_VBD, 0},
                {TXT_PTB_NNS, 's'}, {TXT_PTB_VBZ, 's'}, {TXT_PTB_VBG, 'g'}};

/* Readings that are one: past and participle of one verb. */
static bool is_same_verb(const TxtFound *a, const TxtFound *b)
{
    return a->pos == TXT_POS_VERB && b->pos == TXT_POS_VERB && a->lemma == b->lemma;
}

/* The only reading of a word, or one that is nearly all that was seen of it. */
static bool find_untagged(const TxtSynonyms *synonyms, const TxtForm *word, TxtFound *found)
{
    uint32_t n = 0, best = 0, all = 0;
    for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
        TxtFound reading = *found;
        if ((readings[i].last && readings[i].last != word->text[word->size - 1]) ||
            !find_base(synonyms, word, readings[i].tag, &reading))
            continue;
        if (n > 0 && is_same_verb(found, &reading))
            continue;
        const uint32_t seen = count_seen(synonyms->lexicon, &reading);
        all += seen;
        if (n++ == 0 || seen > best) {
            best = seen;
            *found = reading;
        }
    }
    return n > 0 && (synonyms->parts >> found->pos & 1) && (n == 1 || best * 10 >= all * 9);
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

const TxtLanguage txt_language_english = {find, write};
