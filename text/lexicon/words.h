/* Words of an index in the making: each text once, with a number. */
#ifndef TXT_LEXICON_WORDS_H
#define TXT_LEXICON_WORDS_H

#include "aug/status.h"
#include "libaug/base/grow.h"
#include "text/lexicon/format.h"

/* One word; at: its text in the strings; flags are TXT_WORD_*. */
typedef struct TxtNewWord {
    uint64_t at;
    uint32_t size;
    uint32_t key; /* number of the word that is its key; itself, or UINT32_MAX while not known */
    uint8_t flags;
} TxtNewWord;

/* Zero-initialised it is empty; txt_words_fini frees it. */
typedef struct TxtWords {
    AugiStrings strings;
    TxtNewWord *items;
    uint64_t n, capacity;
    uint32_t *slots;
    uint64_t n_slots;
} TxtWords;

/* Number of a word of 1 to TXT_MAX_WORD_SIZE bytes, added if it is new. */
AUG_MUST_CHECK AugStatus txt_words_add(TxtWords *words, const char *text, size_t size,
                                       uint32_t *number, AugError *error);

/* The numbers in the order of the words' bytes; the caller frees them. NULL if memory is out. */
uint32_t *txt_words_sorted(const TxtWords *words);

/* Frees what it holds and zeroes it. */
void txt_words_fini(TxtWords *words);

#endif
