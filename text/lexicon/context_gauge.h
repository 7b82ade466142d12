/* How well counts of context tell a word of a text from its synonyms. */
#ifndef TXT_LEXICON_CONTEXT_GAUGE_H
#define TXT_LEXICON_CONTEXT_GAUGE_H

#include "text/lexicon/context.h"

/* Of n_pairs of a word that stands in a text and another member of one of its synsets: where the
 * one that stands there is ahead, by how frequent both are, by score, and by the sum of both. A draw
 * counts half. */
typedef struct TxtContextGauge {
    uint64_t n_pairs;
    double by_weight, by_score, by_both;
} TxtContextGauge;

/* Goes through n tokens of lines that the counts were not made of. order, words: as in the training,
 * by the numbers of the tokens */
void txt_context_gauge(const TxtLexicon *lexicon, const TxtContext *context, const uint32_t *tokens,
                       uint64_t n, TxtContextGauge *gauge);

#endif
