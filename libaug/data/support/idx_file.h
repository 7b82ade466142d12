/* One IDX file (the format of MNIST): a header with the sizes of an array of bytes, and the array.
 *
 * Format: two zero bytes, the element type (8: unsigned byte), the number of dimensions, then each
 * size as 32-bit big-endian, then the elements, the last dimension changing fastest.
 */
#ifndef AUGI_DATASETS_IDX_FILE_H
#define AUGI_DATASETS_IDX_FILE_H

#include "aug/limits.h"
#include "aug/status.h"

#define AUGI_IDX_MAX_DIMENSIONS 4

/* sizes[0] counts the items. bytes holds the product of all sizes; the caller frees it. */
typedef struct AugiIdx {
    int n_dimensions;
    uint32_t sizes[AUGI_IDX_MAX_DIMENSIONS];
    uint8_t *bytes;
} AugiIdx;

/* Reads a whole file, plain or gzip, of low to high dimensions. Every size is checked against the
 * limits, and the content against the sizes, before memory is taken. bytes is NULL on failure:
 * AUG_CORRUPT, AUG_UNSUPPORTED, AUG_TOO_LARGE, AUG_NO_MEMORY, or as augi_reader_open. */
AUG_MUST_CHECK AugStatus augi_idx_read(AugiIdx *idx, const char *path, int low, int high,
                                       const AugLimits *limits, AugError *error);

#endif
