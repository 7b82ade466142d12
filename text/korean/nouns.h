/* Nouns of a lexicon in Korean text, and what they become when another noun takes their place.
 *
 * Guarantees. The particles agree with the new noun. What is in normal form D stays so. Pure functions
 * without memory of their own, from any thread.
 */
#ifndef TXT_KOREAN_NOUNS_H
#define TXT_KOREAN_NOUNS_H

#include "text/korean/korean.h"
#include "text/lexicon/lexicon.h"

/* Longest eojeol that is looked at. */
#define TXT_MOST_EOJEOL 255

/* Room for what takes the place of a noun, in jamo and with a particle. */
#define TXT_MOST_NOUN 1024

/* A word of a lexicon that an eojeol is or begins with.
 *
 * split:              in NFC; no particle where the eojeol is the word
 * pos:                its part of speech; a noun if there is a particle
 * form:               the particle as it is written, in NFC
 * stem_end, form_end: bytes of the eojeol as it is written, behind the word and behind the particle
 * has_jamo:           the eojeol has jamo
 */
typedef struct TxtKoreanNoun {
    TxtSplit split;
    uint32_t lemma;
    TxtPos pos;
    const char *form;
    uint32_t stem_end, form_end;
    bool has_jamo;
} TxtKoreanNoun;

/* Finds the longest such word. The whole eojeol may be of any of the parts of speech, a bit each by
 * TxtPos; what stands before particles is a noun. false if there is none. */
bool txt_korean_find(const TxtLexicon *lexicon, const uint8_t *eojeol, size_t size, uint32_t parts,
                     TxtKoreanNoun *noun);

/* Writes what replaces bytes 0 to *end - 1 of the eojeol if this word, in NFC and of at most
 * TXT_MAX_WORD_SIZE bytes, comes in the place of its noun. Returns how many bytes, 0 if the form of
 * the particle cannot be told. */
size_t txt_korean_replace(const TxtKoreanNoun *noun, const char *word, size_t size,
                          uint8_t out[TXT_MOST_NOUN], uint32_t *end);

#endif
