/* The work of the operations of a plan, from the sizes that are certain. */
#include "image/domain/budget.h"

#include <stdio.h>

#include "image/op.h"
#include "image/pixels/work.h"
#include "libaug/spec/spec.h"

/* Nested groups ask for the cost of a child again and again; past this many questions for one entry
 * of the pipeline nothing is certain. */
#define MAX_QUESTIONS 16384

/* Megapixels, for people. */
#define MEGA 1e6

/* The largest sides of a picture, whatever is drawn.
 *
 * longest:  side of any picture so far
 * is_open:  they depend on the stored picture, of which nothing is known
 * is_exact: every picture has these sides
 */
typedef struct Bound {
    AugSize most;
    int32_t longest;
    bool is_open, is_exact;
} Bound;

typedef struct Cost {
    uint64_t work;
    Bound out;
} Cost;

/* weight, n_masks: what a pixel of the picture counts, and masks that go with it. is_open: an
 * operation's work depends on the stored picture */
typedef struct Walk {
    const AugLimits *limits;
    uint64_t weight, n_masks;
    uint32_t n_questions;
    bool is_open;
    const AugOp *costliest;
    uint64_t most;
} Walk;

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static bool is_known(AugSize size)
{
    return size.height > 0 && size.width > 0;
}

/* Pictures of either. */
static Bound merge(Bound a, Bound b)
{
    const bool equal = a.most.height == b.most.height && a.most.width == b.most.width;
    return (Bound){
        .most = {.height = larger(a.most.height, b.most.height),
                 .width = larger(a.most.width, b.most.width)},
        .longest = larger(a.longest, b.longest),
        .is_open = a.is_open || b.is_open,
        .is_exact = equal && a.is_exact && b.is_exact,
    };
}

/* No picture between two operations exceeds the limits. */
static Bound cut(const Walk *walk, AugSize size, bool is_exact)
{
    const int64_t side = walk->limits->max_side;
    return (Bound){
        .most = {.height = size.height > side ? (int32_t)side : size.height,
                 .width = size.width > side ? (int32_t)side : size.width},
        .is_exact = is_exact,
    };
}

/* The largest sides for pictures whose sides are at most some: what keeps a shape makes the longest
 * sides of the thinnest picture. What differs by its draws turns a picture by some angle. */
static Bound most_after(const Walk *walk, const ImgOpHooks *hooks, const void *params, Bound in)
{
    const AugSize most = in.most;
    const AugSize corners[] = {most, {1, most.width}, {most.height, 1}};
    const size_t n = in.is_exact ? 1 : AUG_COUNT(corners);
    AugSize out = {0};
    for (size_t i = 0; i < n; i++) {
        const AugSize size = hooks->out_size(params, corners[i]);
        if (!is_known(size)) {
            const int64_t side = (int64_t)most.height + most.width;
            const int32_t bounded = side > INT32_MAX ? INT32_MAX : (int32_t)side;
            return cut(walk, (AugSize){.height = bounded, .width = bounded}, false);
        }
        out.height = larger(out.height, size.height);
        out.width = larger(out.width, size.width);
    }
    return cut(walk, out, in.is_exact);
}

static Bound bound_after(const Walk *walk, const AugOp *op, Bound in)
{
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    if (!hooks->out_size)
        return in;
    const AugSize certain = hooks->out_size(op->params, (AugSize){0});
    if (is_known(certain))
        return cut(walk, certain, true);
    return in.is_open ? in : most_after(walk, hooks, op->params, in);
}

/* Where an operation does not say it. */
static uint64_t default_work(const ImgOpHooks *hooks, const ImgWorkSizes *sizes)
{
    const uint64_t n_pixels = img_size_pixels(sizes->in);
    if (hooks->geometry)
        return IMG_PASSES_PLACE * (n_pixels + img_size_pixels(sizes->out));
    if (hooks->point)
        return (IMG_PASSES_COUNT + IMG_PASSES_TABLE) * n_pixels;
    return (IMG_PASSES_COPY + IMG_PASSES_NOISE) * n_pixels;
}

static Cost cost_of_one(Walk *walk, const AugOp *op, Bound in)
{
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    Cost cost = {.out = bound_after(walk, op, in)};
    const int32_t longest = larger(cost.out.most.height, cost.out.most.width);
    cost.out.longest = larger(longest, in.is_open ? (int32_t)walk->limits->max_side : in.longest);
    walk->is_open = walk->is_open || in.is_open;
    if (cost.out.is_open)
        return cost;
    const ImgWorkSizes sizes = {
        .in = in.is_open ? (AugSize){.height = 1, .width = 1} : in.most,
        .out = cost.out.most,
        .longest = in.is_open ? 1 : in.longest,
    };
    const uint64_t work =
        hooks->work ? hooks->work(op->params, &sizes) : default_work(hooks, &sizes);
    cost.work = work * (walk->weight + (hooks->geometry ? walk->n_masks : 0));
    if (cost.work > walk->most) {
        walk->most = cost.work;
        walk->costliest = op;
    }
    return cost;
}

static Cost cost_of(Walk *walk, const AugOp *op, AugChildP meaning, Bound in);

/* All children, one after another. */
static Cost cost_of_all(Walk *walk, const AugOp *group, Bound in)
{
    const AugChildP meaning = augi_op_group(group->desc)->child_p;
    Cost all = {.out = in};
    for (size_t i = 0; i < group->n_children; i++) {
        const Cost cost = cost_of(walk, &group->children[i], meaning, all.out);
        all.work += cost.work;
        all.out = cost.out;
    }
    return all;
}

/* The most of n works that a number of picks can add up to. */
static uint64_t most_of(const AugPicks *picks, uint64_t *works, size_t n)
{
    uint64_t sum = 0;
    for (size_t k = 0; k < picks->most && (k < n || !picks->distinct); k++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            best = works[i] > works[best] ? i : best;
        sum += works[best];
        if (picks->distinct)
            works[best] = 0;
    }
    return sum;
}

static bool is_equal(Bound a, Bound b)
{
    return a.most.height == b.most.height && a.most.width == b.most.width && a.is_open == b.is_open;
}

/* Some children in any order: each pick sees the largest picture that the picks before it make. */
static Cost cost_of_some(Walk *walk, const AugOp *group, const AugPicks *picks, Bound in)
{
    const AugChildP meaning = augi_op_group(group->desc)->child_p;
    uint64_t works[AUGI_MAX_CHILDREN];
    Bound at = in, made = in;
    for (size_t k = 0; k < picks->most; k++) {
        for (size_t i = 0; i < group->n_children; i++) {
            const Cost cost = cost_of(walk, &group->children[i], meaning, at);
            works[i] = cost.work;
            made = i == 0 ? cost.out : merge(made, cost.out);
        }
        const Bound next = merge(at, made);
        if (is_equal(next, at))
            break;
        if (k + 1 < picks->most)
            at = next;
    }
    Cost some = {.work = most_of(picks, works, group->n_children), .out = made};
    if (picks->least == 0)
        some.out = merge(some.out, in);
    if (picks->most > 1)
        some.out = merge(some.out, at);
    return some;
}

/* Of an operation in a list, or of a child that was picked. */
static Cost cost_of(Walk *walk, const AugOp *op, AugChildP meaning, Bound in)
{
    const bool may_skip = meaning == AUG_P_PROBABILITY && op->p < 1;
    if (++walk->n_questions > MAX_QUESTIONS) {
        walk->is_open = true;
        return (Cost){.out = {.is_open = true}};
    }
    Cost cost;
    if (op->desc->scope != AUG_OP_GROUP) {
        cost = cost_of_one(walk, op, in);
    } else if (op->n_children == 0) {
        cost = (Cost){.out = in};
    } else {
        const AugPicks picks = augi_op_picks(op);
        const bool takes_all = picks.distinct && picks.in_order && picks.least >= op->n_children;
        cost = takes_all ? cost_of_all(walk, op, in) : cost_of_some(walk, op, &picks, in);
    }
    if (may_skip)
        cost.out = merge(cost.out, in);
    return cost;
}

static uint64_t count_masks(const ImgTargets *targets)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < targets->n; i++)
        n += targets->items[i].desc.kind == AUG_FIELD_MASK;
    return n;
}

/* Of one view. */
static uint64_t cost_of_pipeline(Walk *walk, const AugOpList *ops, Bound in)
{
    uint64_t work = 0;
    Bound at = in;
    for (size_t i = 0; i < ops->n; i++) {
        walk->n_questions = 0;
        const Cost cost = cost_of(walk, &ops->ops[i], AUG_P_PROBABILITY, at);
        work += cost.work;
        at = cost.out;
    }
    walk->is_open = walk->is_open || at.is_open;
    return at.is_open ? work : work + img_size_pixels(at.most) * IMG_PASSES_OUTPUT * walk->weight;
}

static AugStatus refuse(const Walk *walk, uint64_t work, uint64_t mixing, AugError *error)
{
    char where[200] = "";
    char most[160] = "";
    if (mixing > work / 2)
        snprintf(most, sizeof(most), "; mixing takes %.0f of them", (double)mixing / MEGA);
    else if (walk->costliest)
        snprintf(most, sizeof(most), "; %s takes up to %.0f of them each time",
                 walk->costliest->desc->name, (double)walk->most / MEGA);
    if (walk->costliest && mixing <= work / 2)
        augi_place_text(&walk->costliest->place, where, sizeof(where));
    return AUG_FAIL(
        error, AUG_TOO_LARGE, where,
        "a sample can take %.0f megapixel-passes of work; allowed are %.0f%s, so make "
        "smaller pictures or fewer operations, or allow more (--sample-work of augd and aug apply)",
        (double)work / MEGA, (double)walk->limits->max_sample_work / MEGA, most);
}

/* The stored picture, before the first operation. */
static Bound stored_bound(const ImgPlan *plan)
{
    const AugTensorDesc *tensor = &plan->image.tensor;
    if (plan->image.form == AUG_FORM_ENCODED || !tensor->shape[0] || !tensor->shape[1])
        return (Bound){.is_open = true};
    const AugSize size = {.height = (int32_t)tensor->shape[0], .width = (int32_t)tensor->shape[1]};
    return (Bound){.most = size, .longest = larger(size.height, size.width), .is_exact = true};
}

static AugStatus find_work(ImgPlan *plan, const AugDomainInput *input, AugDomainOutput *output,
                           AugError *error)
{
    const ImgPixelType type = {.dtype = plan->input.dtype, .channels = plan->input.channels};
    Walk walk = {
        .limits = input->limits,
        .weight = img_work_weight(type),
        .n_masks = count_masks(&plan->targets),
    };
    const Bound stored = stored_bound(plan);
    uint64_t work = cost_of_pipeline(&walk, input->pipeline, stored) * input->n_views;
    /* What is stored raw may have to be converted. */
    if (!stored.is_open)
        work += img_size_pixels(stored.most) * IMG_PASSES_COPY * walk.weight;
    uint64_t mixing = 0;
    if (input->mix && !input->any_size)
        mixing = augi_ops_most_runs(input->mix) * input->n_views * IMG_PASSES_MIX *
                 img_size_pixels(plan->extent) * walk.weight;
    const uint64_t most = input->limits->max_sample_work;
    if (work + mixing > most)
        return refuse(&walk, work + mixing, mixing, error);
    plan->max_work = most - mixing;
    output->work = walk.is_open ? most : work + mixing;
    return AUG_OK;
}

/* Draws for which the memory of a sample is looked at. */
#define N_DRAWS 16

typedef struct Trial {
    ImgRecipe recipe;
    ImgNeeds needs;
    ImgRecipeInput input;
} Trial;

static bool can_build(Trial *trial, AugSize stored, uint64_t draw)
{
    trial->input.stored = stored;
    return img_recipe_build(&trial->recipe, &trial->input, &(AugKey){.sample = draw}, NULL) ==
           AUG_OK;
}

/* Makes a side of a size as short as it may be for the operations: what is too small for a crop is
 * so at any smaller size. */
static void shorten(Trial *trial, const AugSize *size, int32_t *side)
{
    int32_t low = 0, high = *side;
    while (high - low > 1) {
        *side = low + (high - low) / 2;
        if (can_build(trial, *size, 0))
            high = *side;
        else
            low = *side;
    }
    *side = high;
}

/* A picture that is as small as the operations allow; zeroes where none goes through. */
static AugSize least_stored(Trial *trial)
{
    int32_t side = 1;
    while ((uint32_t)side <= trial->input.limits->max_side &&
           !can_build(trial, (AugSize){.height = side, .width = side}, 0))
        side *= 2;
    AugSize size = {.height = side, .width = side};
    if (!can_build(trial, size, 0))
        return (AugSize){0};
    shorten(trial, &size, &size.height);
    shorten(trial, &size, &size.width);
    return size;
}

static size_t least_memory(Trial *trial, AugSize stored, ImgPixelType type)
{
    size_t least = SIZE_MAX;
    for (uint64_t i = 0; i < N_DRAWS; i++) {
        if (!can_build(trial, stored, i) ||
            img_recipe_needs(&trial->recipe, IMG_TARGET_IMAGE, &trial->needs, NULL) != AUG_OK)
            continue;
        const size_t size = img_recipe_memory(&trial->recipe, &trial->needs, type);
        least = size < least ? size : least;
    }
    return least == SIZE_MAX ? 0 : least;
}

static AugStatus find_memory(const ImgPlan *plan, AugDomainOutput *output, AugError *error)
{
    const ImgPixelType type = {.dtype = plan->input.dtype, .channels = plan->input.channels};
    Trial trial = {.input = plan->input};
    const AugStatus status = img_recipe_reserve(&trial.recipe, plan->n_ops, error);
    if (status == AUG_OK) {
        const Bound stored = stored_bound(plan);
        const AugSize size = stored.is_open ? least_stored(&trial) : stored.most;
        output->memory = is_known(size) ? least_memory(&trial, size, type) : 0;
    }
    img_needs_fini(&trial.needs);
    img_recipe_fini(&trial.recipe);
    return status;
}

AugStatus img_budget_find(ImgPlan *plan, const AugDomainInput *input, AugDomainOutput *output,
                          AugError *error)
{
    AUG_TRY(find_work(plan, input, output, error));
    return find_memory(plan, output, error);
}
