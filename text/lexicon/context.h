/* How well a word stands among others, from text that a user named: counts of neighbours and of
 * company in it, which are blocks of an index ("aug data train context").
 *
 *   next:  how often one word stood right before another
 *   near:  how often two stood within TXT_CONTEXT_REACH words of each other, in one line
 *   class: words that have like neighbours, so that little is known of none (context_classes.h)
 *
 * A pair that was seen n times, and by chance would have been E times, counts
 *
 *   next: log((n + K R) / (E + K))     near: log((n + K) / (E + K)) / 2
 *
 * where R is the same ratio of their classes, and K = 1: what was never seen says nothing, unless
 * chance alone would have shown it. The score of a word is the sum over its two neighbours and the
 * words around it, in natural logarithms; it compares words in one place, and says nothing across
 * places. How frequent a word is by itself is not in it (txt_context_weight).
 */
#ifndef TXT_LEXICON_CONTEXT_H
#define TXT_LEXICON_CONTEXT_H

#include "text/lexicon/lexicon.h"

/* Words to either side that count as near. */
#define TXT_CONTEXT_REACH 5
/* The most frequent words keep company with all; they count as neighbours only. */
#define TXT_CONTEXT_COMMON 64
/* In place of a word: one that was too rare in the text, and what is no word. */
#define TXT_CONTEXT_UNKNOWN UINT32_MAX

/* Types of blocks behind those of format.h. Numbers are pinned for ever. */
enum {
    TXT_BLOCK_CONTEXT = 32,       /* one TxtContextEntry */
    TXT_BLOCK_CONTEXT_TEXT = 33,  /* bytes of all words */
    TXT_BLOCK_CONTEXT_WORDS = 34, /* TxtContextWord, most frequent first, and one that ends them */
    TXT_BLOCK_CONTEXT_SLOTS = 35, /* hash table as TXT_BLOCK_SLOTS */
    TXT_BLOCK_NEXT_ROWS = 36,     /* for each word the place of its first cell, and the end */
    TXT_BLOCK_NEXT_CELLS = 37,    /* TxtContextCell: words behind it, by number */
    TXT_BLOCK_NEAR_ROWS = 38,     /* the same of company; the row is that of the rarer word */
    TXT_BLOCK_NEAR_CELLS = 39,
    TXT_BLOCK_CLASSES = 40, /* float ratios of n_classes * n_classes pairs, first word first */
};

/* n_tokens: words of the text that have a number, n_rare: those of them that keep company, which are
 * not common; n_next, n_near: pairs that were counted in all */
typedef struct TxtContextEntry {
    uint64_t n_tokens, n_rare, n_next, n_near;
    uint32_t n_words, n_classes;
} TxtContextEntry;

/* A word of the text; its bytes end where those of the next one begin. */
typedef struct TxtContextWord {
    uint32_t text;
    uint32_t count;
    uint32_t class;
} TxtContextWord;

/* A pair with how often it was seen, 65535 for more. */
typedef struct TxtContextCell {
    uint16_t word;
    uint16_t count;
} TxtContextCell;

/* Pairs by their first word; zero-initialised it is empty. */
typedef struct TxtContextPairs {
    const uint32_t *rows;
    const TxtContextCell *cells;
    uint64_t n_cells;
} TxtContextPairs;

/* A view of a lexicon, which must outlive it. Const after txt_context_init, for any thread. */
typedef struct TxtContext {
    const TxtContextEntry *entry;
    const char *text;
    const TxtContextWord *words;
    const uint32_t *slots;
    uint64_t n_slots;
    TxtContextPairs next, near;
    const float *ratios;
} TxtContext;

/* Finds and checks the blocks. *context is all zero where the lexicon has none (entry NULL). Fails
 * with AUG_CORRUPT where they do not fit each other. */
AUG_MUST_CHECK AugStatus txt_context_init(TxtContext *context, const TxtLexicon *lexicon,
                                          AugError *error);

/* Number of a word by its key; TXT_CONTEXT_UNKNOWN if it has none. */
uint32_t txt_context_word(const TxtContext *context, const void *key, size_t size);

/* The places around a word. before, after: the words right beside it; near: n others around it. Each
 * may be TXT_CONTEXT_UNKNOWN. */
typedef struct TxtContextWindow {
    uint32_t before, after;
    uint32_t near[2 * TXT_CONTEXT_REACH];
    uint32_t n;
} TxtContextWindow;

/* The window of place at in n words of a line, in which whatever is no word, punctuation too, is
 * TXT_CONTEXT_UNKNOWN. */
void txt_context_window(const uint32_t *words, size_t n, size_t at, TxtContextWindow *window);

/* Score of a word in a window; 0 for TXT_CONTEXT_UNKNOWN. The same on every machine. Takes about a
 * microsecond. */
double txt_context_score(const TxtContext *context, uint32_t word, const TxtContextWindow *window);

/* Natural logarithm of how often a word was seen; -1 for TXT_CONTEXT_UNKNOWN. Added to the score it
 * ranks as a model of language does. */
double txt_context_weight(const TxtContext *context, uint32_t word);

#endif
