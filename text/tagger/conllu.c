/* Reading CoNLL-U: lines to tokens, sentences and their joined forms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/grow.h"
#include "libaug/data/support/reader.h"
#include "text/tagger/conllu.h"
#include "text/tagger/model.h"

#define N_COLUMNS 10

/* Columns, from 0. */
enum { COLUMN_ID, COLUMN_FORM, COLUMN_UPOS = 3, COLUMN_XPOS = 4, COLUMN_MISC = 9 };

/* A column: its bytes. */
typedef struct Column {
    const char *text;
    size_t size;
} Column;

/* A reading. What is known of the tokens of the sentence so far, for its joined form: is_hyphen and
 * joins (no space behind it) of the two tokens before. */
typedef struct Reading {
    TxtTreebank *bank;
    const char *path;
    uint64_t line;
    uint32_t first;
    struct {
        const char *text;
        uint32_t size;
        bool is_hyphen, joins;
    } * parts;
    uint64_t part_capacity;
} Reading;

static AugStatus fail_line(const Reading *reading, AugError *error, const char *what)
{
    char where[256];
    snprintf(where, sizeof(where), "%s:%llu", reading->path, (unsigned long long)reading->line);
    return AUG_FAIL(error, AUG_CORRUPT, where, "%s", what);
}

static AugStatus add_token(TxtTreebank *bank, TxtTreeToken token, AugError *error)
{
    AUG_TRY(augi_grow(&bank->tokens, &bank->token_capacity, bank->n_tokens + 1,
                      sizeof(*bank->tokens), TXT_TREEBANK_MAX_SIZE, error));
    bank->tokens[bank->n_tokens++] = token;
    return AUG_OK;
}

static bool is(Column column, const char *word)
{
    return column.size == strlen(word) && memcmp(column.text, word, column.size) == 0;
}

static AugStatus number_tag(const Reading *reading, Column name, uint8_t *number, AugError *error)
{
    TxtTreebank *bank = reading->bank;
    TxtTagName padded = {0};
    if (name.size == 0 || name.size >= sizeof(padded) || is(name, "_"))
        return fail_line(reading, error, "the fifth column, XPOS, is not a tag of 1 to 7 bytes");
    memcpy(padded, name.text, name.size);
    for (uint32_t i = 0; i < bank->n_tags; i++) {
        if (memcmp(bank->tags[i], padded, sizeof(padded)) == 0) {
            *number = (uint8_t)i;
            return AUG_OK;
        }
    }
    if (bank->n_tags == TXT_MODEL_MAX_TAGS)
        return fail_line(reading, error, "there are more than 64 different tags");
    memcpy(bank->tags[bank->n_tags], padded, sizeof(padded));
    *number = (uint8_t)bank->n_tags++;
    return AUG_OK;
}

static TxtPos pos_of(Column upos)
{
    if (is(upos, "NOUN") || is(upos, "PROPN"))
        return TXT_POS_NOUN;
    if (is(upos, "VERB"))
        return TXT_POS_VERB;
    if (is(upos, "ADJ"))
        return TXT_POS_ADJECTIVE;
    return is(upos, "ADV") ? TXT_POS_ADVERB : TXT_POS_NONE;
}

static AugStatus read_token(Reading *reading, const Column *columns, AugError *error)
{
    TxtTreebank *bank = reading->bank;
    const Column form = columns[COLUMN_FORM];
    if (form.size == 0)
        return fail_line(reading, error, "the second column, FORM, is empty");
    TxtTreeToken token = {.pos = (uint8_t)pos_of(columns[COLUMN_UPOS]),
                          .is_name = is(columns[COLUMN_UPOS], "PROPN"),
                          .is_auxiliary = is(columns[COLUMN_UPOS], "AUX")};
    AUG_TRY(number_tag(reading, columns[COLUMN_XPOS], &token.tag, error));
    txt_token_make(&token.token, (const uint8_t *)form.text, (uint32_t)form.size);
    const uint64_t place = bank->n_tokens - reading->first;
    token.token.starts = place == 0;
    AUG_TRY(augi_grow(&reading->parts, &reading->part_capacity, place + 1, sizeof(*reading->parts),
                      TXT_TREEBANK_MAX_SIZE, error));
    reading->parts[place].text = form.text;
    reading->parts[place].size = (uint32_t)form.size;
    reading->parts[place].is_hyphen = is(columns[COLUMN_XPOS], "HYPH");
    reading->parts[place].joins = is(columns[COLUMN_MISC], "SpaceAfter=No");
    return add_token(bank, token, error);
}

/* Number of the last token of a word that begins with token i and that hyphens join. */
static uint32_t word_end(const Reading *reading, uint32_t i, uint32_t n)
{
    while (i + 2 < n && reading->parts[i].joins && reading->parts[i + 1].is_hyphen &&
           reading->parts[i + 1].joins)
        i += 2;
    return i;
}

/* Adds a token of the bytes of several; too long ones keep their end. */
static AugStatus join_tokens(Reading *reading, uint32_t from, uint32_t to, AugError *error)
{
    TxtTreebank *bank = reading->bank;
    uint8_t bytes[256];
    uint32_t size = 0;
    for (uint32_t i = from; i <= to; i++) {
        if (reading->parts[i].size > sizeof(bytes) - size)
            size = 0;
        if (reading->parts[i].size > sizeof(bytes))
            continue;
        memcpy(bytes + size, reading->parts[i].text, reading->parts[i].size);
        size += reading->parts[i].size;
    }
    TxtTreeToken token = bank->tokens[reading->first + to];
    txt_token_make(&token.token, bytes, size);
    token.token.starts = from == 0;
    return add_token(bank, token, error);
}

static AugStatus end_sentence(Reading *reading, AugError *error)
{
    TxtTreebank *bank = reading->bank;
    const uint32_t first = reading->first, n = (uint32_t)(bank->n_tokens - first);
    if (n == 0)
        return AUG_OK;
    TxtTreeSentence sentence = {first, n, first, n};
    bool is_joined = false;
    for (uint32_t i = 0; i < n && !is_joined; i++)
        is_joined = word_end(reading, i, n) > i;
    if (is_joined) {
        sentence.joined_first = (uint32_t)bank->n_tokens;
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t end = word_end(reading, i, n);
            if (end > i)
                AUG_TRY(join_tokens(reading, i, end, error));
            else
                AUG_TRY(add_token(bank, bank->tokens[first + i], error));
            i = end;
        }
        sentence.joined_n = (uint32_t)bank->n_tokens - sentence.joined_first;
    }
    reading->first = (uint32_t)bank->n_tokens;
    AUG_TRY(augi_grow(&bank->sentences, &bank->sentence_capacity, bank->n_sentences + 1,
                      sizeof(*bank->sentences), TXT_TREEBANK_MAX_SIZE, error));
    bank->sentences[bank->n_sentences++] = sentence;
    return AUG_OK;
}

static AugStatus read_line(Reading *reading, const char *line, size_t size, AugError *error)
{
    reading->line++;
    if (size > 0 && line[size - 1] == '\r')
        size--;
    if (size == 0)
        return end_sentence(reading, error);
    if (line[0] == '#')
        return AUG_OK;
    Column columns[N_COLUMNS];
    size_t n = 0, start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && line[i] != '\t')
            continue;
        if (n == N_COLUMNS)
            return fail_line(reading, error, "there are more than ten columns");
        columns[n++] = (Column){line + start, i - start};
        start = i + 1;
    }
    if (n != N_COLUMNS)
        return fail_line(reading, error, "there are fewer than ten columns");
    /* Words that stand for several tokens (1-2), and words that are not in the text (1.1). */
    if (memchr(columns[COLUMN_ID].text, '-', columns[COLUMN_ID].size) ||
        memchr(columns[COLUMN_ID].text, '.', columns[COLUMN_ID].size))
        return AUG_OK;
    return read_token(reading, columns, error);
}

static AugStatus read_lines(Reading *reading, const char *text, uint64_t size, AugError *error)
{
    for (uint64_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        const uint64_t length = end ? (uint64_t)(end - text) - at : size - at;
        AUG_TRY(read_line(reading, text + at, length, error));
        at += length + 1;
    }
    return end_sentence(reading, error);
}

static AugStatus load(AugiReader *reader, char **text, uint64_t *size, AugError *error)
{
    uint64_t capacity = 0;
    for (;;) {
        AUG_TRY(augi_grow(text, &capacity, *size + (1 << 20), 1, TXT_TREEBANK_MAX_SIZE, error));
        size_t n;
        AUG_TRY(augi_reader_read(reader, *text + *size, 1 << 20, &n, error));
        *size += n;
        if (n < 1 << 20)
            return AUG_OK;
    }
}

AugStatus txt_treebank_read(TxtTreebank *bank, const char *path, AugError *error)
{
    AugiReader *reader = NULL;
    char *text = NULL;
    uint64_t size = 0;
    Reading reading = {.bank = bank, .path = path, .first = (uint32_t)bank->n_tokens};
    AugStatus status = augi_reader_open(&reader, path, error);
    if (status == AUG_OK)
        status = load(reader, &text, &size, error);
    if (status == AUG_OK)
        status = read_lines(&reading, text, size, error);
    augi_reader_close(reader);
    free(text);
    free(reading.parts);
    return status;
}

void txt_treebank_fini(TxtTreebank *bank)
{
    free(bank->tokens);
    free(bank->sentences);
    *bank = (TxtTreebank){0};
}
