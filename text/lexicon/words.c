/* A hash table of words that doubles as it fills. */
#include "text/lexicon/words.h"

#include <stdlib.h>
#include <string.h>

/* Slots of a new table. */
#define FIRST_SLOTS 4096

/* A word as it is compared. */
typedef struct SortedWord {
    const char *text;
    uint32_t size;
    uint32_t number;
} SortedWord;

static const char *text_of(const TxtWords *words, uint32_t number)
{
    return words->strings.text + words->items[number].at;
}

/* Slot of a word, or the free one where it belongs. */
static uint32_t *find_slot(const TxtWords *words, const char *text, size_t size)
{
    uint64_t at = txt_index_slot(text, size, words->n_slots);
    while (words->slots[at]) {
        const uint32_t number = words->slots[at] - 1;
        if (words->items[number].size == size && memcmp(text_of(words, number), text, size) == 0)
            break;
        at = (at + 1) & (words->n_slots - 1);
    }
    return &words->slots[at];
}

/* At most half of the slots are taken. */
static AugStatus make_slots(TxtWords *words, AugError *error)
{
    if (2 * (words->n + 1) <= words->n_slots)
        return AUG_OK;
    const uint64_t n = words->n_slots ? 2 * words->n_slots : FIRST_SLOTS;
    uint32_t *slots = calloc(n, sizeof(*slots));
    if (!slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the words of an index");
    free(words->slots);
    words->slots = slots;
    words->n_slots = n;
    for (uint32_t i = 0; i < words->n; i++)
        *find_slot(words, text_of(words, i), words->items[i].size) = i + 1;
    return AUG_OK;
}

AugStatus txt_words_add(TxtWords *words, const char *text, size_t size, uint32_t *number,
                        AugError *error)
{
    AUG_TRY(make_slots(words, error));
    uint32_t *slot = find_slot(words, text, size);
    if (*slot) {
        *number = *slot - 1;
        return AUG_OK;
    }
    TxtNewWord word = {.size = (uint32_t)size, .key = UINT32_MAX};
    AUG_TRY(augi_grow(&words->items, &words->capacity, words->n + 1, sizeof(word),
                      TXT_INDEX_MAX_SIZE, error));
    AUG_TRY(augi_strings_add(&words->strings, text, size, TXT_INDEX_MAX_SIZE, &word.at, error));
    words->items[words->n] = word;
    *number = (uint32_t)words->n++;
    *slot = *number + 1;
    return AUG_OK;
}

static int compare(const void *a, const void *b)
{
    const SortedWord *first = a, *second = b;
    const uint32_t size = first->size < second->size ? first->size : second->size;
    const int order = memcmp(first->text, second->text, size);
    return order ? order : (first->size > second->size) - (first->size < second->size);
}

uint32_t *txt_words_sorted(const TxtWords *words)
{
    SortedWord *sorted = malloc((words->n + 1) * sizeof(*sorted));
    uint32_t *numbers = malloc((words->n + 1) * sizeof(*numbers));
    if (!sorted || !numbers) {
        free(sorted);
        free(numbers);
        return NULL;
    }
    for (uint32_t i = 0; i < words->n; i++)
        sorted[i] = (SortedWord){text_of(words, i), words->items[i].size, i};
    qsort(sorted, words->n, sizeof(*sorted), compare);
    for (uint64_t i = 0; i < words->n; i++)
        numbers[i] = sorted[i].number;
    free(sorted);
    return numbers;
}

void txt_words_fini(TxtWords *words)
{
    augi_strings_fini(&words->strings);
    free(words->items);
    free(words->slots);
    *words = (TxtWords){0};
}
