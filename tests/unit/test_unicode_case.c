/* Case maps by UnicodeData.txt of Debian's package unicode-data, and how words are written. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/unicode/case.h"
#include "text/unicode/unicode.h"

#define DATA "/usr/share/unicode/UnicodeData.txt"

/* The map in a column of a line, and what a code without one maps to. */
static int32_t column(const char *line, int number, int32_t otherwise)
{
    for (; number > 0; number--)
        line = strchr(line, ';') + 1;
    return *line == ';' || *line == '\n' ? otherwise : (int32_t)strtol(line, NULL, 16);
}

static void check_code(int32_t code, int32_t upper, int32_t lower, int32_t title)
{
    if (txt_upper(code) != upper || txt_lower(code) != lower || txt_title(code) != title)
        ck_abort_msg("U+%04X: U+%04X, U+%04X, U+%04X", (unsigned)code, (unsigned)txt_upper(code),
                     (unsigned)txt_lower(code), (unsigned)txt_title(code));
}

START_TEST(test_maps)
{
    FILE *file = fopen(DATA, "r");
    if (!file) {
        test_skip(DATA " is not here");
        return;
    }
    char line[1024];
    int n = 0;
    while (fgets(line, sizeof(line), file)) {
        const int32_t code = column(line, 0, 0);
        const int32_t upper = column(line, 12, code);
        /* The one difference: a capital that exists, but that full maps write as "SS". */
        if (code == 0xdf)
            check_code(code, 0x1e9e, code, 0x1e9e);
        else
            check_code(code, upper, column(line, 13, code), column(line, 14, upper));
        n++;
    }
    fclose(file);
    ck_assert_int_eq(n, 34924);
}
END_TEST

START_TEST(test_patterns)
{
    static const struct {
        const char *word;
        TxtCase pattern;
    } cases[] = {
        {"", TXT_CASE_NONE},
        {"42", TXT_CASE_NONE},
        {"한국어", TXT_CASE_NONE},
        {"word", TXT_CASE_LOWER},
        {"don't", TXT_CASE_LOWER},
        {"straße", TXT_CASE_LOWER},
        {"Word", TXT_CASE_TITLE},
        {"A", TXT_CASE_TITLE},
        {"'Tis", TXT_CASE_TITLE},
        {"Élan", TXT_CASE_TITLE},
        {"ǅungla", TXT_CASE_TITLE},
        {"WORD", TXT_CASE_UPPER},
        {"U.S.", TXT_CASE_UPPER},
        {"ÀÉ", TXT_CASE_UPPER},
        {"iPhone", TXT_CASE_MIXED},
        {"McD", TXT_CASE_MIXED},
        {"o'B", TXT_CASE_MIXED},
        {"\xff"
         "Ab",
         TXT_CASE_TITLE},
        {"\xff\xe2", TXT_CASE_NONE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const TxtCase found = txt_case((const uint8_t *)cases[i].word, strlen(cases[i].word));
        ck_assert_msg(found == cases[i].pattern, "%s: %d", cases[i].word, (int)found);
    }
}
END_TEST

START_TEST(test_apply)
{
    static const struct {
        TxtCase pattern;
        const char *word, *expected;
    } cases[] = {
        {TXT_CASE_LOWER, "WORD É\xff", "word é\xff"},
        {TXT_CASE_UPPER, "straße\xe2\x82 i", "STRAẞE\xe2\x82 I"},
        {TXT_CASE_TITLE, "'tis new York", "'Tis new York"},
        {TXT_CASE_TITLE, "ǆungla", "ǅungla"},
        {TXT_CASE_TITLE, "élan", "Élan"},
        {TXT_CASE_TITLE, "42", "42"},
        {TXT_CASE_MIXED, "iPhone", "iPhone"},
        {TXT_CASE_NONE, "Any", "Any"},
        {TXT_CASE_UPPER, "", ""},
        {TXT_CASE_UPPER, "ɐɐ", "ⱯⱯ"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t out[64];
        const size_t size = strlen(cases[i].word);
        const size_t n =
            txt_case_apply(cases[i].pattern, (const uint8_t *)cases[i].word, size, out);
        ck_assert_uint_le(n, TXT_CASE_ROOM(size));
        ck_assert_uint_eq(n, strlen(cases[i].expected));
        ck_assert_mem_eq(out, cases[i].expected, n);
    }
}
END_TEST

/* No code grows by more than there is room for. */
START_TEST(test_room)
{
    static const TxtCase patterns[] = {TXT_CASE_LOWER, TXT_CASE_UPPER, TXT_CASE_TITLE};
    for (int32_t code = 0; code < 0x110000; code++) {
        uint8_t word[4], out[8];
        if (code >= 0xd800 && code < 0xe000)
            continue;
        const size_t size = txt_encode(code, word);
        for (int k = 0; k < 3; k++)
            if (txt_case_apply(patterns[k], word, size, out) > size + size / 2)
                ck_abort_msg("U+%04X grows from %zu bytes in case %d", (unsigned)code, size, k);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_case");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_maps);
    tcase_add_test(tests, test_patterns);
    tcase_add_test(tests, test_apply);
    tcase_add_test(tests, test_room);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
