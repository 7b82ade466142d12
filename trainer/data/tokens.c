/* Ids of texts: what a spec promises, and whether a network has a row for each. */
#include "trainer/data/tokens.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/input_file.h"
#include "libaug/spec/spec.h"
#include "trainer/run/files.h"

/* Bytes of a vocabulary that is counted; a larger one is left to the checks of batches. */
#define MAX_VOCABULARY_SIZE ((size_t)64 << 20)

/* Ids of the tokenizer "bytes": a byte, and three before them. */
#define BYTE_IDS 259

/* Name of the ids of a second text, as pairs have it; NULL: there is none. */
static const char *second_text(const StreamInfo *info)
{
    for (uint32_t i = 0; i < info->n_tensors; i++) {
        const char *dot = strrchr(info->tensors[i].name, '.');
        if (dot && !strcmp(dot, ".ids"))
            return info->tensors[i].name;
    }
    return NULL;
}

AugStatus train_tokens_find(const StreamInfo *info, const char *name, bool *is_texts,
                            AugError *error)
{
    const int ids = stream_find_tensor(info, "ids");
    *is_texts =
        stream_find_tensor(info, "data") < 0 && (ids >= 0 || stream_find_tensor(info, "text") >= 0);
    if (!*is_texts)
        return AUG_OK;
    if (ids < 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the stream has texts without ids; a network reads numbers, which output: "
                        "{ids: {tokenizer: ...}} makes of them");
    const char *second = second_text(info);
    if (second)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the samples have a second text (%s); a network reads one", second);
    if (info->tensors[ids].ragged)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the texts of the stream differ in their number of ids; output.ids needs "
                        "padding: true");
    return AUG_OK;
}

static uint32_t count_lines(const char *path)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint32_t n = 0;
    if (augi_input_text_load(path, MAX_VOCABULARY_SIZE, &bytes, &size, NULL) != AUG_OK)
        return 0;
    for (size_t i = 0; i < size; i++)
        n += bytes[i] == '\n' || i + 1 == size;
    free(bytes);
    return n;
}

static const char *text_of(const AugiTree *map, const char *key)
{
    const AugiTree *value = augi_tree_get(map, key);
    return value && value->kind == AUGI_TREE_SCALAR ? value->text : NULL;
}

uint32_t train_tokens_count(const AugSpec *spec, const char *name)
{
    const AugiTree *ids = spec->output_tree ? augi_tree_get(spec->output_tree, "ids") : NULL;
    const char *tokenizer = text_of(ids, "tokenizer"), *buckets = text_of(ids, "buckets");
    const char *vocabulary = text_of(ids, "vocabulary");
    if (buckets)
        return (uint32_t)strtoul(buckets, NULL, 10) + 1;
    if (tokenizer && !strcmp(tokenizer, "bytes"))
        return BYTE_IDS;
    char *path = vocabulary ? train_path_beside(name, vocabulary) : NULL;
    const uint32_t n = path ? count_lines(path) : 0;
    free(path);
    return n;
}

AugStatus train_tokens_fit(const char *name, uint64_t width, uint32_t n_ids, NnShape input,
                           uint32_t n_indices, AugError *error)
{
    const uint64_t wanted =
        (uint64_t)input.height * (uint64_t)input.width * (uint64_t)input.channels;
    if (n_indices == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the samples are ids of texts; the model's first layer takes values, where "
                        "texts need an embedding or embedding_bag");
    if (width != wanted)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the texts have %" PRIu64 " ids (output.ids.max_length); the model's input "
                        "is %" PRIu64,
                        width, wanted);
    if (n_ids > n_indices)
        return AUG_FAIL(error, AUG_BAD_SPEC, name,
                        "the tokenizer has the ids 0 to %u; the model's embedding has %u rows, "
                        "needed are at least %u",
                        n_ids - 1, n_indices, n_ids);
    return AUG_OK;
}

AugStatus train_tokens_check(const char *name, const TrainTokens *tokens, uint64_t width,
                             uint32_t n_indices, AugError *error)
{
    const int32_t *ids = tokens->ids;
    const int64_t *index = tokens->index;
    for (uint64_t i = 0; i < tokens->n * width; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= n_indices)
            return AUG_FAIL(error, AUG_BAD_SPEC, name,
                            "sample %" PRId64 " has the id %d; the model's embedding has %u rows, "
                            "so 0 to %u are allowed",
                            index[i / width], ids[i], n_indices, n_indices - 1);
    for (uint32_t i = 0; i < tokens->n; i++)
        if (tokens->lengths[i] < 0 || (uint64_t)tokens->lengths[i] > width)
            return AUG_FAIL(error, AUG_CORRUPT, name,
                            "sample %" PRId64 " has %d of %" PRIu64 " ids", index[i],
                            tokens->lengths[i], width);
    return AUG_OK;
}
