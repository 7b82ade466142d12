/* Blocks to a file: table, alignment, seal. */
#ifndef TXT_LEXICON_WRITER_H
#define TXT_LEXICON_WRITER_H

#include "aug/status.h"
#include "text/lexicon/format.h"

/* One block that is to be written; borrowed. */
typedef struct TxtOutBlock {
    uint32_t type, item_size;
    const void *items;
    uint64_t n_items;
} TxtOutBlock;

/* Writes an index of n blocks, which come by rising type, aside, and renames it. Fails with
 * AUG_TOO_LARGE above TXT_INDEX_MAX_SIZE, AUG_NO_MEMORY or AUG_IO. */
AUG_MUST_CHECK AugStatus txt_index_save(const char *path, const TxtOutBlock *blocks, size_t n,
                                        AugError *error);

#endif
