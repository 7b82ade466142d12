/* What a builder has collected, for its own files. Words are named by the numbers that they got as
 * they came; what is written names them by their order. */
#ifndef TXT_LEXICON_COLLECTED_H
#define TXT_LEXICON_COLLECTED_H

#include "text/lexicon/builder.h"
#include "text/lexicon/words.h"

/* An array of items of one type. */
typedef struct TxtList {
    void *items;
    uint64_t n, capacity;
} TxtList;

/* A synset; its members end where those of the next one begin. */
typedef struct TxtNewSynset {
    uint64_t members;
    TxtPos pos;
} TxtNewSynset;

/* A member of a synset. */
typedef struct TxtNewMember {
    uint32_t word;
    uint16_t flags;
} TxtNewMember;

/* A sense; order: the how manieth it was. */
typedef struct TxtNewSense {
    uint32_t key;
    TxtPos pos;
    uint32_t synset, count, order;
} TxtNewSense;

/* The lists are of TxtNewSynset, TxtNewMember, TxtNewSense, TxtException, TxtPair, and bytes.
 * error: the first failure */
struct TxtBuilder {
    TxtWords words;
    TxtList synsets, members, senses;
    TxtList exceptions, antonyms;
    TxtList about, notices;
    uint64_t n_left_out;
    AugError error;
};

#endif
