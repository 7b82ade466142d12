/* WordNet's files in memory: what both passes over them know. */
#ifndef TXT_LEXICON_WORDNET_H
#define TXT_LEXICON_WORDNET_H

#include "text/lexicon/collected.h"
#include "text/lexicon/lines.h"

/* Files of a part of speech; ending: "noun" of data.noun. */
typedef struct TxtWordnetFiles {
    TxtPos pos;
    char letter;
    const char *ending;
    TxtLines data, index, exceptions;
    uint32_t first, end; /* numbers of its synsets, by rising offset */
} TxtWordnetFiles;

#define TXT_N_WORDNET_FILES 4

/* A synset as its line says. words: the first of n; type: ss_type, 1 to 5; head: the synset that a
 * satellite belongs to, UINT32_MAX for none */
typedef struct TxtWordnetSynset {
    uint32_t offset;
    uint32_t words, n_words;
    uint32_t file, type;
    uint32_t head;
} TxtWordnetSynset;

/* One of its words: number of its key, and what tells it from others in the same file. mark: "(p)",
 * where an adjective may stand; empty for most */
typedef struct TxtWordnetWord {
    uint32_t key, id;
    TxtSlice mark;
} TxtWordnetWord;

/* A reading of WordNet. keys, counts: sense keys of cntlist.rev and how often each was seen. */
typedef struct TxtWordnet {
    TxtBuilder *builder;
    TxtWordnetFiles files[TXT_N_WORDNET_FILES];
    TxtWordnetSynset *synsets;
    uint64_t n_synsets, synset_capacity;
    TxtWordnetWord *words;
    uint64_t n_words, word_capacity;
    TxtWords keys;
    uint32_t *counts;
    uint64_t count_capacity;
    uint64_t n_counted;
} TxtWordnet;

/* Number of the synset at an offset of a file; UINT32_MAX if there is none. */
uint32_t txt_wordnet_at(const TxtWordnet *wordnet, const TxtWordnetFiles *files, uint32_t offset);

/* Reads the synsets of all files, then what points from one to another. */
AUG_MUST_CHECK AugStatus txt_wordnet_read_data(TxtWordnet *wordnet, AugError *error);

/* Reads the counts of senses, before the senses themselves. */
AUG_MUST_CHECK AugStatus txt_wordnet_read_counts(TxtWordnet *wordnet, const char *folder,
                                                 AugError *error);

/* Reads the senses of all lemmas in their order. */
AUG_MUST_CHECK AugStatus txt_wordnet_read_index(TxtWordnet *wordnet, AugError *error);

#endif
