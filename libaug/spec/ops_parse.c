/* Lists of operations: from the tree of a spec to bound instances, and back to JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/ops_parse.h"
#include "libaug/spec/param_kind.h"

const AugParamDesc augi_probability_row = {
    .name = "p",
    .kind = &aug_kind_float,
    .low = 0,
    .high = 1,
    .help = "Probability of applying the operation to a sample",
};

const AugParamDesc augi_weight_row = {
    .name = "p",
    .kind = &aug_kind_float,
    .fallback = "1",
    .low = 0,
    .high = 1e6,
    .help = "Weight among the operations of the group",
};

AugParamDesc augi_op_p_row(const AugOpDesc *desc, AugChildP meaning)
{
    AugParamDesc row = meaning == AUG_P_WEIGHT ? augi_weight_row : augi_probability_row;
    if (meaning == AUG_P_PROBABILITY)
        row.fallback = desc->p ? desc->p : "1";
    return row;
}

static const char *const handled_keys[] = {"p", NULL};
static const char *const handled_group_keys[] = {"p", "transforms", NULL};

static void parse_list(const AugiOpsParse *parse, const AugiTree *list, const char *path,
                       AugChildP child_p, AugOpList *out);

/* p of an operation: given, or the descriptor's default, or 1 as a weight. Read through a table of
 * one row, so that the checks and sentences are those of every other parameter. */
static void parse_p(const AugiOpsParse *parse, const AugiTree *params, AugChildP child_p, AugOp *op)
{
    AugParamDesc row = augi_op_p_row(op->desc, child_p);
    row.offset = 0;
    const AugParamTable table = {.rows = &row, .n = 1, .size = sizeof(op->p)};
    const AugiTree *given = params->kind == AUGI_TREE_MAP ? augi_tree_get(params, "p") : NULL;
    AugiTree child = given ? *given : (AugiTree){0};
    const AugiTree only_p = {.kind = AUGI_TREE_MAP,
                             .place = params->place,
                             .children = &child,
                             .n_children = given ? 1 : 0};
    augi_params_bind(&table, &only_p, NULL, op->desc->name, &op->p, parse->problems);
}

/* What a group lists: its transforms, or a list in place of its parameters. */
static const AugiTree *children_of(const AugiTree *params)
{
    if (params->kind == AUGI_TREE_LIST)
        return params;
    return params->kind == AUGI_TREE_MAP ? augi_tree_get(params, "transforms") : NULL;
}

static void parse_children(const AugiOpsParse *parse, const AugiTree *params, AugOp *op)
{
    const AugiTree *list = children_of(params);
    if (!list || list->kind != AUGI_TREE_LIST || list->n_children == 0 ||
        list->n_children > AUGI_MAX_CHILDREN) {
        augi_tree_problem(parse->problems, list ? list : params, op->desc->name,
                          "transforms must be a list of 1 to %d operations, each begun with '- '",
                          AUGI_MAX_CHILDREN);
        return;
    }
    const AugChildP child_p = augi_op_group(op->desc)->child_p;
    AugOpList children = {0};
    const size_t mistakes = parse->problems->n;
    parse_list(parse, list, op->desc->name, child_p, &children);
    op->children = children.ops;
    op->n_children = children.n;
    double total = 0;
    for (size_t i = 0; i < children.n; i++)
        total += children.ops[i].p;
    if (child_p == AUG_P_WEIGHT && parse->problems->n == mistakes && total <= 0)
        augi_tree_problem(parse->problems, list, op->desc->name,
                          "all weights are 0; at least one must be above");
}

/* A value that stands behind the name of an operation whose only parameter is p. */
static void complain_value(const AugiOpsParse *parse, const AugiTree *value, const AugOpDesc *desc)
{
    char found[80] = "";
    double p;
    const bool is_word = value->kind == AUGI_TREE_SCALAR;
    const bool is_p = is_word && augi_param_parse_number(value->text, &p) && p >= 0 && p <= 1;
    snprintf(found, sizeof(found), "%.60s",
             is_word ? value->text : augi_tree_kind_text(value->kind));
    augi_tree_problem(parse->problems, value, desc->name,
                      "%s stands here, and p is the only parameter; name it, as in {p: %s}", found,
                      is_p ? value->text : "0.5");
}

/* Parameters as a map, or the first one alone. A list in place of a group's parameters is what it
 * lists. */
static void bind_params(const AugiOpsParse *parse, const AugiTree *params, AugOp *op)
{
    const AugOpDesc *desc = op->desc;
    const bool has_list = augi_op_has_transforms(desc);
    const AugiTree nothing = {.kind = AUGI_TREE_MAP, .place = params->place};
    if (has_list && params->kind == AUGI_TREE_LIST)
        params = &nothing;
    if (params->kind == AUGI_TREE_MAP)
        augi_params_bind(&desc->params, params, has_list ? handled_group_keys : handled_keys,
                         desc->name, op->params, parse->problems);
    else if (desc->params.n > 0)
        augi_params_bind_short(&desc->params, params, desc->name, op->params, parse->problems);
    else if (!has_list)
        complain_value(parse, params, desc);
}

static void parse_params(const AugiOpsParse *parse, const AugiTree *params, AugChildP child_p,
                         AugOp *op)
{
    const AugOpDesc *desc = op->desc;
    size_t mistakes = parse->problems->n;
    AugiTree nothing = {.kind = AUGI_TREE_MAP, .place = op->place};
    /* An operation without parameters is written as its name, or with nothing behind the colon. */
    if (!params || augi_tree_is_empty(params))
        params = &nothing;
    const bool has_list = augi_op_has_transforms(desc);
    bind_params(parse, params, op);
    parse_p(parse, params, child_p, op);
    if (has_list)
        parse_children(parse, params, op);
    AugError error;
    if (desc->check && parse->problems->n == mistakes && desc->check(op->params, &error) != AUG_OK)
        augi_tree_problem(parse->problems, params, desc->name, "%s", error.message);
    /* Only parameters that were accepted are shown to the hook. */
    if (desc->scope == AUG_OP_GROUP && !has_list && parse->problems->n == mistakes)
        augi_policy_expand(parse, op);
}

static void unknown_op(const AugiOpsParse *parse, const AugiTree *at, const char *name)
{
    char instead[300] = "";
    if (!augi_tree_problems_full(parse->problems))
        augi_op_instead(name, instead, sizeof(instead));
    augi_tree_problem(parse->problems, at, NULL, "the operation '%.60s' is not known; %s", name,
                      instead);
}

/* Whether an operation may stand in this list; the sentence says where it belongs. */
static bool belongs_here(const AugiOpsParse *parse, const AugiTree *at, const AugOpDesc *desc)
{
    if (desc->scope == AUG_OP_GROUP || (desc->scope == AUG_OP_BATCH) == parse->batch)
        return true;
    augi_tree_problem(parse->problems, at, desc->name, "it works on %s; write it under %s",
                      parse->batch ? "single samples" : "whole batches",
                      parse->batch ? "pipeline" : "batch.mix");
    return false;
}

void augi_op_bind(const AugiOpsParse *parse, AugChildP child_p, const AugOpDesc *desc,
                  const AugiTree *at, const AugiTree *params, AugOpList *out)
{
    if (!belongs_here(parse, at, desc))
        return;
    if (*parse->n_ops >= AUGI_MAX_OPS) {
        augi_tree_problem(parse->problems, at, NULL, "a spec may have %d operations", AUGI_MAX_OPS);
        return;
    }
    AugOp op = {.desc = desc, .place = at->place};
    op.position = (uint16_t)(*parse->n_ops)++;
    op.params = calloc(1, desc->params.size ? desc->params.size : 1);
    if (!op.params) {
        augi_tree_no_memory(parse->problems, at);
        return;
    }
    parse_params(parse, params, child_p, &op);
    out->ops[out->n++] = op;
}

/* What stands in a list of operations and is none. A map of several keys is often an operation
 * whose parameters stand in its own column. */
static void complain_entry(const AugiOpsParse *parse, const AugiTree *entry, const char *path)
{
    if (entry->kind == AUGI_TREE_MAP && entry->n_children > 1 &&
        augi_op_find(entry->children[0].key) && !augi_op_find(entry->children[1].key)) {
        augi_tree_key_problem(parse->problems, &entry->children[1], path,
                              "'%.60s' is a parameter of %s; indent it further than that name",
                              entry->children[1].key, entry->children[0].key);
        return;
    }
    const bool is_map = entry->kind == AUGI_TREE_MAP;
    augi_tree_problem(parse->problems, entry, path,
                      "one operation is expected here, as 'Name: {parameters}'; found %s%s",
                      augi_tree_what(entry),
                      !is_map             ? ""
                      : entry->n_children ? " of several keys; begin each operation with '- '"
                                          : " without keys");
}

static void parse_op(const AugiOpsParse *parse, const AugiTree *entry, const char *path,
                     AugChildP child_p, AugOpList *out)
{
    /* "- Name" or "- Name: parameters". */
    const bool is_name = entry->kind == AUGI_TREE_SCALAR && !augi_tree_is_empty(entry);
    if (!is_name && (entry->kind != AUGI_TREE_MAP || entry->n_children != 1)) {
        complain_entry(parse, entry, path);
        return;
    }
    const char *name = is_name ? entry->text : entry->children[0].key;
    const AugOpDesc *desc = augi_op_find(name);
    if (desc)
        augi_op_bind(parse, child_p, desc, entry, is_name ? NULL : &entry->children[0], out);
    else
        unknown_op(parse, entry, name);
}

static void parse_list(const AugiOpsParse *parse, const AugiTree *list, const char *path,
                       AugChildP child_p, AugOpList *out)
{
    if (list->kind != AUGI_TREE_LIST) {
        augi_tree_problem(parse->problems, list, path,
                          "a list of operations is expected here, each begun with '- '; found %s",
                          augi_tree_what(list));
        return;
    }
    out->ops = calloc(list->n_children + 1, sizeof(AugOp));
    if (!out->ops) {
        augi_tree_no_memory(parse->problems, list);
        return;
    }
    for (size_t i = 0; i < list->n_children; i++)
        parse_op(parse, &list->children[i], path, child_p, out);
}

void augi_ops_parse(const AugiTree *list, bool batch, size_t *n_ops, AugOpList *out,
                    AugProblems *problems)
{
    const AugiOpsParse parse = {batch, n_ops, problems};
    const size_t mistakes = problems->n;
    *out = (AugOpList){0};
    parse_list(&parse, list, batch ? "batch.mix" : "pipeline", AUG_P_PROBABILITY, out);
    if (problems->n == mistakes)
        augi_ops_check_bounds(out, batch, problems);
}

void augi_ops_free(AugOpList *list)
{
    for (size_t i = 0; i < list->n; i++) {
        AugOp *op = &list->ops[i];
        AugOpList children = {op->children, op->n_children};
        augi_ops_free(&children);
        augi_params_fini(&op->desc->params, op->params);
        free(op->params);
    }
    free(list->ops);
    *list = (AugOpList){0};
}

void augi_ops_write(const AugOpList *list, AugiJsonWriter *writer)
{
    augi_json_list(writer);
    for (size_t i = 0; i < list->n; i++) {
        const AugOp *op = &list->ops[i];
        augi_json_object(writer);
        augi_json_key(writer, op->desc->name);
        augi_json_object(writer);
        augi_params_write(&op->desc->params, op->params, writer);
        augi_json_key(writer, "p");
        augi_json_number(writer, op->p);
        if (augi_op_has_transforms(op->desc)) {
            const AugOpList children = {op->children, op->n_children};
            augi_json_key(writer, "transforms");
            augi_ops_write(&children, writer);
        }
        augi_json_object_end(writer);
        augi_json_object_end(writer);
    }
    augi_json_list_end(writer);
}

void augi_op_where(const AugSpec *spec, const AugOp *op, char *where, size_t size)
{
    augi_place_where(&op->place, spec->name, where, size);
}
