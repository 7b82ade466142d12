/* Writes segments down, in memory of exactly the text's size, so that a sanitizer sees every byte too
 * far. */
#include "tests/support/segments.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *exact_copy(const void *text, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    if (size)
        memcpy(copy, text, size);
    return copy;
}

static size_t checked_end(TestSegmentEnd *end, const uint8_t *text, size_t size, size_t start)
{
    const size_t at = end(text, size, start);
    ck_assert_msg(at > start && at <= size, "a segment of %zu bytes from %zu ends at %zu", size,
                  start, at);
    return at;
}

/* Writes bytes behind to and returns the place behind them. */
static char *write_bytes(char *to, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] >= ' ' && bytes[i] < 0x7f)
            *to++ = (char)bytes[i];
        else
            to += snprintf(to, 5, "<%02x>", bytes[i]);
    }
    return to;
}

char *test_segments(TestSegmentEnd *end, const void *text, size_t size)
{
    uint8_t *copy = exact_copy(text, size);
    /* At most four characters for a byte, and a "|". */
    char *out = malloc(5 * size + 1);
    ck_assert_ptr_nonnull(out);
    char *to = out;
    for (size_t at = 0; at < size;) {
        const size_t stop = checked_end(end, copy, size, at);
        if (at > 0)
            *to++ = '|';
        to = write_bytes(to, copy + at, stop - at);
        at = stop;
    }
    *to = 0;
    free(copy);
    return out;
}

void test_segments_are(TestSegmentEnd *end, const char *text, const char *written)
{
    char *found = test_segments(end, text, strlen(text));
    char *expected = malloc(4 * strlen(written) + 1);
    ck_assert_ptr_nonnull(expected);
    *write_bytes(expected, (const uint8_t *)written, strlen(written)) = 0;
    ck_assert_str_eq(found, expected);
    free(expected);
    free(found);
}

size_t test_count_segments(TestSegmentEnd *end, const void *text, size_t size)
{
    uint8_t *copy = exact_copy(text, size);
    size_t n = 0;
    for (size_t at = 0; at < size; at = checked_end(end, copy, size, at))
        n++;
    free(copy);
    return n;
}
