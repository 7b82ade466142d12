/* What augmenting made of one field, byte by byte: for programs that write or show it, or that have
 * places in the stored value which must be found in the new one. */
#ifndef AUG_CHANGES_H
#define AUG_CHANGES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One change: bytes start to end - 1 of the value that was given became bytes new_start to
 * new_end - 1 of the one that was made. op: name of the operation, static; NULL: not known, or
 * several. */
typedef struct AugChange {
    uint32_t start, end, new_start, new_end;
    const char *op;
} AugChange;

/* All changes of a value, ascending in both; the bytes between them are the same. outcome: a word
 * of the domain's for what became of it ("applied", "unchanged", ...); static. */
typedef struct AugChanges {
    const AugChange *items;
    uint32_t n;
    const char *outcome;
} AugChanges;

#ifdef __cplusplus
}
#endif
#endif
