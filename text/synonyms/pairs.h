/* Pairs of words that a language judges otherwise than its lexicon does. */
#ifndef TXT_SYNONYMS_PAIRS_H
#define TXT_SYNONYMS_PAIRS_H

#include <stdbool.h>

#include "aug/status.h"
#include "text/lexicon/lexicon.h"

/* How pairs of a part of speech are written: bases with a sign between, a blank between pairs. "a=b"
 * stands for both ways, "a>b" for the one in which b replaces a. alike: they stand for each other
 * whatever the lexicon says; apart: they do not. */
typedef struct TxtPairTexts {
    const char *alike, *apart;
} TxtPairTexts;

/* Those of English, by TxtPos. */
extern const TxtPairTexts txt_pairs_english[TXT_N_POS];

/* A pair of lemmas: other may replace lemma, or must not. */
typedef struct TxtWordPair {
    uint32_t lemma, pos, other;
    bool is_alike;
} TxtWordPair;

/* Pairs by lemma, part of speech and other; zero-initialised it is empty. */
typedef struct TxtWordPairs {
    TxtWordPair *items;
    size_t n;
} TxtWordPairs;

/* Reads the pairs of a language; what the lexicon has not as lemmas is passed over. pairs is
 * zero-initialised. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_pairs_init(TxtWordPairs *pairs, const TxtLexicon *lexicon,
                                        const TxtPairTexts texts[TXT_N_POS], AugError *error);

/* Frees what it holds and zeroes it. */
void txt_pairs_fini(TxtWordPairs *pairs);

/* The pairs of a lemma with a part of speech, *n of them. */
const TxtWordPair *txt_pairs_of(const TxtWordPairs *pairs, uint32_t lemma, TxtPos pos, size_t *n);

#endif
