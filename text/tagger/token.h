/* Tokens: what the tagger sees of a text, piece by piece, without memory of its own.
 *
 * A token is what treebanks call a word. It differs from a span of a doc in this: "don't" and "it's"
 * are two tokens, and so is "cannot"; of marks, each run of one mark is one ("...", but not ".)"). What tells tokens
 * apart is their hash, of letters in lower case and of digits as zeros.
 */
#ifndef TXT_TOKEN_H
#define TXT_TOKEN_H

#include <stdbool.h>

#include "text/domain/doc.h"

/* How a token is written. CASE is one of LOWER (no capital), TITLE, UPPER, INITIAL (one capital
 * letter), MIXED; the others are flags. */
enum {
    TXT_SHAPE_LOWER = 0,
    TXT_SHAPE_TITLE = 1,
    TXT_SHAPE_UPPER = 2,
    TXT_SHAPE_INITIAL = 3,
    TXT_SHAPE_MIXED = 4,
    TXT_SHAPE_CASE = 7,
    TXT_SHAPE_DIGIT = 8,
    TXT_SHAPE_LETTER = 16,
    TXT_SHAPE_HYPHEN = 32,
    TXT_SHAPE_MARK = 64,
    TXT_SHAPE_BEYOND_ASCII = 128,
};

/* A token.
 *
 * word:   hash of it; 0 stands before the first and behind the last token of a sentence
 * ending: its last four bytes in lower case, the last one lowest; of a shorter one as many as it has
 * begin:  its first three
 * shape:  TXT_SHAPE_*
 * guess:  what the dictionary of a tagger says of it: the usual tag plus one, 0 if it is not in it
 * sure:   the dictionary has no doubt
 * starts: a sentence starts with it
 * span:   number of the span that it begins in
 * tail:   it continues the span of the token before
 */
typedef struct TxtToken {
    uint32_t word;
    uint32_t ending;
    uint32_t begin;
    uint8_t shape;
    uint8_t guess;
    bool sure, starts, tail;
    uint32_t span;
} TxtToken;

/* A place in a doc; zero-initialise it but for doc. */
typedef struct TxtTokenCursor {
    const TxtDoc *doc;
    uint32_t span;   /* the next */
    uint32_t offset; /* bytes of it that were a token already */
} TxtTokenCursor;

/* The next token into token, but for guess and sure. false at the end. */
bool txt_token_next(TxtTokenCursor *cursor, TxtToken *token);

/* A token of its bytes, as training text has them: never split. */
void txt_token_make(TxtToken *token, const uint8_t *bytes, uint32_t size);

/* The same token in small letters. */
void txt_token_lower(TxtToken *token);

#endif
