/* Normal form C, case folding and the map back: all cases of the test files of Unicode 15.0, as
 * Debian's package unicode-data installs them, and vectors of ours. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "text/unicode/fold.h"
#include "text/unicode/unicode.h"

#define FOLDER "/usr/share/unicode/"

static TxtFolded folded;

static void fold(const void *text, size_t size, bool fold_case)
{
    AugError error = {0};
    /* ck_assert writes down each place that it passes; a million of them take long. */
    if (txt_fold(&folded, text, size, fold_case, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    if (folded.at[folded.size] != size)
        ck_abort_msg("the map ends at %u, not %zu", folded.at[folded.size], size);
    for (size_t i = 0; i < folded.size; i++)
        if (folded.at[i] > folded.at[i + 1])
            ck_abort_msg("byte %zu comes from %u, the next from %u", i, folded.at[i],
                         folded.at[i + 1]);
}

/* Codes in hexadecimal with spaces between them, up to a ";". Returns the bytes of the text. */
static size_t read_codes(const char *words, uint8_t *text)
{
    size_t size = 0;
    for (char *end;; words = end) {
        const long code = strtol(words, &end, 16);
        if (end == words)
            return size;
        size += txt_encode((int32_t)code, text + size);
    }
}

static void expect(const uint8_t *text, size_t size, bool fold_case, const uint8_t *expected,
                   size_t n, int line)
{
    fold(text, size, fold_case);
    if (folded.size != n || memcmp(folded.bytes, expected, n) != 0)
        ck_abort_msg("line %d: %.*s became %.*s, not %.*s", line, (int)size, (const char *)text,
                     (int)folded.size, (const char *)folded.bytes, (int)n, (const char *)expected);
}

/* The five columns of a line: source, NFC, NFD, NFKC, NFKD. */
static void check_line(const char *line, int number, uint8_t *seen)
{
    uint8_t columns[5][128];
    size_t sizes[5];
    for (int k = 0; k < 5; k++) {
        sizes[k] = read_codes(line, columns[k]);
        line = strchr(line, ';') + 1;
    }
    for (int k = 0; k < 5; k++)
        expect(columns[k], sizes[k], false, columns[k < 3 ? 1 : 3], sizes[k < 3 ? 1 : 3], number);
    int32_t code;
    if (txt_decode(columns[0], sizes[0], &code) == sizes[0])
        seen[code] = 1;
}

START_TEST(test_normalization)
{
    if (access(FOLDER "NormalizationTest.txt.bz2", R_OK) != 0) {
        test_skip(FOLDER "NormalizationTest.txt.bz2 is not here");
        return;
    }
    FILE *file = popen("/usr/bin/python3 -c 'import bz2, sys; "
                       "sys.stdout.buffer.write(bz2.open(sys.argv[1]).read())' " FOLDER
                       "NormalizationTest.txt.bz2",
                       "r");
    ck_assert_ptr_nonnull(file);
    uint8_t *seen = calloc(0x110000, 1);
    ck_assert_ptr_nonnull(seen);
    char line[4096];
    int n = 0, number = 0, part = -1;
    while (fgets(line, sizeof(line), file)) {
        number++;
        if (line[0] == '@')
            part = line[5] - '0';
        if (strchr("0123456789ABCDEF", line[0])) {
            check_line(line, number, seen);
            n++;
        }
    }
    ck_assert_int_eq(pclose(file), 0);
    ck_assert_int_eq(part, 3);
    ck_assert_int_eq(n, 19074);
    /* Every code that is in no line by itself is its own form. */
    for (int32_t code = 0; code < 0x110000; code++) {
        uint8_t text[4];
        if (seen[code] || (code >= 0xd800 && code < 0xe000))
            continue;
        const size_t size = txt_encode(code, text);
        expect(text, size, false, text, size, code);
    }
    free(seen);
}
END_TEST

/* CaseFolding.txt: "code; status; mapping; # name", of which C and F are the full folding. */
START_TEST(test_case_folding)
{
    FILE *file = fopen(FOLDER "CaseFolding.txt", "r");
    if (!file) {
        test_skip(FOLDER "CaseFolding.txt is not here");
        return;
    }
    char line[4096];
    int n = 0, number = 0;
    while (fgets(line, sizeof(line), file)) {
        number++;
        const char *status = strchr(line, ';');
        if (line[0] == '#' || !status || (status[2] != 'C' && status[2] != 'F'))
            continue;
        uint8_t text[8], mapping[32], composed[64];
        const size_t size = read_codes(line, text);
        const size_t mapped = read_codes(status + 5, mapping);
        fold(mapping, mapped, false);
        const size_t composed_size = folded.size;
        memcpy(composed, folded.bytes, composed_size);
        expect(text, size, true, composed, composed_size, number);
        n++;
    }
    fclose(file);
    ck_assert_int_eq(n, 1530);
}
END_TEST

/* Folding a code twice is folding it once, and what no file names does not change. */
START_TEST(test_every_code)
{
    for (int32_t code = 0; code < 0x110000; code++) {
        uint8_t text[4], once[64];
        if (code >= 0xd800 && code < 0xe000)
            continue;
        fold(text, txt_encode(code, text), true);
        const size_t size = folded.size;
        memcpy(once, folded.bytes, size);
        expect(once, size, true, once, size, code);
    }
}
END_TEST

START_TEST(test_vectors)
{
    static const struct {
        const char *text;
        bool fold_case;
        const char *expected;
    } cases[] = {
        {"", true, ""},
        {"Plain", false, "Plain"},
        {"PLAIN Text 9", true, "plain text 9"},
        {"cafe\u0301s", false,
         "café"
         "s"},
        {"CAFE\u0301", true, "café"},
        {"Straße STRASSE", true, "strasse strasse"},
        {"\u1112\u1161\u11ab\u1100\u116e\u11a8", false, "한국"},
        {"a\u0323\u0302", false, "ậ"},
        {"a\u0302\u0323", false, "ậ"},
        {"e\xff\u0301", false, "e\xff\u0301"},
        {"É\xe2\x82É", true, "é\xe2\x82é"},
        {"\u0301x", false, "\u0301x"},
        {"Σίσυφος", true, "σίσυφοσ"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect((const uint8_t *)cases[i].text, strlen(cases[i].text), cases[i].fold_case,
               (const uint8_t *)cases[i].expected, strlen(cases[i].expected), (int)i);
}
END_TEST

/* The word "café" is found in the copy and named in the text. */
START_TEST(test_map)
{
    static const char text[] = "한\u0301 CAFE\u0301 \xff!";
    static const uint32_t at[] = {0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 9, 12, 13, 14, 15};
    fold(text, strlen(text), true);
    ck_assert_uint_eq(folded.size, 14);
    ck_assert_mem_eq(folded.bytes, "한\u0301 café \xff!", folded.size);
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
        ck_assert_msg(folded.at[i] == at[i], "byte %zu: %u, not %u", i, folded.at[i], at[i]);
}
END_TEST

/* Marks are ordered by class and keep their order within one: for few and for many of them. */
START_TEST(test_many_marks)
{
    for (size_t n = 1; n <= 4096; n *= 2) {
        /* 230 and 220 in turn. */
        char *text = malloc(4 * n + 1), *expected = malloc(4 * n + 1);
        ck_assert_ptr_nonnull(text);
        ck_assert_ptr_nonnull(expected);
        text[0] = expected[0] = 'x';
        for (size_t i = 0; i < n; i++) {
            memcpy(text + 1 + 4 * i, i % 2 ? "\u0301\u0316" : "\u0302\u0317", 4);
            memcpy(expected + 1 + 2 * i, i % 2 ? "\u0316" : "\u0317", 2);
            memcpy(expected + 1 + 2 * n + 2 * i, i % 2 ? "\u0301" : "\u0302", 2);
        }
        expect((uint8_t *)text, 4 * n + 1, false, (uint8_t *)expected, 4 * n + 1, (int)n);
        free(text);
        free(expected);
    }
}
END_TEST

/* A mebibyte of what is slow for an order that compares neighbours, or that begins anew at each
 * code: 10^12 steps would take minutes. */
START_TEST(test_hostile)
{
    static const char *const pieces[] = {"\u0301\u0316", "e\u0301", "\u1161", "É",     "\x80", "ﷺ",
                                         "\u0344",       "A",       "ΐ",      "\u0f73"};
    const size_t size = 1u << 20;
    uint8_t *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        const size_t n = strlen(pieces[i]);
        size_t at = 0;
        for (; at + n <= size; at += n)
            memcpy(text + at, pieces[i], n);
        const clock_t begin = clock();
        fold(text, at, true);
        const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        ck_assert_msg(seconds < 3, "case %zu: %.1f s", i, seconds);
    }
    free(text);
}
END_TEST

/* Memory is counted, refused by name, and taken once for rows of equal texts. */
START_TEST(test_memory)
{
    AugiAllowance allowance = {.most = 64 * 1024};
    TxtFolded counted = {.allowance = &allowance};
    AugError error = {0};
    static uint8_t text[16 * 1024];
    memset(text, 'a', sizeof(text));
    ck_assert_int_eq(txt_fold(&counted, text, 1000, true, &error), AUG_OK);
    const uint8_t *bytes = counted.bytes;
    const size_t held = allowance.held;
    ck_assert_int_eq(txt_fold(&counted, text, 1000, true, &error), AUG_OK);
    ck_assert_ptr_eq(counted.bytes, bytes);
    ck_assert_uint_eq(allowance.held, held);
    ck_assert_int_eq(txt_fold(&counted, text, sizeof(text), true, &error), AUG_NO_MEMORY);
    txt_folded_fini(&counted);
    ck_assert_uint_eq(allowance.held, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_fold");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_normalization);
    tcase_add_test(tests, test_case_folding);
    tcase_add_test(tests, test_every_code);
    tcase_add_test(tests, test_vectors);
    tcase_add_test(tests, test_map);
    tcase_add_test(tests, test_many_marks);
    tcase_add_test(tests, test_hostile);
    tcase_add_test(tests, test_memory);
    suite_add_tcase(suite, tests);
    const int result = test_run(suite);
    txt_folded_fini(&folded);
    return result;
}
