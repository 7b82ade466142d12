/* Sentences of a doc: those of UAX #29 that the scanner agrees with where a point ends them, since
 * it knows short forms (Mr.). A sentence ends with its last mark; white space is between them. */
#ifndef TXT_SENTENCES_H
#define TXT_SENTENCES_H

#include <stdbool.h>

#include "text/domain/doc.h"

/* n sentences: the spans with which each begins and ends. */
typedef struct TxtSentences {
    uint32_t n;
    uint32_t *first, *last;
} TxtSentences;

/* Sentences of a doc at most. */
static inline uint32_t txt_most_sentences(const TxtDoc *doc)
{
    return doc->n_spans / 2 + 1;
}

/* Finds them; memory has room for 2 * txt_most_sentences numbers. */
TxtSentences txt_sentences(const TxtDoc *doc, uint32_t *memory);

/* Whether a sentence holds what must not be moved or left out: a span label, what the row or a
 * pattern protects, bytes that are not UTF-8. */
bool txt_sentence_is_bound(const TxtDoc *doc, const TxtSentences *sentences, uint32_t i);

/* First byte of a sentence. */
static inline uint32_t txt_sentence_start(const TxtDoc *doc, const TxtSentences *sentences,
                                          uint32_t i)
{
    return doc->spans[sentences->first[i]].start;
}

/* The byte behind its last one, white space left out. */
static inline uint32_t txt_sentence_stop(const TxtDoc *doc, const TxtSentences *sentences,
                                         uint32_t i)
{
    return doc->spans[sentences->last[i]].end;
}

#endif
