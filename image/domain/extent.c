/* Picture sizes without pictures: what a list of operations makes of a size, whatever is drawn. */
#include "image/domain/domain.h"
#include "image/op.h"

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

static AugSize after_op(const AugOp *op, AugSize in);

static AugSize after_children(const AugOp *op, AugSize in)
{
    AugSize out = in;
    bool is_first = true;
    for (size_t i = 0; i < op->n_children; i++) {
        const AugSize size = after_op(&op->children[i], in);
        out = is_first ? size : merge(out, size);
        is_first = false;
    }
    return out;
}

/* How many of its children a group runs is its own affair, so a size counts as certain only if it
 * also stays when a second child runs. */
static AugSize after_group(const AugOp *op, AugSize in)
{
    const AugSize out = after_children(op, in);
    return merge(out, after_children(op, out));
}

/* Size after an operation that runs. */
static AugSize after_op(const AugOp *op, AugSize in)
{
    if (op->desc->scope == AUG_OP_GROUP)
        return after_group(op, in);
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    return hooks->out_size ? hooks->out_size(op->params, in) : in;
}

AugSize img_extent(const AugOpList *ops, AugSize stored, const AugOp **culprit)
{
    AugSize size = stored;
    *culprit = NULL;
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        AugSize after = after_op(op, size);
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
