/* Spans of the first text that a row names: they move with the edits, or protect their text.
 *
 * A field of kind SPANS is a list of byte ranges; fields that follow it have a row for each (their
 * classes). One that is called "protected" only protects, and is used up.
 */
#ifndef TXT_SPANS_H
#define TXT_SPANS_H

#include "aug/changes.h"
#include "aug/dataset.h"
#include "text/domain/apply.h"
#include "text/domain/scan.h"

/* Most fields of spans, and most fields that follow one. */
#define TXT_MAX_SPAN_FIELDS 4
#define TXT_MAX_FOLLOWERS 4

/* One field of spans. only_protects: it is the one of that name. */
typedef struct TxtSpanField {
    uint32_t number;
    bool only_protects;
    uint32_t n_followers;
    uint32_t followers[TXT_MAX_FOLLOWERS];
} TxtSpanField;

/* All of a data set. protects: what they name is protected, too. */
typedef struct TxtSpanFields {
    const AugDatasetInfo *dataset;
    bool protects;
    uint32_t n;
    TxtSpanField items[TXT_MAX_SPAN_FIELDS];
} TxtSpanFields;

/* The fields of spans where they came to. rows: int64_t [n][2] of each; picks: uint32_t, the numbers
 * of the rows that are left; picked: rows of the followers, of sizes bytes each. */
typedef struct TxtMovedSpans {
    uint32_t n[TXT_MAX_SPAN_FIELDS];
    size_t sizes[TXT_MAX_SPAN_FIELDS][TXT_MAX_FOLLOWERS];
    TxtMemory rows[TXT_MAX_SPAN_FIELDS];
    TxtMemory picks[TXT_MAX_SPAN_FIELDS];
    TxtMemory picked[TXT_MAX_SPAN_FIELDS][TXT_MAX_FOLLOWERS];
} TxtMovedSpans;

/* Finds the fields of a data set; treated receives a bit for each of them. AUG_BAD_SPEC where there
 * are too many. */
AUG_MUST_CHECK AugStatus txt_spans_find(TxtSpanFields *fields, const AugDatasetInfo *dataset,
                                        bool protects, uint32_t *treated, AugError *error);

/* What the spans of a sample say of its first text, in no order, into memory that has room for twice
 * as many. AUG_CORRUPT where one is not in the text. */
AUG_MUST_CHECK AugStatus txt_spans_ranges(const TxtSpanFields *fields, const AugSample *sample,
                                          uint32_t text_size, TxtMemory *memory, uint32_t *n,
                                          AugError *error);

/* Where the spans of a sample are after the changes of its first text; those of which nothing is left
 * are dropped, with their rows of other fields. */
AUG_MUST_CHECK AugStatus txt_spans_move(const TxtSpanFields *fields, const AugSample *sample,
                                        const TxtChanges *changes, TxtMovedSpans *moved,
                                        AugError *error);

/* The value of a field of spans (follower 0) or of its followers (from 1) after a move. */
AugField txt_spans_value(const TxtMovedSpans *moved, uint32_t item, uint32_t follower);

#endif
