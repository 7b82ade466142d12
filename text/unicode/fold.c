/* Most codes are their own normal form, and are copied. Only from a code that is not, or that what
 * follows may change, up to the next that stands by itself, utf8proc is asked.
 *
 * utf8proc orders marks with time that grows with the square of their number, so the marks are
 * ordered here; it decomposes codes one by one, and composes in one pass.
 */
#include "text/unicode/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

/* Marks in a row that are ordered by insertion; more of them by counting. */
#define FEW_MARKS 16

/* A code becomes at most so many, folded and decomposed ("ᾂ"); the tests try them all. */
#define MOST_CODES 4

/* The copy while it is made. flags: a code with any of them may not be copied as it is. */
typedef struct Folding {
    TxtFolded *folded;
    const uint8_t *text;
    size_t size;
    utf8proc_option_t options;
    uint8_t flags;
} Folding;

/* Room for so many further bytes, and the end of the map. bytes is no NULL then, for an empty text
 * either. */
static AugStatus reserve(TxtFolded *folded, size_t size, AugError *error)
{
    const size_t wanted = folded->size + size + 1;
    AUG_TRY(txt_memory_reserve(&folded->copy, wanted, error));
    AUG_TRY(txt_memory_reserve(&folded->places, wanted * sizeof(uint32_t), error));
    folded->bytes = folded->copy.bytes;
    folded->at = folded->places.bytes;
    return AUG_OK;
}

/* Copies bytes of the text; there is room. */
static void copy(Folding *folding, size_t start, size_t end)
{
    TxtFolded *folded = folding->folded;
    if (end > start)
        memcpy(folded->bytes + folded->size, folding->text + start, end - start);
    for (size_t i = start; i < end; i++)
        folded->at[folded->size++] = (uint32_t)i;
}

/* Copies ASCII from at on; returns where it ends. */
static size_t copy_ascii(Folding *folding, size_t at)
{
    TxtFolded *folded = folding->folded;
    const uint8_t *text = folding->text;
    const bool fold_case = folding->flags & TXT_IS_FOLDED;
    for (; at < folding->size && text[at] < 0x80; at++) {
        const bool is_capital = text[at] >= 'A' && text[at] <= 'Z';
        folded->bytes[folded->size] = (uint8_t)(text[at] + (fold_case && is_capital ? 32 : 0));
        folded->at[folded->size++] = (uint32_t)at;
    }
    return at;
}

static int class_of(int32_t code)
{
    return utf8proc_get_property(code)->combining_class;
}

/* Canonical order of marks in a row: by class, and within a class as they stand. spare has room for
 * n codes. */
static void order_marks(int32_t *marks, size_t n, int32_t *spare)
{
    if (n <= FEW_MARKS) {
        for (size_t i = 1; i < n; i++) {
            const int32_t mark = marks[i];
            size_t k = i;
            for (; k > 0 && class_of(marks[k - 1]) > class_of(mark); k--)
                marks[k] = marks[k - 1];
            marks[k] = mark;
        }
        return;
    }
    size_t places[257] = {0};
    for (size_t i = 0; i < n; i++)
        places[class_of(marks[i]) + 1]++;
    for (size_t class = 1; class < 257; class ++)
        places[class] += places[class - 1];
    for (size_t i = 0; i < n; i++)
        spare[places[class_of(marks[i])]++] = marks[i];
    memcpy(marks, spare, n * sizeof(*marks));
}

static void order_all(int32_t *codes, size_t n, int32_t *spare)
{
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && class_of(codes[end]) > 0)
            end++;
        if (end > i)
            order_marks(codes + i, end - i, spare);
        i = end + 1;
    }
}

/* End of a sequence that is rewritten together: up to the next code that nothing before it changes,
 * or to damage. *n_codes is how many codes it has. */
static size_t sequence_end(const Folding *folding, size_t start, size_t *n_codes)
{
    size_t at = start;
    *n_codes = 0;
    while (at < folding->size) {
        int32_t code;
        const size_t used = txt_decode(folding->text + at, folding->size - at, &code);
        if (code < 0 || (at > start && !(txt_properties(code)->flags & TXT_IS_UNSTABLE)))
            break;
        (*n_codes)++;
        at += used;
    }
    return at;
}

/* Writes codes for the sequence that begins at start; there is room. */
static void write_codes(TxtFolded *folded, const int32_t *codes, size_t n, size_t start)
{
    for (size_t i = 0; i < n; i++) {
        const size_t used = txt_encode(codes[i], folded->bytes + folded->size);
        for (size_t k = 0; k < used; k++)
            folded->at[folded->size++] = (uint32_t)start;
    }
}

/* Rewrites the sequence of start to end - 1 of so many codes. */
static AugStatus rewrite(Folding *folding, size_t start, size_t end, size_t n_codes,
                         AugError *error)
{
    TxtFolded *folded = folding->folded;
    const size_t most = n_codes * MOST_CODES;
    AUG_TRY(txt_memory_reserve(&folded->codes, 2 * most * sizeof(int32_t), error));
    int32_t *codes = folded->codes.bytes;
    size_t n = 0;
    int state = UTF8PROC_BOUNDCLASS_START;
    for (size_t at = start; at < end;) {
        int32_t code;
        at += txt_decode(folding->text + at, end - at, &code);
        n += (size_t)utf8proc_decompose_char(code, codes + n, (utf8proc_ssize_t)(most - n),
                                             folding->options, &state);
        if (n > most)
            return AUG_FAIL(error, AUG_INTERNAL, NULL, "U+%04X becomes more than %d codes",
                            (unsigned)code, MOST_CODES);
    }
    order_all(codes, n, codes + most);
    n = (size_t)utf8proc_normalize_utf32(codes, (utf8proc_ssize_t)n, folding->options);
    /* As much as this, and all that follows, if that is copied. */
    AUG_TRY(reserve(folded, 4 * n + folding->size - end, error));
    write_codes(folded, codes, n, start);
    return AUG_OK;
}

/* One sequence that begins with another byte than ASCII, or before such a byte; moves *at. */
static AugStatus fold_sequence(Folding *folding, size_t *at, AugError *error)
{
    size_t n_codes;
    const size_t start = *at;
    const size_t end = sequence_end(folding, start, &n_codes);
    int32_t code;
    const size_t used = txt_decode(folding->text + start, folding->size - start, &code);
    if (code < 0) {
        copy(folding, start, start + used);
        *at = start + used;
        return AUG_OK;
    }
    *at = end;
    if (n_codes > 1 || txt_properties(code)->flags & folding->flags)
        return rewrite(folding, start, end, n_codes, error);
    copy(folding, start, end);
    return AUG_OK;
}

AugStatus txt_fold(TxtFolded *folded, const uint8_t *text, size_t size, bool fold_case,
                   AugError *error)
{
    Folding folding = {
        .folded = folded,
        .text = text,
        .size = size,
        .options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | (fold_case ? UTF8PROC_CASEFOLD : 0),
        .flags = TXT_IS_UNSTABLE | (fold_case ? TXT_IS_FOLDED : 0),
    };
    folded->copy.allowance = folded->places.allowance = folded->allowance;
    folded->codes.allowance = folded->allowance;
    folded->size = 0;
    AUG_TRY(reserve(folded, size, error));
    for (size_t at = 0; at < size;) {
        const size_t start = at;
        at = copy_ascii(&folding, at);
        if (at == size)
            break;
        /* The last ASCII code may be changed by what follows it. */
        if (at > start) {
            folded->size--;
            at--;
        }
        AUG_TRY(fold_sequence(&folding, &at, error));
    }
    folded->at[folded->size] = (uint32_t)size;
    return AUG_OK;
}

void txt_folded_fini(TxtFolded *folded)
{
    txt_memory_fini(&folded->copy);
    txt_memory_fini(&folded->places);
    txt_memory_fini(&folded->codes);
    folded->bytes = NULL;
    folded->at = NULL;
    folded->size = 0;
}
