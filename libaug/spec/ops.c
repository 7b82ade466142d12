/* The registry of operations, and the walk over a list of them. */
#include <string.h>

#include "libaug/spec/domain.h"
#include "libaug/spec/spec.h"

const AugOpDesc *augi_op_find(const char *name)
{
    for (size_t i = 0; i < augi_n_ops; i++)
        if (strcmp(augi_ops[i]->name, name) == 0)
            return augi_ops[i];
    return NULL;
}

static const char *op_name_at(const void *list, size_t i)
{
    return ((const AugOpDesc *const *)list)[i]->name;
}

const char *augi_op_nearest(const char *wrong)
{
    return augi_nearest_name(wrong, op_name_at, augi_ops, augi_n_ops);
}

const char *augi_op_kind(const AugOpDesc *desc)
{
    return desc->scope == AUG_OP_GROUP ? "group" : desc->domain->op_kind(desc);
}

/* What a walk needs at every level. */
typedef struct Walk {
    AugKey key;
    uint16_t position_bits;
    AugOpVisit visit;
    void *context;
} Walk;

static void walk_op(const Walk *walk, const AugOp *op, bool forced);

static void walk_group(const Walk *walk, const AugOp *op, AugRng *rng)
{
    double weights[AUGI_MAX_CHILDREN];
    size_t chosen[AUGI_MAX_CHILDREN];
    for (size_t i = 0; i < op->n_children; i++)
        weights[i] = op->children[i].p;
    const AugGroupHooks *group = op->desc->hooks;
    size_t n = group->select(op->params, rng, weights, op->n_children, chosen);
    for (size_t i = 0; i < n; i++)
        walk_op(walk, &op->children[chosen[i]], true);
}

/* forced: a group has chosen the operation, p was its weight. */
static void walk_op(const Walk *walk, const AugOp *op, bool forced)
{
    AugKey key = walk->key;
    key.position = op->position | walk->position_bits;
    AugRng rng = aug_rng_make(&key);
    /* The draw for p is made in every case, so that a change of p, or moving an operation into a
     * group, leaves its other draws as they were. */
    bool runs = aug_rng_bernoulli(&rng, op->p);
    if (!runs && !forced)
        return;
    if (op->desc->scope == AUG_OP_GROUP)
        walk_group(walk, op, &rng);
    else
        walk->visit(walk->context, op, &rng);
}

void augi_ops_visit(const AugOpList *list, const AugKey *key, bool batch, AugOpVisit visit,
                    void *context)
{
    const Walk walk = {*key, batch ? AUG_POSITION_BATCH : 0, visit, context};
    for (size_t i = 0; i < list->n; i++)
        walk_op(&walk, &list->ops[i], false);
}
