/* Growing by doubling, up to a limit that is checked before memory is asked for. */
#include "libaug/base/grow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

AugStatus augi_grow(void *items, uint64_t *capacity, uint64_t n, size_t item_size,
                    uint64_t max_size, AugError *error)
{
    if (n <= *capacity)
        return AUG_OK;
    if (n > max_size / item_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the data set needs more memory than the %" PRIu64 " bytes allowed",
                        max_size);
    uint64_t most = max_size / item_size;
    uint64_t wanted = *capacity < most / 2 ? 2 * *capacity : most;
    if (wanted < n)
        wanted = n;
    /* items is the address of a pointer of any type; bytes are copied, not aliased. */
    void *memory;
    memcpy(&memory, items, sizeof(memory));
    memory = realloc(memory, (size_t)(wanted * item_size));
    if (!memory)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an index of %" PRIu64 " bytes",
                        wanted * item_size);
    memcpy(items, &memory, sizeof(memory));
    *capacity = wanted;
    return AUG_OK;
}

AugStatus augi_strings_add(AugiStrings *strings, const char *text, size_t size, uint64_t max_size,
                           uint64_t *offset, AugError *error)
{
    AUG_TRY(augi_grow(&strings->text, &strings->capacity, strings->size + size + 1, 1, max_size,
                      error));
    *offset = strings->size;
    if (size)
        memcpy(strings->text + strings->size, text, size);
    strings->text[strings->size + size] = 0;
    strings->size += size + 1;
    return AUG_OK;
}

void augi_strings_fini(AugiStrings *strings)
{
    free(strings->text);
    *strings = (AugiStrings){0};
}
