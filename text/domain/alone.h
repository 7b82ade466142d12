/* Texts of a spec that operations put between the characters of others. */
#ifndef TXT_ALONE_H
#define TXT_ALONE_H

#include <stddef.h>

#include "aug/status.h"

/* Refuses what would become one character with a letter before or behind it, or with itself:
 * combining marks, joiners, halves of flags. where: the parameter, such as "AEDA.marks". Fails with
 * AUG_BAD_SPEC or AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_check_alone(const void *bytes, size_t size, const char *where,
                                         AugError *error);

#endif
