/* Picture sizes without pictures: what a list of operations makes of a size, whatever is drawn. */
#include "image/domain/domain.h"
#include "image/op.h"
#include "libaug/spec/spec.h"

/* A size that holds in both cases; 0 where they differ. */
static AugSize merge(AugSize a, AugSize b)
{
    return (AugSize){
        .height = a.height == b.height ? a.height : 0,
        .width = a.width == b.width ? a.width : 0,
    };
}

static bool is_known(AugSize size)
{
    return size.height > 0 && size.width > 0;
}

static bool is_equal(AugSize a, AugSize b)
{
    return a.height == b.height && a.width == b.width;
}

/* Nested groups ask for the size after a child again and again: up to 64 picks of 64 children are
 * 4096 questions, and each level multiplies them. Past this many for one entry of the pipeline no
 * size is certain. */
#define MAX_STEPS 16384

static AugSize after_op(const AugOp *op, AugSize in, uint32_t *n_steps);

/* Size after a child that was picked. */
static AugSize after_child(const AugOp *group, size_t i, AugSize in, uint32_t *n_steps)
{
    const AugOp *child = &group->children[i];
    const AugSize out = after_op(child, in, n_steps);
    const bool may_stay = augi_op_group(group->desc)->child_p == AUG_P_PROBABILITY && child->p < 1;
    return may_stay ? merge(in, out) : out;
}

/* Each child at most once, in the order of the list: after[k] holds where k of the children so far
 * were picked. */
static AugSize after_subset(const AugOp *group, const AugPicks *picks, AugSize in,
                            uint32_t *n_steps)
{
    AugSize after[AUGI_MAX_CHILDREN + 1] = {in};
    const size_t n = group->n_children;
    size_t fewest = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        /* Enough children must be left for the picks that are still due. */
        const size_t n_left = n - i - 1;
        const size_t next_fewest = picks->least > n_left ? picks->least - n_left : 0;
        const size_t next_most = most < picks->most ? most + 1 : most;
        for (size_t k = next_most + 1; k-- > next_fewest;) {
            const bool may_skip = k <= most, may_pick = k > fewest;
            const AugSize skipped = after[k];
            if (may_pick)
                after[k] = after_child(group, i, after[k - 1], n_steps);
            if (may_pick && may_skip)
                after[k] = merge(after[k], skipped);
        }
        fewest = next_fewest;
        most = next_most;
    }
    AugSize out = after[fewest];
    for (size_t k = fewest + 1; k <= most; k++)
        out = merge(out, after[k]);
    return out;
}

/* Children in any order, each any number of times. This also holds for groups that promise more. */
static AugSize after_sequence(const AugOp *group, const AugPicks *picks, AugSize in,
                              uint32_t *n_steps)
{
    AugSize size = in, out = in;
    for (size_t k = 1; k <= picks->most; k++) {
        AugSize next = after_child(group, 0, size, n_steps);
        for (size_t i = 1; i < group->n_children; i++)
            next = merge(next, after_child(group, i, size, n_steps));
        out = k <= picks->least ? next : merge(out, next);
        if (is_equal(next, size))
            break;
        size = next;
    }
    return out;
}

static AugSize after_group(const AugOp *group, AugSize in, uint32_t *n_steps)
{
    const AugPicks picks = augi_op_picks(group);
    if (picks.distinct && picks.in_order && picks.most <= group->n_children)
        return after_subset(group, &picks, in, n_steps);
    return after_sequence(group, &picks, in, n_steps);
}

/* Size after an operation that runs. */
static AugSize after_op(const AugOp *op, AugSize in, uint32_t *n_steps)
{
    if (++*n_steps > MAX_STEPS)
        return (AugSize){0};
    if (op->desc->scope == AUG_OP_GROUP)
        return after_group(op, in, n_steps);
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    return hooks->out_size ? hooks->out_size(op->params, in) : in;
}

AugSize img_extent(const AugOpList *ops, AugSize stored, const AugOp **culprit)
{
    AugSize size = stored;
    *culprit = NULL;
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        uint32_t n_steps = 0;
        AugSize after = after_op(op, size, &n_steps);
        if (op->p < 1)
            after = merge(size, after);
        if (is_known(after))
            *culprit = NULL;
        else if (is_known(size))
            *culprit = op;
        size = after;
    }
    return size;
}
