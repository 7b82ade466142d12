/* Stating edits. */
#include "text/domain/edits.h"

#include "text/domain/copy.h"

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

bool txt_edits_grow(TxtEdits *edits)
{
    const size_t size = (edits->n + (size_t)1) * sizeof(TxtEdit);
    if (txt_memory_reserve(&edits->items, size, NULL) != AUG_OK)
        edits->failed = true;
    return !edits->failed;
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
        txt_copy((uint8_t *)edits->store.bytes + edits->n_stored, bytes, size);
    txt_edits_add(
        edits,
        (TxtEdit){.start = start, .end = end, .at = edits->n_stored, .size = (uint32_t)size});
    edits->n_stored = (uint32_t)stored;
}
