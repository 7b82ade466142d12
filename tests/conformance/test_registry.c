/* What every operation of the registry must hold, whatever its domain: its description, its
 * parameter table, its examples. A new operation gets these tests by being in libaug/ops.list. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libaug/spec/domain.h"
#include "libaug/spec/param_kind.h"
#include "libaug/spec/spec.h"
#include "tests/support/support.h"

/* Every message says which operation it is about. */
#define CHECK(condition, ...) ck_assert_msg(condition, __VA_ARGS__)

/* An operation bound from text, as in a spec. */
typedef struct Bound {
    AugiTreeDocument *document;
    AugOpList list;
    AugError error;
    AugProblems problems;
} Bound;

static void bind_list(Bound *bound, const AugOpDesc *desc, const char *list)
{
    *bound = (Bound){0};
    bound->problems = (AugProblems){.items = &bound->error, .capacity = 1, .source_name = "case"};
    AugLimits limits;
    aug_limits_init(&limits);
    size_t n_ops = 0;
    if (augi_tree_parse(&bound->document, list, strlen(list), "case", &limits, &bound->problems) ==
        AUG_OK)
        augi_ops_parse(&bound->document->root, desc->scope == AUG_OP_BATCH, &n_ops, &bound->list,
                       &bound->problems);
}

static void bind_params(Bound *bound, const AugOpDesc *desc, const char *params)
{
    char *list = test_path("[%s: %s]", desc->name, params);
    bind_list(bound, desc, list);
    free(list);
}

static void bound_free(Bound *bound)
{
    augi_ops_free(&bound->list);
    augi_tree_free(bound->document);
}

/* Canonical text of a bound list; the caller frees it. */
static char *write_list(const AugOpList *list)
{
    AugiJsonWriter writer = {0};
    augi_ops_write(list, &writer);
    char *text = augi_json_take(&writer);
    ck_assert_ptr_nonnull(text);
    return text;
}

START_TEST(description)
{
    const AugOpDesc *desc = augi_ops[_i];
    CHECK(desc->name && desc->name[0], "operation %d has no name", _i);
    CHECK(augi_op_find(desc->name) == desc, "%s: is not found by its name", desc->name);
    CHECK(desc->summary && desc->summary[0], "%s: no summary", desc->name);
    const size_t length = strlen(desc->summary);
    CHECK(desc->summary[length - 1] != '.', "%s: the summary ends with a full stop", desc->name);
    CHECK(desc->n_examples > 0, "%s: no example", desc->name);
    CHECK(desc->scope == AUG_OP_GROUP || desc->domain, "%s: no domain", desc->name);
    CHECK(desc->hooks, "%s: no hooks", desc->name);
    const AugOpKind *kind = augi_op_kind(desc);
    CHECK(kind->name[0] && kind->title[0] && kind->text[0], "%s: no kind", desc->name);
    const AugGroupHooks *group = augi_op_group(desc);
    CHECK(!group || (group->picks && group->select), "%s: no picks or no select", desc->name);
    for (size_t i = 0; i < desc->params.n; i++)
        CHECK(desc->params.rows[i].help, "%s.%s: no help", desc->name, desc->params.rows[i].name);
}
END_TEST

/* Names differ, also when a reader does not look at capitals. */
START_TEST(names_are_distinct)
{
    for (size_t i = 0; i < augi_n_ops; i++)
        for (size_t j = 0; j < i; j++)
            CHECK(strcasecmp(augi_ops[i]->name, augi_ops[j]->name) != 0, "%s and %s",
                  augi_ops[i]->name, augi_ops[j]->name);
}
END_TEST

START_TEST(examples_bind)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t i = 0; i < desc->n_examples; i++) {
        Bound bound;
        bind_params(&bound, desc, desc->examples[i].params);
        CHECK(bound.problems.n == 0, "%s: example '%s': %s", desc->name, desc->examples[i].params,
              bound.error.message);
        CHECK(desc->examples[i].text[0], "%s: example %zu says nothing", desc->name, i);
        bound_free(&bound);
    }
}
END_TEST

/* Written, read and written again is the same text, and names every parameter. */
START_TEST(parameters_survive_print_and_parse)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t i = 0; i < desc->n_examples; i++) {
        Bound first, second;
        bind_params(&first, desc, desc->examples[i].params);
        char *text = write_list(&first.list);
        bind_list(&second, desc, text);
        CHECK(second.problems.n == 0, "%s: %s: %s", desc->name, text, second.error.message);
        char *again = write_list(&second.list);
        CHECK(strcmp(text, again) == 0, "%s:\n%s became\n%s", desc->name, text, again);
        for (size_t k = 0; k < desc->params.n; k++) {
            char *key = test_path("\"%s\":", desc->params.rows[k].name);
            CHECK(strstr(text, key) || desc->params.rows[k].optional, "%s: %s is not in %s",
                  desc->name, key, text);
            free(key);
        }
        free(text);
        free(again);
        bound_free(&first);
        bound_free(&second);
    }
}
END_TEST

START_TEST(unknown_keys_are_refused)
{
    const AugOpDesc *desc = augi_ops[_i];
    Bound bound;
    bind_params(&bound, desc, "{no_such_parameter: 1}");
    CHECK(bound.problems.n > 0, "%s: an unknown key is accepted", desc->name);
    bound_free(&bound);
}
END_TEST

/* Binds the first example with one parameter replaced by the given text. */
static size_t bind_with(const AugOpDesc *desc, const AugParamDesc *row, const char *value,
                        AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    AugProblems problems = {.items = error, .capacity = 1, .source_name = "case"};
    AugiTreeDocument *example, *replacement;
    const char *params = desc->examples[0].params;
    ck_assert_int_eq(augi_tree_parse(&example, params, strlen(params), "case", &limits, &problems),
                     AUG_OK);
    ck_assert_int_eq(
        augi_tree_parse(&replacement, value, strlen(value), "case", &limits, &problems), AUG_OK);
    AugiTree children[64];
    size_t n = 0;
    if (example->root.kind == AUGI_TREE_MAP) {
        for (size_t i = 0; i < example->root.n_children && n < 60; i++)
            if (strcmp(example->root.children[i].key, row->name) != 0)
                children[n++] = example->root.children[i];
    } else if (row != &desc->params.rows[0]) {
        /* The short form gives the first parameter. */
        children[n] = example->root;
        children[n++].key = desc->params.rows[0].name;
    }
    children[n] = replacement->root;
    children[n++].key = row->name;
    const AugiTree map = {.kind = AUGI_TREE_MAP,
                          .place = {.line = 1, .column = 1},
                          .children = children,
                          .n_children = n};
    void *bound = calloc(1, desc->params.size + 1);
    ck_assert_ptr_nonnull(bound);
    static const char *const handled[] = {"p", "transforms", NULL};
    augi_params_bind(&desc->params, &map, handled, desc->name, bound, &problems);
    augi_params_fini(&desc->params, bound);
    free(bound);
    augi_tree_free(example);
    augi_tree_free(replacement);
    return problems.n;
}

/* The value in the form that the row's kind has, at one end of a pair if it is one. */
static void format_value(const AugParamDesc *row, double value, bool at_high, char *text,
                         size_t size)
{
    double other = at_high ? row->low + (row->high - row->low) / 64 : row->high;
    if (row->kind->is_whole)
        other = ceil(other);
    switch (row->kind->shape) {
    case AUG_SHAPE_PAIR:
        snprintf(text, size, "[%.17g, %.17g]", at_high ? other : value, at_high ? value : other);
        break;
    case AUG_SHAPE_LIST:
        snprintf(text, size, "[%.17g, %.17g, %.17g]", value, value, value);
        break;
    default:
        snprintf(text, size, "%.17g", value);
    }
}

/* A bound itself (or the first number past it), and the first number beyond. */
static void check_bound(const AugOpDesc *desc, const AugParamDesc *row, bool at_high)
{
    const double bound = at_high ? row->high : row->low;
    const bool open = at_high ? row->high_open : row->low_open;
    const bool whole = row->kind->is_whole;
    const double away = at_high ? INFINITY : -INFINITY;
    const double beyond = whole ? bound + (at_high ? 1 : -1) : nextafter(bound, away);
    const double within = whole ? bound - (at_high ? 1 : -1) : nextafter(bound, -away);
    char text[128];
    AugError error = {0};
    format_value(row, open ? bound : beyond, at_high, text, sizeof(text));
    CHECK(bind_with(desc, row, text, &error) > 0, "%s.%s: %s is accepted", desc->name, row->name,
          text);
    CHECK(strstr(error.message, desc->name) && strstr(error.message, row->name),
          "%s.%s: %s is refused without its name: %s", desc->name, row->name, text, error.message);
    format_value(row, open ? within : bound, at_high, text, sizeof(text));
    CHECK(bind_with(desc, row, text, &error) == 0, "%s.%s: %s is refused: %s", desc->name,
          row->name, text, error.message);
}

static void check_refused(const AugOpDesc *desc, const AugParamDesc *row, const char *value)
{
    AugError error = {0};
    CHECK(bind_with(desc, row, value, &error) > 0, "%s.%s: %s is accepted", desc->name, row->name,
          value);
    CHECK(strstr(error.message, row->name), "%s.%s: %s is refused without its name: %s", desc->name,
          row->name, value, error.message);
}

START_TEST(just_outside_each_bound_is_refused_by_name)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t i = 0; i < desc->params.n; i++) {
        const AugParamDesc *row = &desc->params.rows[i];
        check_refused(desc, row, "{a: 1}");
        if (row->kind == &aug_kind_text || row->kind == &aug_kind_texts)
            continue;
        check_refused(desc, row, "[[]]");
        check_refused(desc, row, "certainly_not_a_value");
        check_refused(desc, row, ".nan");
        if (row->low < row->high) {
            check_bound(desc, row, false);
            check_bound(desc, row, true);
        }
    }
}
END_TEST

START_TEST(probability_is_bounded)
{
    const AugOpDesc *desc = augi_ops[_i];
    static const char *const wrong[] = {"{p: -0.0001}", "{p: 1.0001}", "{p: often}", "{p: [1]}"};
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        Bound bound;
        bind_params(&bound, desc, wrong[i]);
        CHECK(bound.problems.n > 0, "%s: %s is accepted", desc->name, wrong[i]);
        bound_free(&bound);
    }
}
END_TEST

/* What a group says of its picks holds for what it selects, for each of its examples and any
 * number of operations that it accepts. */
static void check_selection(const AugOp *group, size_t n)
{
    const AugGroupHooks *hooks = augi_op_group(group->desc);
    const AugPicks picks = hooks->picks(group->params, n);
    const char *name = group->desc->name;
    ck_assert_msg(picks.least <= picks.most && picks.most >= 1, "%s: %zu to %zu picks", name,
                  picks.least, picks.most);
    if (picks.distinct && picks.most > n)
        return;
    double weights[AUGI_MAX_CHILDREN];
    for (size_t i = 0; i < n; i++)
        weights[i] = 1 + (double)i;
    for (uint64_t sample = 0; sample < 100; sample++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = 2, .sample = sample});
        size_t chosen[AUGI_MAX_CHILDREN];
        bool seen[AUGI_MAX_CHILDREN] = {false};
        const size_t n_chosen = hooks->select(group->params, &rng, weights, n, chosen);
        ck_assert_msg(n_chosen >= picks.least && n_chosen <= picks.most, "%s: %zu picks", name,
                      n_chosen);
        for (size_t i = 0; i < n_chosen; i++) {
            ck_assert_msg(chosen[i] < n, "%s: picks %zu of %zu", name, chosen[i], n);
            ck_assert_msg(!picks.distinct || !seen[chosen[i]], "%s: picks one twice", name);
            ck_assert_msg(!picks.in_order || i == 0 || chosen[i] >= chosen[i - 1],
                          "%s: picks out of order", name);
            seen[chosen[i]] = true;
        }
    }
}

START_TEST(selections_keep_to_what_is_said_of_them)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t e = 0; desc->scope == AUG_OP_GROUP && e < desc->n_examples; e++) {
        Bound bound;
        bind_params(&bound, desc, desc->examples[e].params);
        CHECK(bound.problems.n == 0, "%s: %s", desc->name, bound.error.message);
        const AugOp *group = &bound.list.ops[0];
        CHECK(augi_ops_most_runs(&bound.list) >= augi_op_picks(group).most, "%s: %zu runs",
              desc->name, augi_ops_most_runs(&bound.list));
        static const size_t numbers[] = {1, 2, 3, 4, 11, AUGI_MAX_CHILDREN};
        for (size_t i = 0; i < AUG_COUNT(numbers); i++)
            check_selection(group, numbers[i]);
        bound_free(&bound);
    }
}
END_TEST

/* A group is nothing without a list, a policy has none. */
START_TEST(operations_are_listed_where_they_are_expected)
{
    const AugOpDesc *desc = augi_ops[_i];
    static const char *const lists[] = {"{transforms: []}", "{transforms: Transpose}",
                                        "{transforms: [1]}", "{transforms: [NoSuchOperation]}"};
    for (size_t i = 0; i < AUG_COUNT(lists); i++) {
        Bound bound;
        bind_params(&bound, desc, lists[i]);
        CHECK(bound.problems.n > 0, "%s: %s is accepted", desc->name, lists[i]);
        bound_free(&bound);
    }
    Bound bound;
    bind_params(&bound, desc, "{}");
    CHECK(bound.problems.n > 0 || !augi_op_has_transforms(desc), "%s: nothing is listed",
          desc->name);
    bound_free(&bound);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registry");
    TCase *every = tcase_create("every operation");
    const int n = (int)augi_n_ops;
    tcase_add_loop_test(every, description, 0, n);
    tcase_add_test(every, names_are_distinct);
    tcase_add_loop_test(every, examples_bind, 0, n);
    tcase_add_loop_test(every, parameters_survive_print_and_parse, 0, n);
    tcase_add_loop_test(every, unknown_keys_are_refused, 0, n);
    tcase_add_loop_test(every, just_outside_each_bound_is_refused_by_name, 0, n);
    tcase_add_loop_test(every, probability_is_bounded, 0, n);
    tcase_add_loop_test(every, selections_keep_to_what_is_said_of_them, 0, n);
    tcase_add_loop_test(every, operations_are_listed_where_they_are_expected, 0, n);
    suite_add_tcase(suite, every);
    return test_run(suite);
}
