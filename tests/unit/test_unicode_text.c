/* Codes and segments of any bytes: sequences by table 3-7, damage as a segment of its own, classes
 * and scripts, vectors of ours, and hostile texts in bounded time. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/segments.h"
#include "tests/support/support.h"
#include "text/unicode/unicode.h"

static TestSegmentEnd *const all_ends[] = {txt_grapheme_end, txt_word_end, txt_sentence_end};
#define N_ENDS (sizeof(all_ends) / sizeof(all_ends[0]))

/* A row of table 3-7: a lead byte, and the bounds of each byte that follows. */
typedef struct Row {
    uint8_t first, last;
    size_t size;
    uint8_t low, high;
} Row;

static const Row rows[] = {
    {0x00, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* How many of the bytes begin as a row says; *whole is whether that is all of it. At least 1. */
static size_t by_table(const uint8_t *bytes, size_t size, bool *whole)
{
    *whole = false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const Row *row = &rows[i];
        if (bytes[0] < row->first || bytes[0] > row->last)
            continue;
        size_t n = 1;
        while (n < row->size && n < size && bytes[n] >= (n == 1 ? row->low : 0x80) &&
               bytes[n] <= (n == 1 ? row->high : 0xbf))
            n++;
        *whole = n == row->size;
        return n;
    }
    return 1;
}

/* All texts of three bytes, and of four whose bytes stand at an edge of the table. */
START_TEST(test_sequences)
{
    static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                    0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                    0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    const uint32_t n_edges = sizeof(edges);
    for (uint32_t i = 0; i < 256u * n_edges * n_edges * n_edges; i++) {
        const uint8_t bytes[] = {(uint8_t)i, edges[i / 256 % n_edges],
                                 edges[i / 256 / n_edges % n_edges],
                                 edges[i / 256 / n_edges / n_edges]};
        for (size_t size = 1; size <= 4; size++) {
            bool whole;
            int32_t code;
            const size_t expected = by_table(bytes, size, &whole);
            const size_t found = txt_decode(bytes, size, &code);
            if (found != expected || (code >= 0) != whole)
                ck_abort_msg("%02x %02x %02x %02x, %zu: %zu bytes, code %d", bytes[0], bytes[1],
                             bytes[2], bytes[3], size, found, code);
        }
    }
}
END_TEST

START_TEST(test_codes)
{
    for (int32_t code = 0; code < 0x110000; code++) {
        uint8_t bytes[4];
        int32_t again;
        if (code >= 0xd800 && code < 0xe000)
            continue;
        const size_t size = txt_encode(code, bytes);
        if (txt_decode(bytes, size, &again) != size || again != code)
            ck_abort_msg("U+%04X is read as U+%04X", (unsigned)code, (unsigned)again);
    }
}
END_TEST

START_TEST(test_properties)
{
    static const struct {
        int32_t code;
        TxtClass class;
        TxtScript script;
    } cases[] = {
        {'a', TXT_CLASS_LETTER, TXT_SCRIPT_LATIN},
        {'7', TXT_CLASS_DIGIT, TXT_SCRIPT_COMMON},
        {'\t', TXT_CLASS_SPACE, TXT_SCRIPT_COMMON},
        {0, TXT_CLASS_CONTROL, TXT_SCRIPT_COMMON},
        {'!', TXT_CLASS_PUNCTUATION, TXT_SCRIPT_COMMON},
        {'+', TXT_CLASS_SYMBOL, TXT_SCRIPT_COMMON},
        {0xa0, TXT_CLASS_SPACE, TXT_SCRIPT_COMMON},
        {0xbd, TXT_CLASS_NUMBER, TXT_SCRIPT_COMMON},
        {0x301, TXT_CLASS_MARK, TXT_SCRIPT_COMMON},
        {0x3b1, TXT_CLASS_LETTER, TXT_SCRIPT_GREEK},
        {0x434, TXT_CLASS_LETTER, TXT_SCRIPT_CYRILLIC},
        {0x5d0, TXT_CLASS_LETTER, TXT_SCRIPT_HEBREW},
        {0x663, TXT_CLASS_DIGIT, TXT_SCRIPT_ARABIC},
        {0x93f, TXT_CLASS_MARK, TXT_SCRIPT_DEVANAGARI},
        {0xe01, TXT_CLASS_LETTER, TXT_SCRIPT_THAI},
        {0x3042, TXT_CLASS_LETTER, TXT_SCRIPT_KANA},
        {0x30ab, TXT_CLASS_LETTER, TXT_SCRIPT_KANA},
        {0x3001, TXT_CLASS_PUNCTUATION, TXT_SCRIPT_COMMON},
        {0x4e2d, TXT_CLASS_LETTER, TXT_SCRIPT_HAN},
        {0xd55c, TXT_CLASS_LETTER, TXT_SCRIPT_HANGUL},
        {0xfeff, TXT_CLASS_CONTROL, TXT_SCRIPT_COMMON},
        {0x1f600, TXT_CLASS_SYMBOL, TXT_SCRIPT_COMMON},
        {0x323af, TXT_CLASS_LETTER, TXT_SCRIPT_HAN},
        {0x323b0, TXT_CLASS_UNASSIGNED, TXT_SCRIPT_OTHER},
        {0xe0041, TXT_CLASS_CONTROL, TXT_SCRIPT_COMMON},
        {0xe01ef, TXT_CLASS_MARK, TXT_SCRIPT_COMMON},
        {0xe000, TXT_CLASS_UNASSIGNED, TXT_SCRIPT_OTHER},
        {0x10ffff, TXT_CLASS_UNASSIGNED, TXT_SCRIPT_OTHER},
        {-1, TXT_CLASS_UNASSIGNED, TXT_SCRIPT_OTHER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_msg(txt_class(cases[i].code) == cases[i].class, "U+%04X: class %d",
                      (unsigned)cases[i].code, txt_class(cases[i].code));
        ck_assert_msg(txt_script(cases[i].code) == cases[i].script, "U+%04X: script %d",
                      (unsigned)cases[i].code, txt_script(cases[i].code));
    }
}
END_TEST

START_TEST(test_word_vectors)
{
    static const char *const cases[][2] = {
        {"I don't  know, e.g. 3.14!", "I| |don't|  |know|,| |e.g|.| |3.14|!"},
        {"a.b 1.b a.1 1,2;3 x_1", "a.b| |1|.|b| |a|.|1| |1,2;3| |x_1"},
        {"\r\n\n\t\t end", "\r\n|\n|\t|\t| |end"},
        {"a'", "a|'"},
        {"can't'", "can't|'"},
        {"naïve café's", "naïve| |café's"},
        {"a\u0301.b a:\u0301b a:\u0301", "a\u0301.b| |a:\u0301b| |a|:\u0301"},
        {"영화를 봤다.", "영화를| |봤다|."},
        {"電影カタカナひら", "電|影|カタカナ|ひ|ら"},
        {"א\"ב א' א'ב ב\"", "א\"ב| |א'| |א'ב| |ב|\""},
        {"🇰🇷🇩🇪🇫", "🇰🇷|🇩🇪|🇫"},
        {"👨‍👩‍👧!", "👨‍👩‍👧|!"},
        {"a\xff\xcc\x81z\xe2\x82 b", "a|\xff|\xcc\x81|z|\xe2\x82| |b"},
        {"a'\xff", "a|'|\xff"},
        {"it\xe2\x80\x99s \xe3\x80\x80x", "it\xe2\x80\x99s| \xe3\x80\x80|x"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_segments_are(txt_word_end, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(test_grapheme_vectors)
{
    static const char *const cases[][2] = {
        {"ab\r\nc\n\r", "a|b|\r\n|c|\n|\r"},
        {"e\u0301x\u0301\u0302", "e\u0301|x\u0301\u0302"},
        {"👨‍👩‍👧👍🏽a", "👨‍👩‍👧|👍🏽|a"},
        {"🇰🇷🇩🇪🇫", "🇰🇷|🇩🇪|🇫"},
        {"\u1112\u1161\u11abㄱ한\u11a8", "\u1112\u1161\u11ab|ㄱ|한\u11a8"},
        {"हिन्दी", "हि|न्|दी"},
        {"ไทยกำ", "ไ|ท|ย|กำ"},
        {"a\xcc\xcc\x81\x80z", "a|\xcc|\xcc\x81|\x80|z"},
        {"\r\xcc\x81", "\r|\xcc\x81"},
        {"👨\u200d\xff👩", "👨\u200d|\xff|👩"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_segments_are(txt_grapheme_end, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(test_sentence_vectors)
{
    static const char *const cases[][2] = {
        {"One. Two! \"Three?\" Four", "One. |Two! |\"Three?\" |Four"},
        {"It cost 3.14 at approx. noon. Then.", "It cost 3.14 at approx. noon. |Then."},
        {"The U.S.A. won.  Yes.", "The U.S.A. won.  |Yes."},
        {"line\r\nnext\n\nlast", "line\r\n|next\n|\n|last"},
        {"Wait... 1 2 3 (go) Now.", "Wait... 1 2 3 (go) Now."},
        {"좋다. 나쁘다! 끝", "좋다. |나쁘다! |끝"},
        {"映画。本！", "映画。|本！"},
        {"bad. \xff go. \xe2\x82more", "bad. |\xff| go. |\xe2\x82|more"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_segments_are(txt_sentence_end, cases[i][0], cases[i][1]);
}
END_TEST

/* Segments of a text by any function: whole sequences, and damage by itself. Without ck_assert,
 * which writes down each place that it passes. */
static void check_any(const uint8_t *text, size_t size)
{
    for (size_t k = 0; k < N_ENDS; k++) {
        for (size_t at = 0; at < size;) {
            const size_t start = at;
            const size_t end = all_ends[k](text, size, at);
            if (end <= at || end > size)
                ck_abort_msg("function %zu: %zu to %zu", k, at, end);
            while (at < end) {
                int32_t code;
                const size_t used = txt_decode(text + at, size - at, &code);
                if (code < 0 ? at != start || at + used != end : at + used > end)
                    ck_abort_msg("function %zu: damage, or not all of a code, at %zu in %zu to %zu",
                                 k, at, start, end);
                at += used;
            }
        }
    }
}

/* The data's file of cases: name, bytes in hex, valid, note. */
START_TEST(test_utf8_cases)
{
    char *path = test_data("hostile-text/utf8-cases.tsv");
    if (!path)
        return;
    size_t size;
    char *file = (char *)test_read_file(path, &size);
    int n = 0;
    for (char *line = strchr(file, '\n') + 1; *line; line = strchr(line, '\n') + 1, n++) {
        const char *hex = strchr(line, '\t') + 1;
        const size_t length = strcspn(hex, "\t") / 2;
        uint8_t bytes[256];
        bool valid = true;
        for (size_t i = 0; i < length; i++) {
            const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
            bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
        }
        for (size_t at = 0; at < length;) {
            int32_t code;
            at += txt_decode(bytes + at, length - at, &code);
            valid = valid && code >= 0;
        }
        ck_assert_msg(valid == (hex[2 * length + 1] == '1'), "%.60s", line);
        check_any(bytes, length);
        if (strstr(hex, "one grapheme cluster") && strchr(line, '\n') > strstr(hex, "one graph"))
            ck_assert_uint_eq(txt_grapheme_end(bytes, length, 0), length);
    }
    ck_assert_int_eq(n, 55);
    free(file);
    free(path);
}
END_TEST

/* How many invalid sequences a line of Kuhn's file has, between its quotes. */
static int count_invalid(const uint8_t *line, size_t size)
{
    int n = 0;
    for (size_t at = 0; at < size;) {
        int32_t code;
        at += txt_decode(line + at, size - at, &code);
        n += code < 0;
    }
    return n;
}

/* Kuhn's stress test: each line of a section has as many maximal subparts as its title says. */
START_TEST(test_kuhn)
{
    static const struct {
        const char *title;
        int invalid;
    } cases[] = {
        {"1  Some correct UTF-8 text", 0},
        {"2.1.1  1 byte", 0},
        {"2.1.4  4 bytes", 0},
        {"2.2.3  3 bytes", 0},
        {"2.3.3  U-0000FFFD", 0},
        {"2.3.4  U-0010FFFF", 0},
        {"2.3.5  U-00110000", 4},
        {"2.1.5  5 bytes", 5},
        {"2.1.6  6 bytes", 6},
        {"3.1.3  2 continuation", 2},
        {"3.1.8  7 continuation", 7},
        {"3.3.1  2-byte", 1},
        {"3.3.2  3-byte", 2},
        {"3.3.6  2-byte", 1},
        {"3.3.7  3-byte", 1},
        {"3.5.1  fe", 1},
        {"3.5.3  fe fe ff ff", 4},
        {"4.1.1 U+002F", 2},
        {"4.1.3 U+002F", 4},
        {"5.1.1  U+D800", 3},
        {"5.2.1  U+D800 U+DC00", 6},
    };
    char *path = test_data("hostile-text/kuhn-utf8-stress-test-2003.txt");
    if (!path)
        return;
    size_t size;
    uint8_t *text = test_read_file(path, &size);
    check_any(text, size);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t *at = memmem(text, size, cases[i].title, strlen(cases[i].title));
        ck_assert_msg(at != NULL, "there is no '%s'", cases[i].title);
        at = memchr(at, '"', (size_t)(text + size - at));
        ck_assert_ptr_nonnull(at);
        const uint8_t *end = memchr(at, '|', (size_t)(text + size - at));
        ck_assert_ptr_nonnull(end);
        const int found = count_invalid(at, (size_t)(end - at));
        ck_assert_msg(found == cases[i].invalid, "%s: %d", cases[i].title, found);
    }
    free(text);
    free(path);
}
END_TEST

/* A text of a mebibyte: the first part once, then the second again and again. */
static uint8_t *repeated(const char *first, const char *again, size_t *size)
{
    const size_t n = strlen(again);
    size_t at = strlen(first);
    *size = 1u << 20;
    uint8_t *text = malloc(*size);
    ck_assert_ptr_nonnull(text);
    memcpy(text, first, at);
    for (; at + n <= *size; at += n)
        memcpy(text + at, again, n);
    *size = at;
    return text;
}

/* What is slow here is quadratic: 10^12 steps would take minutes. */
START_TEST(test_hostile)
{
    static const char *const cases[][2] = {
        {"a", "\u0301"},      {"", "a:\u0301"},     {"a:", "\u0301"},  {"", "👩\u200d"},
        {"🇦", "🇦"},           {"", ". 1"},          {"a.", " 1"},      {"", ".\u0301"},
        {"", ".)"},           {"", ". \u0301"},     {"a", "a"},        {"", "a'"},
        {"", "\x80"},         {"\xf0\x9f", "\xf0"}, {"", "\u0600"},    {"", "e.1"},
        {"\u1100", "\u1161"}, {"", "א\""},          {"", "א\"\u0301"}, {"", "1.\u200d"},
        {"x. ", "\u0301"},    {"x. ", "-.("},       {"", "?\u2028"},   {"", "\r"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t size;
        uint8_t *text = repeated(cases[i][0], cases[i][1], &size);
        for (size_t k = 0; k < N_ENDS; k++) {
            const clock_t begin = clock();
            for (size_t at = 0; at < size;)
                at = all_ends[k](text, size, at);
            const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
            ck_assert_msg(seconds < 3, "case %zu, function %zu: %.1f s", i, k, seconds);
        }
        free(text);
    }
}
END_TEST

/* Whether graphemes begin at the places that going through the text from its start says. */
static void check_places(const uint8_t *text, size_t size)
{
    size_t next = 0;
    for (size_t at = 0; at <= size; at++) {
        if (txt_grapheme_begins(text, size, at) != (at == next))
            ck_abort_msg("%.*s: place %zu", (int)size, (const char *)text, at);
        if (at == next && at < size)
            next = txt_grapheme_end(text, size, at);
    }
}

/* Any bytes: sequences of letters, marks, stops, joiners and damage in all orders. */
START_TEST(test_any_bytes)
{
    static const char *const pieces[] = {
        "a",      "Z",        "1",      ".",  "'",      " ",      "\r",       "\n",
        "\u0301", "\u200d",   "👩",      "🇦",  "한",     "\u1161", "א",        "\"",
        "\xff",   "\xe2\x82", "\u0600", "カ", "\u2028", "_",      "\xf0\x9f", "。"};
    const uint32_t n_pieces = sizeof(pieces) / sizeof(pieces[0]);
    for (uint32_t i = 0; i < n_pieces * n_pieces * n_pieces * n_pieces; i++) {
        uint8_t text[24];
        size_t size = 0;
        for (uint32_t k = 0, rest = i; k < 4; k++, rest /= n_pieces) {
            const char *piece = pieces[rest % n_pieces];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        check_any(text, size);
        check_places(text, size);
    }
    static const char long_run[] = "a🇦🇦🇦🇦🇦x👩\u0301\u0301\u200d👩\u0301\u200d\u200d👩";
    check_places((const uint8_t *)long_run, sizeof(long_run) - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_text");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_sequences);
    tcase_add_test(tests, test_codes);
    tcase_add_test(tests, test_properties);
    tcase_add_test(tests, test_word_vectors);
    tcase_add_test(tests, test_grapheme_vectors);
    tcase_add_test(tests, test_sentence_vectors);
    tcase_add_test(tests, test_utf8_cases);
    tcase_add_test(tests, test_kuhn);
    tcase_add_test(tests, test_hostile);
    tcase_add_test(tests, test_any_bytes);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
