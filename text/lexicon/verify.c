/* Whether every number in an index lies within what it counts. The checksum finds accidents; this
 * also holds against a file that was made to harm. Each loop looks at its block once, in order, so
 * that the whole takes about as long as reading the file. */
#include <inttypes.h>

#include "libaug/base/utf8.h"
#include "text/lexicon/inside.h"

static AugStatus fail(const char *where, const char *what, uint64_t i, AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, where, "%s %" PRIu64 " points outside of the index", what,
                    i);
}

/* Words are well-formed UTF-8, of 1 to TXT_MAX_WORD_SIZE bytes, and fill the text. */
static AugStatus verify_words(TxtLexicon *lexicon, const char *where, AugError *error)
{
    const TxtWordEntry *words = lexicon->words;
    const uint64_t n = lexicon->n_words, size = lexicon->text_size;
    if (words[0].text != 0 || words[n].text != size ||
        augi_utf8_invalid(lexicon->text, size) != size)
        return AUG_FAIL(error, AUG_CORRUPT, where, "its words are not well-formed UTF-8");
    unsigned all_flags = 0;
    for (uint64_t i = 0; i < n; i++) {
        const uint32_t begin = words[i].text, end = words[i + 1].text;
        const bool has_lemma = words[i].lemma != TXT_NO_LEMMA;
        if (begin >= end || end - begin > TXT_MAX_WORD_SIZE || end > size ||
            ((uint8_t)lexicon->text[begin] & 0xc0) == 0x80 ||
            (has_lemma && words[i].lemma >= lexicon->n_lemmas))
            return fail(where, "word", i, error);
        all_flags |= lexicon->flags[i];
    }
    lexicon->has_forms = (all_flags & TXT_WORD_FORM) != 0;
    return AUG_OK;
}

/* Taken slots behind one another, at most: where half of them are taken there are some hundred. A
 * search ends at the first free one. */
#define MOST_PROBES 4096

static AugStatus verify_slots(const TxtLexicon *lexicon, const char *where, AugError *error)
{
    const uint64_t n = lexicon->n_slots;
    uint64_t n_taken = 0, run = 0;
    bool fits = n > 0 && (n & (n - 1)) == 0;
    /* Those at the end go on at the start. */
    for (uint64_t i = 0; i < n + MOST_PROBES && fits; i++) {
        const uint32_t slot = lexicon->slots[i & (n - 1)];
        n_taken += i < n && slot != 0;
        run = slot != 0 ? run + 1 : 0;
        fits = slot <= lexicon->n_words && run <= MOST_PROBES;
    }
    if (!fits || n_taken == n)
        return AUG_FAIL(error, AUG_CORRUPT, where, "its hash table does not fit its words");
    return AUG_OK;
}

/* Members of all senses of a lemma at most, and what else belongs to one word: each look-up may go
 * through all of them. WordNet has some hundred. */
#define MOST_OF_A_WORD (1u << 18)

static AugStatus fail_work(const char *where, const char *what, uint64_t i, AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, where, "%s %" PRIu64 " belongs to a word with more than %u",
                    what, i, MOST_OF_A_WORD);
}

/* The members that the senses of each lemma lead to; all numbers lie within what they count. */
static AugStatus verify_work(const TxtLexicon *lexicon, const char *where, AugError *error)
{
    for (uint64_t i = 0; i < lexicon->n_lemmas; i++) {
        const TxtLemmaEntry *lemma = &lexicon->lemmas[i];
        uint64_t end = lemma->senses, n = 0;
        for (int pos = 0; pos < TXT_N_POS; pos++)
            end += lemma->n[pos];
        for (uint64_t k = lemma->senses; k < end && n <= MOST_OF_A_WORD; k++)
            n += lexicon->synsets[lexicon->senses[k].synset].n + 1u;
        if (n > MOST_OF_A_WORD)
            return fail_work(where, "lemma", i, error);
    }
    return AUG_OK;
}

static AugStatus verify_lemmas(const TxtLexicon *lexicon, const char *where, AugError *error)
{
    for (uint64_t i = 0; i < lexicon->n_lemmas; i++) {
        const TxtLemmaEntry *lemma = &lexicon->lemmas[i];
        uint64_t end = lemma->senses;
        for (int pos = 0; pos < TXT_N_POS; pos++)
            end += lemma->n[pos];
        if (lemma->word >= lexicon->n_words || end > lexicon->n_senses)
            return fail(where, "lemma", i, error);
    }
    for (uint64_t i = 0; i < lexicon->n_senses; i++) {
        if (lexicon->senses[i].synset >= lexicon->n_synsets)
            return fail(where, "sense", i, error);
    }
    return AUG_OK;
}

static AugStatus verify_synsets(const TxtLexicon *lexicon, const char *where, AugError *error)
{
    for (uint64_t i = 0; i < lexicon->n_synsets; i++) {
        const TxtSynsetEntry *synset = &lexicon->synsets[i];
        if (synset->pos >= TXT_N_POS || (uint64_t)synset->members + synset->n > lexicon->n_members)
            return fail(where, "synset", i, error);
    }
    for (uint64_t i = 0; i < lexicon->n_members; i++) {
        if (lexicon->members[i].word >= lexicon->n_words)
            return fail(where, "member", i, error);
    }
    return AUG_OK;
}

static AugStatus verify_relations(const TxtLexicon *lexicon, const char *where, AugError *error)
{
    uint64_t run = 0;
    for (uint64_t i = 0; i < lexicon->n_antonyms; i++) {
        const TxtPair *pair = &lexicon->antonyms[i];
        run = i > 0 && pair->first == pair[-1].first ? run + 1 : 0;
        if (run > MOST_OF_A_WORD)
            return fail_work(where, "antonym", i, error);
        if (pair->first >= lexicon->n_lemmas || pair->second >= lexicon->n_lemmas)
            return fail(where, "antonym", i, error);
    }
    for (uint64_t i = 0; i < lexicon->n_exceptions; i++) {
        const TxtException *exception = &lexicon->exceptions[i];
        run = i > 0 && exception->form == exception[-1].form ? run + 1 : 0;
        if (run > MOST_OF_A_WORD)
            return fail_work(where, "exception", i, error);
        if (exception->form >= lexicon->n_words || exception->base >= lexicon->n_words ||
            exception->pos >= TXT_N_POS || lexicon->irregulars[i] >= lexicon->n_exceptions)
            return fail(where, "exception", i, error);
    }
    return AUG_OK;
}

AugStatus txt_lexicon_verify(TxtLexicon *lexicon, const char *where, AugError *error)
{
    AUG_TRY(verify_words(lexicon, where, error));
    AUG_TRY(verify_slots(lexicon, where, error));
    AUG_TRY(verify_lemmas(lexicon, where, error));
    AUG_TRY(verify_synsets(lexicon, where, error));
    AUG_TRY(verify_work(lexicon, where, error));
    return verify_relations(lexicon, where, error);
}
