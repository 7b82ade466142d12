/* The templates. */
#include "text/tagger/features.h"

/* Two values of a template, the number of which is part of the key. */
static uint32_t key(uint32_t template, uint32_t first, uint32_t second)
{
    uint64_t mixed = (first + UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);
    mixed ^= (mixed >> 32) ^ (second + template * UINT64_C(0x632be59bd9b4e019));
    mixed *= UINT64_C(0xc4ceb9fe1a85ec53);
    const uint32_t result = (uint32_t)(mixed >> 32) ^ (uint32_t)(mixed >> 10);
    return result ? result : 1;
}

void txt_features(const TxtTagContext *context, uint32_t keys[TXT_N_FEATURES])
{
    const TxtToken *token = context->token, *last = context->last, *next = context->next;
    const TxtToken *before = context->before, *behind = context->behind;
    const uint32_t tag = context->tag_last, tags = tag << 8 | context->tag_before;
    const uint32_t three = token->ending & 0xffffff;
    uint32_t n = 0;
#define FEATURE(first, second)           \
    do {                                 \
        keys[n] = key(n, first, second); \
        n++;                             \
    } while (0)
    FEATURE(0, 0);
    FEATURE(token->word, 0);
    FEATURE(token->ending & 0xff, 0);
    FEATURE(token->ending & 0xffff, 0);
    FEATURE(three, 0);
    FEATURE(token->ending, 0);
    FEATURE(token->begin & 0xffffff, 0);
    FEATURE(token->shape, token->starts);
    FEATURE(token->shape, token->ending & 0xffff);
    FEATURE(token->shape, tag);
    FEATURE(tag, 0);
    FEATURE(tags, 0);
    FEATURE(tag, token->word);
    FEATURE(tag, three);
    FEATURE(tags, token->guess);
    FEATURE(last->word, 0);
    FEATURE(next->word, 0);
    FEATURE(before->word, 0);
    FEATURE(behind->word, 0);
    FEATURE(last->ending & 0xffffff, 0);
    FEATURE(next->ending & 0xffffff, 0);
    FEATURE(next->guess, tag);
    FEATURE(next->guess, behind->guess);
    FEATURE(next->guess, token->guess);
    FEATURE(token->word, next->word);
    FEATURE(last->word, token->word);
    FEATURE(token->word, next->guess);
    FEATURE(three, next->guess);
    FEATURE(last->shape, next->shape);
    FEATURE(token->word, tags);
    FEATURE(tag << 8 | next->guess, three);
    FEATURE(token->guess, tag << 8 | next->guess);
#undef FEATURE
}
