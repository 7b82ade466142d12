/* Context from what a lexicon is built from. */
#ifndef TXT_LEXICON_CONTEXT_LEARN_H
#define TXT_LEXICON_CONTEXT_LEARN_H

#include "aug/status.h"

/* Counts words in the glosses and examples of WordNet's files in a folder, and adds the counts to the
 * index at path. Does nothing where they are too few to learn from. */
AUG_MUST_CHECK AugStatus txt_context_learn_glosses(const char *folder, const char *path,
                                                   AugError *error);

#endif
