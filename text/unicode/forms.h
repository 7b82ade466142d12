/* Parts that canonical forms are made of (UAX #15), by utf8proc: for tokenizers, which follow the
 * forms of another library step by step. */
#ifndef TXT_FORMS_H
#define TXT_FORMS_H

#include <stddef.h>
#include <stdint.h>

/* Code points of the longest canonical decomposition of one. */
#define TXT_MAX_DECOMPOSITION 4

/* The canonical decomposition of a code point, to its end and not yet in canonical order; returns
 * of how many it consists: 1 where it has none. */
int txt_code_decompose(int32_t code, int32_t parts[TXT_MAX_DECOMPOSITION]);

/* The canonical combining class of a code point. */
uint8_t txt_code_class(int32_t code);

/* Puts together in place what can be put together of n code points in canonical order; returns how
 * many are left. The time that it takes grows with n. */
size_t txt_codes_compose(int32_t *codes, size_t n);

#endif
