/* YAML and JSON with places: what is read, and how every kind of damage is named. */
#include <jansson.h>
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
    ck_assert_int_eq(list->key_place.line, 2);
    ck_assert_str_eq(list->children[0].text, "x");
    ck_assert(!list->children[0].quoted && list->children[1].quoted);
    const AugiTree *deep = augi_tree_get(&list->children[2], "deep");
    ck_assert_int_eq(deep->children[1].place.line, 5);
    ck_assert_int_eq(deep->children[1].place.column, 16);
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
    check_refused("a: 1\n---\nb: 2\n", "t.yaml:2:1", "second document");
    check_refused("a: 1\n...\n%TAG !a! x\n--- b\n", "t.yaml:3:1", "second document");
    check_refused("", "t.yaml", "empty");
    check_refused("# nothing\n", "t.yaml", "empty");
    check_refused("a: \xff\n", "t.yaml", "byte 3");
    check_refused("\ta: 1\n", "t.yaml:1:1", "not valid YAML");
    check_refused("a: *unknown\n", "t.yaml:1:4", "'*unknown' stands for nothing");
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

/* Every value that was read lies in the text, and a plain scalar's first letter stands where the
 * scalar is said to be. n_lines: of text, which is ASCII. */
static void check_places(const AugiTree *node, const char *const *lines, int n_lines)
{
    /* An empty value at the end of the text has the place behind it. */
    ck_assert_int_ge(node->place.line, 1);
    ck_assert_int_le(node->place.line, n_lines + 1);
    ck_assert_int_ge(node->place.column, 1);
    if (node->kind == AUGI_TREE_SCALAR && !node->quoted && node->text[0]) {
        const char *line = lines[node->place.line - 1];
        ck_assert_int_le(node->place.column, (int)strcspn(line, "\n"));
        const char first = line[node->place.column - 1];
        /* A tag or an anchor comes before its value; an alias stands for another one. */
        ck_assert_msg(first == node->text[0] || strchr("!&*", first), "'%s' at %d:%d of %s",
                      node->text, node->place.line, node->place.column, lines[0]);
    }
    for (size_t i = 0; i < node->n_children; i++)
        check_places(&node->children[i], lines, n_lines);
}

/* What is accepted has the places of its values; what is refused has a place and a sentence. */
static void check_damaged(const char *text, size_t size, size_t n_accepted[2])
{
    AugiTreeDocument *document = parse_bytes(text, size);
    n_accepted[document != NULL]++;
    if (!document) {
        ck_assert_msg(strncmp(items[0].where, "t.yaml", 6) == 0, "at '%s'", items[0].where);
        ck_assert(items[0].message[0] != 0);
        ck_assert(items[0].status == AUG_BAD_SPEC || items[0].status == AUG_UNSUPPORTED);
        return;
    }
    const char *lines[16] = {text};
    int n_lines = 1;
    bool is_plain = true;
    for (size_t i = 0; i < size; i++) {
        is_plain = is_plain && text[i] >= ' ' ? true : is_plain && text[i] == '\n';
        if (text[i] == '\n')
            lines[n_lines++] = text + i + 1;
    }
    if (is_plain)
        check_places(&document->root, lines, n_lines);
    augi_tree_free(document);
}

START_TEST(random_damage_is_read_or_named)
{
    static const char good[] = "augd: 1\npipeline:\n  - Rotate: {limit: [-1, 2.5]}\n  - 'x'\n";
    uint32_t state = 1;
    size_t n_accepted[2] = {0};
    for (int round = 0; round < 20000; round++) {
        char text[sizeof(good)];
        memcpy(text, good, sizeof(good));
        for (int change = 0; change < 3; change++) {
            state = state * 1664525u + 1013904223u;
            /* Any byte, or a letter that a user might type. */
            const int byte = (int)(state >> 24);
            text[(state >> 8) % (sizeof(good) - 1)] = (char)(round % 2 ? byte : 32 + byte % 95);
        }
        check_damaged(text, sizeof(good) - 1, n_accepted);
    }
    /* Most damage breaks the syntax; some only changes a word. */
    ck_assert_uint_gt(n_accepted[false], 10000);
    ck_assert_uint_gt(n_accepted[true], 1000);
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
    ck_assert_int_eq(augi_tree_load(&document, test_folder(), &limits, &problems),
                     AUG_BAD_ARGUMENT);
    ck_assert_str_eq(items[0].message, "is a folder; allowed is a file");

    char *path = test_path("%s/a.yaml", test_folder());
    test_write_file(path, "a: 1\n", 5);
    problems = (AugProblems){0};
    ck_assert_int_eq(augi_tree_load(&document, path, &limits, &problems), AUG_OK);
    augi_tree_free(document);
    free(path);
}
END_TEST

static AugiTreeDocument *parse_json(const char *text)
{
    AugLimits limits;
    aug_limits_init(&limits);
    problems = (AugProblems){.items = items, .capacity = 8};
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    ck_assert_msg(json != NULL, "not JSON: %s", text);
    AugiTreeDocument *document;
    AugStatus status = augi_tree_from_json(&document, json, "spec", &limits, &problems);
    json_decref(json);
    ck_assert((status == AUG_OK) == (document != NULL));
    ck_assert((status == AUG_OK) == (problems.n == 0));
    return document;
}

/* Two trees with equal kinds, keys, quotes and texts; numbers may be written in two ways. */
static void check_equal(const AugiTree *a, const AugiTree *b)
{
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert((a->key == NULL) == (b->key == NULL));
    if (a->key)
        ck_assert_str_eq(a->key, b->key);
    if (a->kind == AUGI_TREE_SCALAR) {
        char *end;
        const bool is_number =
            !a->quoted && strtod(a->text, &end) == strtod(b->text, NULL) && !*end;
        if (!is_number)
            ck_assert_str_eq(a->text, b->text);
        ck_assert_int_eq(a->quoted, b->quoted);
    }
    ck_assert_uint_eq(a->n_children, b->n_children);
    for (size_t i = 0; i < a->n_children; i++)
        check_equal(&a->children[i], &b->children[i]);
}

/* An object means what its text means. */
START_TEST(objects_and_their_texts_mean_the_same)
{
    static const char *const texts[] = {
        "{\"seed\": 9223372036854775807, \"low\": -9223372036854775808, \"text\": \"7\"}",
        "{\"a\": [1, 2.5, -0.1, 1e-7, 1.5e300, 1.0, 0.0, 123456789012345680.0]}",
        "{\"t\": true, \"f\": false, \"n\": null, \"q\": [\"true\", \"null\", \"~\", \"\"]}",
        "[[], {}, [[]], {\"a\": {}}]",
        "{\"\\u00e4\\n\\\"\": \"\\u20ac\\\\ \\t\\u0001\", \"\": 1}",
        "\"lone\"",
        "7",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        AugiTreeDocument *object = parse_json(texts[i]);
        AugiTreeDocument *text = parse(texts[i]);
        ck_assert_msg(object && text, "%s: %s", texts[i], items[0].message);
        check_equal(&object->root, &text->root);
        augi_tree_free(object);
        augi_tree_free(text);
    }
}
END_TEST

/* A problem at the first value whose text is "here" has this place. */
static const AugiTree *find_here(const AugiTree *tree)
{
    if (tree->kind == AUGI_TREE_SCALAR)
        return strcmp(tree->text, "here") == 0 ? tree : NULL;
    const AugiTree *found = NULL;
    for (size_t i = 0; !found && i < tree->n_children; i++)
        found = find_here(&tree->children[i]);
    return found;
}

START_TEST(places_in_objects_are_pointers)
{
    static const char *const places[][2] = {
        {"\"here\"", "/spec"},
        {"{\"batch\":{\"size\":\"here\"}}", "/spec/batch/size"},
        {"{\"p\":[{\"R\":1},{\"Q\":[0,\"here\"]}]}", "/spec/p/1/Q/1"},
        {"{\"a/b~\":[\"here\"]}", "/spec/a~1b~0/0"},
        {"{\"~1\":{\"\":\"here\"}}", "/spec/~01/"},
        {"{\"\\u00e4\":\"here\"}", "/spec/\xc3\xa4"},
    };
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        AugiTreeDocument *document = parse_json(places[i][0]);
        ck_assert_ptr_nonnull(document);
        const AugiTree *here = find_here(&document->root);
        augi_tree_problem(&problems, here, NULL, "value");
        augi_tree_key_problem(&problems, here, "p", "key");
        ck_assert_str_eq(items[0].where, places[i][1]);
        ck_assert_str_eq(items[1].where, places[i][1]);
        ck_assert_str_eq(items[1].message, "p: key");
        augi_tree_free(document);
    }
}
END_TEST

/* A pointer leads to its value, and a wrong one as far as it can. */
START_TEST(values_at_pointers)
{
    static const char *const ways[][2] = {
        {"", "1:1"},     {"/a", "1:5"},    {"/a/1", "1:9"},    {"/a/1/b~1~0c", "1:16"},
        {"/a/2", "1:5"}, {"/a/01", "1:5"}, {"/a/", "1:5"},     {"/a/1/b~1~0c/d", "1:16"},
        {"/b", "1:1"},   {"a", "1:1"},     {"/a/1/b~", "1:9"},
    };
    AugiTreeDocument *document = parse("{a: [1, {b/~c: 2}]}");
    ck_assert_ptr_nonnull(document);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        char place[32];
        augi_place_text(&augi_tree_at(&document->root, ways[i][0])->place, place, sizeof(place));
        ck_assert_msg(strcmp(place, ways[i][1]) == 0, "%s leads to %s, expected %s", ways[i][0],
                      place, ways[i][1]);
    }
    augi_tree_free(document);
}
END_TEST

/* A pointer that does not fit names the nearest value around that does. */
START_TEST(long_pointers_end_at_a_step)
{
    char text[700] = "{\"out\":[{\"";
    memset(text + strlen(text), '/', 300);
    strncat(text, "\":\"here\"}]}", sizeof(text) - strlen(text) - 1);
    AugiTreeDocument *document = parse_json(text);
    ck_assert_ptr_nonnull(document);
    augi_tree_problem(&problems, find_here(&document->root), NULL, "value");
    ck_assert_str_eq(items[0].where, "/spec/out/0");
    for (size_t size = 1; size < 8; size++) {
        char place[8];
        memset(place, 'x', sizeof(place));
        augi_place_text(&find_here(&document->root)->place, place, size);
        ck_assert_str_eq(place, size > 6 ? "/out/0" : size > 4 ? "/out" : "");
    }
    augi_tree_free(document);
}
END_TEST

static void check_json_refused(const char *text, const char *where, const char *words)
{
    ck_assert_ptr_null(parse_json(text));
    ck_assert_str_eq(items[0].where, where);
    ck_assert_msg(strstr(items[0].message, words), "'%s' does not say '%s'", items[0].message,
                  words);
}

START_TEST(objects_have_the_limits_of_texts)
{
    char deep[200] = "";
    memset(deep, '[', 60);
    memset(deep + 60, ']', 60);
    char where[200] = "/spec";
    for (int i = 0; i < 33; i++)
        strncat(where, "/0", sizeof(where) - strlen(where) - 1);
    check_json_refused(deep, where, "deeper than 32");

    json_t *many = json_array();
    json_t *keys = json_object();
    for (int i = 0; i < 100000; i++)
        json_array_append_new(many, json_true());
    for (int i = 0; i < 4097; i++) {
        char key[16];
        snprintf(key, sizeof(key), "k%d", i);
        json_object_set_new(keys, key, json_null());
    }
    char *text = json_dumps(many, 0);
    check_json_refused(text, "/spec/99999", "more than 100000 values");
    free(text);
    text = json_dumps(keys, 0);
    check_json_refused(text, "/spec", "4097 keys; 4096 are allowed");
    free(text);
    json_decref(many);
    json_decref(keys);

    json_t *nul = json_stringn("a\0b", 3);
    AugLimits limits;
    aug_limits_init(&limits);
    problems = (AugProblems){.items = items, .capacity = 8};
    AugiTreeDocument *document;
    ck_assert_int_eq(augi_tree_from_json(&document, nul, "spec", &limits, &problems), AUG_BAD_SPEC);
    ck_assert_ptr_nonnull(strstr(items[0].message, "NUL"));
    json_decref(nul);
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
    tcase_add_test(tests, random_damage_is_read_or_named);
    tcase_add_test(tests, files_are_read_or_named);
    tcase_add_test(tests, objects_and_their_texts_mean_the_same);
    tcase_add_test(tests, places_in_objects_are_pointers);
    tcase_add_test(tests, values_at_pointers);
    tcase_add_test(tests, long_pointers_end_at_a_step);
    tcase_add_test(tests, objects_have_the_limits_of_texts);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
