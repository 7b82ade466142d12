/* Terms of more than one word, in which no word can be replaced alone. */
#ifndef TXT_SYNONYMS_TERMS_H
#define TXT_SYNONYMS_TERMS_H

#include "text/domain/doc.h"
#include "text/lexicon/lexicon.h"
#include "text/synonyms/filter.h"

/* The filter of pairs of neighbours in English terms, to be freed by free(); NULL if memory is out. */
TxtFilter *txt_terms_new(const TxtLexicon *lexicon);

/* Whether a span is part of a term of the lexicon, whose words may stand in the plural, or in any form
 * of a verb that leads; with blanks or hyphens between. Takes no memory. */
bool txt_terms_has(const TxtFilter *filter, const TxtLexicon *lexicon, const TxtDoc *doc,
                   uint32_t span);

#endif
