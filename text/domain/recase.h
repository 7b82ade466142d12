/* Words that come to another place, with the capital that begins a sentence. */
#ifndef TXT_RECASE_H
#define TXT_RECASE_H

#include "text/domain/doc.h"
#include "text/domain/edits.h"

/* Puts the word from in the place of the word to. Where that begins a sentence with a capital, so
 * does the new one; a word that leaves such a place becomes small. */
void txt_edit_word(TxtEdits *edits, const TxtDoc *doc, const TxtSpan *to, const TxtSpan *from);

#endif
