/* Words and how people misspell them: a table of ours for English, and lists of users. */
#ifndef TXT_SPELLING_H
#define TXT_SPELLING_H

#include "libaug/base/hash.h"
#include "text/op.h"

/* Bytes of the longest entry. */
#define TXT_LONGEST_SPELLING 64

/* Bytes by which a misspelling may be longer than its word at most. */
#define TXT_SPELLING_GROWS 8

/* Misspellings of a word at most. */
#define TXT_MOST_SPELLINGS 32

/* A table; const once made, for any number of threads. */
typedef struct TxtSpelling TxtSpelling;

/* One misspelling: size bytes. */
typedef struct TxtMisspelt {
    const uint8_t *bytes;
    uint32_t size;
} TxtMisspelt;

/* Makes a table of a list (lines of "right TAB wrong|wrong", # begins a comment), and, if english
 * is set, of ours. path: of the list, empty: none. Words are looked up in the form of
 * txt_key_make, so capitals and normal forms do not matter. On success the caller frees *spelling.
 * Fails with AUG_CORRUPT (file and line), as augi_input_file_load does, and with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_spelling_new(TxtSpelling **spelling, const char *path, bool english,
                                          AugError *error);

/* Frees it; NULL is allowed. */
void txt_spelling_free(void *spelling);

/* The misspellings of a word, in the order of the list; those of a list before ours. Returns how
 * many. Allocates nothing for words of ASCII and for tables of ASCII. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_spelling_find(const TxtSpelling *spelling, const uint8_t *word,
                                           uint32_t size, TxtMisspelt out[TXT_MOST_SPELLINGS],
                                           uint32_t *n);

/* Adds all that it holds to a hash. */
void txt_spelling_identify(const TxtSpelling *spelling, AugiHash *hash);

/* The lines of the table for English, in the form of lists; NULL behind the last. */
extern const char *const txt_english_misspellings[];

#endif
