/* One IDX file (the format of MNIST): a header with the sizes of an array, and the array.
 *
 * Format: two zero bytes, the element type (0x08: unsigned byte, 0x0d: IEEE 754 single precision),
 * the number of dimensions, then each size as 32-bit big-endian, then the elements, big-endian, the
 * last dimension changing fastest.
 */
#ifndef AUGI_DATASETS_IDX_FILE_H
#define AUGI_DATASETS_IDX_FILE_H

#include "aug/limits.h"
#include "aug/status.h"
#include "aug/tensor.h"

#define AUGI_IDX_MAX_DIMENSIONS 4

/* sizes[0] counts the items. dtype is U8 or F32. bytes holds the product of all sizes, in the
 * machine's byte order; the caller frees it. */
typedef struct AugiIdx {
    int n_dimensions;
    uint32_t sizes[AUGI_IDX_MAX_DIMENSIONS];
    AugDtype dtype;
    uint8_t *bytes;
} AugiIdx;

/* What a file holds: labels, bytes in one dimension; or pictures, bytes or finite floats in three,
 * or in four with their channels. */
typedef enum AugiIdxContent { AUGI_IDX_LABELS, AUGI_IDX_PICTURES } AugiIdxContent;

/* Reads a whole file, plain or gzip. Every size is checked against the limits, and the content
 * against the sizes, before memory is taken. bytes is NULL on failure: AUG_CORRUPT,
 * AUG_UNSUPPORTED, AUG_TOO_LARGE, AUG_NO_MEMORY, or as augi_reader_open. */
AUG_MUST_CHECK AugStatus augi_idx_read(AugiIdx *idx, const char *path, AugiIdxContent content,
                                       const AugLimits *limits, AugError *error);

#endif
