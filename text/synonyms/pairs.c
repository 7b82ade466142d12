/* Pairs of words as lemmas of a lexicon, looked up by the first. */
#include "text/synonyms/pairs.h"

#include <stdlib.h>
#include <string.h>

/* Both ways of a pair. */
#define MOST_WAYS 2

static int order_of(const TxtWordPair *pair, uint32_t lemma, uint32_t pos)
{
    if (pair->lemma != lemma)
        return pair->lemma < lemma ? -1 : 1;
    return (pair->pos > pos) - (pair->pos < pos);
}

static int compare(const void *a, const void *b)
{
    const TxtWordPair *first = a, *second = b;
    const int order = order_of(first, second->lemma, second->pos);
    return order ? order : (first->other > second->other) - (first->other < second->other);
}

static void add_text(TxtWordPairs *pairs, const TxtLexicon *lexicon, const char *text, TxtPos pos,
                     bool is_alike)
{
    while (*text) {
        const size_t first = strcspn(text, "=>"), all = strcspn(text, " ");
        const uint32_t lemma = txt_lexicon_lemma(lexicon, text, first);
        const uint32_t other = txt_lexicon_lemma(lexicon, text + first + 1, all - first - 1);
        if (txt_lexicon_senses(lexicon, lemma, pos).n > 0 &&
            txt_lexicon_senses(lexicon, other, pos).n > 0) {
            pairs->items[pairs->n++] = (TxtWordPair){lemma, (uint32_t)pos, other, is_alike};
            if (text[first] == '=')
                pairs->items[pairs->n++] = (TxtWordPair){other, (uint32_t)pos, lemma, is_alike};
        }
        text += all + strspn(text + all, " ");
    }
}

/* How many pairs a text has. */
static size_t count(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '=' || *text == '>';
    return n;
}

AugStatus txt_pairs_init(TxtWordPairs *pairs, const TxtLexicon *lexicon,
                         const TxtPairTexts texts[TXT_N_POS], AugError *error)
{
    size_t n = 0;
    for (int pos = 0; pos < TXT_N_POS; pos++)
        if (texts[pos].alike)
            n += count(texts[pos].alike) + count(texts[pos].apart);
    pairs->items = calloc(MOST_WAYS * n + 1, sizeof(*pairs->items));
    if (!pairs->items)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for pairs of words");
    for (int pos = 0; pos < TXT_N_POS; pos++) {
        if (!texts[pos].alike)
            continue;
        add_text(pairs, lexicon, texts[pos].alike, (TxtPos)pos, true);
        add_text(pairs, lexicon, texts[pos].apart, (TxtPos)pos, false);
    }
    qsort(pairs->items, pairs->n, sizeof(*pairs->items), compare);
    return AUG_OK;
}

void txt_pairs_fini(TxtWordPairs *pairs)
{
    free(pairs->items);
    *pairs = (TxtWordPairs){0};
}

const TxtWordPair *txt_pairs_of(const TxtWordPairs *pairs, uint32_t lemma, TxtPos pos, size_t *n)
{
    size_t low = 0, high = pairs->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (order_of(&pairs->items[middle], lemma, (uint32_t)pos) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *n = 0;
    while (low + *n < pairs->n && order_of(&pairs->items[low + *n], lemma, (uint32_t)pos) == 0)
        ++*n;
    return *n ? pairs->items + low : NULL;
}
