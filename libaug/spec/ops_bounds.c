/* How much of a list of operations can run for one sample: counted, and refused beyond the bounds.
 */
#include "libaug/spec/ops_parse.h"

/* Enough to be beyond the bound; keeps sums and products small. */
#define TOO_MANY (AUGI_MAX_RUNS + 1)

static size_t at_most_too_many(size_t n)
{
    return n < TOO_MANY ? n : TOO_MANY;
}

static size_t most_runs(const AugOp *op)
{
    if (op->desc->scope != AUG_OP_GROUP)
        return 1;
    /* Of the children, the largest first. */
    size_t runs[AUGI_MAX_CHILDREN];
    for (size_t i = 0; i < op->n_children; i++) {
        const size_t n = most_runs(&op->children[i]);
        size_t at = i;
        for (; at > 0 && runs[at - 1] < n; at--)
            runs[at] = runs[at - 1];
        runs[at] = n;
    }
    const AugPicks picks = augi_op_picks(op);
    size_t total = 0;
    for (size_t i = 0; i < picks.most && i < AUGI_MAX_CHILDREN; i++)
        if (!picks.distinct)
            total += runs[0];
        else if (i < op->n_children)
            total += runs[i];
    return at_most_too_many(total);
}

size_t augi_ops_most_runs(const AugOpList *list)
{
    size_t total = 0;
    for (size_t i = 0; i < list->n; i++)
        total = at_most_too_many(total + most_runs(&list->ops[i]));
    return total;
}

static void complain_picks(const AugOp *group, const AugPicks *picks, AugProblems *problems)
{
    const AugiTree at = {.place = group->place};
    augi_tree_problem(problems, &at, group->desc->name,
                      "up to %zu operations are to be chosen without replacement, and there %s %zu",
                      picks->most, group->n_children == 1 ? "is" : "are", group->n_children);
}

static void complain_occurrences(const AugOp *group, size_t n, AugProblems *problems)
{
    const AugiTree at = {.place = group->place};
    augi_tree_problem(problems, &at, group->desc->name,
                      "one of its operations could run %zu times for one sample; allowed are %d", n,
                      AUGI_MAX_OCCURRENCES);
}

/* occurrences: most runs of the group for one sample. A group that is refused is not looked into.
 */
static void check_group(const AugOp *group, size_t occurrences, AugProblems *problems)
{
    const AugPicks picks = augi_op_picks(group);
    if (picks.distinct && picks.most > group->n_children) {
        complain_picks(group, &picks, problems);
        return;
    }
    if (!picks.distinct)
        occurrences *= picks.most;
    if (occurrences > AUGI_MAX_OCCURRENCES) {
        complain_occurrences(group, occurrences, problems);
        return;
    }
    for (size_t i = 0; i < group->n_children; i++)
        if (group->children[i].desc->scope == AUG_OP_GROUP)
            check_group(&group->children[i], occurrences, problems);
}

/* The innermost group that is beyond a bound by itself; op if there is none in it. */
static const AugOp *find_culprit(const AugOp *op, size_t most)
{
    for (size_t i = 0; i < op->n_children; i++)
        if (most_runs(&op->children[i]) > most)
            return find_culprit(&op->children[i], most);
    return op;
}

static void check_runs(const AugOpList *list, bool batch, AugProblems *problems)
{
    const size_t most = batch ? AUGI_MAX_MIX_PASSES : AUGI_MAX_RUNS;
    size_t total = 0;
    for (size_t i = 0; i < list->n; i++) {
        total += most_runs(&list->ops[i]);
        if (total <= most)
            continue;
        const AugOp *culprit = find_culprit(&list->ops[i], most);
        const AugiTree at = {.place = culprit->place};
        augi_tree_problem(problems, &at, culprit->desc->name,
                          "with it more than %zu operations could run for one %s; let groups "
                          "choose fewer",
                          most, batch ? "batch" : "sample");
        return;
    }
}

void augi_ops_check_bounds(const AugOpList *list, bool batch, AugProblems *problems)
{
    const size_t mistakes = problems->n;
    for (size_t i = 0; i < list->n; i++)
        if (list->ops[i].desc->scope == AUG_OP_GROUP)
            check_group(&list->ops[i], 1, problems);
    if (problems->n == mistakes)
        check_runs(list, batch, problems);
}
