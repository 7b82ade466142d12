/* Regular expressions of output.protect: what they match stays, and none takes for ever. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/domain/patterns.h"

static AugStatus open_patterns(TxtPatterns **patterns, const char *text, AugError *error)
{
    char *values[] = {strdup(text)};
    const AugTexts texts = {.n = 1, .values = values};
    const AugStatus status = txt_patterns_new(patterns, &texts, error);
    free(values[0]);
    return status;
}

/* Expression, text, and the matches as the text has them, each in [ ]; NULL: it reaches its bound. */
static const struct {
    const char *pattern, *text, *expected;
} cases[] = {
    {"[A-Z]{2}-\\d+", "see AB-12 and CD-3", "[AB-12][CD-3]"},
    {"(?i)acme( corp)?", "Acme Corp or acme", "[Acme Corp][acme]"},
    {"\\bcaf\u00e9\\b", "le caf\u00e9 ici", "[caf\u00e9]"},
    {"x*", "axxb\u00e9x", "[xx][x]"},
    {"b.",
     "a\xff"
     "b\xff"
     "bc",
     "[bc]"},
    {"nothing", "", ""},
    {"(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", NULL},
};

START_TEST(matches)
{
    TxtPatterns *patterns;
    TxtSearch *search;
    TxtMemory memory = {0};
    AugError error = {0};
    TxtRangeList list = {.memory = &memory};
    ck_assert_msg(open_patterns(&patterns, cases[_i].pattern, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_int_eq(txt_search_new(&search, &error), AUG_OK);
    const uint8_t *text = (const uint8_t *)cases[_i].text;
    const AugStatus status =
        txt_patterns_find(patterns, search, text, (uint32_t)strlen(cases[_i].text), &list, &error);
    if (cases[_i].expected) {
        TestText found = {0};
        ck_assert_msg(status == AUG_OK, "%s", error.message);
        const TxtRange *ranges = memory.bytes;
        for (uint32_t i = 0; i < list.n; i++) {
            ck_assert_int_eq(ranges[i].reason, TXT_PATTERN);
            test_text_add(&found, "[%.*s]", (int)(ranges[i].end - ranges[i].start),
                          cases[_i].text + ranges[i].start);
        }
        ck_assert_str_eq(found.words, cases[_i].expected);
    } else {
        ck_assert_int_eq(status, AUG_TOO_LARGE);
        ck_assert_ptr_nonnull(strstr(error.message, "more than 10000 steps"));
    }
    txt_memory_fini(&memory);
    txt_search_free(search);
    txt_patterns_free(patterns);
}
END_TEST

/* With a look at all of the rest for each match this would take minutes. */
START_TEST(many_matches)
{
    const uint32_t size = 2000000;
    TxtPatterns *patterns;
    TxtSearch *search;
    TxtMemory memory = {0};
    AugError error = {0};
    TxtRangeList list = {.memory = &memory};
    uint8_t *text = malloc(size);
    for (uint32_t i = 0; i < size; i++)
        text[i] = i % 2 ? ' ' : 'a';
    ck_assert_int_eq(open_patterns(&patterns, "a", &error), AUG_OK);
    ck_assert_int_eq(txt_search_new(&search, &error), AUG_OK);
    ck_assert_int_eq(txt_patterns_find(patterns, search, text, size, &list, &error), AUG_OK);
    ck_assert_uint_eq(list.n, size / 2);
    free(text);
    txt_memory_fini(&memory);
    txt_search_free(search);
    txt_patterns_free(patterns);
}
END_TEST

START_TEST(wrong_expressions_are_refused)
{
    TxtPatterns *patterns;
    AugError error = {0};
    ck_assert_int_eq(open_patterns(&patterns, "a(b", &error), AUG_BAD_SPEC);
    ck_assert_ptr_null(patterns);
    ck_assert_ptr_nonnull(strstr(error.message, "'a(b' is no regular expression: "));
    ck_assert_ptr_nonnull(strstr(error.message, "at its character 4"));
    ck_assert_str_eq(error.where, "output.protect");
    ck_assert_int_eq(open_patterns(&patterns, "\\C", &error), AUG_BAD_SPEC);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_patterns");
    TCase *tests = tcase_create("all");
    tcase_add_loop_test(tests, matches, 0, (int)(sizeof(cases) / sizeof(cases[0])));
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, many_matches);
    tcase_add_test(tests, wrong_expressions_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
