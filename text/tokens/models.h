/* What a tokenizer.json calls a model: which ids a word has. */
#ifndef TXT_MODELS_H
#define TXT_MODELS_H

#include "text/tokens/scratch.h"
#include "text/tokens/vocabulary.h"

/* Code points of a word that WordPiece looks at, at most: with the length of the longest entry it
 * bounds the work for a word. */
#define TXT_MAX_WORD_PIECE 256

/* WordPiece: the longest beginning of a word that is in the vocabulary, then the longest of the
 * rest, and so on; a word with a rest that has none is unknown as a whole.
 *
 * begins, goes_on: pieces at the start of a word, and those behind one, without their prefix
 * unknown:         its id
 * most:            code points of a word that is not unknown
 */
typedef struct TxtWordPiece {
    TxtVocabulary begins, goes_on;
    int32_t unknown;
    uint32_t most;
} TxtWordPiece;

/* A pair of neighbours that become one symbol, and its rank: lower ones first. made -1: a free
 * place of the table. */
typedef struct TxtMergeSlot {
    int32_t first, second, made;
    uint32_t rank;
} TxtMergeSlot;

/* Byte pair encoding: each byte is a symbol; the pair of the lowest rank becomes one, again and
 * again.
 *
 * bytes:    symbol of each byte; -1: unknown
 * whole:    words that are a symbol whatever the merges say; empty unless the file says so
 * merges:   an open hash table, half full at most
 * unknown:  symbol of an unknown byte; -1: it is left out
 * fuses:    neighbouring unknown bytes have one
 */
typedef struct TxtBpe {
    int32_t bytes[256];
    TxtVocabulary whole;
    TxtMergeSlot *merges;
    uint64_t mask;
    int32_t unknown;
    bool fuses;
} TxtBpe;

/* Makes room for n merges. AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_bpe_init(TxtBpe *bpe, uint32_t n, AugError *error);

/* Adds a merge; of one pair the last one counts. */
void txt_bpe_add(TxtBpe *bpe, const TxtMergeSlot *merge);

/* Frees the memory and zeroes the struct. */
void txt_bpe_fini(TxtBpe *bpe);

/* Adds the ids of a word of valid UTF-8. */
void txt_word_piece(const TxtWordPiece *model, TxtTokenScratch *scratch, const uint8_t *word,
                    size_t size);

/* Adds the ids of a word of any bytes. Time grows with size times its logarithm. */
void txt_bpe(const TxtBpe *model, TxtTokenScratch *scratch, const uint8_t *word, size_t size);

#endif
