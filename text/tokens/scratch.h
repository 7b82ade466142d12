/* Inside of a scratch: buffers that grow and are kept, and the cache of words. */
#ifndef TXT_SCRATCH_H
#define TXT_SCRATCH_H

#include "text/tokens/tokenizer.h"

/* Memory for n items of some type; room counts bytes. */
typedef struct TxtBuffer {
    void *items;
    size_t n;
    size_t room;
} TxtBuffer;

/* Pieces that a scratch remembers the ids of: those of a few thousand words, which is what nearly
 * all of a text consists of. A power of two. */
#define TXT_CACHED_WORDS 4096

/* Bytes and ids of the longest word that is remembered: with the rest, one entry is 64 bytes, the
 * line of a cache. */
#define TXT_CACHED_BYTES 30
#define TXT_CACHED_IDS 8

/* One remembered word; size 0: none. */
typedef struct TxtCachedWord {
    uint8_t size, n_ids;
    uint8_t bytes[TXT_CACHED_BYTES];
    int32_t ids[TXT_CACHED_IDS];
} TxtCachedWord;

/* A possible merge of two symbols, in a heap: what has the lowest rank comes first, then what
 * stands first. */
typedef struct TxtMerge {
    uint32_t rank, at;
    int32_t made;
} TxtMerge;

/* A symbol of a word in the making, in a list of neighbours; -1 ends it. id -1: merged away. */
typedef struct TxtSymbol {
    int32_t id;
    int32_t before, behind;
} TxtSymbol;

/* owner:  identity of the tokenizer whose words the cache holds
 * text:   the text, valid UTF-8
 * normal: a part of it after normalizing, with a byte to spare in front
 * codes, sorted: code points on the way there
 * word:   a word in another spelling
 * limit:  ids beyond this many are not wanted
 * failed: memory was out somewhere on the way */
struct TxtTokenScratch {
    AugiAllowance *allowance;
    AugiDigest owner;
    TxtBuffer text, normal, codes, sorted, word;
    TxtBuffer ids;     /* int32_t */
    TxtBuffer symbols; /* TxtSymbol */
    TxtBuffer heap;    /* TxtMerge */
    TxtCachedWord *words;
    uint32_t limit;
    bool failed;
};

/* Makes room for n items; false if memory is out, which the scratch keeps in mind. What the
 * buffer held stays. */
bool txt_buffer_reserve(TxtTokenScratch *scratch, TxtBuffer *buffer, size_t n, size_t item_size);

/* Whether as many ids are there as are wanted. */
static inline bool txt_ids_full(const TxtTokenScratch *scratch)
{
    return scratch->ids.n >= scratch->limit || scratch->failed;
}

/* Adds an id, unless there are enough. */
void txt_ids_add(TxtTokenScratch *scratch, int32_t id);

/* Looks for a word among those that are remembered. Found: adds its ids and returns true.
 * Otherwise *place is where it may be remembered once its ids are known; NULL: it is too long. */
bool txt_word_recall(TxtTokenScratch *scratch, const uint8_t *bytes, size_t size,
                     TxtCachedWord **place);

/* Remembers a word whose ids are those from number first on. Does nothing without a place, with too
 * many ids, or where some may be missing. */
void txt_word_remember(TxtTokenScratch *scratch, TxtCachedWord *place, const uint8_t *bytes,
                       size_t size, size_t first);

#endif
