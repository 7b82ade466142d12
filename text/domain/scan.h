/* Cutting a text into spans. One pass over the bytes; what is not ASCII goes by the boundaries of
 * UAX #29 (text/unicode).
 *
 * A text is cut at white space into *chunks*, and a chunk into *pieces*: a word with its hyphens and
 * apostrophes, something protected, or marks.
 */
#ifndef TXT_SCAN_H
#define TXT_SCAN_H

#include <stdbool.h>

#include "text/domain/doc.h"
#include "text/domain/memory.h"
#include "text/unicode/icu.h"

/* Bytes start to end - 1 of a text that a row, a pattern or an earlier operation speaks of.
 *
 * reason: why they are protected; FREE: they are not
 * flags:  LABELLED, or none
 */
typedef struct TxtRange {
    uint32_t start, end;
    uint8_t reason, flags;
} TxtRange;

/* What to cut.
 *
 * protect:    bit r: what has reason r is protected
 * ranges:     in the order of their starts; they may overlap
 * dictionary: finds the words of scripts without spaces; NULL: each character stands by itself, and
 *             is no word
 */
typedef struct TxtScanInput {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t protect;
    const TxtRange *ranges;
    uint32_t n_ranges;
    TxtIcuWords *dictionary;
} TxtScanInput;

/* Memory for one doc; zero-initialise it, or set the allowances. */
typedef struct TxtScanner {
    TxtMemory spans, words, scratch;
} TxtScanner;

/* Cuts a text. doc borrows from input and scanner, until the scanner's next call. Fails with
 * AUG_NO_MEMORY, or as txt_icu_find does. */
AUG_MUST_CHECK AugStatus txt_scan(TxtScanner *scanner, const TxtScanInput *input, TxtDoc *doc,
                                  AugError *error);

/* Frees the memory. */
void txt_scanner_fini(TxtScanner *scanner);

#endif
