/* Meanings as thesauri and lists give them: a head word with its synonyms. The same set of words
 * given once for each of them as head is one synset, so that it has a place among the senses of each.
 */
#ifndef TXT_LEXICON_MEANINGS_H
#define TXT_LEXICON_MEANINGS_H

#include "text/lexicon/builder.h"
#include "text/lexicon/lines.h"
#include "text/lexicon/words.h"

/* Words of one meaning at most, the head included. */
#define TXT_MAX_MEMBERS 1024

/* A synonym, with its TXT_MEMBER_* flags. */
typedef struct TxtSynonym {
    TxtSlice word;
    uint16_t flags;
} TxtSynonym;

/* One meaning. */
typedef struct TxtMeaning {
    TxtSlice head;
    TxtPos pos;
    TxtSynonym synonyms[TXT_MAX_MEMBERS];
    uint32_t n;
} TxtMeaning;

/* The sets so far; zero-initialise. synsets: numbers of their synsets. */
typedef struct TxtMeanings {
    TxtWords sets;
    uint32_t *synsets;
    uint64_t capacity;
} TxtMeanings;

/* Adds a synonym; false if there is no room. */
bool txt_meaning_add(TxtMeaning *meaning, TxtSlice word, uint16_t flags);

/* Adds a meaning to a builder; one without synonyms is passed over. */
AUG_MUST_CHECK AugStatus txt_meanings_add(TxtMeanings *meanings, TxtBuilder *builder,
                                          const TxtMeaning *meaning, AugError *error);

/* Frees what it holds and zeroes it. */
void txt_meanings_fini(TxtMeanings *meanings);

#endif
