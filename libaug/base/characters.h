/* Characters of a text by number: where each begins, in bytes, and the other way round. A character
 * is a code point; bytes that are not UTF-8 count as one for each maximal subpart, as a decoder that
 * replaces them counts (libaug/base/utf8.h).
 */
#ifndef AUGI_CHARACTERS_H
#define AUGI_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* A text that is looked at; zero-initialise before the first.
 *
 * n:     characters of it
 * marks: where every 256th of them begins; n_marks is 0 for a text of ASCII alone
 */
typedef struct AugiCharacters {
    const char *text;
    size_t size;
    uint64_t n;
    uint64_t *marks;
    uint64_t n_marks, capacity;
} AugiCharacters;

/* Looks at a text, borrowed until the next one. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_characters_set(AugiCharacters *characters, const char *text,
                                             size_t size, AugError *error);

/* First byte of a character, at most n: the end of the text. */
size_t augi_characters_byte(const AugiCharacters *characters, uint64_t number);

/* Number of the character that begins at a byte, at most size; of the next one where none does. */
uint64_t augi_characters_number(const AugiCharacters *characters, size_t byte);

/* Frees the memory and zeroes the struct. */
void augi_characters_fini(AugiCharacters *characters);

#endif
