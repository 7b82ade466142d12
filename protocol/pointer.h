/* Where in a JSON text a place is: a column as a JSON pointer, for people who sent an object and
 * never saw the text. */
#ifndef AUGP_POINTER_H
#define AUGP_POINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "augp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pointer (RFC 6901) of the value or key that begins at a column of a compact JSON text of one
 * line, or else of the last one before it. column counts characters from 1. pointer has room for
 * size bytes, with its NUL; "" names the whole. Returns false, and an empty pointer, if the text is
 * not compact JSON, nested too deep, or the pointer does not fit. Any thread. */
AUGP_API bool augp_pointer_at(const char *text, size_t column, char *pointer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
