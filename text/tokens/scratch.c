/* The memory of one thread that tokenizes. */
#include "text/tokens/scratch.h"

#include <stdlib.h>
#include <string.h>

#include "text/tokens/bytes_hash.h"

AugStatus txt_token_scratch_new(TxtTokenScratch **out, AugiAllowance *allowance, AugError *error)
{
    *out = NULL;
    const size_t size = TXT_CACHED_WORDS * sizeof(TxtCachedWord) + sizeof(TxtTokenScratch);
    AUG_TRY(augi_allowance_take(allowance, size, error));
    TxtTokenScratch *scratch = calloc(1, sizeof(*scratch));
    TxtCachedWord *words = calloc(TXT_CACHED_WORDS, sizeof(*words));
    if (!scratch || !words) {
        free(scratch);
        free(words);
        augi_allowance_give(allowance, size);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to tokenize in");
    }
    scratch->words = words;
    scratch->allowance = allowance;
    *out = scratch;
    return AUG_OK;
}

static void fini_buffer(TxtTokenScratch *scratch, TxtBuffer *buffer)
{
    augi_allowance_give(scratch->allowance, buffer->room);
    free(buffer->items);
}

void txt_token_scratch_free(TxtTokenScratch *scratch)
{
    if (!scratch)
        return;
    TxtBuffer *const buffers[] = {&scratch->text,    &scratch->normal, &scratch->codes,
                                  &scratch->sorted,  &scratch->word,   &scratch->ids,
                                  &scratch->symbols, &scratch->heap};
    for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
        fini_buffer(scratch, buffers[i]);
    augi_allowance_give(scratch->allowance,
                        TXT_CACHED_WORDS * sizeof(TxtCachedWord) + sizeof(TxtTokenScratch));
    free(scratch->words);
    free(scratch);
}

bool txt_buffer_reserve(TxtTokenScratch *scratch, TxtBuffer *buffer, size_t n, size_t item_size)
{
    if (n <= buffer->room / item_size)
        return true;
    if (n > SIZE_MAX / 4 / item_size) {
        scratch->failed = true;
        return false;
    }
    size_t room = buffer->room < 512 ? 512 : buffer->room * 2;
    if (room < n * item_size)
        room = n * item_size;
    /* Old and new stand side by side while realloc moves them. */
    if (augi_allowance_take(scratch->allowance, room, NULL) != AUG_OK) {
        scratch->failed = true;
        return false;
    }
    void *items = realloc(buffer->items, room);
    if (!items) {
        augi_allowance_give(scratch->allowance, room);
        scratch->failed = true;
        return false;
    }
    augi_allowance_give(scratch->allowance, buffer->room);
    buffer->items = items;
    buffer->room = room;
    return true;
}

void txt_ids_add(TxtTokenScratch *scratch, int32_t id)
{
    if (txt_ids_full(scratch) ||
        !txt_buffer_reserve(scratch, &scratch->ids, scratch->ids.n + 1, sizeof(int32_t)))
        return;
    ((int32_t *)scratch->ids.items)[scratch->ids.n++] = id;
}

bool txt_word_recall(TxtTokenScratch *scratch, const uint8_t *bytes, size_t size,
                     TxtCachedWord **place)
{
    *place = NULL;
    if (size == 0 || size > TXT_CACHED_BYTES)
        return false;
    const uint64_t hash = txt_hash_bytes(bytes, size);
    TxtCachedWord *word = &scratch->words[hash % TXT_CACHED_WORDS];
    *place = word;
    if (word->size != size || memcmp(word->bytes, bytes, size) != 0)
        return false;
    for (uint32_t i = 0; i < word->n_ids; i++)
        txt_ids_add(scratch, word->ids[i]);
    return true;
}

void txt_word_remember(TxtTokenScratch *scratch, TxtCachedWord *place, const uint8_t *bytes,
                       size_t size, size_t first)
{
    const size_t n = scratch->ids.n - first;
    if (!place || n > TXT_CACHED_IDS || txt_ids_full(scratch))
        return;
    place->size = (uint8_t)size;
    place->n_ids = (uint8_t)n;
    memcpy(place->bytes, bytes, size);
    if (n > 0)
        memcpy(place->ids, (const int32_t *)scratch->ids.items + first, n * sizeof(int32_t));
}
