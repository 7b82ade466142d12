/* Codes of seven bits a byte; a row is found from the start of its block. */
#include "libaug/data/support/row_index.h"

#include <stdlib.h>

/* A block is walked through to find a row in it: 64 codes take less than reading the row. */
#define BLOCK_ROWS 64

/* Bytes of the largest code: 64 bits in sevens. */
#define MOST_CODE 10

AugStatus augi_row_index_add(AugiRowIndex *index, const AugiRowPlace *place, uint64_t max_size,
                             AugError *error)
{
    if (index->n % BLOCK_ROWS == 0) {
        AUG_TRY(augi_grow(&index->blocks, &index->block_capacity, index->n_blocks + 1,
                          sizeof(*index->blocks), max_size, error));
        index->blocks[index->n_blocks++] = (struct AugiRowBlock){place->offset, index->n_codes};
    }
    AUG_TRY(augi_grow(&index->codes, &index->code_capacity, index->n_codes + MOST_CODE, 1, max_size,
                      error));
    uint64_t code = 2 * (uint64_t)place->size + place->has_cr;
    for (; code >= 0x80; code >>= 7)
        index->codes[index->n_codes++] = (uint8_t)(0x80 | (code & 0x7f));
    index->codes[index->n_codes++] = (uint8_t)code;
    index->end = place->offset + place->size + place->has_cr + 1;
    index->n++;
    return AUG_OK;
}

AugiRowPlace augi_row_walk_next(AugiRowWalk *walk)
{
    const uint8_t *codes = walk->index->codes;
    uint64_t code = 0;
    unsigned shift = 0;
    for (; codes[walk->code] & 0x80; shift += 7)
        code |= (uint64_t)(codes[walk->code++] & 0x7f) << shift;
    code |= (uint64_t)codes[walk->code++] << shift;
    const AugiRowPlace place = {walk->offset, (size_t)(code / 2), code & 1};
    walk->offset += place.size + place.has_cr + 1;
    return place;
}

AugiRowWalk augi_row_index_walk(const AugiRowIndex *index, uint64_t row)
{
    const struct AugiRowBlock *block = &index->blocks[row / BLOCK_ROWS];
    AugiRowWalk walk = {index, block->offset, block->code};
    for (uint64_t i = row % BLOCK_ROWS; i > 0; i--)
        (void)augi_row_walk_next(&walk);
    return walk;
}

void augi_row_index_fini(AugiRowIndex *index)
{
    free(index->codes);
    free(index->blocks);
    *index = (AugiRowIndex){0};
}
