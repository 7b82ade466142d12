/* Regular expressions of a spec: what one matches in the stored text is protected.
 *
 * They are those of PCRE2 on UTF-8, where bytes that are none match nothing. The steps of all searches
 * in a text are bounded together, in proportion to its size, and so is their memory; a text on which
 * they reach the bound is always the same. A search ends, too, when nobody waits for it any more.
 */
#ifndef TXT_PATTERNS_H
#define TXT_PATTERNS_H

#include "libaug/base/hash.h"
#include "libaug/spec/param.h"
#include "text/domain/memory.h"
#include "text/domain/scan.h"

/* Compiled expressions; const, for any number of threads. */
typedef struct TxtPatterns TxtPatterns;

/* What a thread searches with. */
typedef struct TxtSearch TxtSearch;

/* Compiles them. Fails with AUG_BAD_SPEC, naming the place in the expression. On failure, and for
 * none, *out is NULL. */
AUG_MUST_CHECK AugStatus txt_patterns_new(TxtPatterns **out, const AugTexts *texts,
                                          AugError *error);

/* NULL does nothing. */
void txt_patterns_free(TxtPatterns *patterns);

/* Adds the version of PCRE2: another one may know other letters. */
void txt_patterns_identify(AugiHash *hash);

/* Memory of a thread; *out is NULL on failure. allowance: borrowed; asked whether anybody waits. */
AUG_MUST_CHECK AugStatus txt_search_new(TxtSearch **out, const AugiAllowance *allowance,
                                        AugError *error);

/* NULL does nothing. */
void txt_search_free(TxtSearch *search);

/* Ranges in memory that has room for twice as many, n of them. gave_up: the searches reached their
 * bound, so there may be more. */
typedef struct TxtRangeList {
    TxtMemory *memory;
    uint32_t n;
    bool gave_up;
} TxtRangeList;

/* Adds a range for every match, in no order. Fails with AUG_NO_MEMORY, or with AUG_CLOSED when nobody
 * waits. */
AUG_MUST_CHECK AugStatus txt_patterns_find(const TxtPatterns *patterns, TxtSearch *search,
                                           const uint8_t *text, uint32_t size, TxtRangeList *list,
                                           AugError *error);

#endif
