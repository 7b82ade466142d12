/* The model of a tokenizer.json: its vocabulary and its merges. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text/tokens/file.h"

/* GPT-2 writes each byte as a printable character: those that are, as themselves, the others as
 * U+0100 and up in their order. */
#define N_BYTE_CHARACTERS 0x144

static bool is_printed(int32_t byte)
{
    return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/* Byte of each character; -1: it is none. */
static void byte_characters(int16_t bytes[N_BYTE_CHARACTERS])
{
    memset(bytes, 0xff, N_BYTE_CHARACTERS * sizeof(*bytes));
    int32_t next = 0x100;
    for (int32_t byte = 0; byte < 256; byte++)
        bytes[is_printed(byte) ? byte : next++] = (int16_t)byte;
}

/* The bytes that a token stands for, into its own place or another one that is as long. False: it
 * holds a character that stands for none. */
static bool token_bytes(const int16_t characters[N_BYTE_CHARACTERS], const char *token, size_t size,
                        uint8_t *bytes, size_t *n)
{
    const uint8_t *at = (const uint8_t *)token;
    for (*n = 0; at < (const uint8_t *)token + size;) {
        const int32_t code = txt_code_next(&at);
        if (code >= N_BYTE_CHARACTERS || characters[code] < 0)
            return false;
        bytes[(*n)++] = (uint8_t)characters[code];
    }
    return true;
}

/* Remembers an id that is taken; false if it was before. */
static bool take_id(uint8_t *taken, int32_t id)
{
    const uint8_t bit = (uint8_t)(1 << (id & 7));
    const bool is_new = !(taken[id >> 3] & bit);
    taken[id >> 3] |= bit;
    return is_new;
}

static AugStatus add_tokens(TxtTokenFile *out, const TxtJsonValue *map, uint8_t *taken)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map->json, key, value)
    {
        const TxtJsonValue at = {map->file, value, {.parent = &map->path, .key = key}};
        int32_t id;
        AUG_TRY(txt_json_id(&at, &id));
        if (strlen(key) > TXT_MAX_ENTRY_BYTES)
            return txt_json_fail(map, AUG_TOO_LARGE, "a token has %zu bytes; %d are allowed",
                                 strlen(key), TXT_MAX_ENTRY_BYTES);
        if (!take_id(taken, id))
            return txt_json_fail(&at, AUG_UNSUPPORTED, "the id %" PRId32 " stands for two tokens",
                                 id);
        txt_vocabulary_add(&out->tokens, key, strlen(key), id);
        if ((uint32_t)id >= out->n_ids)
            out->n_ids = (uint32_t)id + 1;
    }
    return AUG_OK;
}

/* Reads the vocabulary, with room for the added tokens. */
static AugStatus read_vocabulary(TxtTokenFile *out, const TxtJsonValue *model, size_t n_added)
{
    const TxtJsonValue map = txt_json_member(model, "vocab");
    const size_t n = json_object_size(map.json);
    if (n == 0)
        return txt_json_fail(&map, AUG_CORRUPT, "a map of tokens and ids is expected here");
    if (n > TXT_MAX_ENTRIES)
        return txt_json_fail(&map, AUG_TOO_LARGE, "%zu tokens; %d are allowed", n, TXT_MAX_ENTRIES);
    size_t size = n_added * TXT_MAX_ADDED_BYTES;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map.json, key, value) size += strlen(key);
    AUG_TRY(txt_vocabulary_init(&out->tokens, (uint32_t)(n + n_added), size, map.file->error));
    uint8_t *taken = calloc(TXT_MAX_ENTRIES * 4 / 8, 1);
    if (!taken)
        return txt_json_fail(&map, AUG_NO_MEMORY, "no memory for a set of ids");
    const AugStatus status = add_tokens(out, &map, taken);
    free(taken);
    return status;
}

/* The id of a token that a member names; absent: -1. */
static AugStatus read_token(const TxtTokenFile *out, const TxtJsonValue *model, const char *key,
                            int32_t *id)
{
    const char *text;
    AUG_TRY(txt_json_text(model, key, &text));
    *id = text ? txt_vocabulary_find(&out->tokens, text, strlen(text)) : -1;
    if (!text || *id >= 0)
        return AUG_OK;
    const TxtJsonValue member = txt_json_member(model, key);
    return txt_json_fail(&member, AUG_CORRUPT, "'%.60s' is not in the vocabulary", text);
}

/* Copies the vocabulary for words' beginnings, and for what follows them without its prefix. */
static AugStatus copy_pieces(TxtTokenFile *out, const char *prefix, AugError *error)
{
    const TxtVocabulary *tokens = &out->tokens;
    TxtWordPiece *model = &out->word_piece;
    AUG_TRY(txt_vocabulary_init(&model->begins, tokens->n, tokens->size, error));
    AUG_TRY(txt_vocabulary_init(&model->goes_on, tokens->n, tokens->size, error));
    const size_t length = strlen(prefix);
    for (uint64_t i = 0; i <= tokens->mask; i++) {
        const TxtVocabularySlot *slot = &tokens->slots[i];
        if (slot->id < 0)
            continue;
        const uint8_t *piece = tokens->bytes + slot->offset;
        txt_vocabulary_add(&model->begins, piece, slot->size, slot->id);
        if (slot->size > length && memcmp(piece, prefix, length) == 0)
            txt_vocabulary_add(&model->goes_on, piece + length, slot->size - length, slot->id);
    }
    return AUG_OK;
}

static AugStatus read_word_piece(TxtTokenFile *out, const TxtJsonValue *model)
{
    AUG_TRY(txt_json_check(model, "type unk_token continuing_subword_prefix "
                                  "max_input_chars_per_word vocab"));
    AUG_TRY(read_token(out, model, "unk_token", &out->word_piece.unknown));
    if (out->word_piece.unknown < 0)
        return txt_json_fail(model, AUG_CORRUPT, "\"unk_token\" is missing");
    const TxtJsonValue most = txt_json_member(model, "max_input_chars_per_word");
    const json_int_t n = most.json ? json_integer_value(most.json) : 100;
    if (n < 1 || n > TXT_MAX_WORD_PIECE)
        return txt_json_fail(&most, AUG_UNSUPPORTED, "a number from 1 to %d is expected here",
                             TXT_MAX_WORD_PIECE);
    out->word_piece.most = (uint32_t)n;
    const char *prefix;
    AUG_TRY(txt_json_text(model, "continuing_subword_prefix", &prefix));
    return copy_pieces(out, prefix ? prefix : "##", model->file->error);
}

/* The two tokens of a merge: of a list of two, or of two words with a blank between them. */
static AugStatus read_pair(const TxtJsonValue *at, const char **first, size_t *first_size,
                           const char **second)
{
    *first = json_string_value(json_array_get(at->json, 0));
    *second = json_string_value(json_array_get(at->json, 1));
    if (json_array_size(at->json) == 2 && *first && *second) {
        *first_size = strlen(*first);
        return AUG_OK;
    }
    *first = json_string_value(at->json);
    const char *blank = *first ? strchr(*first, ' ') : NULL;
    if (!blank || strchr(blank + 1, ' '))
        return txt_json_fail(at, AUG_CORRUPT, "a pair of tokens is expected here");
    *first_size = (size_t)(blank - *first);
    *second = blank + 1;
    return AUG_OK;
}

static AugStatus read_merge(TxtTokenFile *out, const TxtJsonValue *at, uint32_t rank)
{
    const char *first, *second;
    size_t first_size = 0;
    AUG_TRY(read_pair(at, &first, &first_size, &second));
    const size_t second_size = strlen(second);
    if (first_size + second_size > TXT_MAX_ENTRY_BYTES)
        return txt_json_fail(at, AUG_TOO_LARGE, "the pair has %zu bytes; %d are allowed",
                             first_size + second_size, TXT_MAX_ENTRY_BYTES);
    char made[TXT_MAX_ENTRY_BYTES];
    memcpy(made, first, first_size);
    memcpy(made + first_size, second, second_size);
    const TxtMergeSlot merge = {
        .first = txt_vocabulary_find(&out->tokens, first, first_size),
        .second = txt_vocabulary_find(&out->tokens, second, second_size),
        .made = txt_vocabulary_find(&out->tokens, made, first_size + second_size),
        .rank = rank};
    if (merge.first < 0 || merge.second < 0 || merge.made < 0)
        return txt_json_fail(at, AUG_CORRUPT, "the vocabulary lacks %s of this pair",
                             merge.first < 0 || merge.second < 0 ? "a part" : "the result");
    txt_bpe_add(&out->bpe, &merge);
    return AUG_OK;
}

static AugStatus read_merges(TxtTokenFile *out, const TxtJsonValue *model)
{
    const TxtJsonValue list = txt_json_member(model, "merges");
    const size_t n = json_array_size(list.json);
    if (!json_is_array(list.json))
        return txt_json_fail(&list, AUG_CORRUPT, "a list of pairs is expected here");
    if (n > TXT_MAX_ENTRIES)
        return txt_json_fail(&list, AUG_TOO_LARGE, "%zu merges; %d are allowed", n,
                             TXT_MAX_ENTRIES);
    AUG_TRY(txt_bpe_init(&out->bpe, (uint32_t)n, model->file->error));
    for (size_t i = 0; i < n; i++) {
        const TxtJsonValue at = txt_json_item(&list, i);
        AUG_TRY(read_merge(out, &at, (uint32_t)i));
    }
    return AUG_OK;
}

/* Tokens as the bytes that they stand for. */
static AugStatus copy_bytes(TxtTokenFile *out, bool whole, AugError *error)
{
    const TxtVocabulary *tokens = &out->tokens;
    int16_t characters[N_BYTE_CHARACTERS];
    byte_characters(characters);
    memset(out->bpe.bytes, 0xff, sizeof(out->bpe.bytes));
    if (whole)
        AUG_TRY(txt_vocabulary_init(&out->bpe.whole, tokens->n, tokens->size, error));
    uint8_t bytes[TXT_MAX_ENTRY_BYTES];
    size_t n;
    for (uint64_t i = 0; i <= tokens->mask; i++) {
        const TxtVocabularySlot *slot = &tokens->slots[i];
        if (slot->id < 0 || !token_bytes(characters, (const char *)tokens->bytes + slot->offset,
                                         slot->size, bytes, &n))
            continue;
        if (n == 1)
            out->bpe.bytes[bytes[0]] = slot->id;
        if (whole && n > 0)
            txt_vocabulary_add(&out->bpe.whole, bytes, n, slot->id);
    }
    return AUG_OK;
}

/* Fails where a member is neither absent nor empty. */
static AugStatus refuse_text(const TxtJsonValue *model, const char *key)
{
    const char *text;
    AUG_TRY(txt_json_text(model, key, &text));
    const TxtJsonValue member = txt_json_member(model, key);
    if (!text || !text[0])
        return AUG_OK;
    return txt_json_fail(&member, AUG_UNSUPPORTED, "'%.60s' is not supported; null is", text);
}

static AugStatus read_bpe(TxtTokenFile *out, const TxtJsonValue *model)
{
    AUG_TRY(txt_json_check(model, "type dropout unk_token continuing_subword_prefix "
                                  "end_of_word_suffix fuse_unk byte_fallback ignore_merges vocab "
                                  "merges"));
    AUG_TRY(refuse_text(model, "continuing_subword_prefix"));
    AUG_TRY(refuse_text(model, "end_of_word_suffix"));
    const TxtJsonValue dropout = txt_json_member(model, "dropout");
    if (dropout.json && json_number_value(dropout.json) != 0)
        return txt_json_fail(&dropout, AUG_UNSUPPORTED,
                             "merges are never left out; null is "
                             "supported");
    const TxtJsonValue fallback = txt_json_member(model, "byte_fallback");
    bool falls_back = false, whole = false;
    AUG_TRY(txt_json_bool(model, "byte_fallback", &falls_back));
    if (falls_back)
        return txt_json_fail(&fallback, AUG_UNSUPPORTED, "only false is supported");
    AUG_TRY(txt_json_bool(model, "fuse_unk", &out->bpe.fuses));
    AUG_TRY(txt_json_bool(model, "ignore_merges", &whole));
    AUG_TRY(read_token(out, model, "unk_token", &out->bpe.unknown));
    AUG_TRY(read_merges(out, model));
    return copy_bytes(out, whole, model->file->error);
}

AugStatus txt_file_model(TxtTokenFile *out, const TxtJsonValue *model, size_t n_added)
{
    const char *type;
    AUG_TRY(txt_json_type(model, &type));
    out->is_bpe = strcmp(type, "BPE") == 0;
    if (!out->is_bpe && strcmp(type, "WordPiece") != 0)
        return txt_json_refuse_type(model, "WordPiece, BPE");
    AUG_TRY(read_vocabulary(out, model, n_added));
    return out->is_bpe ? read_bpe(out, model) : read_word_piece(out, model);
}
