/* Stating edits. */
#include "text/domain/edits.h"

#include <string.h>

void txt_edits_fini(TxtEdits *edits)
{
    txt_memory_fini(&edits->items);
    txt_memory_fini(&edits->store);
    edits->n = edits->n_stored = 0;
}

void txt_edits_clear(TxtEdits *edits)
{
    edits->n = edits->n_stored = 0;
    edits->is_sorted = true;
    edits->failed = false;
}

static void add(TxtEdits *edits, const TxtEdit *edit)
{
    const size_t size = (edits->n + (size_t)1) * sizeof(*edit);
    if (size > edits->items.size && txt_memory_reserve(&edits->items, size, NULL) != AUG_OK) {
        edits->failed = true;
        return;
    }
    TxtEdit *items = edits->items.bytes;
    if (edits->n > 0 && edit->start < items[edits->n - 1].start)
        edits->is_sorted = false;
    items[edits->n++] = *edit;
}

void txt_edit(TxtEdits *edits, uint32_t start, uint32_t end, const void *bytes, size_t size)
{
    const size_t stored = edits->n_stored + size;
    if (stored > UINT32_MAX ||
        (stored > edits->store.size && txt_memory_reserve(&edits->store, stored, NULL) != AUG_OK)) {
        edits->failed = true;
        return;
    }
    if (size > 0)
        memcpy((uint8_t *)edits->store.bytes + edits->n_stored, bytes, size);
    add(edits,
        &(TxtEdit){.start = start, .end = end, .at = edits->n_stored, .size = (uint32_t)size});
    edits->n_stored = (uint32_t)stored;
}

void txt_edit_borrow(TxtEdits *edits, uint32_t start, uint32_t end, const void *bytes,
                     uint32_t size)
{
    add(edits, &(TxtEdit){.start = start, .end = end, .bytes = bytes, .size = size});
}
