/* Growing by half as much again, so that a row of texts that grow costs few copies. */
#include "text/domain/memory.h"

#include <stdlib.h>

/* A first piece that most texts fit in. */
#define SMALLEST 1024

AugStatus txt_memory_reserve(TxtMemory *memory, size_t size, AugError *error)
{
    if (size <= memory->size)
        return AUG_OK;
    size_t wanted = memory->size + memory->size / 2;
    if (wanted < size)
        wanted = size;
    if (wanted < SMALLEST)
        wanted = SMALLEST;
    AUG_TRY(augi_allowance_take(memory->allowance, wanted, error));
    void *bytes = realloc(memory->bytes, wanted);
    if (!bytes) {
        augi_allowance_give(memory->allowance, wanted);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a text of %zu bytes", size);
    }
    augi_allowance_give(memory->allowance, memory->size);
    memory->bytes = bytes;
    memory->size = wanted;
    return AUG_OK;
}

void txt_memory_fini(TxtMemory *memory)
{
    augi_allowance_give(memory->allowance, memory->size);
    free(memory->bytes);
    memory->bytes = NULL;
    memory->size = 0;
}
