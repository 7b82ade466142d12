/* What the tagger looks at: each template makes one number of a token and of those around it.
 *
 * The set began as Honnibal's ("A good part-of-speech tagger in about 200 lines of Python", 2013),
 * with the guesses of the dictionary for the tokens that follow, pairs of words, and how the token
 * is written.
 */
#ifndef TXT_FEATURES_H
#define TXT_FEATURES_H

#include "text/tagger/token.h"

/* Templates, and so numbers for each token. */
#define TXT_N_FEATURES 32

/* What a decision is made from; tags are of the model, plus one, 0 before a sentence.
 *
 * before, last:    the two tokens before, the last one next to the token
 * token:           that which gets a tag
 * next, behind:    the two that follow
 * tag_last, tag_before: tags of the two before
 */
typedef struct TxtTagContext {
    const TxtToken *before, *last, *token, *next, *behind;
    uint32_t tag_before, tag_last;
} TxtTagContext;

/* Keys of all templates; none is 0. */
void txt_features(const TxtTagContext *context, uint32_t keys[TXT_N_FEATURES]);

#endif
