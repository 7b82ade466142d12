/* Memory of a worker that grows with its largest text and is counted on its allowance. */
#ifndef TXT_MEMORY_H
#define TXT_MEMORY_H

#include "libaug/base/allowance.h"

/* One array. Zero-initialise it; allowance NULL: it is not counted. */
typedef struct TxtMemory {
    void *bytes;
    size_t size;
    AugiAllowance *allowance;
} TxtMemory;

/* Room for size bytes, with the content kept. Fails with AUG_NO_MEMORY; the content is then still
 * there. */
AUG_MUST_CHECK AugStatus txt_memory_reserve(TxtMemory *memory, size_t size, AugError *error);

/* Frees it; it can be used again. */
void txt_memory_fini(TxtMemory *memory);

#endif
