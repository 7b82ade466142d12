/* The ways of Korean and of languages without one of their own. */
#include <string.h>

#include "text/lexicon/key.h"
#include "text/synonyms/inside.h"
#include "text/unicode/case.h"

static bool find_korean(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtSpan *span,
                        TxtTag tag, TxtFound *found)
{
    (void)doc;
    (void)span;
    (void)tag;
    if (!txt_korean_find(synonyms->lexicon, found->word, found->size, synonyms->parts,
                         &found->noun))
        return false;
    found->lemma = found->noun.lemma;
    found->pos = found->noun.pos;
    return true;
}

static bool write_korean(const TxtSynonyms *synonyms, const TxtFound *found, TxtSlice word,
                         TxtSynonym *synonym)
{
    (void)synonyms;
    synonym->size = (uint32_t)txt_korean_replace(&found->noun, word.text, word.size, synonym->bytes,
                                                 &synonym->end);
    return synonym->size > 0;
}

const TxtLanguage txt_language_korean = {.find = find_korean, .write = write_korean};

/* The first part of speech that may be replaced and that the lexicon has the word with, provided it
 * has no other. */
static bool find_other(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtSpan *span,
                       TxtTag tag, TxtFound *found)
{
    char key[TXT_KEY_SIZE];
    (void)doc;
    (void)span;
    (void)tag;
    if (found->size > TXT_MAX_WORD_SIZE)
        return false;
    size_t size;
    found->failed =
        txt_key_make((const char *)found->word, found->size, key, &size, NULL) != AUG_OK;
    if (found->failed || txt_stays(synonyms->stays, key, size))
        return false;
    found->lemma = txt_lexicon_lemma(synonyms->lexicon, key, size);
    uint32_t n = 0;
    for (uint32_t pos = 0; pos < TXT_N_POS && found->lemma != TXT_NO_LEMMA; pos++) {
        if (txt_lexicon_senses(synonyms->lexicon, found->lemma, (TxtPos)pos).n == 0)
            continue;
        found->pos = (TxtPos)pos;
        n++;
    }
    return n == 1 && (synonyms->parts >> found->pos & 1);
}

/* The word as the lexicon writes it, with a capital or all in capitals where the old one had them. */
static bool write_other(const TxtSynonyms *synonyms, const TxtFound *found, TxtSlice word,
                        TxtSynonym *synonym)
{
    const uint8_t *text = (const uint8_t *)word.text;
    const TxtCase pattern = txt_case(found->word, found->size);
    if (word.size > TXT_MAX_WORD_SIZE || pattern == TXT_CASE_MIXED ||
        txt_stays(synonyms->stays, word.text, word.size))
        return false;
    if (pattern == TXT_CASE_LOWER && txt_case(text, word.size) != TXT_CASE_LOWER)
        return false;
    synonym->size = (uint32_t)txt_case_apply(pattern == TXT_CASE_LOWER ? TXT_CASE_NONE : pattern,
                                             text, word.size, synonym->bytes);
    synonym->end = found->size;
    return true;
}

const TxtLanguage txt_language_other = {.find = find_other, .write = write_other};
