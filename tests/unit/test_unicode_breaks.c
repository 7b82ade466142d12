/* Boundaries of graphemes, words and sentences: all cases of the test files of Unicode 15.0, as
 * Debian's package unicode-data installs them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/segments.h"
#include "tests/support/support.h"
#include "text/unicode/unicode.h"

#define FOLDER "/usr/share/unicode/auxiliary/"

/* A case: the text, and its size if a segment ends behind it. */
typedef struct Case {
    uint8_t text[256];
    size_t size;
    size_t ends[64];
    size_t n_ends;
} Case;

/* Reads a line such as "÷ 0061 × 0308 ÷ # comment"; false if there is no case in it. */
static bool read_case(Case *c, char *line)
{
    c->size = c->n_ends = 0;
    char *rest = line, *word;
    while ((word = strsep(&rest, " \t\n")) && *word != '#') {
        if (strcmp(word, "÷") == 0 && c->size > 0)
            c->ends[c->n_ends++] = c->size;
        else if (strspn(word, "0123456789ABCDEF") >= 4)
            c->size += txt_encode((int32_t)strtol(word, NULL, 16), c->text + c->size);
        ck_assert_uint_lt(c->size, sizeof(c->text) - 4);
        ck_assert_uint_lt(c->n_ends, 64);
    }
    return c->size > 0;
}

static void check_case(const Case *c, TestSegmentEnd *end, int line)
{
    size_t at = 0;
    for (size_t i = 0; i < c->n_ends; i++) {
        const size_t found = end(c->text, c->size, at);
        ck_assert_msg(found == c->ends[i], "line %d: from %zu to %zu, not to %zu: %s", line, at,
                      c->ends[i], found, test_segments(end, c->text, c->size));
        at = found;
    }
    ck_assert_uint_eq(at, c->size);
}

static void check_file(const char *path, TestSegmentEnd *end, int expected)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        test_skip("%s is not here", path);
        return;
    }
    char line[4096];
    int n = 0, number = 0;
    while (fgets(line, sizeof(line), file)) {
        Case c;
        number++;
        if (!read_case(&c, line))
            continue;
        check_case(&c, end, number);
        n++;
    }
    fclose(file);
    ck_assert_int_eq(n, expected);
}

START_TEST(test_graphemes)
{
    check_file(FOLDER "GraphemeBreakTest.txt", txt_grapheme_end, 602);
}
END_TEST

START_TEST(test_words)
{
    check_file(FOLDER "WordBreakTest.txt", txt_word_end, 1823);
}
END_TEST

START_TEST(test_sentences)
{
    check_file(FOLDER "SentenceBreakTest.txt", txt_sentence_end, 502);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_breaks");
    TCase *tcase = tcase_create("breaks");
    tcase_add_test(tcase, test_graphemes);
    tcase_add_test(tcase, test_words);
    tcase_add_test(tcase, test_sentences);
    suite_add_tcase(suite, tcase);
    return test_run(suite);
}
