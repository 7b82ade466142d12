/* A hash table of words with open addressing; the misspellings stay in one copy of the lines. */
#include "text/chars/spelling.h"

#include <stdlib.h>
#include <string.h>

#include "text/lexicon/key.h"
#include "text/lexicon/lines.h"

/* A word: its key, and its misspellings as "wrong|wrong"; all lie in the table's store. */
typedef struct Entry {
    uint32_t key, key_size;
    uint32_t wrong, wrong_size;
} Entry;

/* n_slots: a power of two, at least twice as many as entries. slots: number of an entry + 1, 0: none.
 * is_ascii: all keys are. */
struct TxtSpelling {
    Entry *entries;
    uint32_t n_entries, room;
    char *store;
    size_t n_stored, store_room;
    uint32_t *slots;
    uint32_t n_slots;
    bool is_ascii;
};

/* FNV-1a. */
static uint32_t hash(const char *key, size_t size)
{
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < size; i++)
        value = (value ^ (uint8_t)key[i]) * 16777619u;
    return value;
}

static AugStatus grow(void **memory, size_t size, AugError *error)
{
    void *more = realloc(*memory, size);
    if (!more)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for misspellings");
    *memory = more;
    return AUG_OK;
}

/* Copies bytes into the store; *at receives where. */
static AugStatus put(TxtSpelling *spelling, const char *bytes, size_t size, uint32_t *at,
                     AugError *error)
{
    if (spelling->n_stored + size > spelling->store_room) {
        const size_t room = 2 * (spelling->n_stored + size) + 4096;
        AUG_TRY(grow((void **)&spelling->store, room, error));
        spelling->store_room = room;
    }
    memcpy(spelling->store + spelling->n_stored, bytes, size);
    *at = (uint32_t)spelling->n_stored;
    spelling->n_stored += size;
    return AUG_OK;
}

/* What is wrong with the misspellings of a word; NULL: nothing. */
static const char *mistake_in(TxtSlice right, size_t key_size, TxtSlice wrong)
{
    TxtSlice one;
    uint32_t n = 0;
    if (right.size == 0 || wrong.size == 0)
        return "is not 'right TAB wrong|wrong'";
    if (right.size > TXT_LONGEST_SPELLING)
        return "has a word of more than 64 bytes";
    while (txt_field_next(&wrong, '|', &one)) {
        if (one.size == 0)
            return "has an empty misspelling";
        if (one.size > (key_size < right.size ? key_size : right.size) + TXT_SPELLING_GROWS)
            return "has a misspelling that is more than 8 bytes longer than its word";
        if (++n > TXT_MOST_SPELLINGS)
            return "has more than 32 misspellings";
    }
    return NULL;
}

/* Adds a line; *mistake receives what is wrong with it. */
static AugStatus add(TxtSpelling *spelling, TxtSlice line, const char **mistake, AugError *error)
{
    TxtSlice right = {0}, wrong;
    char key[TXT_KEY_SIZE];
    size_t size;
    *mistake = NULL;
    line = txt_slice_trim(line);
    if (line.size == 0 || line.text[0] == '#')
        return AUG_OK;
    txt_field_next(&line, '\t', &right);
    right = txt_slice_trim(right);
    wrong = txt_slice_trim(line);
    AUG_TRY(txt_key_make(right.text, right.size, key, &size, error));
    *mistake = mistake_in(right, size, wrong);
    if (*mistake)
        return AUG_OK;
    if (spelling->n_entries == spelling->room) {
        const uint32_t room = 2 * spelling->room + 256;
        AUG_TRY(grow((void **)&spelling->entries, room * sizeof(Entry), error));
        spelling->room = room;
    }
    Entry *entry = &spelling->entries[spelling->n_entries];
    for (size_t i = 0; i < size; i++)
        spelling->is_ascii &= (uint8_t)key[i] < 0x80;
    AUG_TRY(put(spelling, key, size, &entry->key, error));
    AUG_TRY(put(spelling, wrong.text, wrong.size, &entry->wrong, error));
    entry->key_size = (uint32_t)size;
    entry->wrong_size = wrong.size;
    spelling->n_entries++;
    return AUG_OK;
}

static AugStatus add_file(TxtSpelling *spelling, const char *path, AugError *error)
{
    TxtLines lines;
    TxtSlice line;
    const char *mistake;
    AUG_TRY(txt_lines_open(&lines, NULL, path, error));
    AugStatus status = AUG_OK;
    while (status == AUG_OK && txt_lines_next(&lines, &line)) {
        status = add(spelling, line, &mistake, error);
        if (status == AUG_OK && mistake)
            status = txt_lines_fail(&lines, mistake, error);
    }
    txt_lines_close(&lines);
    return status;
}

static AugStatus add_english(TxtSpelling *spelling, AugError *error)
{
    const char *mistake;
    for (const char *const *line = txt_english_misspellings; *line; line++) {
        const TxtSlice slice = {*line, (uint32_t)strlen(*line)};
        AUG_TRY(add(spelling, slice, &mistake, error));
    }
    return AUG_OK;
}

/* The slot of a key: its own, or the empty one where it would stand. */
static uint32_t slot_of(const TxtSpelling *spelling, const char *key, size_t size)
{
    uint32_t slot = hash(key, size) & (spelling->n_slots - 1);
    for (; spelling->slots[slot]; slot = (slot + 1) & (spelling->n_slots - 1)) {
        const Entry *entry = &spelling->entries[spelling->slots[slot] - 1];
        if (entry->key_size == size && memcmp(spelling->store + entry->key, key, size) == 0)
            break;
    }
    return slot;
}

/* Of two entries of a word the first one counts. */
static AugStatus index_entries(TxtSpelling *spelling, AugError *error)
{
    spelling->n_slots = 16;
    while (spelling->n_slots < 2 * spelling->n_entries)
        spelling->n_slots *= 2;
    spelling->slots = calloc(spelling->n_slots, sizeof(*spelling->slots));
    if (!spelling->slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for misspellings");
    for (uint32_t i = 0; i < spelling->n_entries; i++) {
        const Entry *entry = &spelling->entries[i];
        const uint32_t slot = slot_of(spelling, spelling->store + entry->key, entry->key_size);
        if (!spelling->slots[slot])
            spelling->slots[slot] = i + 1;
    }
    return AUG_OK;
}

AugStatus txt_spelling_new(TxtSpelling **out, const char *path, bool english, AugError *error)
{
    TxtSpelling *spelling = calloc(1, sizeof(*spelling));
    *out = NULL;
    if (!spelling)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for misspellings");
    spelling->is_ascii = true;
    AugStatus status = path[0] ? add_file(spelling, path, error) : AUG_OK;
    if (status == AUG_OK && english)
        status = add_english(spelling, error);
    if (status == AUG_OK)
        status = index_entries(spelling, error);
    if (status == AUG_OK)
        *out = spelling;
    else
        txt_spelling_free(spelling);
    return status;
}

void txt_spelling_free(void *context)
{
    TxtSpelling *spelling = context;
    if (!spelling)
        return;
    free(spelling->entries);
    free(spelling->store);
    free(spelling->slots);
    free(spelling);
}

void txt_spelling_identify(const TxtSpelling *spelling, AugiHash *hash)
{
    for (uint32_t i = 0; i < spelling->n_entries; i++) {
        const Entry *entry = &spelling->entries[i];
        augi_hash_add_u64(hash, (uint64_t)entry->key_size << 32 | entry->wrong_size);
        augi_hash_add(hash, spelling->store + entry->key, entry->key_size);
        augi_hash_add(hash, spelling->store + entry->wrong, entry->wrong_size);
    }
}

/* The key of a short word of ASCII letters; 0: it has others. */
static size_t ascii_key(const uint8_t *word, uint32_t size, char *key)
{
    for (uint32_t i = 0; i < size; i++) {
        if (word[i] >= 0x80)
            return 0;
        key[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] | 0x20 : word[i]);
    }
    return size;
}

AugStatus txt_spelling_find(const TxtSpelling *spelling, const uint8_t *word, uint32_t size,
                            TxtMisspelt out[TXT_MOST_SPELLINGS], uint32_t *n)
{
    char key[TXT_KEY_SIZE];
    *n = 0;
    /* A key may be a third of the word's bytes: NFC of what is decomposed. */
    if (size > 4 * TXT_LONGEST_SPELLING)
        return AUG_OK;
    size_t key_size = ascii_key(word, size, key);
    if (key_size == 0 && !spelling->is_ascii)
        AUG_TRY(txt_key_make((const char *)word, size, key, &key_size, NULL));
    if (key_size == 0)
        return AUG_OK;
    const uint32_t number = spelling->slots[slot_of(spelling, key, key_size)];
    if (number == 0)
        return AUG_OK;
    const Entry *entry = &spelling->entries[number - 1];
    TxtSlice left = {spelling->store + entry->wrong, entry->wrong_size}, one;
    while (*n < TXT_MOST_SPELLINGS && txt_field_next(&left, '|', &one))
        out[(*n)++] = (TxtMisspelt){(const uint8_t *)one.text, one.size};
    return AUG_OK;
}
