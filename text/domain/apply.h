/* From edits to a text, and from the edits of several operations to one list of changes. */
#ifndef TXT_APPLY_H
#define TXT_APPLY_H

#include "aug/changes.h"
#include "text/domain/copy.h"
#include "text/domain/doc.h"
#include "text/domain/edits.h"

/* A list of changes; zero-initialise it. */
typedef struct TxtChanges {
    TxtMemory items; /* AugChange */
    uint32_t n;
} TxtChanges;

/* The items of a list. */
static inline AugChange *txt_changes(const TxtChanges *changes)
{
    return changes->items.bytes;
}

/* Puts the edits in order. Fails with AUG_INTERNAL where an operation stated some that overlap, lie
 * beyond the text or split a code point, and with AUG_NO_MEMORY; name: of the operation. */
AUG_MUST_CHECK AugStatus txt_edits_settle(TxtEdits *edits, const TxtDoc *doc, const char *name,
                                          AugError *error);

/* Bytes of the text with the edits, which are settled. */
uint64_t txt_edits_size(const TxtEdits *edits, uint32_t size);

/* Whether the edits neither split a grapheme of the text nor join two in what was made with them. */
bool txt_edits_hold(const TxtEdits *edits, const TxtDoc *doc, const uint8_t *made, uint32_t size);

/* Bytes behind a result that are written, too. */
#define TXT_APPLY_ROOM TXT_CHUNK

/* Writes it; out has room for that, and TXT_APPLY_ROOM more bytes. */
void txt_edits_apply(const TxtEdits *edits, const uint8_t *bytes, uint32_t size, uint8_t *out);

/* changes: of the original so far; more: receives what they are with the edits. op: the operation's
 * name. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_changes_add(const TxtChanges *changes, const TxtEdits *edits,
                                         const char *op, TxtChanges *more, AugError *error);

/* The place in the result of a range of the original: what is inserted at its ends stays outside,
 * a change that it touches it takes in. */
void txt_changes_map(const TxtChanges *changes, uint32_t *start, uint32_t *end);

#endif
