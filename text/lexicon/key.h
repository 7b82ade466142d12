/* Keys: the form in which words are looked up. */
#ifndef TXT_LEXICON_KEY_H
#define TXT_LEXICON_KEY_H

#include <stddef.h>

#include "aug/status.h"

/* Room for a key and for what makes it too long. */
#define TXT_KEY_SIZE 1024

/* Writes the key of a text: NFC of its full case folding (text/unicode/fold.h), with one blank for
 * each run of blanks and underscores. *key_size receives its size; what does not fit is left out. Of
 * ASCII it allocates nothing. Fails with AUG_NO_MEMORY. Any thread. */
AUG_MUST_CHECK AugStatus txt_key_make(const char *text, size_t size, char key[TXT_KEY_SIZE],
                                      size_t *key_size, AugError *error);

#endif
