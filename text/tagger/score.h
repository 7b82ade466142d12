/* How well a tagger does on a treebank, token by token as that has them. */
#ifndef TXT_SCORE_H
#define TXT_SCORE_H

#include "aug/text.h"
#include "text/tagger/conllu.h"
#include "text/tagger/model.h"

/* The context of token i of a sentence of n. Tags are left to the caller. */
TxtTagContext txt_tree_context(const TxtTreeToken *tokens, uint32_t n, uint32_t i);

/* Scores the sentences of a bank from number `from` on. What the dictionary says of its tokens is
 * filled in. */
void txt_score(const TxtTagger *tagger, TxtTreebank *bank, uint64_t from, AugTaggerScore *score);

#endif
