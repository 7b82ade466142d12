/* A lexicon as its own files see it. */
#ifndef TXT_LEXICON_INSIDE_H
#define TXT_LEXICON_INSIDE_H

#include "text/lexicon/lexicon.h"
#include "text/lexicon/shared.h"

/* A block where it lies; zero if the file has none. */
typedef struct TxtBlock {
    const void *items;
    uint64_t n;
} TxtBlock;

/* bytes, size: the file; is_mapped: they are unmapped with the last owner
 * others:      entries of blocks whose type only their own readers know
 */
struct TxtLexicon {
    TxtShared shared;
    const uint8_t *bytes;
    uint64_t size;
    bool is_mapped;
    TxtSlice about, notices;
    const char *text;
    uint64_t text_size;
    const TxtWordEntry *words;
    uint64_t n_words;
    const uint8_t *flags;
    const uint32_t *slots;
    uint64_t n_slots;
    const TxtLemmaEntry *lemmas;
    uint64_t n_lemmas;
    const TxtSense *senses;
    uint64_t n_senses;
    const TxtSynsetEntry *synsets;
    uint64_t n_synsets;
    const TxtMember *members;
    uint64_t n_members;
    const TxtPair *antonyms;
    uint64_t n_antonyms;
    const TxtException *exceptions;
    const uint32_t *irregulars;
    uint64_t n_exceptions;
    bool has_forms;
    TxtBlock others[TXT_INDEX_MAX_BLOCKS];
    const TxtBlockEntry *other_entries[TXT_INDEX_MAX_BLOCKS];
    size_t n_others;
};

/* Checks that all numbers in the blocks lie within what they count. where: what errors call the
 * file. */
AUG_MUST_CHECK AugStatus txt_lexicon_verify(TxtLexicon *lexicon, const char *where,
                                            AugError *error);

#endif
