/* Where the rows of a text file stand: sizes of one or two bytes each, and a whole offset for every
 * 64th row, so that a file of a gigabyte takes some tens of megabytes to index.
 *
 * Rows follow each other without a gap: the bytes of a row, "\r" where it has one, and "\n".
 */
#ifndef AUGI_DATASETS_ROW_INDEX_H
#define AUGI_DATASETS_ROW_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/base/grow.h"

/* Where a row stands. size: without its line end, which is "\r\n" if has_cr. */
typedef struct AugiRowPlace {
    uint64_t offset;
    size_t size;
    bool has_cr;
} AugiRowPlace;

/* Zero-initialised it is empty. codes: of each row twice the size plus has_cr, seven bits a byte,
 * the lowest first. blocks: of every 64th row its offset and where its code stands. end: offset
 * behind the last row. */
typedef struct AugiRowIndex {
    uint8_t *codes;
    uint64_t n_codes, code_capacity;
    struct AugiRowBlock {
        uint64_t offset, code;
    } * blocks;
    uint64_t n_blocks, block_capacity;
    uint64_t n, end;
} AugiRowIndex;

/* Adds the next row; the first says where rows begin. Fails with AUG_TOO_LARGE above max_size bytes
 * of memory, and with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_row_index_add(AugiRowIndex *index, const AugiRowPlace *place,
                                            uint64_t max_size, AugError *error);

/* A walk over rows in order. */
typedef struct AugiRowWalk {
    const AugiRowIndex *index;
    uint64_t offset, code;
} AugiRowWalk;

/* A walk that begins at a row below index->n. Any thread. */
AugiRowWalk augi_row_index_walk(const AugiRowIndex *index, uint64_t row);

/* The row that it is at; goes on to the next one, if there is one. */
AugiRowPlace augi_row_walk_next(AugiRowWalk *walk);

/* Frees the memory and zeroes the struct. */
void augi_row_index_fini(AugiRowIndex *index);

#endif
