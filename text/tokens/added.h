/* Added tokens of a tokenizer.json: words that are found in a text before it is cut otherwise. */
#ifndef TXT_ADDED_H
#define TXT_ADDED_H

#include <stdbool.h>
#include <stddef.h>

#include "text/tokens/codes.h"

/* Added tokens, and bytes of one, at most: looking for them costs so many steps for each byte of a
 * text at most. */
#define TXT_MAX_ADDED 65536
#define TXT_MAX_ADDED_BYTES 256

/* One token. single_word: not beside a letter, digit or mark; left, right: with the white space
 * there. */
typedef struct TxtAdded {
    int32_t id;
    bool single_word, left, right;
} TxtAdded;

/* A letter on the way to tokens: what follows it, what may stand in its place (0: nothing), and the
 * token that ends here (-1: none). */
typedef struct TxtAddedNode {
    uint32_t behind, beside;
    int32_t token;
    uint8_t byte;
} TxtAddedNode;

/* Tokens that are looked for at once; zero-initialised it is empty. first: nodes of first bytes, 0:
 * none. */
typedef struct TxtAddedSet {
    TxtAdded *tokens;
    TxtAddedNode *nodes;
    uint64_t tokens_room, nodes_room;
    uint32_t n_tokens, n_nodes;
    uint32_t first[256];
} TxtAddedSet;

/* A token in a text: its place with the white space that belongs to it. behind: where the next one
 * may begin. */
typedef struct TxtAddedMatch {
    const TxtAdded *token;
    size_t start, end, behind;
} TxtAddedMatch;

/* Adds a token of 1 to TXT_MAX_ADDED_BYTES bytes; of two with the same bytes the first one counts.
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_added_add(TxtAddedSet *set, const void *text, size_t size,
                                       const TxtAdded *token, AugError *error);

/* Frees the memory and zeroes the struct. */
void txt_added_fini(TxtAddedSet *set);

/* The first token from match->behind on, the longest of those that begin there. match->end is where
 * the token before it ends, 0 for the first. False: there is none. text is valid UTF-8. */
bool txt_added_next(const TxtAddedSet *set, const TxtCodes *codes, const uint8_t *text, size_t size,
                    TxtAddedMatch *match);

#endif
