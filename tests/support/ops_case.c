/* Binds and walks lists of operations, and compares how often things happened with how often they
 * should. */
#include "tests/support/ops_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

/* Parses text into the document; NULL if it is not even YAML. */
static const AugiTree *read_text(OpsCase *ops_case, const char *text)
{
    *ops_case = (OpsCase){0};
    ops_case->problems =
        (AugProblems){.items = &ops_case->error, .capacity = 1, .source_name = "case"};
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_spec_depth = 1000;
    if (!text || augi_tree_parse(&ops_case->document, text, strlen(text), "case", &limits,
                                 &ops_case->problems) != AUG_OK)
        return NULL;
    return &ops_case->document->root;
}

void ops_open(OpsCase *ops_case, const char *text, bool batch)
{
    const AugiTree *tree = read_text(ops_case, text);
    if (tree)
        augi_ops_parse(tree, batch, &ops_case->n_ops, &ops_case->list, &ops_case->problems);
}

void ops_open_known(OpsCase *ops_case, const AugOpDesc *desc, const char *params)
{
    const AugiTree *tree = read_text(ops_case, params);
    const AugiOpsParse parse = {false, &ops_case->n_ops, &ops_case->problems};
    const AugiTree place = {.place = {.line = 4, .column = 7}};
    ops_case->list.ops = calloc(1, sizeof(*ops_case->list.ops));
    ck_assert_ptr_nonnull(ops_case->list.ops);
    augi_op_bind(&parse, AUG_P_PROBABILITY, desc, &place, tree, &ops_case->list);
    if (ops_case->problems.n == 0)
        augi_ops_check_bounds(&ops_case->list, false, &ops_case->problems);
}

void ops_open_good(OpsCase *ops_case, const char *text)
{
    ops_open(ops_case, text, false);
    ck_assert_msg(ops_case->problems.n == 0, "%s: %s: %s", text, ops_case->error.where,
                  ops_case->error.message);
}

void ops_close(OpsCase *ops_case)
{
    augi_ops_free(&ops_case->list);
    augi_tree_free(ops_case->document);
    *ops_case = (OpsCase){0};
}

void ops_assert_refused(const char *text, const char *place, const char *words)
{
    OpsCase ops_case;
    ops_open(&ops_case, text, false);
    const AugError *error = &ops_case.error;
    ck_assert_msg(ops_case.problems.n == 1, "%s: %zu mistakes, wanted 1: %s", text,
                  ops_case.problems.n, error->message);
    ck_assert_msg(strcmp(error->where, place) == 0, "%s: at %s, wanted %s: %s", text, error->where,
                  place, error->message);
    ck_assert_msg(strstr(error->message, words), "%s: '%s' does not say '%s'", text, error->message,
                  words);
    ops_close(&ops_case);
}

char *ops_text(const AugOpList *list)
{
    AugiJsonWriter writer = {0};
    augi_ops_write(list, &writer);
    char *text = augi_json_take(&writer);
    ck_assert_ptr_nonnull(text);
    return text;
}

typedef struct Walk {
    OpsRun *runs;
    size_t n, room;
} Walk;

static void take_run(void *context, const AugOp *op, AugRng *rng)
{
    Walk *walk = context;
    ck_assert_msg(walk->n < walk->room, "more than %zu operations run", walk->room);
    walk->runs[walk->n++] = (OpsRun){op, aug_rng_u64(rng)};
}

size_t ops_walk(const AugOpList *list, uint64_t sample, bool batch, OpsRun *runs, size_t room)
{
    Walk walk = {runs, 0, room};
    const AugKey key = {.seed = 11, .sample = sample, .epoch = 3};
    augi_ops_visit(list, &key, batch, take_run, &walk);
    return walk.n;
}

void ops_assert_law(const char *what, const int *counts, const double *law, size_t n)
{
    double total = 0, statistic = 0;
    for (size_t i = 0; i < n; i++)
        total += counts[i];
    int freedom = -1;
    for (size_t i = 0; i < n; i++) {
        const double wanted = total * law[i];
        if (law[i] > 0) {
            freedom++;
            statistic += (counts[i] - wanted) * (counts[i] - wanted) / wanted;
        } else {
            ck_assert_msg(counts[i] == 0, "%s: cell %zu has %d of probability 0", what, i,
                          counts[i]);
        }
    }
    ck_assert_int_gt(freedom, 0);
    const double spread = 2 / (9.0 * freedom);
    const double limit = freedom * pow(1 - spread + 4.753 * sqrt(spread), 3);
    ck_assert_msg(statistic < limit, "%s: the statistic is %.1f, wanted below %.1f", what,
                  statistic, limit);
}
