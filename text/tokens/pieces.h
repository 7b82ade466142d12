/* What a tokenizer.json calls a pre-tokenizer: where a text is cut into words. */
#ifndef TXT_PIECES_H
#define TXT_PIECES_H

#include "text/tokens/codes.h"

/* How a text is cut.
 *
 * WHOLE: not at all
 * WHITE: at white space, which is dropped
 * BERT:  the same, and each punctuation mark is a word of its own
 * BYTES: as GPT-2 does it, by the regular expression
 *        's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
typedef enum TxtCut { TXT_CUT_WHOLE, TXT_CUT_WHITE, TXT_CUT_BERT, TXT_CUT_BYTES } TxtCut;

/* The next word of valid UTF-8 from text on: returns where it begins, and where it ends in *stop;
 * NULL: there is none. */
const uint8_t *txt_cut_next(TxtCut cut, const TxtCodes *codes, const uint8_t *text,
                            const uint8_t *end, const uint8_t **stop);

#endif
