/* Policies: groups that bring their operations with them. The policies here stand in no list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/ops_case.h"
#include "tests/support/support.h"

/* Picks n of its operations, with replacement, in any order, as RandAugment does. wrong: which
 * mistake to make. */
typedef struct ToyParams {
    int32_t n;
    int32_t wrong;
} ToyParams;

static const AugParamDesc rows[] = {
    AUG_PARAM(ToyParams, n, .fallback = "2", .low = 1, .high = 40, .help = "picks"),
    AUG_PARAM(ToyParams, wrong, .fallback = "0", .help = "which mistake to make"),
};

static AugPicks picks(const void *params, size_t n)
{
    (void)n;
    const size_t n_picks = (size_t)((const ToyParams *)params)->n;
    return (AugPicks){.least = n_picks, .most = n_picks};
}

static size_t choose(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)weights;
    const size_t n_picks = (size_t)((const ToyParams *)params)->n;
    for (size_t i = 0; i < n_picks; i++)
        chosen[i] = (size_t)aug_rng_below(rng, n);
    return n_picks;
}

/* An operation that no spec can name: the size of its rectangle is its only parameter. */
static const AugParamDesc hidden_rows[] = {
    AUG_PARAM(ToyParams, n, .low = 1, .high = 9, .help = "side"),
};
static const AugOpDesc hidden = {
    .name = "Hidden",
    .params = AUG_PARAM_TABLE(ToyParams, hidden_rows),
    .p = "0.25",
    .hooks = &hidden_rows,
};

static AugStatus add_wrong(int32_t wrong, AugPolicy *policy, AugError *error)
{
    static const char *const params[] = {"{n: 10}", "{m: 1}", "[", "{p: 2, n: 1}", NULL};
    if (wrong <= 5)
        return augi_policy_add(policy, &hidden, params[wrong - 1], error);
    if (wrong == 6)
        return augi_policy_add(policy, augi_op_find("MixUp"), NULL, error);
    if (wrong == 7)
        return AUG_OK;
    for (int i = 0; i <= AUGI_MAX_CHILDREN; i++)
        AUG_TRY(augi_policy_add(policy, &hidden, "3", error));
    return AUG_OK;
}

static AugStatus expand(const void *params, AugPolicy *policy, AugError *error)
{
    const ToyParams *given = params;
    if (given->wrong > 0)
        return add_wrong(given->wrong, policy, error);
    AUG_TRY(augi_policy_add(policy, augi_op_find("HorizontalFlip"), "{p: 0.75}", error));
    AUG_TRY(augi_policy_add(policy, &hidden, "7", error));
    AUG_TRY(augi_policy_add(policy, augi_op_find("OneOf"),
                            "{transforms: [{Cutout: 3}, {Cutout: {size: 4, p: 3}}]}", error));
    return augi_policy_add(policy, augi_op_find("VerticalFlip"), NULL, error);
}

static const AugOpDesc toy = {
    .name = "Toy",
    .params = AUG_PARAM_TABLE(ToyParams, rows),
    AUG_GROUP(.child_p = AUG_P_PROBABILITY, .picks = picks, .select = choose, .expand = expand),
};

static void open_good(OpsCase *ops_case, const char *params)
{
    ops_open_known(ops_case, &toy, params);
    ck_assert_msg(ops_case->problems.n == 0, "%s", ops_case->error.message);
}

START_TEST(a_policy_brings_its_operations)
{
    OpsCase ops_case;
    open_good(&ops_case, "{n: 3, p: 0.5}");
    const AugOp *op = &ops_case.list.ops[0];
    ck_assert_str_eq(augi_op_kind(op->desc)->name, "policy");
    ck_assert(!augi_op_has_transforms(op->desc));
    ck_assert_uint_eq(op->n_children, 4);
    static const char *const names[] = {"HorizontalFlip", "Hidden", "OneOf", "VerticalFlip"};
    static const double p[] = {0.75, 0.25, 1, 0.5};
    static const uint16_t positions[] = {1, 2, 3, 6};
    for (size_t i = 0; i < 4; i++) {
        const AugOp *child = &op->children[i];
        ck_assert_str_eq(child->desc->name, names[i]);
        ck_assert_double_eq(child->p, p[i]);
        ck_assert_uint_eq(child->position, positions[i]);
        ck_assert(child->place.line == 4 && child->place.column == 7);
    }
    const AugOp *nested = &op->children[2].children[1];
    ck_assert(nested->p == 3 && nested->position == 5 && nested->place.line == 4 &&
              nested->place.column == 7);
    ck_assert_int_eq(((const ToyParams *)op->children[1].params)->n, 7);
    ck_assert_uint_eq(ops_case.n_ops, 7);
    ck_assert_uint_eq(augi_ops_most_runs(&ops_case.list), 3);
    ops_close(&ops_case);
}
END_TEST

START_TEST(what_it_brings_is_not_printed)
{
    OpsCase ops_case;
    open_good(&ops_case, "{n: 3, p: 0.5}");
    char *text = ops_text(&ops_case.list);
    ck_assert_str_eq(text, "[{\"Toy\":{\"n\":3,\"wrong\":0,\"p\":0.5}}]");
    /* Read again, it brings the same. */
    OpsCase again;
    open_good(&again, "{\"n\":3,\"wrong\":0,\"p\":0.5}");
    char *same = ops_text(&again.list);
    ck_assert_str_eq(text, same);
    ck_assert_uint_eq(again.list.ops[0].n_children, 4);
    free(text);
    free(same);
    ops_close(&ops_case);
    ops_close(&again);
}
END_TEST

/* Which operation runs, in one pick: by position, with the p of each. */
START_TEST(its_operations_are_visited_like_children)
{
    OpsCase ops_case;
    open_good(&ops_case, "{n: 1}");
    int counts[7] = {0};
    OpsRun runs[2];
    for (uint64_t sample = 0; sample < 20000; sample++) {
        const size_t n = ops_walk(&ops_case.list, sample, false, runs, 2);
        ck_assert_uint_le(n, 1);
        counts[n ? runs[0].op->position : 0]++;
    }
    static const double law[7] = {
        .25 * (.25 + .75 + .5), .25 * .75, .25 * .25, 0, .25 * .25, .25 * .75, .25 * .5};
    ops_assert_law("one pick", counts, law, 7);
    ops_close(&ops_case);
}
END_TEST

START_TEST(repeated_picks_have_draws_of_their_own)
{
    OpsCase ops_case;
    open_good(&ops_case, "{n: 32}");
    OpsRun runs[32];
    for (uint64_t sample = 0; sample < 50; sample++) {
        const size_t n = ops_walk(&ops_case.list, sample, false, runs, 32);
        ck_assert_uint_gt(n, 0);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++)
                ck_assert_uint_ne(runs[i].draw, runs[k].draw);
    }
    ops_close(&ops_case);
    ops_open_known(&ops_case, &toy, "{n: 33}");
    ck_assert_uint_eq(ops_case.problems.n, 1);
    ck_assert_str_eq(ops_case.error.where, "case:4:7");
    ck_assert_ptr_nonnull(
        strstr(ops_case.error.message, "Toy: one of its operations could run 33"));
    ops_close(&ops_case);
}
END_TEST

START_TEST(mistakes_are_told_at_the_policy)
{
    static const struct {
        const char *params, *where, *message;
    } cases[] = {
        {"{wrong: 1}", "case:4:7", "Toy: Hidden: n is 10; allowed is integer from 1 to 9"},
        {"{wrong: 2}", "case:4:7", "Toy: Hidden: the key 'm' is not known"},
        {"{wrong: 3}", "case:4:7", "Toy: not valid YAML"},
        {"{wrong: 4}", "case:4:7", "Toy: Hidden: p is 2"},
        {"{wrong: 5}", "case:4:7", "Toy: Hidden: n is missing"},
        {"{wrong: 6}", "case:4:7", "Toy: MixUp: it works on whole batches"},
        {"{wrong: 7}", "case:4:7", "Toy: it comes to no operation"},
        {"{wrong: 8}", "case:4:7", "Toy: a policy may have 64 operations"},
        /* And what the user wrote, where it stands. */
        {"{n: 41}", "case:1:5", "Toy: n is 41"},
        {"{transforms: [HorizontalFlip]}", "case:1:2", "Toy: the key 'transforms' is not known"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        OpsCase ops_case;
        ops_open_known(&ops_case, &toy, cases[i].params);
        const AugError *error = &ops_case.error;
        ck_assert_msg(ops_case.problems.n > 0, "%s is accepted", cases[i].params);
        ck_assert_msg(strcmp(error->where, cases[i].where) == 0, "%s: at %s", cases[i].params,
                      error->where);
        ck_assert_msg(strncmp(error->message, cases[i].message, strlen(cases[i].message)) == 0,
                      "%s: %s", cases[i].params, error->message);
        ops_close(&ops_case);
    }
}
END_TEST

/* A policy by weight: its operations always run once they are picked. */
static AugStatus expand_weighted(const void *params, AugPolicy *policy, AugError *error)
{
    (void)params;
    AUG_TRY(augi_policy_add(policy, &hidden, "{n: 1}", error));
    return augi_policy_add(policy, &hidden, "{n: 1, p: 3}", error);
}

static AugPicks pick_one(const void *params, size_t n)
{
    (void)params;
    (void)n;
    return (AugPicks){.least = 1, .most = 1, .distinct = true, .in_order = true};
}

static size_t choose_by_weight(const void *params, AugRng *rng, const double *weights, size_t n,
                               size_t *chosen)
{
    (void)params;
    chosen[0] = aug_rng_choice(rng, weights, n);
    return 1;
}

static const AugOpDesc weighted = {
    .name = "Weighted",
    .params = AUG_PARAM_TABLE(ToyParams, rows),
    AUG_GROUP(.child_p = AUG_P_WEIGHT, .picks = pick_one, .select = choose_by_weight,
              .expand = expand_weighted),
};

START_TEST(a_policy_may_weigh)
{
    OpsCase ops_case;
    ops_open_known(&ops_case, &weighted, NULL);
    ck_assert_msg(ops_case.problems.n == 0, "%s", ops_case.error.message);
    int counts[3] = {0};
    OpsRun runs[1];
    for (uint64_t sample = 0; sample < 10000; sample++) {
        ck_assert_uint_eq(ops_walk(&ops_case.list, sample, false, runs, 1), 1);
        counts[runs[0].op->position]++;
    }
    static const double law[3] = {0, .25, .75};
    ops_assert_law("weights", counts, law, 3);
    ops_close(&ops_case);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policies");
    TCase *tests = tcase_create("policies");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_policy_brings_its_operations);
    tcase_add_test(tests, what_it_brings_is_not_printed);
    tcase_add_test(tests, its_operations_are_visited_like_children);
    tcase_add_test(tests, repeated_picks_have_draws_of_their_own);
    tcase_add_test(tests, mistakes_are_told_at_the_policy);
    tcase_add_test(tests, a_policy_may_weigh);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
