/* Running a recipe: its steps on the pixels that were loaded. */
#include <string.h>

#include "image/domain/domain.h"

/* The picture between two steps.
 *
 * turn:     which of the worker's two pictures the next step may write
 * writable: image lies in the other one, and may be changed
 * mirrored: stored from right to left, which the output pass will undo
 */
typedef struct Run {
    AugImageWorker *worker;
    const ImgRecipe *recipe;
    ImgSource source;
    int turn;
    bool writable, mirrored;
} Run;

static AugStatus new_picture(Run *run, AugSize size, AugImage *image, AugError *error)
{
    const int32_t channels = run->source.pixels.channels;
    AUG_TRY(img_pixels_image(&run->worker->pictures[run->turn], size, channels, image, error));
    run->turn ^= 1;
    run->writable = true;
    return AUG_OK;
}

/* Puts a whole picture in place of the one before. */
static void replace(Run *run, const AugImage *image)
{
    run->source = img_source_all(image);
}

static AugStatus run_stage(Run *run, const ImgStage *stage, bool may_mirror, AugError *error)
{
    AugImage image;
    ImgStage done = *stage;
    /* Mirroring costs nothing where the output pass takes pixels apart; else a copy is faster. */
    const bool defers = may_mirror && !stage->is_warp && !img_stage_resizes(stage) &&
                        stage->orient == IMG_ORIENT_MIRROR_X;
    if (defers) {
        done.orient = IMG_ORIENT_NONE;
        run->mirrored = true;
    }
    if (img_stage_is_window(&done)) {
        img_stage_window(&done, &run->source, &image);
    } else {
        const ImgSource source = run->source;
        AUG_TRY(new_picture(run, img_stage_size(&done), &image, error));
        AUG_TRY(img_stage_run(&run->worker->scratch, &done, &source, &image, error));
    }
    replace(run, &image);
    run->source.x = stage->made_x;
    run->source.y = stage->made_y;
    return AUG_OK;
}

static AugStatus make_writable(Run *run, AugError *error)
{
    if (run->writable)
        return AUG_OK;
    const AugImage from = run->source.pixels;
    AugImage image;
    const AugSize size = {.height = from.height, .width = from.width};
    AUG_TRY(new_picture(run, size, &image, error));
    for (int32_t y = 0; y < from.height; y++)
        memcpy(image.pixels + (size_t)y * image.row_size, from.pixels + (size_t)y * from.row_size,
               image.row_size);
    replace(run, &image);
    return AUG_OK;
}

static void apply_table(const ImgTable *table, const AugImage *image)
{
    for (int32_t y = 0; y < image->height; y++) {
        uint8_t *row = image->pixels + (size_t)y * image->row_size;
        for (int32_t x = 0; x < image->width; x++)
            for (int32_t c = 0; c < image->channels; c++, row++)
                *row = table->values[c][*row];
    }
}

static AugStatus run_step(Run *run, const ImgStep *step, bool may_mirror, AugError *error)
{
    if (step->kind == IMG_STEP_STAGE)
        return run_stage(run, &run->recipe->stages[step->first], may_mirror, error);
    AUG_TRY(make_writable(run, error));
    const AugImage *image = &run->source.pixels;
    if (step->kind == IMG_STEP_TABLE) {
        apply_table(&run->recipe->tables[step->first], image);
        return AUG_OK;
    }
    for (uint32_t i = step->first; i < step->end; i++)
        img_erase_apply(&run->recipe->erase.items[i], &run->worker->plan->noise, image,
                        run->mirrored);
    return AUG_OK;
}

/* Number of the last step that moves pixels; step 0 always does. */
static uint32_t last_stage(const ImgRecipe *recipe)
{
    uint32_t last = recipe->n_steps - 1;
    while (recipe->steps[last].kind != IMG_STEP_STAGE)
        last--;
    return last;
}

AugStatus img_recipe_run(AugImageWorker *worker, const ImgSource *source, bool finish,
                         ImgResult *result, AugError *error)
{
    const ImgRecipe *recipe = &worker->recipe;
    Run run = {.worker = worker, .recipe = recipe, .source = *source};
    const uint32_t last = last_stage(recipe);
    const bool may_mirror = !finish && worker->plan->output.planar;
    uint32_t n_steps = recipe->n_steps;
    *result = (ImgResult){0};
    if (!finish && recipe->steps[n_steps - 1].kind == IMG_STEP_TABLE)
        result->table = &recipe->tables[recipe->steps[--n_steps].first];
    for (uint32_t i = 0; i < n_steps; i++) {
        const ImgStep *step = &recipe->steps[i];
        AUG_TRY(run_step(&run, step, may_mirror && i == last, error));
        if (i < last && step->kind == IMG_STEP_STAGE) {
            /* The next stage knows the whole picture, of which perhaps only a part was made. */
            const ImgStage *next = &recipe->stages[step->first + 1];
            run.source.width = next->source.width;
            run.source.height = next->source.height;
        }
    }
    result->image = run.source.pixels;
    result->mirror = run.mirrored;
    return AUG_OK;
}
