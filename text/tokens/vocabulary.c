/* A hash table of pieces with open addressing, half full at most. */
#include "text/tokens/vocabulary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/input_file.h"
#include "text/tokens/bytes_hash.h"

AugStatus txt_vocabulary_init(TxtVocabulary *vocabulary, uint32_t n, size_t size, AugError *error)
{
    *vocabulary = (TxtVocabulary){0};
    uint64_t n_slots = 16;
    while (n_slots < 2 * (uint64_t)n)
        n_slots *= 2;
    vocabulary->mask = n_slots - 1;
    vocabulary->slots = malloc(n_slots * sizeof(TxtVocabularySlot));
    vocabulary->bytes = malloc(size + 1);
    if (!vocabulary->slots || !vocabulary->bytes) {
        txt_vocabulary_fini(vocabulary);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a vocabulary of %" PRIu32, n);
    }
    for (uint64_t i = 0; i < n_slots; i++)
        vocabulary->slots[i] = (TxtVocabularySlot){.id = -1};
    return AUG_OK;
}

void txt_vocabulary_fini(TxtVocabulary *vocabulary)
{
    free(vocabulary->slots);
    free(vocabulary->bytes);
    *vocabulary = (TxtVocabulary){0};
}

/* Where a piece stands, or would stand. */
static TxtVocabularySlot *find_slot(const TxtVocabulary *vocabulary, const uint8_t *piece,
                                    size_t size)
{
    const uint64_t hash = txt_hash_bytes(piece, size);
    for (uint64_t i = hash;; i++) {
        TxtVocabularySlot *slot = &vocabulary->slots[i & vocabulary->mask];
        if (slot->id < 0)
            return slot;
        if (slot->hash == hash >> 32 && slot->size == size &&
            memcmp(vocabulary->bytes + slot->offset, piece, size) == 0)
            return slot;
    }
}

int32_t txt_vocabulary_add(TxtVocabulary *vocabulary, const void *piece, size_t size, int32_t id)
{
    TxtVocabularySlot *slot = find_slot(vocabulary, piece, size);
    if (slot->id >= 0)
        return slot->id;
    *slot = (TxtVocabularySlot){.offset = (uint32_t)vocabulary->size,
                                .hash = (uint32_t)(txt_hash_bytes(piece, size) >> 32),
                                .id = id,
                                .size = (uint32_t)size};
    memcpy(vocabulary->bytes + vocabulary->size, piece, size);
    vocabulary->size += size;
    vocabulary->n++;
    if (size > vocabulary->longest)
        vocabulary->longest = size;
    return id;
}

int32_t txt_vocabulary_find(const TxtVocabulary *vocabulary, const void *piece, size_t size)
{
    return size > vocabulary->longest ? -1 : find_slot(vocabulary, piece, size)->id;
}

/* End of the line that begins at text; *next is where the next one begins. */
static const uint8_t *line_end(const uint8_t *text, const uint8_t *end, const uint8_t **next)
{
    const uint8_t *found = memchr(text, '\n', (size_t)(end - text));
    *next = found ? found + 1 : end;
    const uint8_t *at = found ? found : end;
    return at > text && at[-1] == '\r' ? at - 1 : at;
}

static AugStatus add_lines(TxtVocabulary *vocabulary, const uint8_t *text, size_t size,
                           const char *path, AugError *error)
{
    const uint8_t *const end = text + size, *next;
    for (int32_t id = 0; text < end; id++, text = next) {
        const size_t length = (size_t)(line_end(text, end, &next) - text);
        if (length == 0)
            return AUG_FAIL(error, AUG_CORRUPT, path, "line %" PRId32 " holds no piece", id + 1);
        if (length > TXT_MAX_ENTRY_BYTES)
            return AUG_FAIL(error, AUG_TOO_LARGE, path,
                            "line %" PRId32 " has %zu bytes; %d are allowed", id + 1, length,
                            TXT_MAX_ENTRY_BYTES);
        const int32_t before = txt_vocabulary_add(vocabulary, text, length, id);
        if (before != id)
            return AUG_FAIL(error, AUG_CORRUPT, path,
                            "lines %" PRId32 " and %" PRId32 " hold the same piece", before + 1,
                            id + 1);
    }
    return AUG_OK;
}

static AugStatus parse(TxtVocabulary *vocabulary, const uint8_t *text, size_t size,
                       const char *path, AugError *error)
{
    size_t n = size > 0 && text[size - 1] != '\n';
    for (size_t i = 0; i < size; i++)
        n += text[i] == '\n';
    if (n == 0)
        return AUG_FAIL(error, AUG_CORRUPT, path, "the vocabulary is empty");
    if (n > TXT_MAX_ENTRIES)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "%zu lines; %d are allowed", n,
                        TXT_MAX_ENTRIES);
    AUG_TRY(txt_vocabulary_init(vocabulary, (uint32_t)n, size, error));
    const AugStatus status = add_lines(vocabulary, text, size, path, error);
    if (status != AUG_OK)
        txt_vocabulary_fini(vocabulary);
    return status;
}

AugStatus txt_vocabulary_load(TxtVocabulary *vocabulary, const char *path, AugiDigest *digest,
                              AugError *error)
{
    *vocabulary = (TxtVocabulary){0};
    uint8_t *text;
    size_t size;
    AUG_TRY(augi_input_file_load(path, TXT_MAX_TOKENIZER_FILE, &text, &size, error));
    const AugStatus status = parse(vocabulary, text, size, path, error);
    *digest = augi_digest(text, size);
    free(text);
    return status;
}
