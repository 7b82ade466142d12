/* Synonyms inside: the ways of languages. */
#ifndef TXT_SYNONYMS_INSIDE_H
#define TXT_SYNONYMS_INSIDE_H

#include "text/lexicon/context.h"
#include "text/synonyms/filter.h"
#include "text/synonyms/pairs.h"
#include "text/synonyms/synonyms.h"

/* A word of a text with its base. tag: the form it has, for English; noun: for Korean; failed: there is
 * no base since memory ran out */
typedef struct TxtFound {
    const uint8_t *word;
    uint32_t size;
    uint32_t span;
    uint32_t lemma;
    TxtPos pos;
    TxtPtb tag;
    TxtKoreanNoun noun;
    bool failed;
} TxtFound;

/* A language.
 *
 * prepare: makes the filter; NULL: none
 * find:  the base of a span, which has this tag; false if there is none to rely on
 * keeps: whether a word stays for where it stands; NULL: never
 * write: the form of another word in its place; false if it cannot be told
 */
typedef struct TxtLanguage {
    AugStatus (*prepare)(TxtSynonyms *synonyms, AugError *error);
    bool (*find)(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtSpan *span, TxtTag tag,
                 TxtFound *found);
    bool (*keeps)(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtTag *tags,
                  const TxtFound *found);
    bool (*write)(const TxtSynonyms *synonyms, const TxtFound *found, TxtSlice word,
                  TxtSynonym *synonym);
} TxtLanguage;

/* The languages: English, Korean, and all others. */
extern const TxtLanguage txt_language_english, txt_language_korean, txt_language_other;

/* Words of a language that stay; keys, sorted by bytes. */
typedef struct TxtStays {
    const char *language;
    const char *const *words;
    size_t n;
} TxtStays;

/* Those of a language other than English, by its name; NULL if none are known. */
const TxtStays *txt_stays_of(const char *language, size_t size);

/* Whether a key is among them; stays may be NULL. */
bool txt_stays(const TxtStays *stays, const char *key, size_t size);

/* What txt_synonyms_new makes.
 *
 * tagger:      NULL for none
 * stays:       NULL for none
 * is_counted:  the lexicon knows how often senses were seen
 * is_list:     it is a list of a user's own, whose synonyms may come whatever else they mean
 * context:     counts of the lexicon; zero if it has none
 * least_share, least_margin: in the units of senses and of tags
 * stopwords:   keys, sorted
 * filter:      words that may have a synonym; NULL: any may
 * pairs:       words that are judged by hand
 * terms:       pairs of words that a term may have; NULL: places keep no word
 */
struct TxtSynonyms {
    const TxtLanguage *language;
    TxtLexicon *lexicon;
    TxtTagger *tagger;
    const TxtStays *stays;
    bool is_counted, is_list;
    TxtContext context;
    uint32_t parts;
    uint32_t least_share, least_margin;
    char **stopwords;
    size_t n_stopwords;
    TxtWordPairs pairs;
    TxtFilter *filter, *terms;
};

/* A word that was seen less often in a million words stands for no other one. */
#define TXT_LEAST_SEEN 2

/* Whether some word of its main sense may stand for a lemma with a part of speech, whatever its form. */
bool txt_synonyms_has_fit(const TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos);

/* The sense of a lemma that is meant nearly always; NULL if there is none. */
const TxtSense *txt_synonyms_main_sense(const TxtSynonyms *synonyms, uint32_t lemma, TxtPos pos);

/* Whether a member of that sense may stand for the word, whatever its form. */
bool txt_synonyms_is_fit(const TxtSynonyms *synonyms, const TxtFound *found,
                         const TxtMember *member);

/* Whether the user wants a word, by its key, to stay and not to come. */
bool txt_synonyms_is_stopword(const TxtSynonyms *synonyms, const char *key, size_t size);

/* What stands around a word of a doc, for its score. */
void txt_synonyms_window(const TxtSynonyms *synonyms, const TxtDoc *doc, uint32_t span,
                         TxtContextWindow *window);

/* How well a word stands in a window, by how frequent it is and by context, in natural logarithms. */
double txt_synonyms_value(const TxtSynonyms *synonyms, const TxtContextWindow *window,
                          const uint8_t *word, uint32_t size);

/* Whether a word of English stays for the words beside it: as a part of a name or a term, or since it
 * governs what follows. */
bool txt_place_keeps(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtTag *tags,
                     const TxtFound *found);

/* Whether a word of English, in small letters, stays as it is: it has a role rather than a sense, or
 * its sense hangs on the words beside it. */
bool txt_stays_english(const char *word, size_t size);

#endif
