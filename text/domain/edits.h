/* The edits of a text: what replaces which bytes. The list is how an operation says what it does,
 * how the result is made, and how positions in the original find their place in the result.
 *
 * Guarantees by party. An operation: states edits in any order, none of which overlaps another or
 * splits a grapheme. The list: keeps them in the order of their starts; two that begin at one place
 * (insertions) in the order in which they were stated.
 */
#ifndef TXT_EDITS_H
#define TXT_EDITS_H

#include <stdint.h>

#include "libaug/base/allowance.h"
#include "text/domain/memory.h"

/* One edit: bytes start to end - 1 become size bytes; an insertion has start == end. bytes NULL: they
 * lie in the list's own memory at at. */
typedef struct TxtEdit {
    uint32_t start, end;
    const uint8_t *bytes;
    uint32_t at, size;
} TxtEdit;

/* The edits of one operation on one text. Zero-initialise it, or set memory's allowances.
 *
 * items:  TxtEdit, n of them
 * store:  copies of what txt_edit was given, n_stored bytes
 * failed: memory ran out; the text is then refused as a whole
 */
typedef struct TxtEdits {
    TxtMemory items, store;
    uint32_t n, n_stored;
    bool is_sorted;
    bool failed;
} TxtEdits;

/* Frees the memory and zeroes the list. */
void txt_edits_fini(TxtEdits *edits);

/* Begins with no edits; memory stays. */
void txt_edits_clear(TxtEdits *edits);

/* Bytes start to end - 1 of the text become a copy of these. */
void txt_edit(TxtEdits *edits, uint32_t start, uint32_t end, const void *bytes, size_t size);

/* Makes room for one more edit; false, and failed, where there is none. */
bool txt_edits_grow(TxtEdits *edits);

/* Puts one edit behind the others, as it is. */
static inline void txt_edits_add(TxtEdits *edits, TxtEdit edit)
{
    const uint32_t n = edits->n;
    if ((n + (size_t)1) * sizeof(edit) > edits->items.size && !txt_edits_grow(edits))
        return;
    TxtEdit *items = edits->items.bytes;
    /* No branch on it: words are drawn in any order. */
    const uint32_t before = n > 0 ? items[n - 1].start : 0;
    edits->is_sorted &= edit.start >= before;
    items[n] = edit;
    edits->n = n + 1;
}

/* The same as txt_edit without a copy, for bytes of the doc or constants, which stay as they are. */
static inline void txt_edit_borrow(TxtEdits *edits, uint32_t start, uint32_t end, const void *bytes,
                                   uint32_t size)
{
    txt_edits_add(edits, (TxtEdit){.start = start, .end = end, .bytes = bytes, .size = size});
}

/* The replacing bytes of an edit. */
static inline const uint8_t *txt_edit_bytes(const TxtEdits *edits, const TxtEdit *edit)
{
    /* A deletion may have been stated before there was memory for anything. */
    if (edit->size == 0)
        return (const uint8_t *)"";
    return edit->bytes ? edit->bytes : (const uint8_t *)edits->store.bytes + edit->at;
}

#endif
