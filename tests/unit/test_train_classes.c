/* Classes of two data sets by their names: matched, renumbered, refused. */
#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "trainer/data/classes.h"

#define NAMES(who, ...)                                                  \
    (TrainClassNames)                                                    \
    {                                                                    \
        .owner = who, .names = (const char *const[]){__VA_ARGS__},       \
        .n = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *) \
    }

/* Expects the numbers, and that some note has the words (NULL: that there is no note). */
static void expect(TrainClassNames from, TrainClassNames to, TrainClassRule rule,
                   const uint32_t *numbers, const char *words)
{
    TrainClassMap map;
    TrainNotes notes = {0};
    AugError error = {0};
    if (train_class_map_init(&map, &from, &to, rule, &notes, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    bool said = false;
    for (size_t i = 0; i < notes.n; i++)
        said = said || (words && strstr(notes.items[i], words));
    for (uint32_t i = 0; i < from.n; i++)
        ck_assert_uint_eq(map.numbers[i], numbers[i]);
    ck_assert_msg(words ? said : notes.n == 0, "'%s' is not what is said, but '%s'",
                  words ? words : "nothing", notes.n ? notes.items[0] : "nothing");
    train_class_map_fini(&map);
    train_notes_fini(&notes);
}

static const uint32_t same[] = {0, 1, 2};
static const TrainClassRule plain = {0};

START_TEST(equal_names_need_no_word)
{
    expect(NAMES("b", "cat", "dog", "owl"), NAMES("a", "cat", "dog", "owl"), plain, same, NULL);
    expect(NAMES("b", "0", "1", "2"), NAMES("a", "0", "1", "2"), plain, same, NULL);
}
END_TEST

START_TEST(another_order_is_matched_and_said)
{
    expect(NAMES("b", "owl", "cat", "dog"), NAMES("a", "cat", "dog", "owl"), plain,
           (const uint32_t[]){2, 0, 1}, "they are matched by their names");
    expect(NAMES("b", "owl", "dog"), NAMES("a", "cat", "dog", "owl"), plain,
           (const uint32_t[]){2, 1}, "b lacks 1 of the 3 classes of a: 'cat'");
}
END_TEST

/* Looking through all names for each would take most of a minute. */
START_TEST(many_classes_are_matched_soon)
{
    enum { N = 60000 };
    static char texts[N][8];
    static const char *names[N], *turned[N];
    static uint32_t numbers[N];
    for (uint32_t i = 0; i < N; i++) {
        snprintf(texts[i], sizeof(texts[i]), "c%u", i);
        names[i] = turned[N - 1 - i] = texts[i];
        numbers[i] = N - 1 - i;
    }
    expect((TrainClassNames){"b", turned, N}, (TrainClassNames){"a", names, N}, plain, numbers,
           "they are matched by their names");
}
END_TEST

START_TEST(numbers_against_names_are_said)
{
    expect(NAMES("b", "0", "1", "2"), NAMES("a", "cat", "dog", "owl"), plain, same,
           "only one of them has names");
    expect(NAMES("b", "0", "1"), NAMES("a", "0", "1", "2"), plain, same,
           "b has 2 classes, a has 3");
    expect(NAMES("b", "cat", NULL, "owl"), NAMES("a", "cat", "dog", "owl"), plain, same,
           "only one of them has names");
}
END_TEST

START_TEST(names_for_people_may_be_others)
{
    const TrainClassRule renames = {.renames = true};
    expect(NAMES("b", "cat", "dog", "owl"), NAMES("m", "Katze", "Hund", "Eule"), renames, same,
           "by other names");
    expect(NAMES("b", "owl", "dog", "cat"), NAMES("m", "cat", "dog", "owl"), renames,
           (const uint32_t[]){2, 1, 0}, "matched by their names");
    expect(NAMES("b", "0", "1", "2"), NAMES("m", "cat", "dog", "owl"), renames, same, NULL);
}
END_TEST

START_TEST(what_cannot_be_matched_is_refused)
{
    const struct {
        TrainClassNames from, to;
        TrainClassRule rule;
        const char *words;
    } cases[] = {
        {NAMES("b", "cat", "dogs"), NAMES("a", "cat", "dog", "owl"), {0}, "'dogs' is none of"},
        {NAMES("b", "cat", "dogs"), NAMES("a", "cat", "dog", "owl"), {0}, "'dog' comes nearest"},
        {NAMES("b", "0", "1", "2"), NAMES("a", "0", "1"), {0}, "it has 3 classes; a has 2"},
        {NAMES("b", "cat", "dog"), NAMES("m", "cat", "Hund"), {.renames = true}, "'dog' is none"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        TrainClassMap map;
        TrainNotes notes = {0};
        AugError error = {0};
        ck_assert_int_eq(
            train_class_map_init(&map, &cases[i].from, &cases[i].to, cases[i].rule, &notes, &error),
            AUG_BAD_SPEC);
        ck_assert_msg(strstr(error.message, cases[i].words) != NULL, "%s", error.message);
        ck_assert_str_eq(error.where, "b");
        train_notes_fini(&notes);
    }
}
END_TEST

/* Test classes owl, cat through training classes cat, dog, owl, which are 1, 2, 0 of the network. */
START_TEST(labels_are_renumbered)
{
    TrainNotes notes = {0};
    TrainClassMap train, test;
    const TrainClassNames model = NAMES("m", "owl", "cat", "dog"),
                          a = NAMES("a", "cat", "dog", "owl"), b = NAMES("b", "owl", "cat");
    ck_assert_int_eq(train_class_map_init(&train, &a, &model, plain, &notes, NULL), AUG_OK);
    const TrainClassRule rule = {.via = &train};
    ck_assert_int_eq(train_class_map_init(&test, &b, &a, rule, &notes, NULL), AUG_OK);
    ck_assert_int_eq(train_class_map_reserve(&train, 4, 3, NULL), AUG_OK);
    ck_assert_int_eq(train_class_map_reserve(&test, 4, 3, NULL), AUG_OK);
    const int64_t labels[] = {0, 1, 2, -1};
    const float soft[] = {0.25F, 0.5F, 0.25F, 0, 0, 1};
    NnBatch batch = {.n = 4, .labels = labels};
    train_class_map_apply(&train, &batch);
    static const int64_t wanted[] = {1, 2, 0, -1};
    for (size_t i = 0; i < AUG_COUNT(wanted); i++)
        ck_assert_int_eq(batch.labels[i], wanted[i]);
    batch = (NnBatch){.n = 2, .soft = soft};
    train_class_map_apply(&train, &batch);
    static const float shares[] = {0.25F, 0.25F, 0.5F, 1, 0, 0};
    ck_assert_mem_eq(batch.soft, shares, sizeof(shares));
    /* Through both orders the test has the numbers of the network again. */
    ck_assert_uint_eq(test.numbers[0], 0);
    ck_assert_uint_eq(test.numbers[1], 1);
    /* Shares of fewer classes get those that are missing. */
    batch = (NnBatch){.n = 2, .soft = soft};
    train_class_map_apply(&test, &batch);
    static const float wider[] = {0.25F, 0.5F, 0, 0.25F, 0, 0};
    ck_assert_mem_eq(batch.soft, wider, sizeof(wider));
    train_class_map_fini(&train);
    train_class_map_fini(&test);
    train_notes_fini(&notes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_classes");
    TCase *tests = tcase_create("classes");
    tcase_add_test(tests, equal_names_need_no_word);
    tcase_add_test(tests, another_order_is_matched_and_said);
    tcase_add_test(tests, many_classes_are_matched_soon);
    tcase_add_test(tests, numbers_against_names_are_said);
    tcase_add_test(tests, names_for_people_may_be_others);
    tcase_add_test(tests, what_cannot_be_matched_is_refused);
    tcase_add_test(tests, labels_are_renumbered);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
