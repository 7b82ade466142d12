/* Spans of texts that words, graphemes and damage cut in different places. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/segments.h"
#include "tests/support/support.h"
#include "text/domain/scan.h"

static TxtScanner scanner;
static uint32_t protect = (1u << TXT_N_REASONS) - 2;
static TxtIcuWords *dictionary;

static TxtDoc scan(const uint8_t *text, size_t size)
{
    const TxtScanInput input = {
        .bytes = text, .size = (uint32_t)size, .protect = protect, .dictionary = dictionary};
    AugError error = {0};
    TxtDoc doc;
    if (txt_scan(&scanner, &input, &doc, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    return doc;
}

/* Ends of spans, in the shape of the functions of unicode.h. */
static size_t span_end(const uint8_t *text, size_t size, size_t start)
{
    const TxtDoc doc = scan(text, size);
    for (uint32_t i = 0; i < doc.n_spans; i++)
        if (doc.spans[i].start == start)
            return doc.spans[i].end;
    ck_abort_msg("no span begins at %zu of %zu", start, size);
}

START_TEST(test_graphemes_stay)
{
    static const char *const cases[][2] = {
        {"หนังกำ", "ห|นั|ง|กำ"},           {"a \u0600! b", "a| |\u0600!| |b"},
        {"x \u0600 y", "x| |\u0600 |y"}, {"\u0600\u0301\u0600", "\u0600\u0301\u0600"},
        {"!\u0301 ok", "!\u0301| |ok"},  {"a \u0301b", "a| \u0301|b"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_segments_are(span_end, cases[i][0], cases[i][1]);
}
END_TEST

/* A word that touches damage is no candidate; words around it are. */
START_TEST(test_damaged_words)
{
    static const char text[] = "one caf\xe9 \xe0z\xa5\x8d two";
    const TxtDoc doc = scan((const uint8_t *)text, strlen(text));
    ck_assert_uint_eq(doc.n_words, 2);
    ck_assert_uint_eq(txt_word(&doc, 0)->start, 0);
    ck_assert_uint_eq(txt_word(&doc, 1)->start, 14);
    ck_assert_int_eq(doc.spans[2].kind, TXT_PROTECTED);
    ck_assert_int_eq(doc.spans[2].reason, TXT_DAMAGED);
    ck_assert_int_eq(doc.spans[3].kind, TXT_INVALID);
    test_segments_are(span_end, text, "one| |caf|\xe9| |\xe0|z|\xa5\x8d| |two");
}
END_TEST

/* An address that goes on over damage stays, also where addresses do not. */
START_TEST(test_damaged_address)
{
    static const char text[] = "see http://a.bc/d\xff\xffz or http://a.bc";
    protect = 0;
    const TxtDoc doc = scan((const uint8_t *)text, strlen(text));
    ck_assert_uint_eq(doc.n_words, 3);
    ck_assert_int_eq(doc.spans[2].kind, TXT_PROTECTED);
    ck_assert_int_eq(doc.spans[2].reason, TXT_DAMAGED);
    ck_assert_uint_eq(txt_word(&doc, 2)->start, 24);
}
END_TEST

/* Words of scripts without spaces are words where a dictionary finds them, and protected as others
 * are. */
START_TEST(test_dictionary)
{
    static const char text[] = "电影真的 good 很好7\xff影";
    TxtIcu *icu;
    AugError error = {0};
    ck_assert_uint_eq(scan((const uint8_t *)text, strlen(text)).n_words, 1);
    if (txt_icu_open(&icu, &error) != AUG_OK) {
        test_skip("%s", error.message);
        return;
    }
    ck_assert_int_eq(txt_icu_words_new(&dictionary, icu, NULL, &error), AUG_OK);
    txt_icu_free(icu);
    const TxtDoc doc = scan((const uint8_t *)text, strlen(text));
    ck_assert_uint_eq(doc.n_words, 4);
    ck_assert_int_eq(txt_word(&doc, 0)->flags & TXT_UNSEGMENTED, TXT_UNSEGMENTED);
    ck_assert_int_eq(doc.spans[doc.n_spans - 1].reason, TXT_DAMAGED);
    test_segments_are(span_end, text, "电影|真的| |good| |很好|7|\xff|影");
    test_segments_are(span_end, "หนังcGJดี カーABC", "หนัง|cGJ|ดี| |カー|ABC");
    test_segments_are(span_end, "๑๒หนัง๓", "๑๒|หนัง|๓");
    txt_icu_words_free(dictionary);
    dictionary = NULL;
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_pieces");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, test_graphemes_stay);
    tcase_add_test(tests, test_damaged_words);
    tcase_add_test(tests, test_damaged_address);
    tcase_add_test(tests, test_dictionary);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
