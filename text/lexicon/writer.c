/* Lays the blocks of an index out in memory, seals and saves them. */
#include "text/lexicon/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/output_file.h"

static uint64_t aligned(uint64_t size)
{
    return (size + 7) / 8 * 8;
}

static void put(uint8_t *file, uint64_t size, const TxtOutBlock *blocks, size_t n)
{
    TxtIndexHeader header = {.version = TXT_INDEX_VERSION, .n_blocks = (uint32_t)n, .size = size};
    memcpy(header.magic, TXT_INDEX_MAGIC, sizeof(header.magic));
    uint64_t at = sizeof(header) + n * sizeof(TxtBlockEntry);
    for (size_t i = 0; i < n; i++) {
        const TxtBlockEntry entry = {blocks[i].type, blocks[i].item_size, at, blocks[i].n_items};
        memcpy(file + sizeof(header) + i * sizeof(entry), &entry, sizeof(entry));
        const uint64_t block_size = entry.item_size * entry.n_items;
        if (block_size)
            memcpy(file + at, blocks[i].items, block_size);
        at += aligned(block_size);
    }
    header.seal = txt_index_seal(&header, file + sizeof(header), size - sizeof(header));
    memcpy(file, &header, sizeof(header));
}

AugStatus txt_index_save(const char *path, const TxtOutBlock *blocks, size_t n, AugError *error)
{
    uint64_t size = sizeof(TxtIndexHeader) + n * sizeof(TxtBlockEntry);
    for (size_t i = 0; i < n && size <= TXT_INDEX_MAX_SIZE; i++)
        size += aligned(blocks[i].item_size * blocks[i].n_items);
    if (size > TXT_INDEX_MAX_SIZE)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "the index would have %" PRIu64 " bytes; %" PRIu64 " are allowed", size,
                        TXT_INDEX_MAX_SIZE);
    uint8_t *file = calloc(1, size);
    if (!file)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %" PRIu64 " bytes", size);
    put(file, size, blocks, n);
    const AugiOutputOptions options = {0};
    const AugStatus status = augi_output_file_save(path, file, size, options, NULL, error);
    free(file);
    return status;
}
