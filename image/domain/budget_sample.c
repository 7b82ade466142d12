/* What one sample takes, from its recipe and the windows that are needed of each step. */
#include "image/domain/budget.h"
#include "image/geometry/stage.h"
#include "image/pixels/work.h"

/* Of a step that is no stage, on a window of the picture before it, for pixels of weight 1. A table
 * is counted where it is stated; it is applied later, to no more. */
static uint64_t step_work(const ImgRecipe *recipe, const ImgStep *step, ImgWindow before,
                          ImgWindow made)
{
    const uint64_t n_pixels = img_window_pixels(before);
    switch (step->kind) {
    case IMG_STEP_STAGE:
        break;
    case IMG_STEP_TABLE:
        return n_pixels * IMG_PASSES_TABLE;
    case IMG_STEP_MATRIX:
        return n_pixels * IMG_PASSES_MATRIX;
    case IMG_STEP_ADAPT:
        return n_pixels * (IMG_PASSES_COUNT + IMG_PASSES_TABLE);
    case IMG_STEP_FILTER:
        return img_filter_work(step->filter.kernel, step->filter.state, made, step->size);
    case IMG_STEP_ERASE: {
        uint64_t work = n_pixels * IMG_PASSES_COPY;
        for (uint32_t i = step->erase.first; i < step->erase.end; i++)
            work += img_erase_work(&recipe->erase.items[i], before);
        return work;
    }
    }
    return 0;
}

uint64_t img_recipe_work(const ImgRecipe *recipe, const ImgNeeds *needs, ImgPixelType type,
                         uint32_t n_masks)
{
    const uint64_t weight = img_work_weight(type);
    uint64_t work = 0;
    ImgWindow before = needs->loaded;
    for (uint32_t i = 0; i < recipe->n_steps; i++) {
        const ImgStep *step = &recipe->steps[i];
        const ImgWindow made = needs->made[i];
        if (step->kind == IMG_STEP_STAGE)
            work += img_stage_work(step->stage, made) * (weight + n_masks);
        else
            work += step_work(recipe, step, before, made) * weight;
        before = made;
    }
    return work;
}

/* Whether the last stage leaves a mirror to the output pass, or may do so. */
static bool may_defer(const ImgStage *stage)
{
    return stage->kind == IMG_STAGE_VIEW && !img_stage_resizes(stage) &&
           stage->view.orient == IMG_ORIENT_MIRROR_X;
}

/* Pictures lie in two places by turns, each as large as the largest in it. Tables are left out:
 * they write at most the first picture, which shifts the turns of all others. */
size_t img_recipe_memory(const ImgRecipe *recipe, const ImgNeeds *needs, ImgPixelType type)
{
    const size_t pixel_size = img_value_size(type.dtype) * (size_t)type.channels;
    uint64_t most[2] = {0};
    int turn = 0;
    bool writable = false;
    ImgWindow before = needs->loaded;
    for (uint32_t i = 0; i < recipe->n_steps; i++) {
        const ImgStep *step = &recipe->steps[i];
        const ImgWindow made = needs->made[i];
        const bool is_change = step->kind == IMG_STEP_MATRIX || step->kind == IMG_STEP_ERASE;
        const bool is_picture =
            step->kind == IMG_STEP_FILTER ||
            (step->kind == IMG_STEP_STAGE && !img_stage_is_window(step->stage, made) &&
             !may_defer(step->stage));
        if (is_picture || (is_change && !writable)) {
            const uint64_t n_pixels = img_window_pixels(is_picture ? made : before);
            most[turn] = n_pixels > most[turn] ? n_pixels : most[turn];
            turn ^= 1;
            writable = true;
        }
        before = made;
    }
    return (size_t)(most[0] + most[1]) * pixel_size;
}

static uint64_t mask_work(const ImgPlan *plan, const ImgWorker *worker, const ImgTargetField *mask,
                          const AugField *field)
{
    uint64_t work = img_size_pixels(worker->info.stored);
    work *= worker->info.upright ? IMG_PASSES_PLACE : 0;
    if (mask->desc.form != AUG_FORM_ENCODED)
        return work;
    /* A file that cannot be read is refused when it is read. */
    ImgHeader header;
    if (img_header(field->bytes, field->size, plan->limits, &header, NULL) == AUG_OK)
        work += img_header_work(&header);
    return work;
}

/* Reading what is stored: decoding files, masks included, or converting pixels. */
static uint64_t load_work(const ImgWorker *worker, const AugSample *sample, ImgPixelType type,
                          uint32_t *n_masks)
{
    const ImgPlan *plan = worker->plan;
    uint64_t work = plan->image.form == AUG_FORM_ENCODED
                        ? img_header_work(&worker->info.header)
                        : img_size_pixels(worker->info.stored) * IMG_PASSES_COPY;
    work *= img_work_weight(type);
    for (uint32_t i = 0; i < plan->targets.n; i++) {
        const ImgTargetField *target = &plan->targets.items[i];
        if (target->desc.kind != AUG_FIELD_MASK)
            continue;
        *n_masks += 1;
        work += mask_work(plan, worker, target, &sample->fields[target->field]);
    }
    return work;
}

AugStatus img_budget_check(const ImgWorker *worker, const AugSample *sample, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    const ImgPixelType type = {.dtype = plan->input.dtype, .channels = plan->input.channels};
    uint32_t n_masks = 0;
    uint64_t work = load_work(worker, sample, type, &n_masks);
    for (uint32_t v = 0; v < plan->n_views; v++) {
        const ImgRecipe *recipe = img_view_recipe(worker, v);
        const AugSize made = recipe->steps[recipe->n_steps - 1].size;
        work += img_recipe_work(recipe, img_view_needs(worker, v), type, n_masks);
        work += img_size_pixels(made) * IMG_PASSES_OUTPUT * img_work_weight(type);
    }
    if (work <= plan->max_work)
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                    "making this sample, stored as %d x %d pixels, takes %.1f megapixel-passes of "
                    "work; allowed are %.1f, so use smaller pictures or fewer operations, or allow "
                    "more (--sample-work of augd and aug apply)",
                    worker->info.stored.height, worker->info.stored.width, (double)work / 1e6,
                    (double)plan->max_work / 1e6);
}
