/* YAML with positions: what is read, and how every kind of damage is named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/tree.h"
#include "tests/support/support.h"

static AugError items[8];
static AugProblems problems;

static AugiTreeDocument *parse_bytes(const char *text, size_t size)
{
    AugLimits limits;
    aug_limits_init(&limits);
    problems = (AugProblems){.items = items, .capacity = 8};
    AugiTreeDocument *document;
    AugStatus status = augi_tree_parse(&document, text, size, "t.yaml", &limits, &problems);
    ck_assert((status == AUG_OK) == (document != NULL));
    ck_assert((status == AUG_OK) == (problems.n == 0));
    return document;
}

static AugiTreeDocument *parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* The text is refused at a place with a sentence that holds some words. */
static void check_refused(const char *text, const char *where, const char *words)
{
    AugiTreeDocument *document = parse(text);
    ck_assert_msg(!document, "accepted: %s", text);
    ck_assert_str_eq(items[0].where, where);
    ck_assert_msg(strstr(items[0].message, words), "'%s' does not say '%s'", items[0].message,
                  words);
}

START_TEST(values_keep_kind_text_and_place)
{
    AugiTreeDocument *document = parse("a: 1\nlist:\n  - x\n  - \"2\"\n  - {deep: [3, 4]}\n");
    ck_assert_ptr_nonnull(document);
    const AugiTree *root = &document->root;
    ck_assert_int_eq(root->kind, AUGI_TREE_MAP);
    ck_assert_uint_eq(root->n_children, 2);
    const AugiTree *list = augi_tree_get(root, "list");
    ck_assert_int_eq(list->kind, AUGI_TREE_LIST);
    ck_assert_int_eq(list->key_line, 2);
    ck_assert_str_eq(list->children[0].text, "x");
    ck_assert(!list->children[0].quoted && list->children[1].quoted);
    const AugiTree *deep = augi_tree_get(&list->children[2], "deep");
    ck_assert_int_eq(deep->children[1].line, 5);
    ck_assert_int_eq(deep->children[1].column, 16);
    ck_assert_ptr_null(augi_tree_get(root, "absent"));
    ck_assert_ptr_null(augi_tree_get(list, "x"));
    augi_tree_free(document);
}
END_TEST

START_TEST(json_is_a_subset)
{
    AugiTreeDocument *document = parse("{\"a\": [1, 2.5e-3, true], \"b\\n\": \"\\u00e4\\/\"}");
    ck_assert_ptr_nonnull(document);
    ck_assert_str_eq(augi_tree_get(&document->root, "b\n")->text, "\xc3\xa4/");
    augi_tree_free(document);
}
END_TEST

START_TEST(damage_is_named_with_its_place)
{
    check_refused("a: 1\nb: [1, 2\n", "t.yaml:3:1", "not valid YAML");
    check_refused("a: 1\na: 2\n", "t.yaml:2:1", "stands twice; the first is on line 1");
    check_refused("? [1]\n: 2\n", "t.yaml:1:3", "must be a word");
    check_refused("a: 1\n---\nb: 2\n", "t.yaml:3:1", "second document");
    check_refused("", "t.yaml", "empty");
    check_refused("# nothing\n", "t.yaml", "empty");
    check_refused("a: \xff\n", "t.yaml", "byte 3");
    check_refused("\ta: 1\n", "t.yaml:1:1", "not valid YAML");
    check_refused("a: *unknown\n", "t.yaml:1:4", "undefined alias");
    check_refused("a: \"x\\0y\"\n", "t.yaml:1:4", "NUL");
}
END_TEST

START_TEST(small_texts_cannot_grow_huge)
{
    /* Nine levels of nine aliases would be 10^9 values. */
    char text[2000] = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 10; i++) {
        char line[120];
        snprintf(line, sizeof(line), "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n",
                 i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strncat(text, line, sizeof(text) - strlen(text) - 1);
    }
    ck_assert_ptr_null(parse(text));
    ck_assert_ptr_nonnull(strstr(items[0].message, "more than 100000 values"));

    char deep[200] = "";
    memset(deep, '[', 60);
    memset(deep + 60, ']', 60);
    ck_assert_ptr_null(parse(deep));
    ck_assert_ptr_nonnull(strstr(items[0].message, "deeper than 32"));

    size_t size = (1u << 20) + 1;
    char *large = malloc(size);
    memset(large, ' ', size);
    ck_assert_ptr_null(parse_bytes(large, size));
    ck_assert_int_eq(items[0].status, AUG_TOO_LARGE);
    free(large);
}
END_TEST

START_TEST(random_damage_never_breaks_the_parser)
{
    static const char good[] = "augd: 1\npipeline:\n  - Rotate: {limit: [-1, 2.5]}\n  - 'x'\n";
    uint32_t state = 1;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof(good)];
        memcpy(text, good, sizeof(good));
        for (int change = 0; change < 3; change++) {
            state = state * 1664525u + 1013904223u;
            text[(state >> 8) % (sizeof(good) - 1)] = (char)(state >> 24);
        }
        augi_tree_free(parse_bytes(text, sizeof(good) - 1));
    }
}
END_TEST

START_TEST(files_are_read_or_named)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugiTreeDocument *document;
    problems = (AugProblems){.items = items, .capacity = 8};
    ck_assert_int_eq(augi_tree_load(&document, "/no/such.yaml", &limits, &problems), AUG_NOT_FOUND);
    ck_assert_str_eq(items[0].where, "/no/such.yaml");

    problems = (AugProblems){.items = items, .capacity = 8};
    ck_assert_int_eq(augi_tree_load(&document, test_folder(), &limits, &problems), AUG_IO);
    ck_assert_ptr_nonnull(strstr(items[0].message, "directory"));

    char *path = test_path("%s/a.yaml", test_folder());
    test_write_file(path, "a: 1\n", 5);
    problems = (AugProblems){0};
    ck_assert_int_eq(augi_tree_load(&document, path, &limits, &problems), AUG_OK);
    augi_tree_free(document);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tree");
    TCase *tests = tcase_create("tree");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, values_keep_kind_text_and_place);
    tcase_add_test(tests, json_is_a_subset);
    tcase_add_test(tests, damage_is_named_with_its_place);
    tcase_add_test(tests, small_texts_cannot_grow_huge);
    tcase_add_test(tests, random_damage_never_breaks_the_parser);
    tcase_add_test(tests, files_are_read_or_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
