/* A small WordNet of our own, and a lexicon that is built from it. */
#ifndef TEST_LEXICON_CASE_H
#define TEST_LEXICON_CASE_H

#include "text/lexicon/lexicon.h"

/* A new folder with the files of a WordNet of ten synsets; the caller frees its path. */
char *test_wordnet_folder(void);

/* A new folder with a spelling dictionary "small.aff" and "small.dic"; the caller frees the path of
 * both without ending. */
char *test_hunspell_stem(void);

/* Builds both into a file and opens it; the caller frees *path. */
TxtLexicon *test_lexicon(char **path);

/* Every look-up that a lexicon has, of everything it holds; the number of things that were seen. */
uint64_t test_lexicon_walk(const TxtLexicon *lexicon);

#endif
