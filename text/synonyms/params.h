/* The parameters that SynonymReplacement and RandomInsertion share, and what is made of them. Where it
 * is a member of an operation's parameters, it stands first. */
#ifndef TXT_SYNONYMS_PARAMS_H
#define TXT_SYNONYMS_PARAMS_H

#include "text/domain/amount.h"
#include "text/op.h"
#include "text/synonyms/synonyms.h"

/* What a user may say. */
typedef struct TxtSynonymParams {
    TxtAmount amount;
    AugText lang;
    AugTexts pos;
    double min_sense_share, tag_margin;
    bool tagger;
    AugTexts stopwords;
} TxtSynonymParams;

/* Names of parts of speech in pos; ends with NULL. */
extern const char *const txt_synonym_parts[];

/* The rows of these parameters; things: what there are so many of, in the plural. */
#define TXT_SYNONYM_ROWS(things)                                                                   \
    AUG_PARAM(TxtAmount, alpha, .fallback = "0.1", .low = 0, .high = 1,                            \
              .help = things " as a share of the words, at least one"),                            \
        AUG_PARAM(TxtAmount, n, .fallback = "0", .low = 0, .high = 1000000,                        \
                  .help = "number of " things ", in place of alpha; 0: alpha counts"),             \
        AUG_PARAM(TxtSynonymParams, lang, .fallback = "en",                                        \
                  .help = "language whose lexicon is used, or path of a lexicon (.augx)"),         \
        AUG_PARAM(TxtSynonymParams, pos, .optional = true, .choices = txt_synonym_parts,           \
                  .help = "parts of speech of the words that count; default: all four"),           \
        AUG_PARAM(TxtSynonymParams, min_sense_share, .fallback = "0.6", .low = 0, .high = 1,       \
                  .help = "how much of what was seen of a word, as this part of speech, must be "  \
                          "of one sense"),                                                         \
        AUG_PARAM(TxtSynonymParams, tag_margin, .fallback = "2", .low = 0, .high = 500,            \
                  .help = "how sure the tagger must be of a word"),                                \
        AUG_PARAM(TxtSynonymParams, tagger, .fallback = "true",                                    \
                  .help = "English: tell parts of speech by the sentence; without, only words of " \
                          "one part of speech count, which is faster"),                            \
        AUG_PARAM(TxtSynonymParams, stopwords, .optional = true,                                   \
                  .help = "words that neither go nor come, besides those of the language")

/* Hooks of both operations: the state is a TxtSynonyms. */
AUG_MUST_CHECK AugStatus txt_synonyms_prepare(const void *params, const TxtPrepare *input,
                                              void **state, AugError *error);

/* Frees the state. */
void txt_synonyms_release(void *state);

/* Adds the state to the id of a stream. */
void txt_synonyms_identify_state(const void *state, AugiHash *hash);

/* Most bytes of the result of so many edits as the parameters ask for. */
uint64_t txt_synonyms_grow(const TxtSynonymParams *params, uint64_t size);

#endif
