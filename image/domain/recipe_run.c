/* Running a recipe: its steps on the pixels that were loaded.
 *
 * Tables wait: neighbouring ones, also those that are made from a histogram, are applied together,
 * by the step that needs their values or by the output pass.
 */
#include "image/domain/recipe_run.h"

#include <string.h>

#include "image/geometry/reduced.h"
#include "image/pixels/work.h"

void img_run_memory_count(ImgRunMemory *memory, AugiAllowance *allowance)
{
    img_stage_scratch_count(&memory->stage, allowance);
    img_filter_scratch_count(&memory->filter, allowance);
    for (int i = 0; i < 2; i++)
        memory->pictures[i].allowance = allowance;
}

void img_run_memory_fini(ImgRunMemory *memory)
{
    img_stage_scratch_fini(&memory->stage);
    img_filter_scratch_fini(&memory->filter);
    for (int i = 0; i < 2; i++)
        img_pixels_fini(&memory->pictures[i]);
}

/* The picture between two steps.
 *
 * source:   what was made of the last step's picture; at least what the next one needs
 * table:    is still to be applied to it; NULL for none
 * turn:     which of the two pictures the next step may write
 * writable: source lies in the other one, and may be changed
 * mirrored: stored from right to left, which the output pass will undo
 */
typedef struct Run {
    const ImgRunJob *job;
    ImgRunMemory *memory;
    ImgSource source;
    const ImgTable *table;
    int turn;
    bool writable, mirrored;
} Run;

static AugStatus new_picture(Run *run, ImgWindow made, AugImage *image, AugError *error)
{
    const AugSize size = {.height = made.y1 - made.y0, .width = made.x1 - made.x0};
    AUG_TRY(img_pixels_make(&run->memory->pictures[run->turn], size,
                            img_pixel_type(&run->source.pixels), image, error));
    run->turn ^= 1;
    return AUG_OK;
}

/* Counts passes over the pixels of a picture that is read or written. */
static void count(Run *run, const AugImage *image, uint64_t passes)
{
    const AugSize size = {.height = image->height, .width = image->width};
    run->memory->work += img_size_pixels(size) * passes * img_work_weight(img_pixel_type(image));
}

/* Puts a window of a step's picture in place of what was before. */
static void replace(Run *run, const AugImage *image, ImgWindow made, AugSize size)
{
    run->source = (ImgSource){
        .pixels = *image,
        .x = made.x0,
        .y = made.y0,
        .width = size.width,
        .height = size.height,
    };
}

/* Forgets all but a window. A mirrored picture is always whole. */
static void keep_only(Run *run, ImgWindow made)
{
    ImgSource *source = &run->source;
    if (run->mirrored)
        return;
    source->pixels.pixels = img_source_at(source, made.x0, made.y0);
    source->pixels.width = made.x1 - made.x0;
    source->pixels.height = made.y1 - made.y0;
    source->x = made.x0;
    source->y = made.y0;
}

/* The window that is there of the picture. */
static ImgWindow in_memory(const Run *run)
{
    const ImgSource *source = &run->source;
    return (ImgWindow){
        .x0 = source->x,
        .y0 = source->y,
        .x1 = source->x + source->pixels.width,
        .y1 = source->y + source->pixels.height,
    };
}

/* Where a step that reads no neighbours puts its pixels: in place, if they may be changed. */
static AugStatus begin_change(Run *run, AugImage *to, AugError *error)
{
    *to = run->source.pixels;
    return run->writable ? AUG_OK : new_picture(run, in_memory(run), to, error);
}

static void end_change(Run *run, const AugImage *to)
{
    run->source.pixels = *to;
    run->writable = true;
}

static void apply_table(const ImgTable *table, const AugImage *in, const AugImage *out)
{
    for (int32_t y = 0; y < in->height; y++) {
        const uint8_t *from = in->pixels + (size_t)y * in->row_size;
        uint8_t *to = out->pixels + (size_t)y * out->row_size;
        for (int32_t x = 0; x < in->width; x++)
            for (int32_t c = 0; c < in->channels; c++)
                *to++ = table->values[c][*from++];
    }
}

static AugStatus apply_waiting(Run *run, AugError *error)
{
    if (!run->table)
        return AUG_OK;
    AugImage to;
    AUG_TRY(begin_change(run, &to, error));
    count(run, &to, IMG_PASSES_TABLE);
    apply_table(run->table, &run->source.pixels, &to);
    end_change(run, &to);
    run->table = NULL;
    return AUG_OK;
}

static AugStatus run_pass(Run *run, const ImgStage *stage, ImgWindow made, const ImgSource *source,
                          const AugImage *image, AugError *error)
{
    ImgStageScratch *scratch = &run->memory->stage;
    scratch->work = scratch->resample.work = 0;
    const AugStatus status = img_stage_run(scratch, stage, made, source, image, error);
    run->memory->work +=
        (scratch->work + scratch->resample.work) * img_work_weight(img_pixel_type(image));
    return status;
}

static AugStatus run_stage(Run *run, const ImgStage *stage, ImgWindow made, AugError *error)
{
    AugImage image;
    const AugSize size = img_stage_size(stage);
    if (img_stage_is_window(stage, made)) {
        img_stage_window(stage, made, &run->source, &image);
    } else {
        const ImgSource source = run->source;
        AUG_TRY(new_picture(run, made, &image, error));
        AUG_TRY(run_pass(run, stage, made, &source, &image, error));
        run->writable = true;
    }
    replace(run, &image, made, size);
    return AUG_OK;
}

/* The last stage of a target. Mirroring costs nothing where the output pass takes pixels apart;
 * else a copy is faster. */
static AugStatus run_last_stage(Run *run, const ImgStage *stage, ImgWindow made, AugError *error)
{
    const bool defers = run->job->may_mirror && stage->kind == IMG_STAGE_VIEW &&
                        !img_stage_resizes(stage) && stage->view.orient == IMG_ORIENT_MIRROR_X;
    if (!defers)
        return run_stage(run, stage, made, error);
    ImgStage straight = *stage;
    straight.view.orient = IMG_ORIENT_NONE;
    AUG_TRY(run_stage(run, &straight, made, error));
    run->mirrored = true;
    return AUG_OK;
}

/* Joins a table with the one that waits. */
static void wait_for(Run *run, const ImgTable *table)
{
    if (!run->table) {
        run->table = table;
        return;
    }
    ImgTable *joined = &run->memory->tables[run->table == &run->memory->tables[0] ? 1 : 0];
    for (int32_t c = 0; c < run->source.pixels.channels; c++)
        for (int v = 0; v < 256; v++)
            joined->values[c][v] = table->values[c][run->table->values[c][v]];
    run->table = joined;
}

static void count_values(const Run *run, ImgHistogram *histogram)
{
    const AugImage *image = &run->source.pixels;
    ImgHistogram plain = {0};
    for (int32_t y = 0; y < image->height; y++) {
        const uint8_t *row = image->pixels + (size_t)y * image->row_size;
        for (int32_t x = 0; x < image->width; x++)
            for (int32_t c = 0; c < image->channels; c++)
                plain.counts[c][*row++]++;
    }
    /* The table that waits changes values, not how many there are. */
    *histogram = (ImgHistogram){0};
    for (int32_t c = 0; c < image->channels; c++)
        for (int v = 0; v < 256; v++)
            histogram->counts[c][run->table ? run->table->values[c][v] : v] += plain.counts[c][v];
}

static void run_adapt(Run *run, const ImgStep *step)
{
    ImgHistogram histogram;
    ImgTable table;
    const int32_t channels = run->source.pixels.channels;
    count(run, &run->source.pixels, IMG_PASSES_COUNT);
    count_values(run, &histogram);
    for (int32_t c = 0; c < channels; c++)
        for (int v = 0; v < 256; v++)
            table.values[c][v] = (uint8_t)v;
    step->adapt.kernel->table(step->adapt.state, channels, &histogram, &table);
    if (run->table) {
        wait_for(run, &table);
        return;
    }
    run->memory->tables[0] = table;
    run->table = &run->memory->tables[0];
}

static uint8_t cut_colour(int32_t sum)
{
    const int32_t value = sum >> IMG_COLOUR_BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static AugStatus run_matrix(Run *run, const ImgColourMatrix *matrix, AugError *error)
{
    AugImage to;
    AUG_TRY(begin_change(run, &to, error));
    count(run, &to, IMG_PASSES_MATRIX);
    const AugImage *from = &run->source.pixels;
    for (int32_t y = 0; y < from->height; y++) {
        const uint8_t *in = from->pixels + (size_t)y * from->row_size;
        uint8_t *out = to.pixels + (size_t)y * to.row_size;
        for (int32_t x = 0; x < from->width; x++, in += 3, out += 3) {
            const int32_t red = in[0], green = in[1], blue = in[2];
            for (int c = 0; c < 3; c++)
                out[c] = cut_colour(matrix->weights[c][0] * red + matrix->weights[c][1] * green +
                                    matrix->weights[c][2] * blue + matrix->constants[c]);
        }
    }
    end_change(run, &to);
    return AUG_OK;
}

static AugStatus run_erase(Run *run, const ImgStep *step, AugError *error)
{
    AugImage to;
    AUG_TRY(begin_change(run, &to, error));
    const AugImage *from = &run->source.pixels;
    if (to.pixels != from->pixels) {
        count(run, &to, IMG_PASSES_COPY);
        for (int32_t y = 0; y < to.height; y++)
            memcpy(to.pixels + (size_t)y * to.row_size, from->pixels + (size_t)y * from->row_size,
                   to.row_size);
    }
    end_change(run, &to);
    const uint64_t weight = img_work_weight(img_pixel_type(&to));
    const ImgWindow window = in_memory(run);
    const AugiAllowance *allowance = run->memory->filter.allowance;
    for (uint32_t i = step->erase.first; i < step->erase.end; i++) {
        const ImgErased *erased = &run->job->recipe->erase.items[i];
        run->memory->work += img_erase_work(erased, window) * weight;
        img_erase_apply(erased, run->job->noise, &run->source, run->mirrored, allowance);
        AUG_TRY(augi_allowance_go_on(allowance, error));
    }
    return AUG_OK;
}

static AugStatus run_filter(Run *run, const ImgStep *step, ImgWindow made, AugError *error)
{
    const ImgSource source = run->source;
    AugImage image;
    AUG_TRY(new_picture(run, made, &image, error));
    run->memory->work +=
        img_filter_work(step->filter.kernel, step->filter.state, made, step->size) *
        img_work_weight(img_pixel_type(&image));
    AUG_TRY(step->filter.kernel->run(step->filter.state, &source, made, &image,
                                     &run->memory->filter, error));
    replace(run, &image, made, step->size);
    run->writable = true;
    return AUG_OK;
}

/* The first steps, on a picture that was reduced. */
static AugStatus run_reduced(Run *run, uint32_t *n_steps, AugError *error)
{
    ImgStage stage;
    *n_steps = img_recipe_reader(run->job->recipe, &stage);
    stage = img_stage_reduced(&stage, run->job->reduction);
    return run_stage(run, &stage, run->job->needs->made[*n_steps - 1], error);
}

static AugStatus run_step(Run *run, const ImgStep *step, ImgWindow made, AugError *error)
{
    switch (step->kind) {
    case IMG_STEP_STAGE:
        AUG_TRY(apply_waiting(run, error));
        return run_stage(run, step->stage, made, error);
    case IMG_STEP_FILTER:
        AUG_TRY(apply_waiting(run, error));
        return run_filter(run, step, made, error);
    case IMG_STEP_TABLE:
        wait_for(run, step->table);
        return AUG_OK;
    case IMG_STEP_ADAPT:
        run_adapt(run, step);
        keep_only(run, made);
        return AUG_OK;
    case IMG_STEP_MATRIX:
        AUG_TRY(apply_waiting(run, error));
        return run_matrix(run, step->matrix, error);
    case IMG_STEP_ERASE:
        break;
    }
    AUG_TRY(apply_waiting(run, error));
    return run_erase(run, step, error);
}

/* The last step that moves pixels, after which a mirror may wait: step 0 moves them always. */
static uint32_t last_mover(const ImgRecipe *recipe)
{
    uint32_t last = recipe->n_steps - 1;
    while (recipe->steps[last].kind != IMG_STEP_STAGE &&
           recipe->steps[last].kind != IMG_STEP_FILTER)
        last--;
    return last;
}

static AugStatus run_image(Run *run, AugError *error)
{
    const ImgRecipe *recipe = run->job->recipe;
    const uint32_t last = last_mover(recipe);
    uint32_t first = 0;
    if (run->job->reduction > 1)
        AUG_TRY(run_reduced(run, &first, error));
    for (uint32_t i = first; i < recipe->n_steps; i++) {
        const ImgStep *step = &recipe->steps[i];
        const ImgWindow made = run->job->needs->made[i];
        AUG_TRY(augi_allowance_go_on(run->memory->filter.allowance, error));
        if (i == last && step->kind == IMG_STEP_STAGE) {
            AUG_TRY(apply_waiting(run, error));
            AUG_TRY(run_last_stage(run, step->stage, made, error));
        } else {
            AUG_TRY(run_step(run, step, made, error));
        }
    }
    return run->job->may_table ? AUG_OK : apply_waiting(run, error);
}

static AugStatus run_mask(Run *run, AugError *error)
{
    const ImgRecipe *recipe = run->job->recipe;
    for (uint32_t i = 0; i < recipe->n_steps; i++) {
        if (recipe->steps[i].kind != IMG_STEP_STAGE)
            continue;
        AUG_TRY(augi_allowance_go_on(run->memory->filter.allowance, error));
        const ImgStage stage = img_stage_for_mask(recipe->steps[i].stage);
        AUG_TRY(run_stage(run, &stage, run->job->needs->made[i], error));
    }
    return AUG_OK;
}

AugStatus img_recipe_run(const ImgRunJob *job, ImgRunMemory *memory, ImgResult *result,
                         AugError *error)
{
    Run run = {.job = job, .memory = memory, .source = *job->source};
    *result = (ImgResult){0};
    AUG_TRY(job->needs->target == IMG_TARGET_MASK ? run_mask(&run, error) : run_image(&run, error));
    *result = (ImgResult){.image = run.source.pixels, .table = run.table, .mirror = run.mirrored};
    return AUG_OK;
}
