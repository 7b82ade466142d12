/* Context: how well a word stands where another one stood. */
#include "text/lexicon/key.h"
#include "text/synonyms/inside.h"

static uint32_t number_of(const TxtContext *context, const uint8_t *word, uint32_t size)
{
    char key[TXT_KEY_SIZE];
    if (size > TXT_MAX_WORD_SIZE)
        return TXT_CONTEXT_UNKNOWN;
    size_t key_size;
    if (txt_key_make((const char *)word, size, key, &key_size, NULL) != AUG_OK)
        return TXT_CONTEXT_UNKNOWN;
    return txt_context_word(context, key, key_size);
}

static uint32_t number_at(const TxtSynonyms *synonyms, const TxtDoc *doc, uint32_t span)
{
    const TxtSpan *at = &doc->spans[span];
    if (at->kind == TXT_PUNCTUATION || at->kind == TXT_INVALID)
        return TXT_CONTEXT_UNKNOWN;
    return number_of(&synonyms->context, doc->bytes + at->start, txt_span_size(at));
}

void txt_synonyms_window(const TxtSynonyms *synonyms, const TxtDoc *doc, uint32_t span,
                         TxtContextWindow *window)
{
    uint32_t words[2 * TXT_CONTEXT_REACH + 1];
    uint32_t before = 0, n = 0;
    uint32_t first = span;
    for (uint32_t i = span; i > 0 && before < TXT_CONTEXT_REACH; i--) {
        if (doc->spans[i - 1].kind == TXT_SPACE)
            continue;
        first = i - 1;
        before++;
    }
    for (uint32_t i = first; i < doc->n_spans && n < before + 1 + TXT_CONTEXT_REACH; i++)
        if (doc->spans[i].kind != TXT_SPACE)
            words[n++] = i == span ? TXT_CONTEXT_UNKNOWN : number_at(synonyms, doc, i);
    txt_context_window(words, n, before, window);
}

double txt_synonyms_value(const TxtSynonyms *synonyms, const TxtContextWindow *window,
                          const uint8_t *word, uint32_t size)
{
    const uint32_t number = number_of(&synonyms->context, word, size);
    return txt_context_weight(&synonyms->context, number) +
           txt_context_score(&synonyms->context, number, window);
}
