/* Groups: which of their operations run, how often, in which order and with which draws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/ops_case.h"
#include "tests/support/support.h"

enum { MAX_RUNS = 64, N_SAMPLES = 20000 };

/* The runs of a sample as a number in base 4: children 1 to 3 of the group are its digits, first
 * run first; 0 where nothing runs. Operations are known by their position, the group's is 0. */
static size_t code_of(const OpsRun *runs, size_t n)
{
    size_t code = 0;
    for (size_t i = 0; i < n; i++)
        code = code * 4 + runs[i].op->position;
    return code;
}

enum { CODES = 64 };

static void count_codes(const char *text, int counts[CODES])
{
    OpsCase ops_case;
    ops_open_good(&ops_case, text);
    memset(counts, 0, CODES * sizeof(*counts));
    OpsRun runs[3];
    for (uint64_t sample = 0; sample < N_SAMPLES; sample++) {
        const size_t n = ops_walk(&ops_case.list, sample, false, runs, AUG_COUNT(runs));
        counts[code_of(runs, n)]++;
    }
    ops_close(&ops_case);
}

/* One outcome and its probability. */
typedef struct Outcome {
    int code;
    double p;
} Outcome;

typedef struct Law {
    const char *text;
    Outcome outcomes[16];
} Law;

/* A, B, C never fail to run unless they say so. */
#define A "{Cutout: {size: 2, p: 1}}"
#define B "{Cutout: {size: 3, p: 1}}"
#define C "{Cutout: {size: 4, p: 1}}"

static const Law laws[] = {
    /* Weights 3, 0 and 1; the chosen one always runs. */
    {"[OneOf: {transforms: [{Cutout: {size: 2, p: 3}}, {Cutout: {size: 2, p: 0}}, Cutout: 2]}]",
     {{1, 3. / 4}, {3, 1. / 4}}},
    /* 1, 2 and 1 + 2 in base 4: p of each, independent. */
    {"[Sequential: {transforms: [{Cutout: {size: 2, p: 0.3}}, {Cutout: {size: 2, p: 0.6}}]}]",
     {{0, .7 * .4}, {1, .3 * .4}, {2, .7 * .6}, {4 + 2, .3 * .6}}},
    /* p of the group is for all of it. */
    {"[Sequential: {p: 0.25, transforms: [" A ", " B "]}]", {{0, .75}, {4 + 2, .25}}},
    /* Pairs in the order of the list. */
    {"[SomeOf: {n: 2, transforms: [" A ", " B ", " C "]}]",
     {{4 + 2, 1. / 3}, {4 + 3, 1. / 3}, {8 + 3, 1. / 3}}},
    /* p does not change who is picked, but whether it runs. */
    {"[SomeOf: {n: 1, transforms: [{Cutout: {size: 2, p: 0.2}}, " B "]}]",
     {{0, .5 * .8}, {1, .5 * .2}, {2, .5}}},
    {"[SomeOf: {n: [0, 2], transforms: [" A ", " B "]}]",
     {{0, 1. / 3}, {1, 1. / 6}, {2, 1. / 6}, {4 + 2, 1. / 3}}},
    /* Three picks of two: 1, 3, 3, 1 eighths, sorted. */
    {"[SomeOf: {n: 3, replace: true, transforms: [" A ", " B "]}]",
     {{16 + 4 + 1, 1. / 8}, {16 + 4 + 2, 3. / 8}, {16 + 8 + 2, 3. / 8}, {32 + 8 + 2, 1. / 8}}},
    {"[RandomOrder: {n: 3, transforms: [" A ", " B ", " C "]}]",
     {{27, 1. / 6}, {30, 1. / 6}, {39, 1. / 6}, {45, 1. / 6}, {54, 1. / 6}, {57, 1. / 6}}},
    {"[RandomOrder: {n: 2, replace: true, p: 0.5, transforms: [" A ", " B "]}]",
     {{0, 1. / 2}, {5, 1. / 8}, {6, 1. / 8}, {9, 1. / 8}, {10, 1. / 8}}},
    /* A pick that is repeated draws its p again: 0, 1 or 2 runs. */
    {"[RandomOrder: {n: 2, replace: true, transforms: [{Cutout: {size: 2, p: 0.5}}]}]",
     {{0, 1. / 4}, {1, 1. / 2}, {5, 1. / 4}}},
    /* Nested: position 1 is the inner group. */
    {"[OneOf: {transforms: [{RandomOrder: {n: 2, p: 3, transforms: [" A ", " B "]}}]}]",
     {{8 + 3, 1. / 2}, {12 + 2, 1. / 2}}},
};

START_TEST(choices_have_their_law)
{
    const Law *law = &laws[_i];
    int counts[CODES];
    count_codes(law->text, counts);
    double probabilities[CODES] = {0};
    for (size_t i = 0; i < AUG_COUNT(law->outcomes); i++)
        probabilities[law->outcomes[i].code] += law->outcomes[i].p;
    ops_assert_law(law->text, counts, probabilities, CODES);
}
END_TEST

START_TEST(same_key_same_choice)
{
    OpsCase ops_case;
    ops_open_good(&ops_case, "[RandomOrder: {n: [1, 8], replace: true, transforms: [" A
                             ", {OneOf: {transforms: [" B ", " C "]}}]}, {Cutout: 2}]");
    OpsRun first[MAX_RUNS], again[MAX_RUNS];
    size_t n_different = 0;
    for (uint64_t sample = 0; sample < 200; sample++) {
        const size_t n = ops_walk(&ops_case.list, sample, false, first, MAX_RUNS);
        ck_assert_uint_eq(ops_walk(&ops_case.list, sample + 1, true, again, MAX_RUNS) > 0, 1);
        ck_assert_uint_eq(ops_walk(&ops_case.list, sample, false, again, MAX_RUNS), n);
        ck_assert_mem_eq(first, again, n * sizeof(*first));
        /* A batch of the same number has other draws. */
        const size_t n_batch = ops_walk(&ops_case.list, sample, true, again, MAX_RUNS);
        n_different += n_batch != n || memcmp(first, again, n * sizeof(*first)) != 0;
    }
    ck_assert_uint_eq(n_different, 200);
    ops_close(&ops_case);
}
END_TEST

/* The first draw of the operation at position 1, in its first run. */
static uint64_t draw_of_second(const char *text, uint64_t sample)
{
    OpsCase ops_case;
    ops_open_good(&ops_case, text);
    OpsRun runs[MAX_RUNS];
    const size_t n = ops_walk(&ops_case.list, sample, false, runs, MAX_RUNS);
    uint64_t draw = 0;
    for (size_t i = n; i-- > 0;)
        if (runs[i].op->position == 1)
            draw = runs[i].draw;
    ops_close(&ops_case);
    return draw;
}

START_TEST(a_group_leaves_the_draws_of_an_operation_alone)
{
    static const char *const texts[] = {
        "[{Cutout: 2}, {Cutout: {size: 2, p: 0.99999}}]",
        "[OneOf: {transforms: [Cutout: {size: 2, p: 7}]}]",
        "[Sequential: {transforms: [Cutout: 3]}]",
        "[SomeOf: {n: 1, transforms: [Cutout: 4]}]",
        "[RandomOrder: {n: 5, replace: true, transforms: [Cutout: 5]}]",
    };
    for (uint64_t sample = 0; sample < 50; sample++) {
        const uint64_t alone = draw_of_second("[{Cutout: 2}, Cutout: 2]", sample);
        ck_assert_uint_ne(alone, 0);
        for (size_t i = 0; i < AUG_COUNT(texts); i++)
            ck_assert_msg(draw_of_second(texts[i], sample) == alone,
                          "%s has other draws than the operation alone", texts[i]);
    }
}
END_TEST

static int compare_draws(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* No two of n runs have the same draws: of 64 bits, two are equal by chance once in 10^16. */
static void assert_distinct(const OpsRun *runs, size_t n, const char *text)
{
    uint64_t draws[AUGI_MAX_RUNS];
    for (size_t i = 0; i < n; i++)
        draws[i] = runs[i].draw;
    qsort(draws, n, sizeof(*draws), compare_draws);
    for (size_t i = 1; i < n; i++)
        ck_assert_msg(draws[i] != draws[i - 1], "%s: two runs have the same draws", text);
}

START_TEST(every_run_has_draws_of_its_own)
{
    static const struct {
        const char *text;
        size_t n;
    } cases[] = {
        {"[SomeOf: {n: 32, replace: true, transforms: [{Cutout: 2}]}]", 32},
        {"[SomeOf: {n: 4, replace: true, transforms: [{RandomOrder: {n: 8, replace: true, "
         "transforms: [{Cutout: 2}]}}]}]",
         32},
        {"[SomeOf: {n: 2, replace: true, transforms: [{SomeOf: {n: 4, replace: true, transforms: "
         "[{Sequential: {transforms: [{Cutout: 2}, {Cutout: 2}, {SomeOf: {n: 4, replace: true, "
         "transforms: "
         "[{Cutout: 2}]}}]}}]}}]}]",
         48},
        {"[SomeOf: {n: 3, replace: true, transforms: [{OneOf: {transforms: [{Cutout: 2}, {Cutout: "
         "2}, "
         "{Cutout: 2}]}}]}, {Cutout: 2}, SomeOf: {n: 3, replace: true, transforms: [{Cutout: 2}]}]",
         7},
    };
    OpsRun runs[MAX_RUNS];
    for (size_t c = 0; c < AUG_COUNT(cases); c++) {
        OpsCase ops_case;
        ops_open_good(&ops_case, cases[c].text);
        for (uint64_t sample = 0; sample < 20; sample++) {
            const size_t n =
                ops_walk(&ops_case.list, sample, sample % 2 == 0, runs, AUG_COUNT(runs));
            ck_assert_uint_eq(n, cases[c].n);
            assert_distinct(runs, n, cases[c].text);
        }
        ops_close(&ops_case);
    }
}
END_TEST

/* First against second run of one operation, as a table of 8 x 8: each cell has 1 in 64. */
START_TEST(runs_are_independent)
{
    static int counts[64];
    double law[64];
    OpsCase ops_case;
    ops_open_good(&ops_case, "[SomeOf: {n: 2, replace: true, transforms: [{Cutout: 2}]}]");
    OpsRun runs[2];
    for (uint64_t sample = 0; sample < N_SAMPLES; sample++) {
        ck_assert_uint_eq(ops_walk(&ops_case.list, sample, false, runs, 2), 2);
        counts[(runs[0].draw >> 61) * 8 + (runs[1].draw >> 61)]++;
    }
    for (size_t i = 0; i < 64; i++)
        law[i] = 1. / 64;
    ops_assert_law("first and second run", counts, law, 64);
    ops_close(&ops_case);
}
END_TEST

START_TEST(p_is_a_weight_or_a_probability)
{
    OpsCase ops_case;
    ops_open_good(&ops_case, "[OneOf: {transforms: [HorizontalFlip, HorizontalFlip: {p: 1000}]}, "
                             "Sequential: {transforms: [HorizontalFlip, HorizontalFlip: {p: 0}]}]");
    const AugOp *one = &ops_case.list.ops[0], *all = &ops_case.list.ops[1];
    ck_assert(one->p == 1 && one->children[0].p == 1 && one->children[1].p == 1000);
    /* The operation's own default, and 0 for all is no mistake. */
    ck_assert(all->p == 1 && all->children[0].p == 0.5 && all->children[1].p == 0);
    ops_close(&ops_case);
    ops_assert_refused("[Sequential: {transforms: [Cutout: {size: 2, p: 1.5}]}]", "case:1:49",
                       "p is 1.5; allowed is number from 0 to 1");
    ops_assert_refused(
        "[OneOf: {transforms: [SomeOf: {n: 1, transforms: [Cutout: {size: 2, p: 2}]}]}]",
        "case:1:72", "p is 2; allowed is number from 0 to 1");
    ops_assert_refused("[OneOf: {transforms: [Cutout: {size: 2, p: 1000001}]}]", "case:1:44",
                       "p is 1000001");
    ops_open_good(&ops_case, "[Sequential: {transforms: [Cutout: {size: 2, p: 0}]}]");
    ops_close(&ops_case);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("groups");
    TCase *choices = tcase_create("choices");
    tcase_set_timeout(choices, 60);
    tcase_add_loop_test(choices, choices_have_their_law, 0, (int)AUG_COUNT(laws));
    tcase_add_test(choices, same_key_same_choice);
    tcase_add_test(choices, p_is_a_weight_or_a_probability);
    suite_add_tcase(suite, choices);
    TCase *draws = tcase_create("draws");
    tcase_set_timeout(draws, 60);
    tcase_add_test(draws, a_group_leaves_the_draws_of_an_operation_alone);
    tcase_add_test(draws, every_run_has_draws_of_its_own);
    tcase_add_test(draws, runs_are_independent);
    suite_add_tcase(suite, draws);
    return test_run(suite);
}
