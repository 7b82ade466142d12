/* Names of tags and what they mean. */
#include <string.h>

#include "text/tagger/tags.h"

static const char *const names[] = {
#define TAG_NAME(member, name, pos) name,
    TXT_TAGS(TAG_NAME)
#undef TAG_NAME
};

static const uint8_t parts[] = {
#define TAG_POS(member, name, pos) TXT_POS_##pos,
    TXT_TAGS(TAG_POS)
#undef TAG_POS
};

const char *txt_ptb_name(TxtPtb tag)
{
    return names[tag];
}

TxtPtb txt_ptb_of(const char *name, size_t size)
{
    for (size_t i = TXT_PTB_NN; i < TXT_N_PTB; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
            return (TxtPtb)i;
    return TXT_PTB_OTHER;
}

TxtPos txt_ptb_pos(TxtPtb tag)
{
    return (TxtPos)parts[tag];
}
