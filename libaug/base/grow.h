/* Arrays and text that grow as an index is built, bounded by what a data set may keep in memory. */
#ifndef AUGI_DATASETS_GROW_H
#define AUGI_DATASETS_GROW_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Makes room for n items of item_size bytes in *items (NULL at first), which has room for
 * *capacity. New items are not initialised. Fails with AUG_TOO_LARGE above max_size bytes and with
 * AUG_NO_MEMORY; *items stays valid. */
AUG_MUST_CHECK AugStatus augi_grow(void *items, uint64_t *capacity, uint64_t n, size_t item_size,
                                   uint64_t max_size, AugError *error);

/* Strings in one piece of memory, named by their offset; zero-initialised it is empty. */
typedef struct AugiStrings {
    char *text;
    uint64_t size, capacity;
} AugiStrings;

/* Adds size bytes and a NUL; *offset is where they stand. */
AUG_MUST_CHECK AugStatus augi_strings_add(AugiStrings *strings, const char *text, size_t size,
                                          uint64_t max_size, uint64_t *offset, AugError *error);

/* Frees the text and zeroes the struct. */
void augi_strings_fini(AugiStrings *strings);

#endif
