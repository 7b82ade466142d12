/* Sets of words are compared by the sorted numbers of their keys. */
#include "text/lexicon/meanings.h"

#include <stdlib.h>
#include <string.h>

bool txt_meaning_add(TxtMeaning *meaning, TxtSlice word, uint16_t flags)
{
    if (meaning->n == TXT_MAX_MEMBERS - 1)
        return false;
    meaning->synonyms[meaning->n++] = (TxtSynonym){word, flags};
    return true;
}

static int compare(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

/* Sorts numbers and drops those that come twice; returns how many are left. */
static size_t sort_unique(uint32_t *numbers, size_t n)
{
    size_t kept = 0;
    qsort(numbers, n, sizeof(*numbers), compare);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    return kept;
}

/* Begins the synset of a set that is new; the head stands first unless it is among the synonyms. */
static uint32_t begin_synset(TxtBuilder *builder, const TxtMeaning *meaning, bool has_head)
{
    const uint32_t synset = txt_builder_synset(builder, meaning->pos);
    if (!has_head)
        txt_builder_member(builder, meaning->head.text, meaning->head.size, 0);
    for (uint32_t i = 0; i < meaning->n; i++) {
        const TxtSynonym *synonym = &meaning->synonyms[i];
        txt_builder_member(builder, synonym->word.text, synonym->word.size, synonym->flags);
    }
    return synset;
}

AugStatus txt_meanings_add(TxtMeanings *meanings, TxtBuilder *builder, const TxtMeaning *meaning,
                           AugError *error)
{
    /* The part of speech, then keys. */
    uint32_t set[TXT_MAX_MEMBERS + 1] = {(uint32_t)meaning->pos};
    const uint32_t head = txt_builder_key(builder, meaning->head.text, meaning->head.size);
    size_t n = 1;
    bool has_head = false, has_others = false;
    set[n++] = head;
    for (uint32_t i = 0; i < meaning->n; i++) {
        const TxtSlice word = meaning->synonyms[i].word;
        set[n] = txt_builder_key(builder, word.text, word.size);
        has_head |= set[n] == head;
        has_others |= set[n] != head;
        n++;
    }
    if (!has_others)
        return AUG_OK;
    n = 1 + sort_unique(set + 1, n - 1);
    const uint64_t n_known = meanings->sets.n;
    uint32_t number;
    AUG_TRY(txt_words_add(&meanings->sets, (const char *)set, n * sizeof(set[0]), &number, error));
    if (number == n_known) {
        AUG_TRY(augi_grow(&meanings->synsets, &meanings->capacity, n_known + 1,
                          sizeof(*meanings->synsets), TXT_INDEX_MAX_SIZE, error));
        meanings->synsets[number] = begin_synset(builder, meaning, has_head);
    }
    txt_builder_sense(builder, head, meanings->synsets[number], 0);
    return AUG_OK;
}

void txt_meanings_fini(TxtMeanings *meanings)
{
    txt_words_fini(&meanings->sets);
    free(meanings->synsets);
    *meanings = (TxtMeanings){0};
}
