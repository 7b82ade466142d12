/* The preset EDA (Wei and Zou, EMNLP 2019): what it does to a text, in our way or in the paper's, and
 * how often and how strongly by the size of a data set.
 *
 * Each copy of a text gets one of four operations. In our way they are SynonymReplacement,
 * RandomInsertion, RandomSwap and RandomDeletion; in the paper's any word may go, move or be
 * replaced by any word of any of its senses.
 */
#ifndef TXT_EDA_H
#define TXT_EDA_H

#include "text/op.h"

/* How strongly, and how many copies. */
typedef struct TxtEdaRow {
    double alpha;
    uint32_t n_copies;
} TxtEdaRow;

/* Table 3 of the paper: the row of the next size that is not below n_samples, the last one above all of
 * them and for 0, which is a size that is not known. */
TxtEdaRow txt_eda_row(uint64_t n_samples);

/* The largest alpha of that table. */
#define TXT_EDA_MOST_ALPHA 0.1

/* Parameters of the four operations inside. alpha 0: by the size of the data set. */
typedef struct TxtEdaParams {
    double alpha;
    AugText lang;
} TxtEdaParams;

/* The rows of these parameters, and how many there are. */
extern const AugParamDesc txt_eda_rows[];
#define TXT_EDA_N_ROWS 2

/* alpha of an operation for this data set. */
double txt_eda_alpha(const TxtEdaParams *params, const TxtPrepare *input);

/* How many operations there are. */
#define TXT_EDA_N 4

/* Their descriptors, which are in no list: replacement, insertion, swap, deletion. */
extern const AugOpDesc *const txt_eda_usual[TXT_EDA_N];
extern const AugOpDesc *const txt_eda_paper[TXT_EDA_N];

/* Hooks of the paper's operations that need synonyms (text/eda/paper_synonyms.c). */
AUG_MUST_CHECK AugStatus txt_eda_synonyms_prepare(const void *params, const TxtPrepare *input,
                                                  void **state, AugError *error);
void txt_eda_synonyms_release(void *state);
void txt_eda_synonyms_identify(const void *state, AugiHash *hash);
uint64_t txt_eda_synonyms_grow(const void *params, uint64_t size);
TxtOutcome txt_eda_replace(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                           TxtEdits *edits);
TxtOutcome txt_eda_insert(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                          TxtEdits *edits);

/* Whether a word, in small letters, is one of the paper's stop words (text/eda/stop_words.c). */
bool txt_eda_is_stop_word(const char *word, size_t size);

#endif
