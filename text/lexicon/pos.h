/* Parts of speech as lexicons and taggers tell them apart. */
#ifndef TXT_LEXICON_POS_H
#define TXT_LEXICON_POS_H

#include <stddef.h>

/* NONE: not said, as in thesauri that do not tell parts of speech apart, or none of the others. */
typedef enum TxtPos {
    TXT_POS_NONE,
    TXT_POS_NOUN,
    TXT_POS_VERB,
    TXT_POS_ADJECTIVE,
    TXT_POS_ADVERB,
} TxtPos;

/* How many there are. */
#define TXT_N_POS 5

/* A part of speech from what files call it: "n", "noun", "v", "verb", "a", "s", "adj", "adjective",
 * "r", "adv", "adverb", marks such as "m." and "tr." of Spanish dictionaries, and "-" or nothing for
 * none. -1 if the word is none of these. Any thread. */
int txt_pos_of(const char *word, size_t size);

#endif
