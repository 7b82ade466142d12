/* A list of errors, for callers that want to see all mistakes of a spec at once. */
#ifndef AUG_PROBLEMS_H
#define AUG_PROBLEMS_H

#include <stddef.h>

#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Collected errors in order of discovery. The caller provides items and capacity; n counts every
 * problem found and may exceed capacity (the surplus is only counted). Zero-initialised it merely
 * counts. source_name is set by the parser that fills it (borrowed; valid while that call runs). */
typedef struct AugProblems {
    AugError *items;
    size_t capacity;
    size_t n;
    const char *source_name;
} AugProblems;

/* Adds one problem. Not for two threads at once. */
AUG_API void aug_problems_add(AugProblems *problems, AugStatus status, const char *where,
                              const char *format, ...) AUG_PRINTF(4, 5);

/* AUG_OK if the list is empty; else copies the first problem into error (NULL allowed), naming how
 * many more there are, and returns its status. */
AUG_API AugStatus aug_problems_first(const AugProblems *problems, AugError *error);

#ifdef __cplusplus
}
#endif
#endif
