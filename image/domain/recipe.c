/* Building a recipe: operations become steps. */
#include "image/domain/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/geometry/stage.h"
#include "image/op.h"

void img_recipe_count(ImgRecipe *recipe, AugiAllowance *allowance)
{
    recipe->allowance = allowance;
    recipe->erase.allowance = allowance;
}

static size_t arrays_size(size_t n_stages, size_t n_steps)
{
    return n_stages * sizeof(ImgStage) + n_steps * sizeof(ImgStep);
}

static void free_arrays(ImgRecipe *recipe)
{
    augi_allowance_give(recipe->allowance, arrays_size(recipe->max_stages, recipe->max_steps));
    free(recipe->stages);
    free(recipe->steps);
    recipe->stages = NULL;
    recipe->steps = NULL;
    recipe->max_stages = recipe->max_steps = 0;
}

static bool make_arena(ImgRecipe *recipe)
{
    if (recipe->arena)
        return true;
    recipe->arena = augi_arena_new();
    if (recipe->arena)
        augi_arena_count(recipe->arena, recipe->allowance);
    return recipe->arena;
}

AugStatus img_recipe_reserve(ImgRecipe *recipe, size_t n_runs, AugError *error)
{
    /* One stage for the stored picture itself. An operation adds stages, or parts, or one run of
     * rectangles. */
    const size_t n_stages = n_runs * IMG_STAGES_PER_OP + 1, n_parts = n_runs * IMG_PARTS_PER_OP + 1;
    const size_t n_steps = n_stages > n_parts ? n_stages : n_parts;
    if (n_stages <= recipe->max_stages && n_steps <= recipe->max_steps)
        return AUG_OK;
    free_arrays(recipe);
    if (n_steps <= UINT32_MAX && make_arena(recipe)) {
        AUG_TRY(augi_allowance_take(recipe->allowance, arrays_size(n_stages, n_steps), error));
        recipe->max_stages = (uint32_t)n_stages;
        recipe->max_steps = (uint32_t)n_steps;
        recipe->stages = calloc(n_stages, sizeof(*recipe->stages));
        recipe->steps = calloc(n_steps, sizeof(*recipe->steps));
    }
    if (recipe->stages && recipe->steps)
        return AUG_OK;
    free_arrays(recipe);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a recipe of %zu operations", n_runs);
}

void img_recipe_fini(ImgRecipe *recipe)
{
    img_erase_fini(&recipe->erase);
    augi_arena_free(recipe->arena);
    free_arrays(recipe);
    *recipe = (ImgRecipe){0};
}

static ImgStep *last_step(ImgRecipe *recipe, ImgStepKind kind)
{
    ImgStep *step = recipe->n_steps ? &recipe->steps[recipe->n_steps - 1] : NULL;
    return step && step->kind == kind ? step : NULL;
}

/* A new step, after which no geometry joins what was before; NULL after a failure. */
static ImgStep *add_step(ImgRecipe *recipe, ImgStepKind kind)
{
    if (recipe->n_steps == recipe->max_steps)
        img_geometry_fail(&recipe->geometry, "an operation adds more than %d passes",
                          IMG_PARTS_PER_OP);
    if (recipe->geometry.failed)
        return NULL;
    recipe->geometry.is_open = kind == IMG_STEP_STAGE;
    ImgStep *step = &recipe->steps[recipe->n_steps++];
    *step = (ImgStep){.kind = kind};
    step->size = (AugSize){.height = recipe->geometry.height, .width = recipe->geometry.width};
    return step;
}

/* Memory for what a step points to; NULL after a failure. */
static void *take(ImgRecipe *recipe, size_t size)
{
    void *piece = augi_arena_take(recipe->arena, size);
    recipe->no_memory = recipe->no_memory || !piece;
    return piece;
}

static void *take_copy(ImgRecipe *recipe, const void *bytes, size_t size)
{
    void *copy = take(recipe, size ? size : 1);
    if (copy && size)
        memcpy(copy, bytes, size);
    return copy;
}

static void add_stages(ImgRecipe *recipe, uint32_t first)
{
    const bool is_open = recipe->geometry.is_open;
    for (uint32_t i = first; i < recipe->geometry.n_stages; i++) {
        ImgStep *step = add_step(recipe, IMG_STEP_STAGE);
        if (step)
            step->stage = &recipe->stages[i];
    }
    recipe->geometry.is_open = is_open;
}

static bool is_identity(const ImgTable *table, int32_t channels)
{
    for (int32_t c = 0; c < channels; c++)
        for (int v = 0; v < 256; v++)
            if (table->values[c][v] != v)
                return false;
    return true;
}

void img_point_tables(ImgPoint *point, const ImgTable *table)
{
    ImgRecipe *recipe = point->recipe;
    const int32_t channels = point->channels;
    if (recipe->geometry.failed || is_identity(table, channels))
        return;
    ImgStep *last = last_step(recipe, IMG_STEP_TABLE);
    if (last) {
        for (int32_t c = 0; c < channels; c++)
            for (int v = 0; v < 256; v++)
                last->table->values[c][v] = table->values[c][last->table->values[c][v]];
        return;
    }
    ImgTable *kept = take(recipe, sizeof(*kept));
    ImgStep *step = kept ? add_step(recipe, IMG_STEP_TABLE) : NULL;
    if (!step)
        return;
    memcpy(kept, table, (size_t)channels * sizeof(table->values[0]));
    step->table = kept;
}

void img_point_table(ImgPoint *point, const uint8_t lut[256])
{
    ImgTable table;
    for (int c = 0; c < IMG_TABLE_CHANNELS; c++)
        memcpy(table.values[c], lut, sizeof(table.values[c]));
    img_point_tables(point, &table);
}

static int32_t to_fixed(double value)
{
    return (int32_t)floor(value * (1 << IMG_COLOUR_BITS) + 0.5);
}

void img_point_matrix(ImgPoint *point, const double m[12])
{
    const int32_t one = 1 << IMG_COLOUR_BITS, half = one / 2;
    ImgColourMatrix matrix;
    bool changes = false;
    for (int c = 0; c < 3; c++) {
        matrix.constants[c] = to_fixed(m[4 * c + 3]) + half;
        changes = changes || matrix.constants[c] != half;
        for (int k = 0; k < 3; k++) {
            matrix.weights[c][k] = to_fixed(m[4 * c + k]);
            changes = changes || matrix.weights[c][k] != (k == c ? one : 0);
        }
    }
    if (point->channels != 3 || !changes)
        return;
    const ImgColourMatrix *kept = take_copy(point->recipe, &matrix, sizeof(matrix));
    ImgStep *step = kept ? add_step(point->recipe, IMG_STEP_MATRIX) : NULL;
    if (step)
        step->matrix = kept;
}

void img_point_adapt(ImgPoint *point, const ImgAdaptKernel *kernel, const void *state, size_t size)
{
    const void *kept = take_copy(point->recipe, state, size);
    ImgStep *step = kept ? add_step(point->recipe, IMG_STEP_ADAPT) : NULL;
    if (!step)
        return;
    step->adapt.kernel = kernel;
    step->adapt.state = kept;
}

static void add_filter(ImgRecipe *recipe, const ImgFilterKernel *kernel, const void *state,
                       size_t size)
{
    const void *kept = take_copy(recipe, state, size);
    ImgStep *step = kept ? add_step(recipe, IMG_STEP_FILTER) : NULL;
    if (!step)
        return;
    step->filter.kernel = kernel;
    step->filter.state = kept;
}

void img_point_kernel(ImgPoint *point, const ImgFilterKernel *kernel, const void *state,
                      size_t size)
{
    add_filter(point->recipe, kernel, state, size);
}

void img_filter_add(ImgFiltering *filtering, const ImgFilterKernel *kernel, const void *state,
                    size_t size)
{
    add_filter(filtering->recipe, kernel, state, size);
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
    ImgStep *step = last_step(recipe, IMG_STEP_ERASE);
    if (!step) {
        step = add_step(recipe, IMG_STEP_ERASE);
        if (step)
            step->erase.first = before;
    }
    if (step)
        step->erase.end = erase->n;
}

static void visit(void *context, const AugOp *op, AugRng *rng)
{
    ImgRecipe *recipe = context;
    ImgGeometry *geometry = &recipe->geometry;
    if (geometry->failed)
        return;
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    const int32_t height = geometry->height, width = geometry->width;
    if (hooks->geometry) {
        const uint32_t n_stages = geometry->n_stages;
        hooks->geometry(op->params, rng, geometry);
        add_stages(recipe, n_stages);
    } else if (hooks->point) {
        ImgPoint point = {height, width, geometry->channels, recipe};
        hooks->point(op->params, rng, &point);
    } else if (hooks->filter) {
        ImgFiltering filtering = {height, width, geometry->channels, recipe};
        hooks->filter(op->params, rng, &filtering);
    } else if (hooks->erase) {
        visit_erase(recipe, op, rng);
    }
    if (geometry->failed)
        recipe->failed_op = op;
}

/* Where a warp starts its walks is part of its bytes, so it is said by the geometry alone, not by
 * what a target needs: in a run of stages without other steps between them, each starts where the
 * next one, making all that its own follower reads, reads first; the last one makes everything.
 * A warp with numbers beyond the kernel ends this; the needs then fail with a message. */
static void set_anchors(ImgRecipe *recipe)
{
    ImgWindow window;
    const ImgStep *follower = NULL;
    for (uint32_t i = recipe->n_steps; i-- > 0;) {
        const ImgStep *step = &recipe->steps[i];
        if (step->kind == IMG_STEP_STAGE) {
            if (follower && follower->kind == IMG_STEP_STAGE)
                img_stage_anchor(step->stage, window);
            else
                window = img_window_all(step->size.width, step->size.height);
            const bool is_read = i > 0 && recipe->steps[i - 1].kind == IMG_STEP_STAGE;
            if (is_read && img_stage_needs(step->stage, window, &window, NULL) != AUG_OK)
                return;
        }
        follower = step;
    }
}

/* What is only known once all operations were visited: stages take in operations until the end. */
static void complete(ImgRecipe *recipe)
{
    for (uint32_t i = 0; i < recipe->n_steps; i++)
        if (recipe->steps[i].kind == IMG_STEP_STAGE)
            recipe->steps[i].size = img_stage_size(recipe->steps[i].stage);
    set_anchors(recipe);
}

AugStatus img_recipe_build(ImgRecipe *recipe, const ImgRecipeInput *input, const AugKey *key,
                           AugError *error)
{
    augi_arena_reset(recipe->arena);
    /* Of this recipe: another one that was refused says nothing of it. */
    if (recipe->allowance)
        recipe->allowance->refused = 0;
    recipe->n_steps = 0;
    recipe->no_memory = false;
    recipe->failed_op = NULL;
    recipe->erase.n = 0;
    recipe->erase.failed = false;
    recipe->erase.channels = input->channels;
    recipe->erase.dtype = input->dtype;
    memcpy(recipe->erase.mean, input->mean, sizeof(input->mean));
    img_geometry_begin(&recipe->geometry, input->stored, input->channels, recipe->stages,
                       recipe->max_stages, input->limits);
    recipe->geometry.dtype = input->dtype;
    recipe->geometry.arena = recipe->arena;
    img_geometry_orient(&recipe->geometry, input->upright);
    add_stages(recipe, 0);
    augi_ops_visit(input->ops, key, false, visit, recipe);
    if (augi_allowance_refused(recipe->allowance))
        return augi_allowance_fail(recipe->allowance, error);
    if (recipe->erase.failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the rectangles to erase");
    if (recipe->no_memory)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the steps of a recipe");
    if (recipe->geometry.failed)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "%s: %s",
                        recipe->failed_op ? recipe->failed_op->desc->name : "image",
                        recipe->geometry.message);
    complete(recipe);
    return AUG_OK;
}
