/* Looking up counts of neighbours and company. */
#include "text/lexicon/context.h"

#include <string.h>

#include "libaug/base/exact_math.h"

/* Weight of what is expected, in pairs: seen less often than about this, a pair says little. */
#define PRIOR 1.0
/* Company says less than a neighbour, and there is more of it. */
#define NEAR_WEIGHT 0.5

/* Index of a pair's cell within a row, or how often it was seen. */
static uint32_t count_of(const TxtContextPairs *pairs, uint32_t row, uint32_t word)
{
    uint32_t low = pairs->rows[row];
    uint32_t high = pairs->rows[row + 1];
    const uint32_t end = high;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (pairs->cells[middle].word < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && pairs->cells[low].word == word ? pairs->cells[low].count : 0;
}

static bool fits(const TxtContextPairs *pairs, uint64_t n_rows, uint32_t n_words)
{
    if (!pairs->rows || n_rows != (uint64_t)n_words + 1 || pairs->rows[0] != 0 ||
        pairs->rows[n_words] != pairs->n_cells)
        return false;
    for (uint32_t i = 0; i < n_words; i++) {
        if (pairs->rows[i] > pairs->rows[i + 1])
            return false;
    }
    return true;
}

static bool words_fit(const TxtContext *context, uint64_t n_words, uint64_t text_size)
{
    const TxtContextEntry *entry = context->entry;
    if (n_words != (uint64_t)entry->n_words + 1 || entry->n_words > UINT16_MAX ||
        context->words[0].text != 0 || context->words[entry->n_words].text != text_size)
        return false;
    for (uint32_t i = 0; i < entry->n_words; i++) {
        if (context->words[i].text > context->words[i + 1].text ||
            context->words[i].class >= entry->n_classes)
            return false;
    }
    uint64_t n_free = 0;
    for (uint64_t i = 0; i < context->n_slots; i++) {
        if (context->slots[i] > entry->n_words)
            return false;
        n_free += context->slots[i] == 0;
    }
    return n_free > 0 && (context->n_slots & (context->n_slots - 1)) == 0;
}

/* Ratios are such that their logarithms are numbers. */
static bool ratios_fit(const TxtContext *context)
{
    const uint64_t n = (uint64_t)context->entry->n_classes * context->entry->n_classes;
    for (uint64_t i = 0; i < n; i++) {
        const double ratio = (double)context->ratios[i];
        if (!(ratio >= 1e-9 && ratio <= 1e9))
            return false;
    }
    return context->entry->n_tokens > 0 && context->entry->n_rare > 0;
}

AugStatus txt_context_init(TxtContext *context, const TxtLexicon *lexicon, AugError *error)
{
    uint64_t n, text_size, n_words, n_next, n_near, n_ratios;
    *context = (TxtContext){0};
    const TxtContextEntry *entry =
        txt_lexicon_block(lexicon, TXT_BLOCK_CONTEXT, sizeof(*entry), &n);
    if (!entry || n != 1)
        return AUG_OK;
    TxtContext found = {.entry = entry};
    found.text = txt_lexicon_block(lexicon, TXT_BLOCK_CONTEXT_TEXT, 1, &text_size);
    found.words =
        txt_lexicon_block(lexicon, TXT_BLOCK_CONTEXT_WORDS, sizeof(TxtContextWord), &n_words);
    found.slots =
        txt_lexicon_block(lexicon, TXT_BLOCK_CONTEXT_SLOTS, sizeof(uint32_t), &found.n_slots);
    found.next.rows = txt_lexicon_block(lexicon, TXT_BLOCK_NEXT_ROWS, sizeof(uint32_t), &n_next);
    found.next.cells = txt_lexicon_block(lexicon, TXT_BLOCK_NEXT_CELLS, sizeof(TxtContextCell),
                                         &found.next.n_cells);
    found.near.rows = txt_lexicon_block(lexicon, TXT_BLOCK_NEAR_ROWS, sizeof(uint32_t), &n_near);
    found.near.cells = txt_lexicon_block(lexicon, TXT_BLOCK_NEAR_CELLS, sizeof(TxtContextCell),
                                         &found.near.n_cells);
    found.ratios = txt_lexicon_block(lexicon, TXT_BLOCK_CLASSES, sizeof(float), &n_ratios);
    const bool good =
        found.words && found.ratios && n_ratios == (uint64_t)entry->n_classes * entry->n_classes &&
        words_fit(&found, n_words, text_size) && ratios_fit(&found) &&
        fits(&found.next, n_next, entry->n_words) && fits(&found.near, n_near, entry->n_words);
    if (!good)
        return AUG_FAIL(error, AUG_CORRUPT, NULL,
                        "the counts of context in the lexicon do not fit each other");
    *context = found;
    return AUG_OK;
}

uint32_t txt_context_word(const TxtContext *context, const void *key, size_t size)
{
    if (!context->entry || size == 0 || size > TXT_MAX_WORD_SIZE)
        return TXT_CONTEXT_UNKNOWN;
    uint64_t at = txt_index_slot(key, size, context->n_slots);
    while (context->slots[at]) {
        const TxtContextWord *word = &context->words[context->slots[at] - 1];
        if (word[1].text - word[0].text == size &&
            memcmp(context->text + word->text, key, size) == 0)
            return context->slots[at] - 1;
        at = (at + 1) & (context->n_slots - 1);
    }
    return TXT_CONTEXT_UNKNOWN;
}

void txt_context_window(const uint32_t *words, size_t n, size_t at, TxtContextWindow *window)
{
    *window = (TxtContextWindow){.before = at > 0 ? words[at - 1] : TXT_CONTEXT_UNKNOWN,
                                 .after = at + 1 < n ? words[at + 1] : TXT_CONTEXT_UNKNOWN};
    const size_t first = at < TXT_CONTEXT_REACH ? 0 : at - TXT_CONTEXT_REACH;
    for (size_t i = first; i < n && i <= at + TXT_CONTEXT_REACH; i++) {
        if (i != at && words[i] != TXT_CONTEXT_UNKNOWN && words[i] >= TXT_CONTEXT_COMMON)
            window->near[window->n++] = words[i];
    }
}

static double next_score(const TxtContext *context, uint32_t first, uint32_t second)
{
    if (first == TXT_CONTEXT_UNKNOWN || second == TXT_CONTEXT_UNKNOWN)
        return 0;
    const TxtContextWord *a = &context->words[first], *b = &context->words[second];
    const double n_tokens = (double)context->entry->n_tokens;
    const double chance = (double)context->entry->n_next * ((double)a->count / n_tokens) *
                          ((double)b->count / n_tokens);
    const double ratio =
        (double)context->ratios[(uint64_t)a->class * context->entry->n_classes + b->class];
    const double seen = (double)count_of(&context->next, first, second);
    return augi_log((seen + PRIOR * ratio) / (chance + PRIOR));
}

static double near_score(const TxtContext *context, uint32_t word, uint32_t other)
{
    const uint32_t row = word > other ? word : other, column = word > other ? other : word;
    const TxtContextEntry *entry = context->entry;
    const double n_rare = (double)entry->n_rare;
    /* Twice, because either may come first. */
    const double chance = 2 * (double)entry->n_near *
                          ((double)context->words[word].count / n_rare) *
                          ((double)context->words[other].count / n_rare);
    const double seen = (double)count_of(&context->near, row, column);
    return augi_log((seen + PRIOR) / (chance + PRIOR));
}

double txt_context_score(const TxtContext *context, uint32_t word, const TxtContextWindow *window)
{
    if (word == TXT_CONTEXT_UNKNOWN)
        return 0;
    double score =
        next_score(context, window->before, word) + next_score(context, word, window->after);
    for (uint32_t i = 0; i < window->n && word >= TXT_CONTEXT_COMMON; i++)
        score += NEAR_WEIGHT * near_score(context, word, window->near[i]);
    return score;
}

double txt_context_weight(const TxtContext *context, uint32_t word)
{
    return word == TXT_CONTEXT_UNKNOWN ? -1 : augi_log((double)context->words[word].count);
}
