/* Words of languages that write no spaces between them (Chinese, Japanese, Thai, Lao, Khmer,
 * Burmese), which takes dictionaries: those of the library ICU, where it is installed.
 *
 * Another version of ICU may find other words, so what is made with them depends on the version that
 * was found, and never in silence on whether there is one: who wants them asks for them, and is
 * refused by name where ICU is absent. It is looked for when it is asked for; nothing of it is
 * needed to build or to install the project.
 */
#ifndef TXT_ICU_H
#define TXT_ICU_H

#include <stddef.h>
#include <stdint.h>

#include "text/domain/memory.h"

/* The library that was found; const, for any number of threads. */
typedef struct TxtIcu TxtIcu;

/* Looks for ICU and loads it: the newest of the versions that are installed. Fails with
 * AUG_UNSUPPORTED where there is none. The caller frees *icu; the library itself stays in the
 * process. */
AUG_MUST_CHECK AugStatus txt_icu_open(TxtIcu **icu, AugError *error);

/* Frees it; NULL is allowed. */
void txt_icu_free(TxtIcu *icu);

/* The version, such as "72.1": part of what results depend on. Valid until icu is freed. */
const char *txt_icu_version(const TxtIcu *icu);

/* What finds words, for one thread at a time. It does not need icu once it is made. */
typedef struct TxtIcuWords TxtIcuWords;

/* Makes one. The places that it finds are counted on the allowance (NULL: nothing is), ICU's own
 * memory is not: it grows with the longest text, some ten bytes for each of its codes. */
AUG_MUST_CHECK AugStatus txt_icu_words_new(TxtIcuWords **words, const TxtIcu *icu,
                                           AugiAllowance *allowance, AugError *error);

/* Frees it; NULL is allowed. */
void txt_icu_words_free(TxtIcuWords *words);

/* Finds the segments of a text: words, and what is between them, as txt_word_end does for other
 * languages. (*ends)[i] is where segment i ends; *n_ends is how many there are, 0 for an empty text.
 * Invalid sequences are segments of their own, and no grapheme is cut. *ends is valid until the next
 * call. Fails with AUG_NO_MEMORY, and with AUG_INTERNAL if ICU does. size is at most INT32_MAX. */
AUG_MUST_CHECK AugStatus txt_icu_find(TxtIcuWords *words, const uint8_t *text, size_t size,
                                      const uint32_t **ends, size_t *n_ends, AugError *error);

#endif
