#include "image/domain/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "image/geometry/stage.h"
#include "image/op.h"

AugStatus img_recipe_init(ImgRecipe *recipe, size_t n_ops, AugError *error)
{
    *recipe = (ImgRecipe){0};
    /* One stage for the stored picture itself. */
    recipe->max_stages = (uint32_t)n_ops * IMG_STAGES_PER_OP + 1;
    recipe->stages = calloc(recipe->max_stages, sizeof(*recipe->stages));
    recipe->tables = calloc(n_ops + 1, sizeof(*recipe->tables));
    /* An operation adds its stages, or one other step. */
    recipe->steps = calloc(recipe->max_stages + n_ops, sizeof(*recipe->steps));
    if (recipe->stages && recipe->tables && recipe->steps)
        return AUG_OK;
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a recipe of %zu operations", n_ops);
}

void img_recipe_fini(ImgRecipe *recipe)
{
    img_erase_fini(&recipe->erase);
    free(recipe->stages);
    free(recipe->tables);
    free(recipe->steps);
    *recipe = (ImgRecipe){0};
}

static ImgStep *last_step(ImgRecipe *recipe, ImgStepKind kind)
{
    ImgStep *step = recipe->n_steps ? &recipe->steps[recipe->n_steps - 1] : NULL;
    return step && step->kind == kind ? step : NULL;
}

static void add_step(ImgRecipe *recipe, ImgStepKind kind, uint32_t first, uint32_t end)
{
    recipe->steps[recipe->n_steps++] = (ImgStep){.kind = kind, .first = first, .end = end};
}

static void add_stages(ImgRecipe *recipe, uint32_t first)
{
    for (uint32_t i = first; i < recipe->geometry.n_stages; i++)
        add_step(recipe, IMG_STEP_STAGE, i, i + 1);
}

static void visit_point(ImgRecipe *recipe, const AugOp *op, AugRng *rng)
{
    ImgTable table, identity;
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++)
            identity.values[c][v] = (uint8_t)v;
    table = identity;
    img_op_hooks(op->desc)->lut(op->params, rng, table.values);
    if (memcmp(&table, &identity, sizeof(table)) == 0)
        return;
    recipe->geometry.is_open = false;
    if (!last_step(recipe, IMG_STEP_TABLE)) {
        add_step(recipe, IMG_STEP_TABLE, recipe->n_tables, recipe->n_tables + 1);
        recipe->tables[recipe->n_tables++] = table;
        return;
    }
    ImgTable *last = &recipe->tables[recipe->n_tables - 1];
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++)
            last->values[c][v] = table.values[c][last->values[c][v]];
}

static void visit_erase(ImgRecipe *recipe, const AugOp *op, AugRng *rng)
{
    ImgErase *erase = &recipe->erase;
    const uint32_t before = erase->n;
    erase->height = recipe->geometry.height;
    erase->width = recipe->geometry.width;
    img_op_hooks(op->desc)->erase(op->params, rng, erase);
    if (erase->n == before)
        return;
    recipe->geometry.is_open = false;
    ImgStep *last = last_step(recipe, IMG_STEP_ERASE);
    if (last)
        last->end = erase->n;
    else
        add_step(recipe, IMG_STEP_ERASE, before, erase->n);
}

static void visit(void *context, const AugOp *op, AugRng *rng)
{
    ImgRecipe *recipe = context;
    if (recipe->geometry.failed)
        return;
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    if (hooks->geometry) {
        const uint32_t n_stages = recipe->geometry.n_stages;
        hooks->geometry(op->params, rng, &recipe->geometry);
        add_stages(recipe, n_stages);
    } else if (hooks->lut) {
        visit_point(recipe, op, rng);
    } else if (hooks->erase) {
        visit_erase(recipe, op, rng);
    }
    if (recipe->geometry.failed)
        recipe->failed_op = op;
}

AugStatus img_recipe_build(ImgRecipe *recipe, const ImgRecipeInput *input, const AugKey *key,
                           AugError *error)
{
    recipe->n_tables = 0;
    recipe->n_steps = 0;
    recipe->failed_op = NULL;
    recipe->erase.n = 0;
    recipe->erase.channels = input->channels;
    memcpy(recipe->erase.mean, input->mean, sizeof(input->mean));
    img_geometry_begin(&recipe->geometry, input->stored, input->channels, recipe->stages,
                       recipe->max_stages, input->limits);
    img_geometry_orient(&recipe->geometry, input->upright);
    add_stages(recipe, 0);
    augi_ops_visit(input->ops, key, false, visit, recipe);
    if (recipe->erase.failed) {
        recipe->erase.failed = false;
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the rectangles to erase");
    }
    if (!recipe->geometry.failed)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "%s: %s",
                    recipe->failed_op ? recipe->failed_op->desc->name : "image",
                    recipe->geometry.message);
}

AugStatus img_recipe_needs(ImgRecipe *recipe, ImgWindow *needs, AugError *error)
{
    const ImgStep *follower = NULL;
    for (uint32_t i = recipe->n_steps; i-- > 0;) {
        const ImgStep *step = &recipe->steps[i];
        if (step->kind == IMG_STEP_STAGE) {
            ImgStage *stage = &recipe->stages[step->first];
            if (follower && follower->kind == IMG_STEP_STAGE)
                img_stage_narrow(stage, *needs);
            AUG_TRY(img_stage_needs(stage, needs, error));
        }
        follower = step;
    }
    return AUG_OK;
}
