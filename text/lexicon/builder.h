/* Collecting what an index will hold, and writing it. The same calls in the same order give the same
 * bytes, on every machine.
 *
 * The first call that fails (memory, a bound) is remembered; later ones do nothing, and
 * txt_builder_save returns the failure. For one thread.
 */
#ifndef TXT_LEXICON_BUILDER_H
#define TXT_LEXICON_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "text/lexicon/format.h"

/* Opaque. */
typedef struct TxtBuilder TxtBuilder;

/* NULL if memory is out. */
TxtBuilder *txt_builder_new(void);

/* NULL does nothing. */
void txt_builder_free(TxtBuilder *builder);

/* Number of a word, which is added if it is new. 0 once something failed, or where it is empty,
 * longer than TXT_MAX_WORD_SIZE or not UTF-8. */
uint32_t txt_builder_word(TxtBuilder *builder, const char *text, size_t size);

/* Number of the key of a text (key.h). */
uint32_t txt_builder_key(TxtBuilder *builder, const char *text, size_t size);

/* Begins a synset; returns its number. */
uint32_t txt_builder_synset(TxtBuilder *builder, TxtPos pos);

/* Adds a member to the synset that was begun last; flags are TXT_MEMBER_*. */
void txt_builder_member(TxtBuilder *builder, const char *text, size_t size, uint16_t flags);

/* Adds a sense to a lemma, which txt_builder_key gave; senses of one part of speech come in the
 * order of importance. The part of speech is the synset's. */
void txt_builder_sense(TxtBuilder *builder, uint32_t key, uint32_t synset, uint32_t count);

/* Adds a form to the whitelist. */
void txt_builder_form(TxtBuilder *builder, const char *text, size_t size);

/* Adds a form that follows no rule. Both are keys. */
void txt_builder_exception(TxtBuilder *builder, uint32_t form, uint32_t base, TxtPos pos);

/* Two keys are antonyms, each of the other; left out where one of them has no senses. */
void txt_builder_antonym(TxtBuilder *builder, uint32_t key, uint32_t other);

/* A line about the index; key has no blanks. */
void txt_builder_about(TxtBuilder *builder, const char *key, const char *value);

/* A licence notice, below the title of what it is of. */
void txt_builder_notice(TxtBuilder *builder, const char *title, const char *text, size_t size);

/* Counts something of the source that the index does not hold. */
void txt_builder_leave_out(TxtBuilder *builder);

/* How many senses there are. */
uint64_t txt_builder_senses(const TxtBuilder *builder);

/* How much was left out. */
uint64_t txt_builder_left_out(const TxtBuilder *builder);

/* Remembers a failure, for whoever reads what is to be built; where as in AUG_FAIL. */
void txt_builder_fail(TxtBuilder *builder, const AugError *error);

/* Writes the index; at most once. */
AUG_MUST_CHECK AugStatus txt_builder_save(TxtBuilder *builder, const char *path, AugError *error);

#endif
