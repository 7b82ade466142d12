/* Counting the context of words: the steps of a training (context.h says what for). */
#ifndef TXT_LEXICON_CONTEXT_TRAIN_H
#define TXT_LEXICON_CONTEXT_TRAIN_H

#include "text/lexicon/collected.h"
#include "text/lexicon/context.h"
#include "text/lexicon/lines.h"

/* Bytes of all texts at most. */
#define TXT_CONTEXT_MAX_TEXT (UINT64_C(1) << 29)
/* Words that are known at most; each has a number of 16 bits. */
#define TXT_CONTEXT_MAX_WORDS 32768
/* A word that was seen less often has no number. */
#define TXT_CONTEXT_LEAST 3
/* With fewer words that have a number there is nothing to learn. */
#define TXT_CONTEXT_FEWEST (2 * TXT_CONTEXT_COMMON)
/* Classes of words; more would need more text. */
#define TXT_CONTEXT_CLASSES 96
/* Of so many lines one is kept out of the counts, to see how well they do on text that they were not
 * made of. */
#define TXT_CONTEXT_HELD_OUT 20

/* Texts as numbers. words: while they are read, numbers by first appearance; then by how frequent
 * they are, and TXT_CONTEXT_UNKNOWN for the others. A line ends with one of these, too. */
typedef struct TxtTokens {
    uint32_t *items;
    uint64_t n, capacity;
} TxtTokens;

/* A training. Zero-initialise; txt_training_fini frees it.
 *
 * text, held_out: lines that are counted, and the others
 * words:          all words of both; order: numbers of those that are known, most frequent first
 * counts, classes: of those that are known
 */
typedef struct TxtTraining {
    TxtTokens text, held_out;
    TxtWords words;
    uint64_t n_bytes, n_lines;
    uint32_t *order;
    uint32_t n_words;
    uint32_t *counts, *classes;
    TxtContextEntry entry;
    uint32_t *next_rows, *near_rows;
    TxtList next_cells, near_cells;
    float *ratios;
} TxtTraining;

/* Frees what it holds and zeroes it. */
void txt_training_fini(TxtTraining *training);

/* Reads a file of text in UTF-8, line by line; what is no UTF-8 is no word. */
AUG_MUST_CHECK AugStatus txt_training_read(TxtTraining *training, const char *path,
                                           AugError *error);

/* Adds one line of text. */
AUG_MUST_CHECK AugStatus txt_training_add_line(TxtTraining *training, TxtSlice line,
                                               AugError *error);

/* Numbers the words by how frequent they are. Where fewer than TXT_CONTEXT_FEWEST have a number,
 * the caller goes no further. */
AUG_MUST_CHECK AugStatus txt_training_number(TxtTraining *training, AugError *error);

/* Counts pairs of words. */
AUG_MUST_CHECK AugStatus txt_training_count(TxtTraining *training, AugError *error);

/* Finds classes of words, and how they stand to each other. */
AUG_MUST_CHECK AugStatus txt_training_classify(TxtTraining *training, AugError *error);

/* Writes a copy of a lexicon with what was learnt. notice: of the texts, NULL for none */
AUG_MUST_CHECK AugStatus txt_training_save(const TxtTraining *training, const TxtLexicon *lexicon,
                                           const char *notice, const char *output, AugError *error);

#endif
