/* YAML from a stranger: what a text may cost is bounded by its size and the limits, and texts that
 * only look like that are read. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/tree.h"
#include "tests/support/support.h"

static AugError items[8];
static AugProblems problems;

/* A text that is written piece by piece. */
typedef struct Writing {
    char *text;
    size_t size;
} Writing;

static Writing begin(void)
{
    Writing writing = {.text = malloc(2u << 20)};
    ck_assert_ptr_nonnull(writing.text);
    writing.text[0] = 0;
    return writing;
}

static void add(Writing *writing, const char *piece)
{
    const size_t n = strlen(piece);
    ck_assert_uint_lt(writing->size + n, 2u << 20);
    memcpy(writing->text + writing->size, piece, n + 1);
    writing->size += n;
}

static void add_often(Writing *writing, const char *piece, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(writing, piece);
}

/* Like printf's "%zu" in a piece. */
static void add_numbered(Writing *writing, const char *before, const char *behind, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char piece[80];
        snprintf(piece, sizeof(piece), "%s%zu%s", before, i, behind);
        add(writing, piece);
    }
}

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static AugiTreeDocument *parse(const char *text, size_t size)
{
    AugLimits limits;
    aug_limits_init(&limits);
    problems = (AugProblems){.items = items, .capacity = 8};
    AugiTreeDocument *document;
    AugStatus status = augi_tree_parse(&document, text, size, "t", &limits, &problems);
    ck_assert((status == AUG_OK) == (document != NULL));
    ck_assert((status == AUG_OK) == (problems.n == 0));
    return document;
}

/* Refused with these words within a second of the processor, of which it needs a hundredth: what
 * grows with the square of the size needs minutes. Frees the text. */
static void check_refused(Writing writing, const char *words)
{
    const double before = processor_seconds();
    AugiTreeDocument *document = parse(writing.text, writing.size);
    const double taken = processor_seconds() - before;
    ck_assert_msg(!document, "accepted: %.60s", writing.text);
    ck_assert_msg(strstr(items[0].message, words) != NULL, "'%s' does not say '%s'",
                  items[0].message, words);
    ck_assert_msg(taken < 1, "%.60s... took %.1f s", writing.text, taken);
    free(writing.text);
}

static void check_accepted(Writing writing)
{
    const double before = processor_seconds();
    AugiTreeDocument *document = parse(writing.text, writing.size);
    const double taken = processor_seconds() - before;
    ck_assert_msg(document != NULL, "%.60s: %s", writing.text, items[0].message);
    ck_assert_msg(taken < 1, "%.60s... took %.1f s", writing.text, taken);
    augi_tree_free(document);
    free(writing.text);
}

START_TEST(depth_is_refused_before_it_costs_its_square)
{
    static const char *const openings[] = {"{",    "[",   "[\n", "- ",  "? ",
                                           "{a: ", "{? ", "[{",  "- ? "};
    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        Writing writing = begin();
        add_often(&writing, openings[i], (1u << 20) / strlen(openings[i]));
        check_refused(writing, "values are nested deeper than 32 levels");
    }
    Writing stairs = begin();
    for (int depth = 0; depth < 600; depth++) {
        add_often(&stairs, " ", (size_t)depth);
        add(&stairs, "a:\n");
    }
    check_refused(stairs, "values are nested deeper than 32 levels");
}
END_TEST

START_TEST(what_looks_deep_is_read)
{
    Writing quoted = begin();
    add(&quoted, "a: \"");
    add_often(&quoted, "[{", 1000);
    add(&quoted, "\"\nb: '");
    add_often(&quoted, "{[- ? ", 1000);
    add(&quoted, "' # ");
    add_often(&quoted, "[{- ", 1000);
    add(&quoted, "\nc: |\n  ");
    add_often(&quoted, "{[- ", 1000);
    add(&quoted, "\nd: x");
    add_often(&quoted, "[{", 1000);
    add(&quoted, "\n");
    check_accepted(quoted);

    Writing wide = begin();
    add(&wide, "[");
    add_often(&wide, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],", 2000);
    add(&wide, "]");
    check_accepted(wide);
}
END_TEST

START_TEST(anchors_tags_and_directives_are_bounded)
{
    Writing anchors = begin();
    add(&anchors, "[");
    add_numbered(&anchors, "&a", " x,", 90000);
    check_refused(anchors, "there are more than 256 anchors");

    Writing directives = begin();
    add_numbered(&directives, "%TAG !a", "! x\n", 60000);
    add(&directives, "--- a\n");
    check_refused(directives, "only %YAML is allowed");

    Writing second = begin();
    add(&second, "a: 1\n...\n");
    add_numbered(&second, "%TAG !a", "! x\n", 60000);
    check_refused(second, "a second document begins here");

    Writing version = begin();
    add(&version, "\xef\xbb\xbf# note\n\n%YAML 1.1\n---\na: '%TAG'\n");
    check_accepted(version);

    Writing prefix = begin();
    add(&prefix, "# a long prefix, often\n%TAG ! ");
    add_often(&prefix, "x", 500000);
    add(&prefix, "\n--- [");
    add_often(&prefix, "!a ,", 100000);
    check_refused(prefix, "only %YAML is allowed");

    Writing tag = begin();
    add(&tag, "a: !!int 1\nb: !!str 2\nc: !foo 3\n");
    check_refused(tag, "the tag '!foo' means nothing here; a text that begins with '!' must stand");
}
END_TEST

START_TEST(runs_of_blanks_are_bounded)
{
    static const char *const blanks[] = {" ", "\t", "\n", "\r\n", "\xc2\x85", "\xe2\x80\xa8"};
    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        Writing writing = begin();
        add(&writing, "a: \"x");
        add_often(&writing, blanks[i], 150000);
        add_often(&writing, " y", 200000);
        add(&writing, "\"");
        check_refused(writing, "more than 1024 blanks and line breaks stand in a row here");
    }
    Writing page = begin();
    add_often(&page, "\n", 1000);
    add(&page, "a: x");
    add_often(&page, " ", 1000);
    add_often(&page, " y", 200000);
    check_accepted(page);
}
END_TEST

/* Nine aliases of nine aliases: a text of length bytes stands 9^levels times. */
static Writing write_bomb(size_t length, int levels)
{
    Writing writing = begin();
    add(&writing, "a0: &a0 \"");
    add_often(&writing, "x", length);
    add(&writing, "\"\n");
    for (int i = 1; i <= levels; i++) {
        char line[200];
        snprintf(line, sizeof(line), "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n",
                 i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        add(&writing, line);
    }
    return writing;
}

START_TEST(aliases_are_bounded_in_bytes)
{
    check_refused(write_bomb(60000, 4),
                  "the texts of all values have more than 1048576 bytes, aliases included");
    check_refused(write_bomb(1, 9), "there are more than 100000 values, aliases included");
    check_accepted(write_bomb(1000, 2));

    /* Keys are texts, too. */
    Writing keys = begin();
    add(&keys, "a: &a ");
    add_often(&keys, "k", 60000);
    add(&keys, "\nb:\n");
    add_often(&keys, "- {*a : 1}\n", 30);
    check_refused(keys, "the texts of all values have more than 1048576 bytes");

    /* Depth counts where an alias stands, not where its value was written. */
    Writing deep = begin();
    add(&deep, "a: &a [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n"
               "b: [[[[[[[[[[[[[[*a]]]]]]]]]]]]]]\n");
    check_refused(deep, "values are nested deeper than 32 levels");
}
END_TEST

START_TEST(an_alias_is_the_value_of_its_anchor)
{
    static const char text[] = "a: &a {b: [1, &c 2]}\nd: *a\ne: *c\n";
    AugiTreeDocument *document = parse(text, sizeof(text) - 1);
    ck_assert_ptr_nonnull(document);
    const AugiTree *d = augi_tree_get(&document->root, "d");
    ck_assert_str_eq(augi_tree_get(d, "b")->children[1].text, "2");
    ck_assert_str_eq(augi_tree_get(&document->root, "e")->text, "2");
    ck_assert_int_eq(d->key_place.line, 2);
    augi_tree_free(document);

    static const char *const wrong[][2] = {
        {"a: *b\nb: &b 1\n", "the alias '*b' stands for nothing; '&b' must come before it"},
        {"a: &a [*a]\n", "the alias '*a' stands for nothing; '&a' must come before it"},
        {"a: &a [&a 1]\n", "the anchor '&a' stands inside its own value"},
        {"a: &a 1\nb: &a 2\n", "the anchor '&a' stands twice; the first is on line 1"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        Writing writing = begin();
        add(&writing, wrong[i][0]);
        check_refused(writing, wrong[i][1]);
    }
}
END_TEST

START_TEST(many_keys_are_compared_quickly)
{
    Writing writing = begin();
    add(&writing, "[");
    for (size_t i = 0; i < 20; i++) {
        add(&writing, "{");
        add_numbered(&writing, "k", ",", 4000);
        add(&writing, "},");
    }
    add(&writing, "{b: 1, a: 1, b: 2, c: 1, a: 2}]");
    AugLimits limits;
    aug_limits_init(&limits);
    const double before = processor_seconds();
    problems = (AugProblems){.items = items, .capacity = 8};
    AugiTreeDocument *document;
    ck_assert_int_eq(
        augi_tree_parse_lenient(&document, writing.text, writing.size, "t", &limits, &problems),
        AUG_OK);
    ck_assert(processor_seconds() - before < 1);
    free(writing.text);
    /* Both are named, in the order of the text, and the first value of each counts. */
    ck_assert_uint_eq(problems.n, 2);
    ck_assert_str_eq(items[0].message, "the key 'b' stands twice; the first is on line 1");
    ck_assert_str_eq(items[1].message, "the key 'a' stands twice; the first is on line 1");
    const AugiTree *last = &document->root.children[20];
    ck_assert_uint_eq(last->n_children, 3);
    ck_assert_str_eq(augi_tree_get(last, "b")->text, "1");
    ck_assert_str_eq(augi_tree_get(last, "a")->text, "1");
    augi_tree_free(document);
}
END_TEST

START_TEST(objects_are_bounded_in_bytes)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_spec_size = 100;
    char word[102] = "";
    memset(word, 'x', 101);
    for (size_t i = 0; i < 2; i++) {
        char text[200];
        snprintf(text, sizeof(text), i ? "{\"%s\": 1}" : "{\"a\": \"%s\"}", word);
        json_t *json = json_loads(text, 0, NULL);
        problems = (AugProblems){.items = items, .capacity = 8};
        AugiTreeDocument *document;
        ck_assert_int_eq(augi_tree_from_json(&document, json, "spec", &limits, &problems),
                         AUG_BAD_SPEC);
        json_decref(json);
        ck_assert_msg(strstr(items[0].message, "more than 100 bytes") != NULL, "%s",
                      items[0].message);
    }
}
END_TEST

START_TEST(utf_16_is_named)
{
    ck_assert_ptr_null(parse("\xff\xfe\x61\x00:\x00", 6));
    ck_assert_str_eq(items[0].message, "the text is UTF-16; save it as UTF-8");
    ck_assert_str_eq(items[0].where, "t");
    ck_assert_ptr_null(parse("\xfe\xff\x00\x61", 4));
    ck_assert_str_eq(items[0].message, "the text is UTF-16; save it as UTF-8");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tree bounds");
    TCase *tests = tcase_create("tree bounds");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, depth_is_refused_before_it_costs_its_square);
    tcase_add_test(tests, what_looks_deep_is_read);
    tcase_add_test(tests, anchors_tags_and_directives_are_bounded);
    tcase_add_test(tests, runs_of_blanks_are_bounded);
    tcase_add_test(tests, aliases_are_bounded_in_bytes);
    tcase_add_test(tests, an_alias_is_the_value_of_its_anchor);
    tcase_add_test(tests, many_keys_are_compared_quickly);
    tcase_add_test(tests, objects_are_bounded_in_bytes);
    tcase_add_test(tests, utf_16_is_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
