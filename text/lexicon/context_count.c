/* Pairs of words, counted row by row: a first pass over the text counts how many pairs each row
 * has, then rows are taken in groups, the second words of each row laid down together and counted.
 * So memory has a bound, and every pair is counted. */
#include <stdlib.h>

#include "text/lexicon/context_train.h"

/* Second words that are laid down at a time. */
#define MOST_LAID (UINT64_C(1) << 26)

/* A pair that was seen less often is as one that was never seen. */
#define LEAST_NEXT 1
#define LEAST_NEAR 2

/* What is called with each pair of the text. */
typedef void (*OnPair)(void *user, uint32_t row, uint32_t column);

static void each_next(const TxtTokens *text, OnPair on_pair, void *user)
{
    for (uint64_t i = 1; i < text->n; i++) {
        if (text->items[i - 1] != TXT_CONTEXT_UNKNOWN && text->items[i] != TXT_CONTEXT_UNKNOWN)
            on_pair(user, text->items[i - 1], text->items[i]);
    }
}

static bool keeps_company(uint32_t word)
{
    return word != TXT_CONTEXT_UNKNOWN && word >= TXT_CONTEXT_COMMON;
}

/* The rarer word, whose number is higher, is the row. */
static void each_near(const TxtTokens *text, OnPair on_pair, void *user)
{
    for (uint64_t i = 0; i < text->n; i++) {
        const uint32_t word = text->items[i];
        for (uint64_t k = i + 1; k < text->n && k <= i + TXT_CONTEXT_REACH; k++) {
            const uint32_t other = text->items[k];
            if (keeps_company(word) && keeps_company(other))
                on_pair(user, word > other ? word : other, word > other ? other : word);
        }
    }
}

/* One counting. sizes: pairs of each row; first, end: rows of the group; at: where the next word of
 * each of its rows is laid down; seen: how often each word is in a row */
typedef struct Counting {
    const TxtTraining *training;
    void (*each)(const TxtTokens *text, OnPair on_pair, void *user);
    uint32_t least;
    uint32_t *rows;
    TxtList *cells;
    uint64_t *sizes, *at;
    uint16_t *laid;
    uint32_t first, end;
    uint32_t *seen;
    uint64_t n_pairs;
} Counting;

static void count_row(void *user, uint32_t row, uint32_t column)
{
    Counting *counting = user;
    (void)column;
    counting->sizes[row]++;
    counting->n_pairs++;
}

static void lay_down(void *user, uint32_t row, uint32_t column)
{
    Counting *counting = user;
    if (row >= counting->first && row < counting->end)
        counting->laid[counting->at[row]++] = (uint16_t)column;
}

/* The cells of a row, by the numbers of their words. */
static AugStatus put_row(Counting *counting, uint32_t row, const uint16_t *laid, AugError *error)
{
    TxtList *cells = counting->cells;
    const uint32_t n_words = counting->training->n_words;
    counting->rows[row] = (uint32_t)cells->n;
    for (uint64_t i = 0; i < counting->sizes[row]; i++)
        counting->seen[laid[i]]++;
    AUG_TRY(augi_grow(&cells->items, &cells->capacity,
                      cells->n + (counting->sizes[row] < n_words ? counting->sizes[row] : n_words),
                      sizeof(TxtContextCell), TXT_INDEX_MAX_SIZE, error));
    TxtContextCell *items = cells->items;
    for (uint32_t i = 0; counting->sizes[row] > 0 && i < n_words; i++) {
        const uint32_t seen = counting->seen[i];
        counting->seen[i] = 0;
        if (seen >= counting->least)
            items[cells->n++] =
                (TxtContextCell){(uint16_t)i, (uint16_t)(seen < UINT16_MAX ? seen : UINT16_MAX)};
    }
    return AUG_OK;
}

/* As many rows from first on as can be laid down together; at least one. */
static void choose_group(Counting *counting)
{
    uint64_t n = 0;
    counting->end = counting->first;
    while (counting->end < counting->training->n_words) {
        const uint64_t size = counting->sizes[counting->end];
        if (counting->end > counting->first && n + size > MOST_LAID)
            break;
        counting->at[counting->end++] = n;
        n += size;
    }
}

static AugStatus count_group(Counting *counting, AugError *error)
{
    uint64_t n = 0;
    for (uint32_t row = counting->first; row < counting->end; row++)
        n += counting->sizes[row];
    counting->laid = malloc((n + 1) * sizeof(*counting->laid));
    if (!counting->laid)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the pairs of the texts");
    counting->each(&counting->training->text, lay_down, counting);
    AugStatus status = AUG_OK;
    n = 0;
    for (uint32_t row = counting->first; status == AUG_OK && row < counting->end; row++) {
        status = put_row(counting, row, counting->laid + n, error);
        n += counting->sizes[row];
    }
    free(counting->laid);
    return status;
}

static AugStatus count_pairs(Counting *counting, AugError *error)
{
    const uint32_t n_words = counting->training->n_words;
    counting->sizes = calloc(n_words, sizeof(*counting->sizes));
    counting->at = calloc(n_words, sizeof(*counting->at));
    counting->seen = calloc(n_words, sizeof(*counting->seen));
    AugStatus status = AUG_OK;
    if (!counting->rows || !counting->sizes || !counting->at || !counting->seen)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the pairs of the texts");
    else
        counting->each(&counting->training->text, count_row, counting);
    while (status == AUG_OK && counting->first < n_words) {
        choose_group(counting);
        status = count_group(counting, error);
        counting->first = counting->end;
    }
    if (status == AUG_OK)
        counting->rows[n_words] = (uint32_t)counting->cells->n;
    free(counting->sizes);
    free(counting->at);
    free(counting->seen);
    return status;
}

AugStatus txt_training_count(TxtTraining *training, AugError *error)
{
    training->next_rows = calloc(training->n_words + 1, sizeof(uint32_t));
    training->near_rows = calloc(training->n_words + 1, sizeof(uint32_t));
    Counting next = {.training = training,
                     .each = each_next,
                     .least = LEAST_NEXT,
                     .rows = training->next_rows,
                     .cells = &training->next_cells};
    AUG_TRY(count_pairs(&next, error));
    Counting near = {.training = training,
                     .each = each_near,
                     .least = LEAST_NEAR,
                     .rows = training->near_rows,
                     .cells = &training->near_cells};
    AUG_TRY(count_pairs(&near, error));
    training->entry.n_next = next.n_pairs;
    training->entry.n_near = near.n_pairs;
    return AUG_OK;
}
