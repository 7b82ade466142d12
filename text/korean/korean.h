/* Korean: words with the particles behind them, and words that negate.
 *
 * Glossary. An *eojeol* is what stands between two spaces, without the marks around it: a noun with
 * its particles, a verb, an adverb. A *stem* is the noun of an eojeol. A *particle* says what its noun
 * is for; several may follow each other. Most have one form; some have two, of which the last sound
 * of what stands before chooses one.
 *
 * Guarantees. Pure functions without memory of their own, from any thread; any bytes may be given. What
 * cannot be told is said so, never guessed: a split is given only where the particles agree with what
 * is written before them, and a form only where it is known how the noun is read aloud. Forms of verbs
 * and of the copula are never taken for particles.
 */
#ifndef TXT_KOREAN_H
#define TXT_KOREAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a word ends when it is read aloud. RIEUL is the consonant that 로 takes for a vowel. */
typedef enum TxtFinal {
    TXT_FINAL_UNKNOWN,
    TXT_FINAL_VOWEL,
    TXT_FINAL_RIEUL,
    TXT_FINAL_CONSONANT,
} TxtFinal;

/* How a text ends: in a syllable or its jamo, in digits (as Sino-Korean numbers), in Latin letters
 * (capitals by their names, others as words are usually taken over). UNKNOWN for anything else, and
 * where Koreans do not agree. */
TxtFinal txt_korean_final(const uint8_t *text, size_t size);

/* A particle, in NFC.
 *
 * consonant, vowel: what follows a consonant and what follows a vowel; NULL where that form cannot be
 *                   told from this one. The same for a particle of one form
 * level:            what may stand behind what: 0 the plural, 1 cases, 2 limits (만, 까지), 3 topics and
 *                   other ends, 4 subject and object, which no case stands before
 * rieul:            it takes ㄹ for a vowel
 */
typedef struct TxtParticle {
    const char *consonant, *vowel;
    uint8_t level;
    bool rieul;
} TxtParticle;

/* A reading of an eojeol: stem_size bytes of noun, then the first particle, form_size bytes of it,
 * then perhaps others, which stay as they are whatever the noun. particle NULL: the whole is one
 * word. */
typedef struct TxtSplit {
    size_t stem_size, form_size;
    const TxtParticle *particle;
} TxtSplit;

/* Most splits of an eojeol, the whole among them. */
#define TXT_MOST_SPLITS 10

/* The readings of an eojeol in NFC that are possible by its particles, the longest stem first, which
 * is the whole. Whether a stem is a noun only a lexicon knows. Left out are stems of one syllable
 * before a particle of one that may as well end another word (수도, 불만, 회의), and known words that
 * look like a noun and a particle (완성도). Returns how many. */
size_t txt_korean_split(const uint8_t *word, size_t size, TxtSplit splits[TXT_MOST_SPLITS]);

/* The form of a split's first particle behind another noun; NULL if it cannot be told. "" if it has
 * none. */
const char *txt_korean_form(const TxtSplit *split, const uint8_t *noun, size_t size);

/* Whether a text has jamo that belong to syllables, as NFD has. */
bool txt_korean_has_jamo(const uint8_t *text, size_t size);

/* Writes a text with every syllable as its jamo (NFD of Hangul); other codes stay. Returns the bytes
 * it needs, at most 3 times size; what does not fit in room is left out, from the end. */
size_t txt_korean_decompose(const uint8_t *text, size_t size, uint8_t *out, size_t room);

/* Whether a word, in NFC or NFD, negates or limits: 안, 못, 않-, 없-, 아니-, 말- behind -지, 별로 and
 * the like, also where they are written together with their verb. */
bool txt_korean_is_negation(const uint8_t *word, size_t size);

/* Whether a word, in NFC or NFD, is a verb in the form that 않다, 못하다 and 말다 stand behind: -지, with a
 * particle or not. */
bool txt_korean_is_turned(const uint8_t *word, size_t size);

#endif
