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

static const AugOpKind group_kind = {"group", "Groups",
                                     "Choose among the operations that they list."};
static const AugOpKind policy_kind = {"policy", "Policies",
                                      "Bring the operations with them that they choose among."};

const AugOpKind *augi_op_kind(const AugOpDesc *desc)
{
    const AugGroupHooks *group = augi_op_group(desc);
    if (group)
        return group->expand ? &policy_kind : &group_kind;
    return desc->domain->op_kind(desc);
}

const AugGroupHooks *augi_op_group(const AugOpDesc *desc)
{
    return desc->scope == AUG_OP_GROUP ? desc->hooks : NULL;
}

bool augi_op_has_transforms(const AugOpDesc *desc)
{
    const AugGroupHooks *group = augi_op_group(desc);
    return group && !group->expand;
}

AugPicks augi_op_picks(const AugOp *group)
{
    return augi_op_group(group->desc)->picks(group->params, group->n_children);
}

uint32_t augi_ops_copies(const AugOpList *list, uint64_t n_samples)
{
    uint32_t most = 0;
    for (size_t i = 0; i < list->n; i++) {
        const AugOp *op = &list->ops[i];
        const AugOpList children = {op->children, op->n_children};
        const AugGroupHooks *group = augi_op_group(op->desc);
        uint32_t n = augi_ops_copies(&children, n_samples);
        most = n > most ? n : most;
        n = group && group->copies ? group->copies(op->params, n_samples) : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* What a walk needs at every level. */
typedef struct Walk {
    AugKey key;
    uint16_t position_bits;
    AugOpVisit visit;
    void *context;
} Walk;

static void walk_op(const Walk *walk, const AugOp *op, AugChildP meaning, uint32_t occurrence);

static void walk_group(const Walk *walk, const AugOp *op, uint32_t occurrence, AugRng *rng)
{
    double weights[AUGI_MAX_CHILDREN];
    size_t chosen[AUGI_MAX_CHILDREN];
    uint32_t n_picked[AUGI_MAX_CHILDREN] = {0};
    for (size_t i = 0; i < op->n_children; i++)
        weights[i] = op->children[i].p;
    const AugGroupHooks *group = augi_op_group(op->desc);
    const AugPicks picks = augi_op_picks(op);
    /* Each run of the group has a range of occurrences of its own for each child. */
    const uint32_t range = picks.distinct ? 1 : (uint32_t)picks.most;
    const size_t n = group->select(op->params, rng, weights, op->n_children, chosen);
    for (size_t i = 0; i < n; i++) {
        const uint32_t again = n_picked[chosen[i]]++;
        walk_op(walk, &op->children[chosen[i]], group->child_p, occurrence * range + again);
    }
}

/* meaning: of the operation's p. */
static void walk_op(const Walk *walk, const AugOp *op, AugChildP meaning, uint32_t occurrence)
{
    AugKey key = walk->key;
    key.position =
        (uint16_t)(op->position | occurrence << AUGI_OCCURRENCE_SHIFT | walk->position_bits);
    AugRng rng = aug_rng_make(&key);
    /* The draw for p is made in every case, so that a change of p, or moving an operation into a
     * group, leaves its other draws as they were. */
    const bool runs = aug_rng_bernoulli(&rng, op->p);
    if (!runs && meaning == AUG_P_PROBABILITY)
        return;
    if (op->desc->scope == AUG_OP_GROUP)
        walk_group(walk, op, occurrence, &rng);
    else
        walk->visit(walk->context, op, &rng);
}

void augi_ops_visit(const AugOpList *list, const AugKey *key, bool batch, AugOpVisit visit,
                    void *context)
{
    const Walk walk = {*key, batch ? AUG_POSITION_BATCH : 0, visit, context};
    for (size_t i = 0; i < list->n; i++)
        walk_op(&walk, &list->ops[i], AUG_P_PROBABILITY, 0);
}
