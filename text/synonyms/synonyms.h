/* Synonyms that keep the sense: which words of a text may be replaced, and by what. For the operations
 * SynonymReplacement and RandomInsertion.
 *
 * The way of a word: its part of speech in this sentence, its base, the senses of that part of speech;
 * only if one of them is meant nearly always, the members of that sense whose own first sense it is;
 * each in the form, the case and with the article that the place asks for. Whatever cannot be told
 * ends the way: the word then stays.
 *
 * A language has a way of its own to find the base and to write the form: English with a tagger and
 * inflection, Korean with particles, any other one takes words as they are written.
 */
#ifndef TXT_SYNONYMS_H
#define TXT_SYNONYMS_H

#include "aug/random.h"
#include "libaug/base/hash.h"
#include "text/domain/doc.h"
#include "text/domain/edits.h"
#include "text/korean/nouns.h"
#include "text/lexicon/lexicon.h"
#include "text/tagger/tagger.h"

/* What is asked for. All borrowed while the call lasts.
 *
 * lang:            name of a language, by which lexicon and tagger are found, or path of a lexicon
 * file:            beside which that path starts, as txt_lexicon_open_beside has it
 * uses_tagger:     English: the part of speech is that in the sentence; else a word counts only if
 *                  nearly all that was seen of it is of one part of speech
 * min_sense_share: how much of what was seen of the base must be of its first sense, 0 to 1
 * tag_margin:      how sure the tagger must be
 * parts:           parts of speech that may be replaced, a bit each by TxtPos; NONE counts as set
 * stopwords:       words that stay, besides the language's own, n_stopwords of them
 */
typedef struct TxtSynonymOptions {
    const char *lang;
    const char *file;
    bool uses_tagger;
    double min_sense_share, tag_margin;
    uint32_t parts;
    char *const *stopwords;
    size_t n_stopwords;
} TxtSynonymOptions;

/* Opaque; const once made, for any thread. */
typedef struct TxtSynonyms TxtSynonyms;

/* Opens the lexicon and what else the language needs. Fails as txt_lexicon_open and txt_tagger_open
 * do. */
AUG_MUST_CHECK AugStatus txt_synonyms_new(TxtSynonyms **out, const TxtSynonymOptions *options,
                                          AugError *error);

/* NULL does nothing. */
void txt_synonyms_free(TxtSynonyms *synonyms);

/* Adds what results depend on beside the options: the lexicon and the model of the tagger. */
void txt_synonyms_identify(const TxtSynonyms *synonyms, AugiHash *hash);

/* What replaces a word: size bytes for the first `end` bytes of its span, in the case of the word.
 * failed: there is none since memory ran out, and the text is to be refused */
typedef struct TxtSynonym {
    uint8_t bytes[TXT_MOST_NOUN];
    uint32_t size, end;
    bool failed;
} TxtSynonym;

/* Most bytes by which one replacement lengthens a text, its article included. */
#define TXT_MOST_LONGER (TXT_MOST_NOUN + 1)

/* Lists the words of a doc that may have a synonym, as numbers of words; list and tags have room for
 * n_spans. Tags are those of all spans up to the last of these words. Returns how many. */
uint32_t txt_synonyms_list(const TxtSynonyms *synonyms, const TxtDoc *doc, TxtTag *tags,
                           uint32_t *list);

/* Draws one of the synonyms of a word of that list, every one as likely. false if it has none. */
bool txt_synonyms_draw(const TxtSynonyms *synonyms, const TxtDoc *doc, const TxtTag *tags,
                       uint32_t word, AugRng *rng, TxtSynonym *synonym);

/* Lists the places of a doc where a word may be put: numbers of the spans before which it may stand,
 * n_spans for the end; list has room for n_spans + 1, and there are no more than white spaces and two.
 * A place is behind white space or at the start, but not before a capital that begins a sentence, nor
 * inside of what the row names, nor before an article, which may have to change. Returns how
 * many. */
uint32_t txt_synonyms_gaps(const TxtDoc *doc, uint32_t *list);

/* Whether this word may come to stand at the start of a span, by the article before it, in place of
 * the span or, if inserted, before it. States the edit of the article that this asks for. */
bool txt_synonyms_fit(const TxtSynonyms *synonyms, const TxtDoc *doc, uint32_t span,
                      const TxtSynonym *synonym, TxtEdits *edits);

#endif
