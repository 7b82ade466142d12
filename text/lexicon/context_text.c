/* Text to numbers of words. */
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/context_train.h"
#include "text/lexicon/key.h"
#include "text/unicode/unicode.h"

/* All numbers are one: in these texts it matters that there is one, not which. */
#define NUMBER_KEY "0"

/* Tokens of each kind at most: there are fewer than bytes. */
#define MAX_TOKENS_SIZE (TXT_CONTEXT_MAX_TEXT * sizeof(uint32_t))

void txt_training_fini(TxtTraining *training)
{
    free(training->text.items);
    free(training->held_out.items);
    txt_words_fini(&training->words);
    free(training->order);
    free(training->counts);
    free(training->classes);
    free(training->next_rows);
    free(training->near_rows);
    free(training->next_cells.items);
    free(training->near_cells.items);
    free(training->ratios);
    *training = (TxtTraining){0};
}

static AugStatus add_token(TxtTokens *tokens, uint32_t token, AugError *error)
{
    AUG_TRY(augi_grow(&tokens->items, &tokens->capacity, tokens->n + 1, sizeof(token),
                      MAX_TOKENS_SIZE, error));
    tokens->items[tokens->n++] = token;
    return AUG_OK;
}

/* A segment that is no space, as a number; UNKNOWN for what is no word. */
static AugStatus number_of(TxtTraining *training, TxtSlice segment, uint32_t *number,
                           AugError *error)
{
    int32_t code;
    char key[TXT_KEY_SIZE] = NUMBER_KEY;
    size_t size = sizeof(NUMBER_KEY) - 1;
    (void)txt_decode((const uint8_t *)segment.text, segment.size, &code);
    *number = TXT_CONTEXT_UNKNOWN;
    if (code < 0)
        return AUG_OK;
    const TxtClass class = txt_class(code);
    if (class != TXT_CLASS_LETTER && class != TXT_CLASS_DIGIT)
        return AUG_OK;
    if (class == TXT_CLASS_LETTER)
        AUG_TRY(txt_key_make(segment.text, segment.size, key, &size, error));
    if (size == 0 || size > TXT_MAX_WORD_SIZE)
        return AUG_OK;
    return txt_words_add(&training->words, key, size, number, error);
}

static AugStatus read_line(TxtTraining *training, TxtTokens *tokens, TxtSlice line, AugError *error)
{
    const uint8_t *text = (const uint8_t *)line.text;
    for (size_t at = 0, end; at < line.size; at = end) {
        int32_t code;
        uint32_t number;
        end = txt_word_end(text, line.size, at);
        (void)txt_decode(text + at, line.size - at, &code);
        if (code >= 0 && txt_class(code) == TXT_CLASS_SPACE)
            continue;
        const TxtSlice segment = {line.text + at, (uint32_t)(end - at)};
        AUG_TRY(number_of(training, segment, &number, error));
        AUG_TRY(add_token(tokens, number, error));
    }
    /* No word of one line reaches into another. */
    for (int i = 0; i < TXT_CONTEXT_REACH; i++)
        AUG_TRY(add_token(tokens, TXT_CONTEXT_UNKNOWN, error));
    return AUG_OK;
}

AugStatus txt_training_add_line(TxtTraining *training, TxtSlice line, AugError *error)
{
    const bool is_held_out = ++training->n_lines % TXT_CONTEXT_HELD_OUT == 0;
    return read_line(training, is_held_out ? &training->held_out : &training->text, line, error);
}

AugStatus txt_training_read(TxtTraining *training, const char *path, AugError *error)
{
    TxtLines lines;
    TxtSlice line;
    AUG_TRY(txt_lines_open(&lines, NULL, path, error));
    training->n_bytes += (uint64_t)(lines.end - lines.at);
    AugStatus status = AUG_OK;
    if (training->n_bytes > TXT_CONTEXT_MAX_TEXT)
        status = AUG_FAIL(error, AUG_TOO_LARGE, path, "the texts have more than %llu bytes in all",
                          (unsigned long long)TXT_CONTEXT_MAX_TEXT);
    while (status == AUG_OK && txt_lines_next(&lines, &line)) {
        const bool is_held_out = ++training->n_lines % TXT_CONTEXT_HELD_OUT == 0;
        status =
            read_line(training, is_held_out ? &training->held_out : &training->text, line, error);
    }
    txt_lines_close(&lines);
    return status;
}

/* A word with its count, to be sorted. */
typedef struct Counted {
    const char *text;
    uint32_t size, count, number;
} Counted;

/* The most frequent first; of equal ones by their bytes. */
static int compare(const void *a, const void *b)
{
    const Counted *first = a, *second = b;
    if (first->count != second->count)
        return first->count < second->count ? 1 : -1;
    const uint32_t size = first->size < second->size ? first->size : second->size;
    const int order = memcmp(first->text, second->text, size);
    return order ? order : (first->size > second->size) - (first->size < second->size);
}

static void count_words(const TxtTraining *training, Counted *counted)
{
    const TxtWords *words = &training->words;
    for (uint32_t i = 0; i < words->n; i++)
        counted[i] =
            (Counted){words->strings.text + words->items[i].at, words->items[i].size, 0, i};
    for (uint64_t i = 0; i < training->text.n; i++) {
        if (training->text.items[i] != TXT_CONTEXT_UNKNOWN)
            counted[training->text.items[i]].count++;
    }
}

/* Gives tokens their new numbers. */
static void renumber(TxtTokens *tokens, const uint32_t *place)
{
    for (uint64_t i = 0; i < tokens->n; i++) {
        if (tokens->items[i] != TXT_CONTEXT_UNKNOWN)
            tokens->items[i] = place[tokens->items[i]];
    }
}

static void number_counted(TxtTraining *training, Counted *counted, uint32_t *place)
{
    const uint64_t n = training->words.n;
    count_words(training, counted);
    qsort(counted, n, sizeof(*counted), compare);
    while (training->n_words < n && training->n_words < TXT_CONTEXT_MAX_WORDS &&
           counted[training->n_words].count >= TXT_CONTEXT_LEAST)
        training->n_words++;
    for (uint64_t i = 0; i < n; i++)
        place[i] = TXT_CONTEXT_UNKNOWN;
    for (uint32_t i = 0; i < training->n_words; i++) {
        training->order[i] = counted[i].number;
        training->counts[i] = counted[i].count;
        training->entry.n_tokens += counted[i].count;
        training->entry.n_rare += i < TXT_CONTEXT_COMMON ? 0 : counted[i].count;
        place[counted[i].number] = i;
    }
    training->entry.n_words = training->n_words;
    renumber(&training->text, place);
    renumber(&training->held_out, place);
}

AugStatus txt_training_number(TxtTraining *training, AugError *error)
{
    const uint64_t n = training->words.n;
    Counted *counted = calloc(n + 1, sizeof(*counted));
    uint32_t *place = calloc(n + 1, sizeof(*place));
    training->order = calloc(TXT_CONTEXT_MAX_WORDS, sizeof(*training->order));
    training->counts = calloc(TXT_CONTEXT_MAX_WORDS, sizeof(*training->counts));
    training->classes = calloc(TXT_CONTEXT_MAX_WORDS, sizeof(*training->classes));
    AugStatus status = AUG_OK;
    if (!counted || !place || !training->order || !training->counts || !training->classes)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the words of the texts");
    else
        number_counted(training, counted, place);
    free(counted);
    free(place);
    return status;
}
