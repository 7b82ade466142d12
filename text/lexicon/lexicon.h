/* Synonyms, inflected forms and antonyms of one language, from an index (format.h) that is mapped
 * into memory, once in a process, and looked up where it lies: no look-up allocates, and all are safe
 * from any thread.
 *
 * Guarantees by party. The index: is checked when it is opened, all of it, so that no damage and no
 * malice makes a later look-up read what is not there, or read for long. The caller: gives
 * keys as txt_key_make writes them, which for ASCII is lower case, and asks for words and lemmas by
 * numbers that this lexicon gave. Whoever replaces or deletes a file leaves what is open as it is, since
 * "aug data" writes aside and renames; a file that another program writes into or cuts short in its
 * place, while it is mapped, may end the process.
 */
#ifndef TXT_LEXICON_LEXICON_H
#define TXT_LEXICON_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "text/lexicon/format.h"
#include "text/lexicon/slice.h"

/* Opaque, const, counted. */
typedef struct TxtLexicon TxtLexicon;

/* Opens an index by its path, or by the name of its language ("en"), which is looked for in the
 * data path (data_path.h); one that somebody has open already is shared. Else takes some
 * milliseconds. Fails with AUG_NOT_FOUND, which names the command that builds it, AUG_CORRUPT,
 * AUG_UNSUPPORTED (another version), AUG_TOO_LARGE, AUG_IO, AUG_NO_MEMORY. Any thread. */
AUG_MUST_CHECK AugStatus txt_lexicon_open(TxtLexicon **lexicon, const char *name_or_path,
                                          AugError *error);

/* The same by a path, which may be a bare name, and not shared: of the file as it is now. */
AUG_MUST_CHECK AugStatus txt_lexicon_open_file(TxtLexicon **lexicon, const char *path,
                                               AugError *error);

/* The same for a name or path that stands in a file: a relative path starts at the file's folder. file NULL:
 * at the current one. */
AUG_MUST_CHECK AugStatus txt_lexicon_open_beside(TxtLexicon **lexicon, const char *name_or_path,
                                                 const char *file, AugError *error);

/* The same from size bytes that outlive the lexicon and begin at a multiple of 8. where: what
 * errors call it. */
AUG_MUST_CHECK AugStatus txt_lexicon_borrow(TxtLexicon **lexicon, const void *bytes, size_t size,
                                            const char *where, AugError *error);

/* One more owner; returns the same lexicon. Any thread. */
TxtLexicon *txt_lexicon_ref(TxtLexicon *lexicon);

/* One owner less; the last one closes it. NULL does nothing. Any thread. */
void txt_lexicon_unref(TxtLexicon *lexicon);

/* Senses of a lemma with one part of speech, the most important first. */
typedef struct TxtSenses {
    const TxtSense *items;
    uint32_t n;
} TxtSenses;

/* Members of a synset, in the order of the source. */
typedef struct TxtMembers {
    const TxtMember *items;
    uint32_t n;
} TxtMembers;

/* Number of the lemma that a key is; TXT_NO_LEMMA if it is none. */
uint32_t txt_lexicon_lemma(const TxtLexicon *lexicon, const void *key, size_t size);

/* Senses of a lemma with a part of speech; those that are of none for TXT_POS_NONE. None for
 * TXT_NO_LEMMA. One sense of share TXT_FULL_SHARE is all it has. */
TxtSenses txt_lexicon_senses(const TxtLexicon *lexicon, uint32_t lemma, TxtPos pos);

/* The two above at once. */
TxtSenses txt_lexicon_find(const TxtLexicon *lexicon, const void *key, size_t size, TxtPos pos);

/* Members of a synset. */
TxtMembers txt_lexicon_words(const TxtLexicon *lexicon, uint32_t synset);

/* Part of speech of a synset. */
TxtPos txt_lexicon_pos(const TxtLexicon *lexicon, uint32_t synset);

/* Text of a word, in its own case. */
TxtSlice txt_lexicon_text(const TxtLexicon *lexicon, uint32_t word);

/* Lemma of a word, whatever its case; TXT_NO_LEMMA if it has no senses of its own. */
uint32_t txt_lexicon_lemma_of(const TxtLexicon *lexicon, uint32_t word);

/* The word that a lemma is. */
uint32_t txt_lexicon_lemma_word(const TxtLexicon *lexicon, uint32_t lemma);

/* Whether a text is in the whitelist of inflected forms, spelt like this; what stands in lower case
 * there is not found in capitals. Never, where the lexicon has no whitelist. */
bool txt_lexicon_is_form(const TxtLexicon *lexicon, const void *text, size_t size);

/* Whether the lexicon has a whitelist at all. */
bool txt_lexicon_has_forms(const TxtLexicon *lexicon);

/* Whether two lemmas are antonyms in any of their senses. */
bool txt_lexicon_are_antonyms(const TxtLexicon *lexicon, uint32_t lemma, uint32_t other);

/* The antonyms of a lemma: the second of each pair; *n of them. */
const TxtPair *txt_lexicon_antonyms(const TxtLexicon *lexicon, uint32_t lemma, size_t *n);

/* Bases of a form that follows no rule ("went": "go"), in the order of the source, *n of them. */
const TxtException *txt_lexicon_bases(const TxtLexicon *lexicon, const void *form, size_t size,
                                      TxtPos pos, size_t *n);

/* The i-th form of a base that follows no rule ("go": "gone", "went"); NULL behind the last. */
const TxtException *txt_lexicon_irregular(const TxtLexicon *lexicon, const void *base, size_t size,
                                          TxtPos pos, size_t i);

/* How much a lexicon holds. */
typedef struct TxtLexiconCounts {
    uint64_t size;
    uint64_t n_words, n_lemmas, n_senses, n_synsets, n_members;
    uint64_t n_forms, n_antonyms, n_exceptions;
} TxtLexiconCounts;

/* Counts; n_forms is counted by going through all words. */
void txt_lexicon_count(const TxtLexicon *lexicon, TxtLexiconCounts *counts);

/* What the index says of itself: "key value" lines. Valid as long as the lexicon. */
TxtSlice txt_lexicon_about(const TxtLexicon *lexicon);

/* One value of that; empty if there is none. */
TxtSlice txt_lexicon_about_value(const TxtLexicon *lexicon, const char *key);

/* A number that stands for all that a lexicon holds: what is made with another one may differ. */
uint64_t txt_lexicon_identity(const TxtLexicon *lexicon);

/* Licence notices of what it was built from. */
TxtSlice txt_lexicon_notices(const TxtLexicon *lexicon);

/* A block that queries of their own read: its bytes, aligned to 8, and how many; NULL if there is
 * none or its items are of another size. Only types behind TXT_BLOCK_IRREGULARS; whoever reads one
 * checks what it holds. */
const void *txt_lexicon_block(const TxtLexicon *lexicon, uint32_t type, uint32_t item_size,
                              uint64_t *n_items);

#endif
