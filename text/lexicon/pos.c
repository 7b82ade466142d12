/* Names of parts of speech in the files that lexicons are built from. */
#include "text/lexicon/pos.h"

#include <string.h>

/* A name and what it stands for. */
typedef struct PosName {
    const char *name;
    TxtPos pos;
} PosName;

static const PosName names[] = {
    {"", TXT_POS_NONE},
    {"-", TXT_POS_NONE},
    {"n", TXT_POS_NOUN},
    {"noun", TXT_POS_NOUN},
    {"m.", TXT_POS_NOUN},
    {"f.", TXT_POS_NOUN},
    {"v", TXT_POS_VERB},
    {"verb", TXT_POS_VERB},
    {"tr.", TXT_POS_VERB},
    {"intr.", TXT_POS_VERB},
    {"prnl.", TXT_POS_VERB},
    {"intr.-prnl.", TXT_POS_VERB},
    {"a", TXT_POS_ADJECTIVE},
    {"s", TXT_POS_ADJECTIVE},
    {"adj", TXT_POS_ADJECTIVE},
    {"adj.", TXT_POS_ADJECTIVE},
    {"adjective", TXT_POS_ADJECTIVE},
    {"r", TXT_POS_ADVERB},
    {"adv", TXT_POS_ADVERB},
    {"adv.", TXT_POS_ADVERB},
    {"adverb", TXT_POS_ADVERB},
};

int txt_pos_of(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i].name) == size && memcmp(names[i].name, word, size) == 0)
            return names[i].pos;
    }
    return -1;
}
