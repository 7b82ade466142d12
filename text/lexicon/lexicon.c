/* Look-ups in an index that was checked when it was opened. */
#include "text/lexicon/lexicon.h"

#include <string.h>

#include "text/lexicon/inside.h"

/* In place of a word's number: there is no such word. */
#define NO_WORD UINT32_MAX

/* Number of the word that is spelt like this. */
static uint32_t find_word(const TxtLexicon *lexicon, const void *text, size_t size)
{
    if (size == 0 || size > TXT_MAX_WORD_SIZE)
        return NO_WORD;
    const uint32_t mask = (uint32_t)(lexicon->n_slots - 1);
    uint32_t at = txt_index_slot(text, size, lexicon->n_slots);
    while (lexicon->slots[at]) {
        const uint32_t word = lexicon->slots[at] - 1;
        const TxtWordEntry *entry = &lexicon->words[word];
        if (entry[1].text - entry[0].text == size &&
            memcmp(lexicon->text + entry->text, text, size) == 0)
            return word;
        at = (at + 1) & mask;
    }
    return NO_WORD;
}

uint32_t txt_lexicon_lemma(const TxtLexicon *lexicon, const void *key, size_t size)
{
    const uint32_t word = find_word(lexicon, key, size);
    if (word == NO_WORD || !(lexicon->flags[word] & TXT_WORD_KEY))
        return TXT_NO_LEMMA;
    return lexicon->words[word].lemma;
}

TxtSenses txt_lexicon_senses(const TxtLexicon *lexicon, uint32_t lemma, TxtPos pos)
{
    if (lemma == TXT_NO_LEMMA)
        return (TxtSenses){0};
    const TxtLemmaEntry *entry = &lexicon->lemmas[lemma];
    uint32_t first = entry->senses;
    for (int before = 0; before < (int)pos; before++)
        first += entry->n[before];
    return (TxtSenses){lexicon->senses + first, entry->n[pos]};
}

TxtSenses txt_lexicon_find(const TxtLexicon *lexicon, const void *key, size_t size, TxtPos pos)
{
    return txt_lexicon_senses(lexicon, txt_lexicon_lemma(lexicon, key, size), pos);
}

TxtMembers txt_lexicon_words(const TxtLexicon *lexicon, uint32_t synset)
{
    const TxtSynsetEntry *entry = &lexicon->synsets[synset];
    return (TxtMembers){lexicon->members + entry->members, entry->n};
}

TxtPos txt_lexicon_pos(const TxtLexicon *lexicon, uint32_t synset)
{
    return (TxtPos)lexicon->synsets[synset].pos;
}

TxtSlice txt_lexicon_text(const TxtLexicon *lexicon, uint32_t word)
{
    const TxtWordEntry *entry = &lexicon->words[word];
    return (TxtSlice){lexicon->text + entry->text, entry[1].text - entry[0].text};
}

uint32_t txt_lexicon_lemma_of(const TxtLexicon *lexicon, uint32_t word)
{
    return lexicon->words[word].lemma;
}

uint32_t txt_lexicon_lemma_word(const TxtLexicon *lexicon, uint32_t lemma)
{
    return lexicon->lemmas[lemma].word;
}

bool txt_lexicon_is_form(const TxtLexicon *lexicon, const void *text, size_t size)
{
    const uint32_t word = find_word(lexicon, text, size);
    return word != NO_WORD && (lexicon->flags[word] & TXT_WORD_FORM);
}

bool txt_lexicon_has_forms(const TxtLexicon *lexicon)
{
    return lexicon->has_forms;
}

const TxtPair *txt_lexicon_antonyms(const TxtLexicon *lexicon, uint32_t lemma, size_t *n)
{
    uint64_t low = 0, high = lexicon->n_antonyms;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (lexicon->antonyms[middle].first < lemma)
            low = middle + 1;
        else
            high = middle;
    }
    const uint64_t first = low;
    while (low < lexicon->n_antonyms && lexicon->antonyms[low].first == lemma)
        low++;
    *n = (size_t)(low - first);
    return *n ? lexicon->antonyms + first : NULL;
}

bool txt_lexicon_are_antonyms(const TxtLexicon *lexicon, uint32_t lemma, uint32_t other)
{
    size_t n;
    const TxtPair *pairs = txt_lexicon_antonyms(lexicon, lemma, &n);
    for (size_t i = 0; i < n; i++) {
        if (pairs[i].second == other)
            return true;
    }
    return false;
}

/* Whether one pair of a word and a part of speech comes before another. */
static bool is_before(uint32_t word, uint32_t pos, uint32_t other_word, uint32_t other_pos)
{
    return word != other_word ? word < other_word : pos < other_pos;
}

const TxtException *txt_lexicon_bases(const TxtLexicon *lexicon, const void *form, size_t size,
                                      TxtPos pos, size_t *n)
{
    *n = 0;
    const uint32_t word = find_word(lexicon, form, size);
    if (word == NO_WORD || !(lexicon->flags[word] & TXT_WORD_EXCEPTION))
        return NULL;
    uint64_t low = 0, high = lexicon->n_exceptions;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        const TxtException *at = &lexicon->exceptions[middle];
        if (is_before(at->form, at->pos, word, (uint32_t)pos))
            low = middle + 1;
        else
            high = middle;
    }
    const TxtException *first = lexicon->exceptions + low;
    while (low + *n < lexicon->n_exceptions && first[*n].form == word &&
           first[*n].pos == (uint32_t)pos)
        ++*n;
    return *n ? first : NULL;
}

const TxtException *txt_lexicon_irregular(const TxtLexicon *lexicon, const void *base, size_t size,
                                          TxtPos pos, size_t i)
{
    const uint32_t word = find_word(lexicon, base, size);
    if (word == NO_WORD || !(lexicon->flags[word] & TXT_WORD_IRREGULAR))
        return NULL;
    uint64_t low = 0, high = lexicon->n_exceptions;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        const TxtException *at = &lexicon->exceptions[lexicon->irregulars[middle]];
        if (is_before(at->base, at->pos, word, (uint32_t)pos))
            low = middle + 1;
        else
            high = middle;
    }
    if (i >= lexicon->n_exceptions - low)
        return NULL;
    const TxtException *found = &lexicon->exceptions[lexicon->irregulars[low + i]];
    return found->base == word && found->pos == (uint32_t)pos ? found : NULL;
}

void txt_lexicon_count(const TxtLexicon *lexicon, TxtLexiconCounts *counts)
{
    *counts = (TxtLexiconCounts){
        .size = lexicon->size,
        .n_words = lexicon->n_words,
        .n_lemmas = lexicon->n_lemmas,
        .n_senses = lexicon->n_senses,
        .n_synsets = lexicon->n_synsets,
        .n_members = lexicon->n_members,
        .n_antonyms = lexicon->n_antonyms,
        .n_exceptions = lexicon->n_exceptions,
    };
    for (uint64_t i = 0; i < lexicon->n_words; i++)
        counts->n_forms += (lexicon->flags[i] & TXT_WORD_FORM) != 0;
}

TxtSlice txt_lexicon_about(const TxtLexicon *lexicon)
{
    return lexicon->about;
}

TxtSlice txt_lexicon_about_value(const TxtLexicon *lexicon, const char *key)
{
    const size_t length = strlen(key);
    const char *at = lexicon->about.text, *end = at ? at + lexicon->about.size : at;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t line = (size_t)((stop ? stop : end) - at);
        if (line > length && memcmp(at, key, length) == 0 && at[length] == ' ')
            return (TxtSlice){at + length + 1, (uint32_t)(line - length - 1)};
        if (!stop)
            break;
        at = stop + 1;
    }
    return (TxtSlice){0};
}

uint64_t txt_lexicon_identity(const TxtLexicon *lexicon)
{
    return ((const TxtIndexHeader *)(const void *)lexicon->bytes)->seal;
}

TxtSlice txt_lexicon_notices(const TxtLexicon *lexicon)
{
    return lexicon->notices;
}

const void *txt_lexicon_block(const TxtLexicon *lexicon, uint32_t type, uint32_t item_size,
                              uint64_t *n_items)
{
    for (size_t i = 0; i < lexicon->n_others; i++) {
        if (lexicon->other_entries[i]->type == type &&
            lexicon->other_entries[i]->item_size == item_size) {
            *n_items = lexicon->others[i].n;
            return lexicon->others[i].items;
        }
    }
    *n_items = 0;
    return NULL;
}
