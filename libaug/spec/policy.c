/* Policies: groups that bring their children with them, bound as if a spec had listed them. */
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/ops_parse.h"

/* op->children has room for AUGI_MAX_CHILDREN. */
struct AugPolicy {
    const AugiOpsParse *parse;
    AugOp *op;
};

/* Operations that come from a child's text have their place in that text; a user knows the
 * policy's. */
static void set_place(AugOp *op, const AugOp *policy)
{
    op->place = policy->place;
    for (size_t i = 0; i < op->n_children; i++)
        set_place(&op->children[i], policy);
}

/* Binds and appends one child; what is wrong with it goes to the problems. */
static void bind_child(const AugPolicy *policy, const AugOpDesc *desc, const char *params,
                       AugProblems *problems)
{
    AugiTreeDocument *document = NULL;
    AugLimits limits;
    aug_limits_init(&limits);
    if (params &&
        augi_tree_parse(&document, params, strlen(params), desc->name, &limits, problems) != AUG_OK)
        return;
    const AugiOpsParse parse = {policy->parse->batch, policy->parse->n_ops, problems};
    AugOp *op = policy->op;
    const AugiTree at = {.place = op->place};
    AugOpList children = {op->children, op->n_children};
    augi_op_bind(&parse, augi_op_group(op->desc)->child_p, desc, &at,
                 document ? &document->root : NULL, &children);
    augi_tree_free(document);
    for (; op->n_children < children.n; op->n_children++)
        set_place(&op->children[op->n_children], op);
}

AugStatus augi_policy_add(AugPolicy *policy, const AugOpDesc *desc, const char *params,
                          AugError *error)
{
    if (policy->op->n_children == AUGI_MAX_CHILDREN)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "a policy may have %d operations",
                        AUGI_MAX_CHILDREN);
    AugError mistake;
    AugProblems problems = {.items = &mistake, .capacity = 1, .source_name = desc->name};
    bind_child(policy, desc, params, &problems);
    if (problems.n == 0)
        return AUG_OK;
    return AUG_FAIL(error, mistake.status, NULL, "%s", mistake.message);
}

void augi_policy_expand(const AugiOpsParse *parse, AugOp *op)
{
    const AugiTree at = {.place = op->place};
    op->children = calloc(AUGI_MAX_CHILDREN, sizeof(*op->children));
    if (!op->children) {
        augi_tree_no_memory(parse->problems, &at);
        return;
    }
    AugPolicy policy = {parse, op};
    AugError error = {0};
    if (augi_op_group(op->desc)->expand(op->params, &policy, &error) != AUG_OK)
        augi_tree_problem(parse->problems, &at, op->desc->name, "%s", error.message);
    else if (op->n_children == 0)
        augi_tree_problem(parse->problems, &at, op->desc->name, "it comes to no operation");
}
