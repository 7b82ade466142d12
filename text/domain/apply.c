/* Applying and joining edits: everything is one walk over lists in order. */
#include "text/domain/apply.h"

#include <string.h>

#include "text/domain/copy.h"
#include "text/unicode/unicode.h"

/* Lists this short are sorted by counting. */
#define SHORT 16

/* The place of each is how many come before it: more comparisons than other ways take, but no branch on one,
 * of which half would be foreseen wrongly. */
static void sort_short(TxtEdit *items, uint32_t n)
{
    TxtEdit given[SHORT];
    uint32_t starts[SHORT], places[SHORT] = {0};
    for (uint32_t i = 0; i < n; i++) {
        given[i] = items[i];
        starts[i] = items[i].start;
        for (uint32_t k = 0; k < i; k++) {
            const bool is_before = starts[k] <= starts[i];
            places[i] += is_before;
            places[k] += !is_before;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        items[places[i]] = given[i];
}

static void merge(const TxtEdit *from, TxtEdit *to, uint32_t middle, uint32_t n)
{
    uint32_t a = 0, b = middle;
    for (uint32_t i = 0; i < n; i++)
        to[i] = a < middle && (b == n || from[a].start <= from[b].start) ? from[a++] : from[b++];
}

/* Stable, in n log n: equal starts keep their order. */
static AugStatus sort(TxtEdits *edits, AugError *error)
{
    const size_t size = (size_t)edits->n * sizeof(TxtEdit);
    if (edits->n > SHORT)
        AUG_TRY(txt_memory_reserve(&edits->items, 2 * size, error));
    TxtEdit *items = edits->items.bytes, *from = items, *to = items + edits->n;
    for (uint32_t i = 0; i < edits->n; i += SHORT)
        sort_short(items + i, edits->n - i < SHORT ? edits->n - i : SHORT);
    for (uint64_t run = SHORT; run < edits->n; run *= 2) {
        for (uint64_t i = 0; i < edits->n; i += 2 * run) {
            const uint64_t left = edits->n - i;
            merge(from + i, to + i, (uint32_t)(left < run ? left : run),
                  (uint32_t)(left < 2 * run ? left : 2 * run));
        }
        TxtEdit *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, size);
    edits->is_sorted = true;
    return AUG_OK;
}

/* Whether a byte continues a code point, as far as it itself says so. */
static bool continues_code(const TxtDoc *doc, uint32_t at)
{
    return at < doc->size && (doc->bytes[at] & 0xc0) == 0x80;
}

/* Whether bytes at and before may be one code point: those of invalid sequences may not. */
static bool splits_code(const TxtDoc *doc, uint32_t at)
{
    uint32_t low = 0, high = doc->n_spans;
    if (at == 0 || doc->bytes[at - 1] < 0x80)
        return false;
    while (low + 1 < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (doc->spans[middle].start <= at)
            low = middle;
        else
            high = middle;
    }
    return doc->spans[low].start != at && doc->spans[low].kind != TXT_INVALID;
}

AugStatus txt_edits_settle(TxtEdits *edits, const TxtDoc *doc, const char *name, AugError *error)
{
    if (edits->failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the edits of %s", name);
    if (!edits->is_sorted)
        AUG_TRY(sort(edits, error));
    const TxtEdit *items = edits->items.bytes;
    uint32_t end = 0;
    for (uint32_t i = 0; i < edits->n; i++) {
        const TxtEdit *edit = &items[i];
        if (edit->start < end || edit->end < edit->start || edit->end > doc->size ||
            (continues_code(doc, edit->start) && splits_code(doc, edit->start)) ||
            (continues_code(doc, edit->end) && splits_code(doc, edit->end)))
            return AUG_FAIL(error, AUG_INTERNAL, NULL,
                            "%s stated an edit of bytes %u to %u of %u that may not be", name,
                            edit->start, edit->end, doc->size);
        end = edit->end;
    }
    return AUG_OK;
}

uint64_t txt_edits_size(const TxtEdits *edits, uint32_t size)
{
    const TxtEdit *items = edits->items.bytes;
    uint64_t all = size;
    for (uint32_t i = 0; i < edits->n; i++)
        all += (uint64_t)items[i].size - (items[i].end - items[i].start);
    return all;
}

/* Of ASCII only CR and LF join. */
static bool is_end(const uint8_t *bytes, uint32_t size, uint32_t at)
{
    if (at > 0 && at < size && (bytes[at - 1] | bytes[at]) < 0x80 && bytes[at] != '\n')
        return true;
    return txt_grapheme_begins(bytes, size, at);
}

bool txt_edits_hold(const TxtEdits *edits, const TxtDoc *doc, const uint8_t *made, uint32_t size)
{
    const TxtEdit *items = edits->items.bytes;
    uint32_t shift = 0; /* modulo 2^32, so it may go down, too */
    bool holds = true;
    for (uint32_t i = 0; holds && i < edits->n; i++) {
        const uint32_t start = items[i].start + shift, end = start + items[i].size;
        holds = is_end(doc->bytes, doc->size, items[i].start) &&
                is_end(doc->bytes, doc->size, items[i].end) && is_end(made, size, start) &&
                is_end(made, size, end);
        shift += items[i].size - (items[i].end - items[i].start);
    }
    return holds;
}

/* Copies bytes at to end - 1 of a text of size bytes, in chunks as long as whole ones are there: what the
 * last one has too much is written over by what comes next, for which the caller has room. */
static uint8_t *copy_between(uint8_t *out, const uint8_t *bytes, uint32_t at, uint32_t end,
                             uint32_t size)
{
    uint8_t *const next = out + (end - at);
    for (; at < end && size - at >= TXT_CHUNK; at += TXT_CHUNK, out += TXT_CHUNK)
        memcpy(out, bytes + at, TXT_CHUNK);
    if (at < end)
        txt_copy(out, bytes + at, end - at);
    return next;
}

void txt_edits_apply(const TxtEdits *edits, const uint8_t *bytes, uint32_t size, uint8_t *out)
{
    const TxtEdit *items = edits->items.bytes;
    uint32_t at = 0;
    for (uint32_t i = 0; i < edits->n; i++) {
        const TxtEdit *edit = &items[i];
        out = copy_between(out, bytes, at, edit->start, size);
        txt_copy(out, txt_edit_bytes(edits, edit), edit->size);
        out += edit->size;
        at = edit->end;
    }
    copy_between(out, bytes, at, size, size);
}

/* Two lists on their way to one. old: changes from the original to the text between, by: edits from
 * that to the result. old_shift: what must be added to a place of the text between for its place in
 * the original, behind the changes that are done; new_shift: for its place in the result. */
typedef struct Join {
    const AugChange *old, *old_end;
    const TxtEdit *by, *by_end;
    int64_t old_shift, new_shift;
} Join;

/* Takes the next old change: a range of the text between. */
static void take_old(Join *join, uint32_t *end)
{
    const AugChange *change = join->old++;
    if (change->new_end > *end)
        *end = change->new_end;
    join->old_shift = (int64_t)change->end - change->new_end;
}

static void take_edit(Join *join, uint32_t *end)
{
    const TxtEdit *edit = join->by++;
    if (edit->end > *end)
        *end = edit->end;
    join->new_shift += (int64_t)edit->size - (edit->end - edit->start);
}

/* The next change of the joined list: one of either side, or all that overlap one another. */
static AugChange next(Join *join, const char *op)
{
    const bool has_old = join->old < join->old_end, has_edit = join->by < join->by_end;
    /* Where both begin at one place, and one of them is empty there, the older one comes first. */
    const bool old_first =
        has_old &&
        (!has_edit || join->old->new_start < join->by->start ||
         (join->old->new_start == join->by->start && join->old->new_end <= join->by->end));
    const uint32_t start = old_first ? join->old->new_start : join->by->start;
    AugChange made = {.start = (uint32_t)(start + join->old_shift),
                      .new_start = (uint32_t)(start + join->new_shift),
                      .op = old_first ? join->old->op : op};
    uint32_t end = start;
    if (old_first)
        take_old(join, &end);
    else
        take_edit(join, &end);
    for (;;) {
        if (join->old < join->old_end && join->old->new_start < end) {
            take_old(join, &end);
            made.op = NULL;
        } else if (join->by < join->by_end && join->by->start < end) {
            take_edit(join, &end);
            made.op = made.op == op ? op : NULL;
        } else {
            break;
        }
    }
    made.end = (uint32_t)(end + join->old_shift);
    made.new_end = (uint32_t)(end + join->new_shift);
    return made;
}

static void take_all(const TxtEdits *edits, const char *op, AugChange *items)
{
    const TxtEdit *edit = edits->items.bytes;
    uint32_t shift = 0; /* modulo 2^32, so it may go down, too */
    for (uint32_t i = 0; i < edits->n; i++, edit++) {
        items[i] = (AugChange){.start = edit->start,
                               .end = edit->end,
                               .new_start = edit->start + shift,
                               .new_end = edit->start + shift + edit->size,
                               .op = op};
        shift += edit->size - (edit->end - edit->start);
    }
}

AugStatus txt_changes_add(const TxtChanges *changes, const TxtEdits *edits, const char *op,
                          TxtChanges *more, AugError *error)
{
    const size_t n = (size_t)changes->n + edits->n;
    AUG_TRY(txt_memory_reserve(&more->items, n * sizeof(AugChange), error));
    Join join = {
        .old = txt_changes(changes),
        .by = edits->items.bytes,
    };
    join.old_end = changes->n > 0 ? join.old + changes->n : join.old;
    join.by_end = edits->n > 0 ? join.by + edits->n : join.by;
    AugChange *items = txt_changes(more);
    /* The first operation of a text: every edit is a change. */
    if (changes->n == 0) {
        take_all(edits, op, items);
        more->n = edits->n;
        return AUG_OK;
    }
    for (more->n = 0; join.old < join.old_end || join.by < join.by_end; more->n++)
        items[more->n] = next(&join, op);
    return AUG_OK;
}

/* The last of n changes that begins before a place, or, if at counts too, at it; NULL: there is
 * none. */
static const AugChange *find(const AugChange *items, uint32_t n, uint32_t place, bool at)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (items[middle].start < place || (at && items[middle].start == place))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &items[low - 1] : NULL;
}

void txt_changes_map(const TxtChanges *changes, uint32_t *start, uint32_t *end)
{
    const AugChange *items = txt_changes(changes);
    const AugChange *first = find(items, changes->n, *start, true);
    const AugChange *last = find(items, changes->n, *end, false);
    if (first && *start >= first->end)
        *start += first->new_end - first->end;
    else if (first)
        *start = first->new_start;
    if (last && *end >= last->end)
        *end += last->new_end - last->end;
    else if (last)
        *end = last->new_end;
    if (*end < *start)
        *end = *start;
}
