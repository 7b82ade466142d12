/* English words whose forms follow no rule: a table of ours, without forms that nobody writes. */
#ifndef TXT_IRREGULAR_H
#define TXT_IRREGULAR_H

#include <stddef.h>
#include <stdint.h>

#include "text/tagger/tags.h"

/* Forms of a verb; past, participle and third may be "" where it has none that can be told without
 * more than a tag ("was", "were"). third NULL: by rule. */
typedef struct TxtIrregularVerb {
    const char *lemma, *past, *participle, *third;
} TxtIrregularVerb;

/* A word and its form of another tag: plurals, comparatives, superlatives. */
typedef struct TxtIrregularForm {
    const char *lemma, *form;
} TxtIrregularForm;

/* Forms of a verb; NULL if it follows the rules, as far as this table knows. */
const TxtIrregularVerb *txt_irregular_verb(const char *lemma, size_t size);

/* Form of a noun for NNS, of an adjective for JJR or JJS, of an adverb for RBR or RBS; NULL if the
 * table has none, "" if the word has no such form. */
const char *txt_irregular_form(const char *lemma, size_t size, TxtPtb tag);

/* The i-th verb; NULL behind the last. For tests. */
const TxtIrregularVerb *txt_irregular_verb_at(size_t i);

#endif
