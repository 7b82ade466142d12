/* Byte pair encoding (Sennrich et al. 2016) over bytes (GPT-2). */
#include <inttypes.h>
#include <stdlib.h>

#include "text/tokens/bytes_hash.h"
#include "text/tokens/models.h"

/* Symbols of a word whose pairs are searched for the lowest rank each time, without a heap: the
 * number that both ways are about equally fast with. */
#define FEW_SYMBOLS 24

AugStatus txt_bpe_init(TxtBpe *bpe, uint32_t n, AugError *error)
{
    uint64_t n_slots = 16;
    while (n_slots < 2 * (uint64_t)n)
        n_slots *= 2;
    bpe->mask = n_slots - 1;
    bpe->merges = malloc(n_slots * sizeof(TxtMergeSlot));
    if (!bpe->merges)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %" PRIu32 " merges", n);
    for (uint64_t i = 0; i < n_slots; i++)
        bpe->merges[i] = (TxtMergeSlot){.made = -1};
    return AUG_OK;
}

void txt_bpe_fini(TxtBpe *bpe)
{
    txt_vocabulary_fini(&bpe->whole);
    free(bpe->merges);
    *bpe = (TxtBpe){0};
}

/* Where a pair stands, or would stand. */
static TxtMergeSlot *find_merge(const TxtBpe *bpe, int32_t first, int32_t second)
{
    uint64_t at = txt_hash_round((uint64_t)(uint32_t)first << 32, (uint32_t)second);
    for (;; at++) {
        TxtMergeSlot *slot = &bpe->merges[at & bpe->mask];
        if (slot->made < 0 || (slot->first == first && slot->second == second))
            return slot;
    }
}

void txt_bpe_add(TxtBpe *bpe, const TxtMergeSlot *merge)
{
    *find_merge(bpe, merge->first, merge->second) = *merge;
}

/* The symbols that a word begins with, as a list. Returns how many; 0 also where memory is out. */
static size_t begin(const TxtBpe *model, TxtTokenScratch *scratch, const uint8_t *word, size_t size)
{
    if (!txt_buffer_reserve(scratch, &scratch->symbols, size, sizeof(TxtSymbol)))
        return 0;
    TxtSymbol *symbols = scratch->symbols.items;
    size_t n = 0;
    bool was_unknown = false;
    for (size_t i = 0; i < size; i++) {
        const bool is_unknown = model->bytes[word[i]] < 0;
        const int32_t id = is_unknown ? model->unknown : model->bytes[word[i]];
        if (id < 0 || (is_unknown && was_unknown && model->fuses))
            continue;
        symbols[n] = (TxtSymbol){id, (int32_t)n - 1, (int32_t)n + 1};
        was_unknown = is_unknown;
        n++;
    }
    if (n > 0)
        symbols[n - 1].behind = -1;
    return n;
}

/* Makes one of a symbol and the one behind it. */
static void merge_at(TxtSymbol *symbols, int32_t at, int32_t made)
{
    TxtSymbol *symbol = &symbols[at], *second = &symbols[symbol->behind];
    symbol->id = made;
    symbol->behind = second->behind;
    second->id = -1;
    if (symbol->behind >= 0)
        symbols[symbol->behind].before = at;
}

/* The merge of a symbol and the one behind it; one that is free where there is none. */
static const TxtMergeSlot *pair_at(const TxtBpe *model, const TxtSymbol *symbols, int32_t at)
{
    static const TxtMergeSlot none = {.made = -1};
    const int32_t behind = symbols[at].behind;
    return behind < 0 ? &none : find_merge(model, symbols[at].id, symbols[behind].id);
}

static void merge_few(const TxtBpe *model, TxtSymbol *symbols, size_t n)
{
    TxtMergeSlot pairs[FEW_SYMBOLS];
    for (size_t i = 0; i < n; i++)
        pairs[i] = *pair_at(model, symbols, (int32_t)i);
    for (;;) {
        int32_t best = -1;
        for (int32_t i = 0; i >= 0; i = symbols[i].behind)
            if (pairs[i].made >= 0 && (best < 0 || pairs[i].rank < pairs[best].rank))
                best = i;
        if (best < 0)
            return;
        merge_at(symbols, best, pairs[best].made);
        pairs[best] = *pair_at(model, symbols, best);
        const int32_t before = symbols[best].before;
        if (before >= 0)
            pairs[before] = *pair_at(model, symbols, before);
    }
}

static bool is_before(const TxtMerge *a, const TxtMerge *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->at < b->at;
}

/* Lets an entry sink to its place. */
static void sift_down(TxtMerge *heap, size_t n, size_t at)
{
    const TxtMerge entry = heap[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &entry))
            break;
        heap[at] = heap[child];
    }
    heap[at] = entry;
}

static void push(TxtMerge *heap, size_t *n, const TxtMerge *entry)
{
    size_t at = (*n)++;
    for (; at > 0 && is_before(entry, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = *entry;
}

/* Adds the pair that begins at a symbol, if it is one. */
static void push_pair(const TxtBpe *model, const TxtSymbol *symbols, int32_t at, TxtMerge *heap,
                      size_t *n)
{
    const TxtMergeSlot *pair = pair_at(model, symbols, at);
    if (pair->made >= 0)
        push(heap, n, &(TxtMerge){pair->rank, (uint32_t)at, pair->made});
}

/* n symbols make at most n pairs at the start, and each of at most n merges adds two. */
static void merge_many(const TxtBpe *model, TxtTokenScratch *scratch, size_t n)
{
    if (!txt_buffer_reserve(scratch, &scratch->heap, 3 * n, sizeof(TxtMerge)))
        return;
    TxtSymbol *symbols = scratch->symbols.items;
    TxtMerge *heap = scratch->heap.items;
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        push_pair(model, symbols, (int32_t)i, heap, &left);
    while (left > 0) {
        const TxtMerge top = heap[0];
        heap[0] = heap[--left];
        if (left > 0)
            sift_down(heap, left, 0);
        const int32_t at = (int32_t)top.at;
        /* The pair may be gone: a symbol only grows, so what it makes tells. */
        if (symbols[at].id < 0 || pair_at(model, symbols, at)->made != top.made)
            continue;
        merge_at(symbols, at, top.made);
        if (symbols[at].before >= 0)
            push_pair(model, symbols, symbols[at].before, heap, &left);
        push_pair(model, symbols, at, heap, &left);
    }
}

/* Adds the id of a word that is a symbol by itself. */
static bool add_whole(const TxtBpe *model, TxtTokenScratch *scratch, const uint8_t *word,
                      size_t size)
{
    const int32_t id = model->whole.n > 0 ? txt_vocabulary_find(&model->whole, word, size) : -1;
    if (id >= 0)
        txt_ids_add(scratch, id);
    return id >= 0;
}

void txt_bpe(const TxtBpe *model, TxtTokenScratch *scratch, const uint8_t *word, size_t size)
{
    TxtCachedWord *place;
    if (txt_word_recall(scratch, word, size, &place) || add_whole(model, scratch, word, size))
        return;
    const size_t first = scratch->ids.n;
    const size_t n = begin(model, scratch, word, size);
    TxtSymbol *symbols = scratch->symbols.items;
    if (n > FEW_SYMBOLS)
        merge_many(model, scratch, n);
    else if (n > 0)
        merge_few(model, symbols, n);
    for (int32_t at = n > 0 ? 0 : -1; at >= 0 && !txt_ids_full(scratch); at = symbols[at].behind)
        txt_ids_add(scratch, symbols[at].id);
    txt_word_remember(scratch, place, word, size, first);
}
