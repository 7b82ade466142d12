/* Which words of English are worth a look: a set of hashes of all forms of all words that have a synonym,
 * whatever the text. It may say yes for a few others, never no for one of these. */
#ifndef TXT_SYNONYMS_FILTER_H
#define TXT_SYNONYMS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of the set: English has some 80,000 such forms, each sets two. */
#define TXT_FILTER_BITS (UINT32_C(1) << 20)

/* The set; zero-initialised it is empty. */
typedef struct TxtFilter {
    uint64_t words[TXT_FILTER_BITS / 64];
} TxtFilter;

/* Hash of a word, capitals of ASCII as small letters. */
static inline uint64_t txt_filter_hash(const void *word, size_t size)
{
    const uint8_t *bytes = word;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] | 0x20 : bytes[i])) *
               UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

/* Adds a word by its hash. */
static inline void txt_filter_add(TxtFilter *filter, uint64_t hash)
{
    const uint32_t one = (uint32_t)hash % TXT_FILTER_BITS;
    const uint32_t two = (uint32_t)(hash >> 32) % TXT_FILTER_BITS;
    filter->words[one / 64] |= UINT64_C(1) << one % 64;
    filter->words[two / 64] |= UINT64_C(1) << two % 64;
}

/* Whether a word may be in the set. */
static inline bool txt_filter_has(const TxtFilter *filter, uint64_t hash)
{
    const uint32_t one = (uint32_t)hash % TXT_FILTER_BITS;
    const uint32_t two = (uint32_t)(hash >> 32) % TXT_FILTER_BITS;
    return filter->words[one / 64] >> one % 64 & filter->words[two / 64] >> two % 64 & 1;
}

#endif
