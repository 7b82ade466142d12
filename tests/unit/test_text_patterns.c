/* Regular expressions of output.protect: what they match stays, and none takes for ever. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/stop.h"
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
    {"^b|b$",
     "b\xff"
     "b",
     "[b][b]"},
    {"\\bb\\b",
     "\xc3"
     "b\xc3",
     "[b]"},
    {"(?<=a)b",
     "ab a\xff"
     "b",
     "[b]"},
    {"(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", NULL},
};

/* What an expression finds in a text; opened and closed by itself. */
typedef struct Found {
    TxtPatterns *patterns;
    TxtSearch *search;
    TxtMemory memory;
    TxtRangeList list;
    AugiAllowance allowance;
    AugError error;
    AugStatus status;
} Found;

static void find(Found *found, const char *pattern, const void *text, size_t size)
{
    found->list.memory = &found->memory;
    ck_assert_msg(open_patterns(&found->patterns, pattern, &found->error) == AUG_OK, "%s",
                  found->error.message);
    ck_assert_int_eq(txt_search_new(&found->search, &found->allowance, &found->error), AUG_OK);
    found->status = txt_patterns_find(found->patterns, found->search, text, (uint32_t)size,
                                      &found->list, &found->error);
}

static void close_found(Found *found)
{
    txt_memory_fini(&found->memory);
    txt_search_free(found->search);
    txt_patterns_free(found->patterns);
}

START_TEST(matches)
{
    Found found = {0};
    TestText words = {0};
    find(&found, cases[_i].pattern, cases[_i].text, strlen(cases[_i].text));
    ck_assert_msg(found.status == AUG_OK, "%s", found.error.message);
    ck_assert_int_eq(found.list.gave_up, cases[_i].expected == NULL);
    const TxtRange *ranges = found.memory.bytes;
    for (uint32_t i = 0; i < found.list.n && cases[_i].expected; i++) {
        ck_assert_int_eq(ranges[i].reason, TXT_PATTERN);
        test_text_add(&words, "[%.*s]", (int)(ranges[i].end - ranges[i].start),
                      cases[_i].text + ranges[i].start);
    }
    if (cases[_i].expected)
        ck_assert_str_eq(words.words, cases[_i].expected);
    close_found(&found);
}
END_TEST

/* With a look at all of the rest for each match this would take minutes, in sound texts (_i 0) and in
 * such as have damage at their end. */
START_TEST(many_matches)
{
    const uint32_t size = 2000000;
    Found found = {0};
    uint8_t *text = malloc(size);
    for (uint32_t i = 0; i < size; i++)
        text[i] = i % 2 ? ' ' : 'a';
    text[size - 1] = _i ? 0xff : ' ';
    find(&found, "a", text, size);
    ck_assert_int_eq(found.status, AUG_OK);
    ck_assert_uint_eq(found.list.n, size / 2);
    ck_assert(!found.list.gave_up);
    free(text);
    close_found(&found);
}
END_TEST

/* Each of these needs few steps from each place, and from all places a number that grows with the
 * square of the text. The last two pass over much with few items. */
static const char *const costly[] = {"[ab]*\\w[cd]", "(?:a|b)*[cd]", "[ab]*[cd]", "\\w{30000}[-+]",
                                     "(a+)b?\\1[cd]"};

START_TEST(work_is_bounded_for_a_text)
{
    const size_t size = 40000;
    Found found = {0};
    char *text = malloc(size);
    memset(text, 'a', size);
    find(&found, costly[_i], text, size);
    ck_assert_int_eq(found.status, AUG_OK);
    ck_assert(found.list.gave_up);
    free(text);
    close_found(&found);
}
END_TEST

/* What braces hold is no number of times. */
START_TEST(usual_expressions_have_enough_steps)
{
    static const char *const usual[] = {"\\x{4e2d}|\\w+@\\w+",      "(?i)\\b(acme|foo bar)\\b",
                                        "[A-Z]{2}-\\d{4,}",         "(?<=[a-z])\\d+",
                                        "https?://\\S+|www\\.\\S+", "\\p{Han}{2,}"};
    const size_t size = 60000;
    static const char line[] =
        "Acme writes to x@y.z of AB-1234, q7, and www.a.b; caf\u00e9 \u4e2d\u4e2d. ";
    char *text = malloc(size);
    for (size_t i = 0; i < size; i++)
        text[i] = line[i % (sizeof(line) - 1)];
    Found found = {0};
    find(&found, usual[_i], text, size);
    ck_assert_int_eq(found.status, AUG_OK);
    ck_assert(!found.list.gave_up);
    ck_assert_uint_ge(found.list.n, size / sizeof(line));
    free(text);
    close_found(&found);
}
END_TEST

START_TEST(a_search_ends_when_nobody_waits)
{
    AugiStop stop = {0};
    Found found = {.allowance = {.stop = &stop}};
    augi_stop_set(&stop);
    find(&found, "a", "a", 1);
    ck_assert_int_eq(found.status, AUG_CLOSED);
    close_found(&found);
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
    tcase_add_loop_test(tests, many_matches, 0, 2);
    tcase_add_loop_test(tests, work_is_bounded_for_a_text, 0,
                        (int)(sizeof(costly) / sizeof(costly[0])));
    tcase_add_loop_test(tests, usual_expressions_have_enough_steps, 0, 6);
    tcase_add_test(tests, a_search_ends_when_nobody_waits);
    tcase_add_test(tests, wrong_expressions_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
