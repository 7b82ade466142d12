/* Words that come to another place, with the capital that begins a sentence. */
#ifndef TXT_RECASE_H
#define TXT_RECASE_H

#include <stdbool.h>

#include "text/domain/doc.h"
#include "text/domain/edits.h"

/* Words of one text on their way. is_known: whether it is known that the text is_turkish, which takes a
 * look at all of it. */
typedef struct TxtRecase {
    TxtEdits *edits;
    const TxtDoc *doc;
    bool is_known, is_turkish;
} TxtRecase;

/* Puts the word from in the place of the word to. Where that begins a sentence with a capital, so
 * does the new one; a word that leaves such a place becomes small. */
void txt_edit_word(TxtRecase *recase, const TxtSpan *to, const TxtSpan *from);

#endif
