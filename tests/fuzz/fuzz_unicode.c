/* Codes, segments, copies for look-ups and capitals of any bytes: what text/unicode promises.
 *
 * Input: a text.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "text/unicode/case.h"
#include "text/unicode/fold.h"
#include "text/unicode/unicode.h"

typedef size_t SegmentEnd(const uint8_t *text, size_t size, size_t start);

static SegmentEnd *const ends[] = {txt_grapheme_end, txt_word_end, txt_sentence_end};

static TxtFolded folded;

/* Segments cover the text, and damage is one by itself. */
static void check_segments(SegmentEnd *find_end, const uint8_t *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        const size_t start = at;
        const size_t end = find_end(text, size, start);
        FUZZ_CHECK(end > start && end <= size, "%zu to %zu of %zu", start, end, size);
        while (at < end) {
            int32_t code;
            const size_t used = txt_decode(text + at, size - at, &code);
            FUZZ_CHECK(code >= 0 || (at == start && at + used == end),
                       "damage at %zu in %zu to %zu", at, start, end);
            at += used;
        }
        FUZZ_CHECK(at == end, "%zu is within a code", end);
    }
}

static void fold(const uint8_t *text, size_t size, bool fold_case)
{
    AugError error = {0};
    FUZZ_CHECK(txt_fold(&folded, text, size, fold_case, &error) == AUG_OK, "%s", error.message);
    FUZZ_CHECK(folded.at[folded.size] == size, "the map ends at %u of %zu", folded.at[folded.size],
               size);
    for (size_t i = 0; i < folded.size; i++)
        FUZZ_CHECK(folded.at[i] <= folded.at[i + 1] && folded.at[i] < size,
                   "byte %zu comes from %u", i, folded.at[i]);
}

/* Damaged sequences. */
static size_t count_invalid(const uint8_t *text, size_t size)
{
    size_t n = 0;
    for (size_t at = 0; at < size;) {
        int32_t code;
        at += txt_decode(text + at, size - at, &code);
        n += code < 0;
    }
    return n;
}

/* A normal form is its own, and keeps damage. */
static void check_fold(const uint8_t *text, size_t size)
{
    fold(text, size, true);
    FUZZ_CHECK(count_invalid(folded.bytes, folded.size) == count_invalid(text, size), "damage");
    fold(text, size, false);
    const size_t once = folded.size;
    uint8_t *copy = malloc(once ? once : 1);
    FUZZ_CHECK(copy != NULL, "no memory for a copy");
    memcpy(copy, folded.bytes, once);
    fold(copy, once, false);
    FUZZ_CHECK(folded.size == once && memcmp(folded.bytes, copy, once) == 0,
               "%zu bytes became %zu, or others", once, folded.size);
    free(copy);
}

/* Another case has room and the same damage. */
static void check_case(const uint8_t *text, size_t size)
{
    uint8_t *out = malloc(TXT_CASE_ROOM(size) + 1);
    FUZZ_CHECK(out != NULL, "no memory for a word");
    for (TxtCase pattern = TXT_CASE_NONE; pattern <= TXT_CASE_MIXED; pattern++) {
        const size_t n = txt_case_apply(pattern, text, size, out);
        FUZZ_CHECK(n <= TXT_CASE_ROOM(size), "%zu bytes became %zu in case %d", size, n, pattern);
        FUZZ_CHECK(count_invalid(out, n) == count_invalid(text, size), "damage in case %d",
                   pattern);
        const bool as_it_is = pattern == TXT_CASE_NONE || pattern == TXT_CASE_MIXED;
        FUZZ_CHECK(!as_it_is || (n == size && memcmp(out, text, n) == 0), "another in case %d",
                   pattern);
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    uint8_t *text = fuzz_take(&input, &size);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        check_segments(ends[i], text, size);
    check_fold(text, size);
    check_case(text, size);
    free(text);
    return 0;
}
