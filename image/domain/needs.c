/* Windows, from the last step of a recipe to the first. */
#include <stdlib.h>

#include "image/domain/recipe.h"
#include "image/geometry/reduced.h"
#include "image/geometry/stage.h"

void img_needs_fini(ImgNeeds *needs)
{
    augi_allowance_give(needs->allowance, needs->capacity * sizeof(*needs->made));
    free(needs->made);
    needs->made = NULL;
    needs->capacity = 0;
}

static AugStatus reserve(ImgNeeds *needs, uint32_t capacity, AugError *error)
{
    const size_t size = capacity * sizeof(*needs->made);
    img_needs_fini(needs);
    AUG_TRY(augi_allowance_take(needs->allowance, size, error));
    needs->made = malloc(size);
    if (!needs->made) {
        augi_allowance_give(needs->allowance, size);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the windows of a recipe");
    }
    needs->capacity = capacity;
    return AUG_OK;
}

static ImgWindow all_of(AugSize size)
{
    return img_window_all(size.width, size.height);
}

static AugStatus stage_needs(const ImgStage *stage, ImgTarget target, ImgWindow made,
                             ImgWindow *window, AugError *error)
{
    if (target == IMG_TARGET_IMAGE)
        return img_stage_needs(stage, made, window, error);
    const ImgStage mask = img_stage_for_mask(stage);
    return img_stage_needs(&mask, made, window, error);
}

/* What a step reads of the picture before it, to make a window. */
static AugStatus step_needs(const ImgStep *step, ImgTarget target, ImgWindow made,
                            ImgWindow *window, AugError *error)
{
    if (step->kind == IMG_STEP_STAGE)
        return stage_needs(step->stage, target, made, window, error);
    *window = made;
    if (target != IMG_TARGET_IMAGE)
        return AUG_OK;
    if (step->kind == IMG_STEP_ADAPT)
        *window = all_of(step->size);
    else if (step->kind == IMG_STEP_FILTER)
        *window = img_filter_needs(step->filter.kernel, step->filter.state, made, step->size);
    return AUG_OK;
}

AugStatus img_recipe_needs(const ImgRecipe *recipe, ImgTarget target, ImgNeeds *needs,
                           AugError *error)
{
    if (needs->capacity < recipe->n_steps)
        AUG_TRY(reserve(needs, recipe->max_steps, error));
    needs->target = target;
    ImgWindow window = all_of(recipe->steps[recipe->n_steps - 1].size);
    for (uint32_t i = recipe->n_steps; i-- > 0;) {
        needs->made[i] = window;
        AUG_TRY(step_needs(&recipe->steps[i], target, needs->made[i], &window, error));
    }
    needs->loaded = window;
    return AUG_OK;
}

uint32_t img_recipe_reader(const ImgRecipe *recipe, ImgStage *stage)
{
    const ImgStep *steps = recipe->steps;
    if (steps[0].kind != IMG_STEP_STAGE)
        return 0;
    const bool turns = recipe->n_steps > 1 && steps[1].kind == IMG_STEP_STAGE &&
                       steps[1].stage->kind == IMG_STAGE_VIEW &&
                       img_stage_only_turns(steps[0].stage);
    *stage = turns ? img_stage_with_turn(steps[0].stage, steps[1].stage) : *steps[0].stage;
    return turns ? 2 : 1;
}

int32_t img_recipe_most_reduction(const ImgRecipe *recipe)
{
    ImgStage stage;
    return img_recipe_reader(recipe, &stage) ? img_stage_most_reduction(&stage) : 1;
}

AugStatus img_recipe_reduced_needs(const ImgRecipe *recipe, const ImgNeeds *needs,
                                   int32_t reduction, ImgWindow *window, AugError *error)
{
    ImgStage stage;
    const uint32_t n_steps = img_recipe_reader(recipe, &stage);
    ImgWindow reads;
    stage = img_stage_reduced(&stage, reduction);
    AUG_TRY(img_stage_needs(&stage, needs->made[n_steps - 1], &reads, error));
    const ImgWindow whole = {.x0 = reads.x0 * reduction,
                             .y0 = reads.y0 * reduction,
                             .x1 = reads.x1 * reduction,
                             .y1 = reads.y1 * reduction};
    *window = img_window_around(*window, img_window_common(whole, all_of(stage.source)));
    return AUG_OK;
}

void img_recipe_map_points(const ImgRecipe *recipe, bool back, double (*points)[2], size_t n)
{
    const uint32_t n_stages = recipe->geometry.n_stages;
    for (uint32_t i = 0; i < n_stages; i++)
        img_stage_map_points(&recipe->stages[back ? n_stages - 1 - i : i], back, points, n);
}
