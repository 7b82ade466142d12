/* Noise in the characters of words: the walk that all operations share which change single characters.
 * An operation says where in a word it could change something, and makes one such change.
 *
 * Glossary. A *character* is a grapheme. A *unit* is a word that may be edited or, where a script
 * has no spaces between words, a piece of TXT_PIECE characters. A *place* is a run of characters of
 * a unit, which may be empty, that one edit would change.
 */
#ifndef TXT_NOISE_H
#define TXT_NOISE_H

#include "aug/random.h"
#include "libaug/spec/param.h"
#include "text/domain/letters.h"
#include "text/op.h"

/* Characters of a script without spaces that stand for one word, which is about as many as a word of
 * such a language has, with what goes with it. */
#define TXT_PIECE 4

/* Bytes of the longest unit; longer ones (keys, encoded data, marks upon marks) stay as they are. */
#define TXT_LONGEST_UNIT 256

/* Places of a unit at most: two for a byte. */
#define TXT_MOST_PLACES (2 * TXT_LONGEST_UNIT)

/* Parameters that these operations share: the first member of their struct. */
typedef struct TxtNoise {
    double alpha;
    int32_t n;
    double char_p;
    int32_t min_length;
    bool keep_first, keep_last;
} TxtNoise;

/* Their rows; least: the default of min_length, as text. */
#define TXT_NOISE_ROWS(least)                                                                   \
    AUG_PARAM(TxtNoise, alpha, .fallback = "0.3", .low = 0, .high = 1,                          \
              .help = "words that are changed, as a share of all words, at least one",          \
              .aka = "aug_word_p word_p aug_p"),                                                \
        AUG_PARAM(TxtNoise, n, .fallback = "0", .low = 0, .high = 1000000,                      \
                  .help = "number of words, in place of alpha; 0: alpha counts"),               \
        AUG_PARAM(TxtNoise, char_p, .fallback = "0.3", .low = 0, .high = 1,                     \
                  .help = "characters that are changed in such a word, as a share of its own, " \
                          "at least one",                                                       \
                  .aka = "aug_char_p"),                                                         \
        AUG_PARAM(TxtNoise, min_length, .fallback = least, .low = 1, .high = TXT_LONGEST_UNIT,  \
                  .unit = "characters", .help = "shorter words stay", .aka = "min_char"),       \
        AUG_PARAM(TxtNoise, keep_first, .fallback = "false",                                    \
                  .help = "the first character of a word stays", .aka = "skip_first_char"),     \
        AUG_PARAM(TxtNoise, keep_last, .fallback = "false",                                     \
                  .help = "the last character of a word stays", .aka = "skip_last_char")

/* A unit cut into its n characters: the i-th is bytes start + at[i] to start + at[i + 1] - 1 of a text
 * of text_size bytes.
 *
 * first, last: those that may be changed: first to last - 1
 * is_ascii:    every character is one byte
 * is_labelled: lies in a span label of the row
 * is_upper:    all of its letters are capitals
 * failed:      an operation that runs out of memory sets it
 * own:         where at lies unless the unit is_ascii
 */
typedef struct TxtUnit {
    const uint8_t *text;
    uint32_t text_size;
    uint32_t start;
    uint32_t n;
    uint32_t first, last;
    bool is_ascii, is_labelled, is_upper;
    bool *failed;
    const uint16_t *at;
    uint16_t own[TXT_LONGEST_UNIT + 1];
} TxtUnit;

/* n characters from number at on; n 0: the gap before it. what is the operation's own. */
typedef struct TxtPlace {
    uint16_t at;
    uint8_t n;
    uint8_t what;
} TxtPlace;

/* What an operation knows; context is its own.
 *
 * n_kept: characters of a unit that are left at least
 * find:   writes places, of which one may be changed as likely as another, and returns how many
 *         (TXT_MOST_PLACES at most)
 * edit:   changes one; those of a unit do not overlap
 * spots:  for units of ASCII with TXT_AT_ONCE characters at most what find does, where all places are
 *         of width characters and what is 0: bit i for one at character i. NULL: find does it
 */
typedef struct TxtNoiseHooks {
    uint32_t n_kept;
    uint32_t (*find)(const void *context, const TxtUnit *unit, TxtPlace *places);
    uint32_t (*spots)(const void *context, const TxtUnit *unit);
    uint8_t width;
    void (*edit)(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                 TxtEdits *edits);
} TxtNoiseHooks;

/* Changes max(1, floor(alpha * words)) units, or n, each in max(1, floor(char_p * characters))
 * places; a unit without a place is passed over, and another one drawn. */
TxtOutcome txt_noise(const TxtNoise *noise, const TxtNoiseHooks *hooks, const void *context,
                     AugRng *rng, const TxtDoc *doc, TxtEdits *edits);

/* Most bytes of the result where a place becomes longer by at most more bytes. */
uint64_t txt_noise_grows(const TxtNoise *noise, uint64_t size, uint64_t more);

/* First byte of a character, its bytes, and its code (of the first sequence). */
static inline const uint8_t *txt_unit_char(const TxtUnit *unit, uint32_t i)
{
    return unit->text + unit->start + unit->at[i];
}

/* Bytes of a character. */
static inline uint32_t txt_unit_size(const TxtUnit *unit, uint32_t i)
{
    return (uint32_t)unit->at[i + 1] - unit->at[i];
}

/* Code of a character's first sequence, which is not ASCII. */
int32_t txt_unit_high_code(const TxtUnit *unit, uint32_t i);

/* Code of a character's first sequence. */
static inline int32_t txt_unit_code(const TxtUnit *unit, uint32_t i)
{
    const uint8_t byte = *txt_unit_char(unit, i);
    return byte < 0x80 ? byte : txt_unit_high_code(unit, i);
}

/* Whether a character is a letter; hyphens and apostrophes inside of a word are not. */
bool txt_unit_is_letter(const TxtUnit *unit, uint32_t i);

/* Which characters of a unit for spots are letters, and which are the same as the next one. */
static inline TxtLetterBits txt_unit_bits(const TxtUnit *unit)
{
    return txt_word_bits(unit->text, unit->text_size, unit->start, unit->n);
}

/* The bits of characters first to end - 1; end is TXT_AT_ONCE + 1 at most. */
static inline uint32_t txt_spots_within(uint32_t first, uint32_t end)
{
    return ((UINT32_C(1) << end) - 1) & ~((UINT32_C(1) << first) - 1);
}

/* States that the characters of a place become a copy of these bytes. */
static inline void txt_unit_edit(const TxtUnit *unit, TxtPlace place, const void *bytes,
                                 size_t size, TxtEdits *edits)
{
    txt_edit(edits, unit->start + unit->at[place.at], unit->start + unit->at[place.at + place.n],
             bytes, size);
}

#endif
