/* How much groups can run: the bound that a recipe relies on, what is refused beyond, and random
 * nested lists within. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/plan.h"
#include "libaug/run/mix.h"
#include "tests/support/datasets.h"
#include "tests/support/ops_case.h"
#include "tests/support/support.h"

static size_t most_runs(const char *text)
{
    OpsCase ops_case;
    ops_open_good(&ops_case, text);
    const size_t most = augi_ops_most_runs(&ops_case.list);
    ops_close(&ops_case);
    return most;
}

START_TEST(most_runs_of_a_list)
{
    ck_assert_uint_eq(most_runs("[]"), 0);
    ck_assert_uint_eq(most_runs("[Transpose, Transpose: {p: 0}]"), 2);
    ck_assert_uint_eq(most_runs("[OneOf: {transforms: [Transpose, Transpose, Transpose]}]"), 1);
    ck_assert_uint_eq(most_runs("[Sequential: {transforms: [Transpose, Transpose]}, Transpose]"),
                      3);
    ck_assert_uint_eq(most_runs("[SomeOf: {n: [0, 2], transforms: [Transpose, Transpose, "
                                "Transpose]}]"),
                      2);
    ck_assert_uint_eq(most_runs("[RandomOrder: {n: 9, replace: true, transforms: [Transpose]}]"),
                      9);
    /* The two largest of 1, 3 and 2. */
    ck_assert_uint_eq(most_runs("[SomeOf: {n: 2, transforms: [Transpose, {Sequential: {transforms: "
                                "[Transpose, Transpose, Transpose]}}, {Sequential: {transforms: "
                                "[Transpose, Transpose]}}]}]"),
                      5);
    /* The largest, four times. */
    ck_assert_uint_eq(most_runs("[SomeOf: {n: 4, replace: true, transforms: [Transpose, "
                                "{Sequential: {transforms: [Transpose, Transpose, Transpose]}}]}]"),
                      12);
}
END_TEST

/* n times Transpose, separated by commas. */
static void add_leaves(TestText *text, int n)
{
    for (int i = 0; i < n; i++)
        test_text_add(text, "%sTranspose", i ? ", " : "");
}

/* A Sequential of n operations run by a group that picks it as often as picks says. */
static void set_repeated(TestText *text, int picks, int n)
{
    text->n = 0;
    test_text_add(
        text, "[Transpose, SomeOf: {n: %d, replace: true, transforms: [{Sequential: {transforms: [",
        picks);
    add_leaves(text, n);
    test_text_add(text, "]}}]}]");
}

START_TEST(runs_up_to_the_bound)
{
    static TestText text;
    /* 1 + 31 * 33 = 1024; and 1 + 32 * 32 = 1025. */
    set_repeated(&text, 31, 33);
    ck_assert_uint_eq(most_runs(text.words), AUGI_MAX_RUNS);
    set_repeated(&text, 32, 32);
    ops_assert_refused(text.words, "case:1:13", "more than 1024 operations could run");
    /* The innermost group that is too much by itself is named. */
    text.n = 0;
    test_text_add(
        &text, "[OneOf: {transforms: [{OneOf: {transforms: [\n{RandomOrder: {n: 32, replace: true, "
               "transforms: [{Sequential: {transforms: [");
    add_leaves(&text, 64);
    test_text_add(&text, "]}}]}}]}}]}]");
    ops_assert_refused(text.words, "case:2:1", "RandomOrder: with it more than 1024");
}
END_TEST

START_TEST(operations_up_to_the_bound)
{
    static TestText text;
    test_text_add(&text, "[");
    add_leaves(&text, AUGI_MAX_OPS);
    const size_t n = text.n;
    test_text_add(&text, "]");
    ck_assert_uint_eq(most_runs(text.words), AUGI_MAX_OPS);
    text.n = n;
    test_text_add(&text, ",\nTranspose]");
    ops_assert_refused(text.words, "case:2:1", "a spec may have 1023 operations");
}
END_TEST

/* With the highest position, occurrence and bit, a key is still not that of an epoch's order. */
START_TEST(positions_stay_apart)
{
    ck_assert_uint_lt((AUGI_MAX_OPS - 1) | (AUGI_MAX_OCCURRENCES - 1) << AUGI_OCCURRENCE_SHIFT |
                          AUG_POSITION_BATCH,
                      AUG_POSITION_ORDER);
    ck_assert_uint_le(AUGI_MAX_OPS, 1u << AUGI_OCCURRENCE_SHIFT);
    ck_assert_uint_eq(AUGI_MAX_OCCURRENCES << AUGI_OCCURRENCE_SHIFT, AUG_POSITION_BATCH);
}
END_TEST

START_TEST(repeats_beyond_the_bound_are_refused)
{
    ops_assert_refused("[SomeOf: {n: 33, replace: true, transforms: [Transpose]}]", "case:1:2",
                       "SomeOf: one of its operations could run 33 times for one sample; allowed "
                       "are 32");
    ops_assert_refused(
        "[RandomOrder: {n: 4, replace: true, transforms: [\n{SomeOf: {n: 9, replace: "
        "true, transforms: [Transpose]}}]}]",
        "case:2:1", "SomeOf: one of its operations could run 36 times");
    ops_assert_refused("[SomeOf: {n: 3, transforms: [Transpose, Transpose]}]", "case:1:2",
                       "SomeOf: up to 3 operations are to be chosen without replacement, and there "
                       "are 2");
    ops_assert_refused("[Sequential: {transforms: [\n  RandomOrder: {n: [0, 2], transforms: "
                       "[Transpose]}]}]",
                       "case:2:3", "RandomOrder: up to 2 operations are to be chosen");
    ops_assert_refused("[SomeOf: {n: [0.5, 1], transforms: [Transpose]}]", "case:1:10",
                       "its ends must be whole numbers");
    ops_assert_refused("[RandomOrder: {n: 0, transforms: [Transpose]}]", "case:1:15",
                       "nothing would ever run");
    ops_assert_refused("[RandomOrder: {transforms: [Transpose]}]", "case:1:15", "n is missing");
    ops_assert_refused("[SomeOf: 2]", "case:1:10", "transforms must be a list of 1 to 64");
    ops_assert_refused("[SomeOf: {n: 65, transforms: [Transpose]}]", "case:1:14", "n is 65");
}
END_TEST

/* A chain of groups as deep as a tree may be costs what its operations cost, not a power of it. */
START_TEST(deep_nesting_is_counted_at_once)
{
    static TestText text;
    test_text_add(&text, "[");
    for (int i = 0; i < 240; i++)
        test_text_add(&text, "SomeOf: {n: [1, 2], transforms: [Transpose, ");
    test_text_add(&text, "Transpose");
    for (int i = 0; i < 240; i++)
        test_text_add(&text, "]}");
    test_text_add(&text, "]");
    ck_assert_uint_eq(most_runs(text.words), 241);
}
END_TEST

/* A random list: depth levels of groups at most, few operations. */
static void add_list(TestText *text, AugRng *rng, int depth);

static void add_group(TestText *text, AugRng *rng, int depth)
{
    static const char *const names[] = {"OneOf", "Sequential", "SomeOf", "RandomOrder"};
    const size_t kind = (size_t)aug_rng_below(rng, 4);
    test_text_add(text, "{%s: {p: %.2f, ", names[kind], 0.5 + aug_rng_unit(rng) / 2);
    const int64_t high = aug_rng_integer(rng, 1, 4);
    if (kind >= 2)
        test_text_add(text, "n: [%d, %d], replace: %s, ", (int)aug_rng_integer(rng, 0, high),
                      (int)high, aug_rng_bernoulli(rng, 0.6) ? "true" : "false");
    test_text_add(text, "transforms: ");
    add_list(text, rng, depth - 1);
    test_text_add(text, "}}");
}

static void add_list(TestText *text, AugRng *rng, int depth)
{
    const int64_t n = aug_rng_integer(rng, 1, 4);
    test_text_add(text, "[");
    for (int64_t i = 0; i < n; i++) {
        if (i > 0)
            test_text_add(text, ", ");
        if (depth > 0 && aug_rng_bernoulli(rng, 0.6))
            add_group(text, rng, depth);
        else
            test_text_add(text, "{Transpose: {p: %.2f}}", 0.05 + aug_rng_unit(rng) * 0.95);
    }
    test_text_add(text, "]");
}

static int compare_draws(const void *a, const void *b)
{
    const uint64_t x = ((const OpsRun *)a)->draw, y = ((const OpsRun *)b)->draw;
    return (x > y) - (x < y);
}

/* Walks both lists, which must do the same; returns the largest number of runs. */
static size_t compare_walks(const OpsCase *one, const OpsCase *other, const char *text)
{
    const size_t most = augi_ops_most_runs(&one->list);
    size_t largest = 0;
    OpsRun runs[AUGI_MAX_RUNS], others[AUGI_MAX_RUNS];
    for (uint64_t sample = 0; sample < 30; sample++) {
        const size_t n = ops_walk(&one->list, sample, false, runs, most);
        ck_assert_uint_eq(ops_walk(&other->list, sample, false, others, most), n);
        for (size_t i = 0; i < n; i++)
            ck_assert_msg(runs[i].draw == others[i].draw, "%s: run %zu differs once printed", text,
                          i);
        qsort(runs, n, sizeof(*runs), compare_draws);
        for (size_t i = 1; i < n; i++)
            ck_assert_msg(runs[i].draw != runs[i - 1].draw, "%s: two runs draw the same", text);
        largest = n > largest ? n : largest;
    }
    return largest;
}

/* Either refused for a bound, or never more runs than counted, all with draws of their own, and the
 * same after printing and reading. */
START_TEST(random_lists_keep_to_their_bounds)
{
    static TestText text;
    size_t n_accepted = 0, n_at_bound = 0;
    for (uint64_t number = 0; number < 600; number++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = 8, .sample = number});
        text.n = 0;
        add_list(&text, &rng, 4);
        OpsCase ops_case, printed;
        ops_open(&ops_case, text.words, false);
        if (ops_case.problems.n > 0) {
            const char *sentence = ops_case.error.message;
            ck_assert_msg(strstr(sentence, "could run") || strstr(sentence, "to be chosen"),
                          "%s: %s", text.words, sentence);
            ops_close(&ops_case);
            continue;
        }
        n_accepted++;
        char *canonical = ops_text(&ops_case.list);
        ops_open_good(&printed, canonical);
        char *again = ops_text(&printed.list);
        ck_assert_str_eq(canonical, again);
        const size_t most = augi_ops_most_runs(&ops_case.list);
        ck_assert_uint_le(most, AUGI_MAX_RUNS);
        n_at_bound += compare_walks(&ops_case, &printed, text.words) == most;
        free(canonical);
        free(again);
        ops_close(&ops_case);
        ops_close(&printed);
    }
    /* The test says something only if most lists pass and many reach their figure. */
    ck_assert_uint_gt(n_accepted, 300);
    ck_assert_uint_gt(n_at_bound, 50);
}
END_TEST

/* Mixing reserves a pass for each run, repeated ones included. */
START_TEST(passes_of_mixing_groups)
{
    static const char text[] =
        "augd: 1\nbatch:\n  size: 4\n  mix:\n    - SomeOf: {n: [2, 3], replace: true, transforms: "
        "[MixUp, CutMix]}\n    - Sequential: {transforms: [MixUp, OneOf: {transforms: [MixUp, "
        "CutMix]}]}\noutput: {dtype: uint8}\n";
    AugProblems problems = {0};
    AugSpec *spec;
    AugPlan *plan;
    AugError error = {0};
    ck_assert_int_eq(aug_spec_parse(&spec, text, sizeof(text) - 1, "s", NULL, &problems), AUG_OK);
    AugDataset *dataset = test_open("synthetic:count=9,size=4");
    ck_assert_int_eq(aug_plan_new(&plan, spec, dataset, NULL, &error), AUG_OK);
    AugiMixPasses passes;
    ck_assert(augi_mix_passes_init(&passes, plan));
    ck_assert_uint_eq(passes.max_passes, 5);
    int counts[6] = {0};
    for (uint64_t step = 0; step < 50; step++) {
        augi_mix_draw(plan, 0, step, 4, &passes);
        ck_assert_uint_le(passes.n_passes, 5);
        counts[passes.n_passes]++;
    }
    ck_assert_int_eq(counts[4] + counts[5], 50);
    ck_assert(counts[4] > 0 && counts[5] > 0);
    augi_mix_passes_fini(&passes);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bounds of groups");
    TCase *bounds = tcase_create("bounds");
    tcase_add_test(bounds, most_runs_of_a_list);
    tcase_add_test(bounds, runs_up_to_the_bound);
    tcase_add_test(bounds, operations_up_to_the_bound);
    tcase_add_test(bounds, positions_stay_apart);
    tcase_add_test(bounds, repeats_beyond_the_bound_are_refused);
    tcase_add_test(bounds, deep_nesting_is_counted_at_once);
    tcase_add_test(bounds, passes_of_mixing_groups);
    suite_add_tcase(suite, bounds);
    TCase *lists = tcase_create("random lists");
    tcase_set_timeout(lists, 60);
    tcase_add_test(lists, random_lists_keep_to_their_bounds);
    suite_add_tcase(suite, lists);
    return test_run(suite);
}
