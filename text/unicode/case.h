/* Capitals: simple case maps, code to code, and how a word is written. For everybody in text/. */
#ifndef TXT_CASE_H
#define TXT_CASE_H

#include <stddef.h>
#include <stdint.h>

/* The simple case maps of Unicode, in which one code stays one code; a code without a counterpart is
 * its own. The capital of "ß" is "ẞ". Languages with maps of their own (Turkish) are not told apart.
 * code >= 0. */
int32_t txt_lower(int32_t code);
/* The capital of a code. */
int32_t txt_upper(int32_t code);
/* The capital that begins a word; another than txt_upper for some letters ("ǆ", "ǅ"). */
int32_t txt_title(int32_t code);

/* How a word is written, by its letters that have case.
 *
 * NONE:  it has none
 * LOWER: all small
 * TITLE: the first is a capital, and all further ones are small; one capital alone, too
 * UPPER: two or more, all capitals
 * MIXED: anything else ("iPhone", "McDonald")
 */
typedef enum TxtCase {
    TXT_CASE_NONE,
    TXT_CASE_LOWER,
    TXT_CASE_TITLE,
    TXT_CASE_UPPER,
    TXT_CASE_MIXED
} TxtCase;

/* How a word is written. */
TxtCase txt_case(const uint8_t *word, size_t size);

/* Bytes that a word of so many may have with other capitals: a code of two bytes becomes one of three
 * at most. */
#define TXT_CASE_ROOM(size) ((size) + ((size) + 1) / 2)

/* Writes a word in a case, into room for TXT_CASE_ROOM(size) bytes, and returns the bytes of the
 * result: LOWER all small, UPPER all capitals, TITLE with a capital for the first letter that has
 * case and the rest as it is, NONE and MIXED as it is. Invalid sequences stay. */
size_t txt_case_apply(TxtCase pattern, const uint8_t *word, size_t size, uint8_t *out);

#endif
