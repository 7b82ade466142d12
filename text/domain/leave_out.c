/* Words in a row are left out together, so that one space is left between their neighbours. */
#include "text/domain/leave_out.h"

#include <stdbool.h>

static bool is_space(const TxtDoc *doc, uint32_t span)
{
    return span < doc->n_spans && doc->spans[span].kind == TXT_SPACE;
}

/* Whether a place is inside one white space: a code of several bytes, or a CR with its LF. */
static bool is_inside_space(const TxtDoc *doc, uint32_t at)
{
    return (doc->bytes[at] & 0xc0) == 0x80 ||
           (doc->bytes[at] == '\n' && doc->bytes[at - 1] == '\r');
}

/* The end of the first white space of a span. */
static uint32_t first_space(const TxtDoc *doc, const TxtSpan *space)
{
    uint32_t at = space->start + 1;
    while (at < space->end && is_inside_space(doc, at))
        at++;
    return at;
}

/* The start of the last one. */
static uint32_t last_space(const TxtDoc *doc, const TxtSpan *space)
{
    uint32_t at = space->end - 1;
    while (at > space->start && is_inside_space(doc, at))
        at--;
    return at;
}

/* Leaves the words of a run out, between which there is nothing but white space: each with one space
 * behind it, or, where the run has none behind, before it. */
static void delete_run(const TxtDoc *doc, const uint32_t *run, uint32_t n, TxtEdits *edits)
{
    const uint32_t first = doc->words[run[0]], last = doc->words[run[n - 1]];
    const bool behind = is_space(doc, last + 1), before = first > 0 && is_space(doc, first - 1);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t number = doc->words[run[i]];
        const TxtSpan *word = &doc->spans[number];
        uint32_t start = word->start, end = word->end;
        if (behind || (!before && i + 1 < n))
            end = first_space(doc, word + 1);
        else if (before)
            start = last_space(doc, word - 1);
        txt_edit_borrow(edits, start, end, "", 0);
    }
}

void txt_leave_out(const TxtDoc *doc, const uint32_t *list, uint32_t n, TxtEdits *edits)
{
    for (uint32_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n; next++) {
            const uint32_t number = doc->words[list[next - 1]];
            if (doc->words[list[next]] != number + 2 || !is_space(doc, number + 1))
                break;
        }
        delete_run(doc, list + i, next - i, edits);
    }
}
