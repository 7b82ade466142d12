/* A set of byte strings in which each gets a number in order of first appearance. */
#ifndef AUGI_DATASETS_INTERN_H
#define AUGI_DATASETS_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/base/grow.h"

/* Zero-initialised it is empty. slots is a hash table with open addressing, at most half full, of
 * numbers plus one; entry i is the i-th string. The hash has a random key, so that nobody can craft
 * names that collide; the numbers do not depend on it. */
typedef struct AugiIntern {
    AugiStrings strings;
    struct AugiInternEntry {
        uint64_t offset;
        uint32_t size;
        uint32_t hash;
    } * entries;
    uint64_t n, entry_capacity;
    uint32_t *slots;
    uint64_t n_slots;
    uint64_t key[2];
} AugiIntern;

/* Number of a string, added if it is new. Fails with AUG_TOO_LARGE and AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_intern_add(AugiIntern *set, const void *bytes, size_t size,
                                         uint64_t max_size, uint32_t *number, AugError *error);

/* Number of a string; false if the set does not hold it. */
bool augi_intern_find(const AugiIntern *set, const void *bytes, size_t size, uint32_t *number);

/* The string with a number, below set->n, with a NUL behind it; borrowed until the next add. */
const char *augi_intern_text(const AugiIntern *set, uint64_t number);

/* Removes all strings; keeps the memory. */
void augi_intern_clear(AugiIntern *set);

/* Frees the memory and zeroes the struct. */
void augi_intern_fini(AugiIntern *set);

#endif
