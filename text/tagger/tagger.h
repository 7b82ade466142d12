/* A part-of-speech tagger: an averaged perceptron over the tokens of a text, from left to right
 * (Collins, "Discriminative training methods for hidden Markov models", EMNLP 2002).
 *
 * Guarantees. A tagger is const once it is open, and any thread may use it. Tagging takes no
 * memory, its time grows linearly with the text, and all arithmetic is of whole numbers, so the same
 * model gives the same tags on every machine.
 */
#ifndef TXT_TAGGER_H
#define TXT_TAGGER_H

#include "aug/status.h"
#include "text/domain/doc.h"
#include "text/tagger/tags.h"

/* Opaque, counted. */
typedef struct TxtTagger TxtTagger;

/* A margin of 1: what one mistake in training moves a weight by. */
#define TXT_MARGIN_ONE 128

/* What is known of a word, in four bytes, so that a doc's scratch has room for them.
 *
 * tag:    a TxtPtb
 * pos:    its TxtPos
 * margin: by how much its score is above that of the next tag, in 1/TXT_MARGIN_ONE; UINT16_MAX where
 *         the word has one tag only
 */
typedef struct TxtTag {
    uint8_t tag, pos;
    uint16_t margin;
} TxtTag;

/* Tags lie in the scratch of a doc. */
_Static_assert(sizeof(TxtTag) == sizeof(uint32_t), "tags lie in a doc's scratch");

/* Opens a model by its path, or by the name of its language ("en"), which is looked for in the data
 * path (text/lexicon/data_path.h). Fails with AUG_NOT_FOUND, which names the command that makes it,
 * AUG_CORRUPT, AUG_UNSUPPORTED (another version), AUG_TOO_LARGE, AUG_IO, AUG_NO_MEMORY. Any
 * thread. */
AUG_MUST_CHECK AugStatus txt_tagger_open(TxtTagger **tagger, const char *name_or_path,
                                         AugError *error);

/* One more owner; returns the same tagger. Any thread. */
TxtTagger *txt_tagger_ref(TxtTagger *tagger);

/* One owner less; the last one frees it. NULL does nothing. Any thread. */
void txt_tagger_unref(TxtTagger *tagger);

/* Tags the first n spans of a doc, spaces left aside. A span of two tokens ("don't") gets the tag of the
 * first; spaces, and marks that continue a run, get TXT_PTB_NONE. What stands behind the n spans is
 * looked at, too, so that a tag does not hang on n. */
void txt_tagger_tag(const TxtTagger *tagger, const TxtDoc *doc, uint32_t n, TxtTag *tags);

/* A number that stands for all that a model holds: what is made with another one may differ. */
uint64_t txt_tagger_identity(const TxtTagger *tagger);

/* The licence notice of the text that a model was trained on; may be empty. Valid as long as the
 * tagger. */
const char *txt_tagger_notice(const TxtTagger *tagger);

#endif
