/* Contractions of English, in both directions: a table of ours.
 *
 * Left out, since nobody can tell them without more: 's of "is", "has" and the genitive, and 'd of
 * "had" and "would", are never expanded; "have" is not contracted where it may be the main verb
 * ("I have a dog"), and "us" not where it may be an object ("let us in").
 */
#ifndef TXT_CONTRACTIONS_H
#define TXT_CONTRACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One contraction; all in small letters but for "I".
 *
 * first, second: the words that it is made of; second "": one word ("cannot")
 * together:      the contraction, with a plain apostrophe
 * contracts:     the words become it; needs_more: only where a word follows them in the sentence
 *                ("he is tall", but "yes, he is")
 * expands:       it becomes the words
 */
typedef struct TxtContraction {
    const char *first, *second, *together;
    bool contracts, needs_more, expands;
} TxtContraction;

/* What a word expands to: the row whose `together` it is, in any case, with a plain or a curly
 * apostrophe (U+2019); NULL if it does not. Any thread. */
const TxtContraction *txt_contraction_of(const uint8_t *word, size_t size);

/* The contraction of two words that stand behind each other with white space between, or of one with
 * second_size 0, in any case; NULL if there is none. Any thread. */
const TxtContraction *txt_contraction_for(const uint8_t *first, size_t first_size,
                                          const uint8_t *second, size_t second_size);

/* The i-th row of the table; NULL behind the last. */
const TxtContraction *txt_contraction_at(size_t i);

#endif
