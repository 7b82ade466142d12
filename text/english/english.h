/* English words and their forms: from a word in a text to its base, from another base to the same
 * form, written as the word was, with the article before it.
 *
 * Words are given in small letters, as keys of a lexicon, unless a function says otherwise. No
 * function takes memory; any thread may call.
 */
#ifndef TXT_ENGLISH_H
#define TXT_ENGLISH_H

#include <stdbool.h>

#include "text/domain/doc.h"
#include "text/lexicon/lexicon.h"
#include "text/tagger/tags.h"

/* Bytes of a word or a form at most; longer ones have no other forms. */
#define TXT_MAX_FORM 48

/* A word that was made. */
typedef struct TxtForm {
    char text[TXT_MAX_FORM];
    uint32_t size;
} TxtForm;

/* The base of a word that has a tag: a lemma of the lexicon with the tag's part of speech, whose
 * form for this tag is the word; by rules for endings, those of WordNet's morphy and the doubled
 * consonants that it has not, and by the exceptions of the lexicon. Of several the one that was seen
 * most often. false if there is none. */
bool txt_english_lemma(const TxtLexicon *lexicon, const char *word, size_t size, TxtPtb tag,
                       TxtForm *lemma);

/* The form of a base for a tag. Irregular words come from a table of ours, then from the exceptions
 * of the lexicon; then rules. false if the word has no such form, if it cannot be told from the tag
 * alone, or if no form that could be right is in the lexicon's whitelist, where it has one. */
bool txt_english_inflect(const TxtLexicon *lexicon, const char *lemma, size_t size, TxtPtb tag,
                         TxtForm *form);

/* Writes a form as a word was written: all in capitals, or with the first letter as one. A word of a
 * single letter says nothing but that it is a capital. false where it is mixed, or where the form
 * has letters beyond ASCII that would change. */
bool txt_english_copy_case(const uint8_t *word, size_t size, TxtForm *form);

/* Whether "an" stands before a word, in any case. By how it begins, with the words that are spoken
 * otherwise than they are spelt (an hour, a university, an FBI agent). */
bool txt_english_takes_an(TxtSlice word);

/* Whether a span of a doc is "a" or "an", in any case. */
bool txt_english_is_article(const TxtDoc *doc, uint32_t span);

/* What an edit does to the article before it. */
typedef enum TxtArticle {
    TXT_ARTICLE_STAYS,
    TXT_ARTICLE_CHANGES,
    TXT_ARTICLE_LOCKED, /* it would have to change, and stands where nothing may be edited */
} TxtArticle;

/* Looks at what stands before span `place` of a doc, where the word `now` comes to stand in place of
 * `before`, or in front of it. Only an article that was right is changed. On CHANGES *span is the
 * number of the article's span, and article what it becomes. */
TxtArticle txt_english_article(const TxtDoc *doc, uint32_t place, TxtSlice before, TxtSlice now,
                               uint32_t *span, TxtForm *article);

#endif
