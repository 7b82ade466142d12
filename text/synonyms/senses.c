/* Which sense of a word is meant, and which words of that sense may stand for it. */
#include <string.h>

#include "text/synonyms/inside.h"

/* How often senses were seen. */
static uint64_t count_seen(TxtSenses senses)
{
    uint64_t seen = 0;
    for (uint32_t i = 0; i < senses.n; i++)
        seen += senses.items[i].count;
    return seen;
}

/* Whether the first of several senses is meant nearly always, as far as that is known: to how often the
 * others were seen a half is added for each, so that two sightings do not speak for a word of ten
 * senses. */
static bool is_main(const TxtSynonyms *synonyms, TxtSenses senses)
{
    if (!synonyms->is_counted || senses.n == 1)
        return senses.items[0].share >= synonyms->least_share;
    return 2 * (uint64_t)TXT_FULL_SHARE * senses.items[0].count >=
           synonyms->least_share * (2 * count_seen(senses) + senses.n - 1);
}

const TxtSense *txt_synonyms_main_sense(const TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    const TxtSenses senses = txt_lexicon_senses(synonyms->lexicon, lemma, pos);
    return senses.n > 0 && is_main(synonyms, senses) ? senses.items : NULL;
}

/* Whether a word is of this part of speech at least as often as of all others: readers take it so. */
static bool is_mostly(const TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    uint64_t others = 0;
    for (int other = TXT_POS_NOUN; other < TXT_N_POS; other++)
        if (other != (int)pos)
            others += count_seen(txt_lexicon_senses(synonyms->lexicon, lemma, (TxtPos)other));
    return count_seen(txt_lexicon_senses(synonyms->lexicon, lemma, pos)) >= others;
}

/* A word that was seen so many times less often than the one it replaces is a rare one: "cognize" for
 * "know", "twelvemonth" for "year". */
#define MOST_RARER 8

/* Whether another word has the same main sense, and is no rare word for it. Lexicons that count
 * nothing say nothing of that. */
static bool is_usual(const TxtSynonyms *synonyms, const TxtFound *found, uint32_t lemma)
{
    const TxtSense *sense = txt_synonyms_main_sense(synonyms, lemma, found->pos);
    if (!sense || !synonyms->is_counted)
        return sense != NULL;
    if (sense->count < TXT_LEAST_SEEN)
        return false;
    const TxtSense *replaced = txt_synonyms_main_sense(synonyms, found->lemma, found->pos);
    return sense->count * MOST_RARER >= replaced->count && is_mostly(synonyms, lemma, found->pos) &&
           is_mostly(synonyms, found->lemma, found->pos);
}

/* Marks of style and adjectives of one position fit few places. */
#define UNFIT \
    (TXT_MEMBER_MARKED | TXT_MEMBER_PREDICATE | TXT_MEMBER_ATTRIBUTE | TXT_MEMBER_POSTNOMINAL)

/* Abbreviations ("lb", "ma") are shorter than this. */
#define LEAST_LETTERS 3

/* Whether the word and this other one are a pair that is judged by hand. */
static bool is_judged(const TxtSynonyms *synonyms, const TxtFound *found, uint32_t other)
{
    size_t n;
    const TxtWordPair *pairs = txt_pairs_of(&synonyms->pairs, found->lemma, found->pos, &n);
    for (size_t i = 0; i < n; i++)
        if (pairs[i].other == other)
            return true;
    return false;
}

static bool ends_in_ing(TxtSlice word)
{
    return word.size > 5 && memcmp(word.text + word.size - 3, "ing", 3) == 0;
}

/* Whether a word of WordNet stays out for how it is written: abbreviations, on either side, and nouns
 * that name the doing itself, where the word they would replace does not ("voting" for a vote). */
static bool is_odd(const TxtSynonyms *synonyms, const TxtFound *found, TxtSlice other)
{
    const TxtSlice base = txt_lexicon_text(synonyms->lexicon,
                                           txt_lexicon_lemma_word(synonyms->lexicon, found->lemma));
    if (base.size < LEAST_LETTERS || other.size < LEAST_LETTERS)
        return true;
    return found->pos == TXT_POS_NOUN && ends_in_ing(other) && !ends_in_ing(base);
}

bool txt_synonyms_is_fit(const TxtSynonyms *synonyms, const TxtFound *found,
                         const TxtMember *member)
{
    const TxtLexicon *lexicon = synonyms->lexicon;
    /* What lies at hand is asked first: to read words, lemmas and texts takes longer than to compare them. */
    if ((member->flags & UNFIT) || (member->rank != 0 && !synonyms->is_list))
        return false;
    const uint32_t lemma = txt_lexicon_lemma_of(lexicon, member->word);
    if (lemma == found->lemma || !(synonyms->is_list || is_usual(synonyms, found, lemma)))
        return false;
    const TxtSlice text = txt_lexicon_text(lexicon, member->word);
    if (memchr(text.text, ' ', text.size))
        return false;
    if (synonyms->is_counted &&
        (is_odd(synonyms, found, text) || is_judged(synonyms, found, lemma)))
        return false;
    return !txt_lexicon_are_antonyms(lexicon, found->lemma, lemma) &&
           !txt_synonyms_is_stopword(synonyms, text.text, text.size);
}

bool txt_synonyms_has_fit(const TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos)
{
    const TxtFound found = {.lemma = lemma, .pos = pos};
    const TxtSense *sense = txt_synonyms_main_sense(synonyms, lemma, pos);
    if (!sense)
        return false;
    const TxtMembers members = txt_lexicon_words(synonyms->lexicon, sense->synset);
    for (uint32_t i = 0; i < members.n; i++)
        if (txt_synonyms_is_fit(synonyms, &found, &members.items[i]))
            return true;
    return false;
}
