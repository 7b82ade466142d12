/* One thread's worker: a sample from its bytes to its augmented picture. */
#include <stdlib.h>
#include <string.h>

#include "image/domain/budget.h"
#include "image/domain/domain.h"

AugStatus img_worker_make(ImgWorker **out, AugiAllowance *allowance, AugError *error)
{
    *out = NULL;
    ImgWorker *worker = calloc(1, sizeof(*worker));
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->allowance = allowance;
    img_recipe_count(&worker->recipe, allowance);
    worker->needs.allowance = allowance;
    img_run_memory_count(&worker->memory, allowance);
    img_targets_memory_count(&worker->targets, allowance);
    worker->loaded.allowance = allowance;
    worker->packed.allowance = allowance;
    const AugStatus status = img_decoder_new(&worker->decoder, error);
    if (status != AUG_OK) {
        img_worker_free(worker);
        return status;
    }
    img_decoder_count(worker->decoder, allowance);
    *out = worker;
    return AUG_OK;
}

static void free_further(ImgWorker *worker)
{
    for (uint32_t i = 0; i < worker->n_further; i++) {
        img_recipe_fini(&worker->further[i].recipe);
        img_needs_fini(&worker->further[i].needs);
    }
    augi_allowance_give(worker->allowance, worker->n_further * sizeof(*worker->further));
    free(worker->further);
    worker->further = NULL;
    worker->n_further = 0;
}

/* Room for n views after the first. */
static AugStatus reserve_further(ImgWorker *worker, uint32_t n, AugError *error)
{
    if (n <= worker->n_further)
        return AUG_OK;
    free_further(worker);
    AUG_TRY(augi_allowance_take(worker->allowance, n * sizeof(*worker->further), error));
    worker->further = calloc(n, sizeof(*worker->further));
    if (!worker->further) {
        augi_allowance_give(worker->allowance, n * sizeof(*worker->further));
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %u views", n + 1);
    }
    worker->n_further = n;
    for (uint32_t i = 0; i < n; i++) {
        img_recipe_count(&worker->further[i].recipe, worker->allowance);
        worker->further[i].needs.allowance = worker->allowance;
    }
    return AUG_OK;
}

AugStatus img_worker_set_plan(ImgWorker *worker, const ImgPlan *plan, AugError *error)
{
    const uint32_t n_further = plan->n_views - 1;
    worker->plan = plan;
    AUG_TRY(img_recipe_reserve(&worker->recipe, plan->n_ops, error));
    AUG_TRY(reserve_further(worker, n_further, error));
    for (uint32_t i = 0; i < n_further; i++)
        AUG_TRY(img_recipe_reserve(&worker->further[i].recipe, plan->n_ops, error));
    return AUG_OK;
}

void img_worker_free(ImgWorker *worker)
{
    if (!worker)
        return;
    free_further(worker);
    img_recipe_fini(&worker->recipe);
    img_needs_fini(&worker->needs);
    img_targets_memory_fini(&worker->targets);
    img_run_memory_fini(&worker->memory);
    img_pixels_fini(&worker->loaded);
    img_pixels_fini(&worker->packed);
    img_decoder_free(worker->decoder);
    free(worker);
}

static ImgRecipe *recipe_of(ImgWorker *worker, uint32_t view)
{
    return view == 0 ? &worker->recipe : &worker->further[view - 1].recipe;
}

static ImgNeeds *needs_of(ImgWorker *worker, uint32_t view)
{
    return view == 0 ? &worker->needs : &worker->further[view - 1].needs;
}

const ImgRecipe *img_view_recipe(const ImgWorker *worker, uint32_t view)
{
    return view == 0 ? &worker->recipe : &worker->further[view - 1].recipe;
}

const ImgNeeds *img_view_needs(const ImgWorker *worker, uint32_t view)
{
    return view == 0 ? &worker->needs : &worker->further[view - 1].needs;
}

uint64_t img_worker_work(const ImgWorker *worker)
{
    return worker->work + worker->memory.work + worker->targets.masks.run.work;
}

/* Draws one view and widens the window to what it needs. */
static AugStatus build_view(ImgWorker *worker, const ImgRecipeInput *input, const AugKey *key,
                            uint32_t view, ImgWindow *window, AugError *error)
{
    AugKey own = *key;
    own.view = (uint8_t)view;
    ImgRecipe *recipe = recipe_of(worker, view);
    ImgNeeds *needs = needs_of(worker, view);
    AUG_TRY(img_recipe_build(recipe, input, &own, error));
    AUG_TRY(img_recipe_needs(recipe, IMG_TARGET_IMAGE, needs, error));
    *window = view == 0 ? needs->loaded : img_window_around(*window, needs->loaded);
    return AUG_OK;
}

/* Finds how many times smaller the picture may be for all views, and what they read of it then. */
static AugStatus choose_reduction(ImgWorker *worker, ImgWindow *window, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    int32_t reduction = plan->may_reduce ? 8 : 1;
    for (uint32_t v = 0; v < plan->n_views && reduction > 1; v++) {
        const int32_t most = img_recipe_most_reduction(img_view_recipe(worker, v));
        reduction = most < reduction ? most : reduction;
    }
    worker->info.reduction = reduction;
    for (uint32_t v = 0; v < plan->n_views && reduction > 1; v++)
        AUG_TRY(img_recipe_reduced_needs(img_view_recipe(worker, v), img_view_needs(worker, v),
                                         reduction, window, error));
    return AUG_OK;
}

static AugStatus begin(ImgWorker *worker, const AugOpList *ops, const AugKey *key,
                       const AugSample *sample, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    const AugField *field = &sample->fields[plan->image_field];
    AUG_TRY(img_inspect(plan, field, &worker->info, error));
    ImgRecipeInput input = plan->input;
    input.ops = ops;
    input.stored = worker->info.stored;
    input.upright = worker->info.upright;
    ImgWindow window;
    for (uint32_t v = 0; v < plan->n_views; v++)
        AUG_TRY(build_view(worker, &input, key, v, &window, error));
    AUG_TRY(choose_reduction(worker, &window, error));
    worker->work = worker->memory.work = worker->targets.masks.run.work = 0;
    AUG_TRY(img_budget_check(worker, sample, error));
    return img_load(worker, field, &worker->info, window, &worker->source, error);
}

AugStatus img_begin(ImgWorker *worker, const AugOpList *ops, const AugKey *key,
                    const AugSample *sample, AugError *error)
{
    const AugStatus status = begin(worker, ops, key, sample, error);
    return aug_error_prefix(error, status, sample->name ? sample->name : "a sample");
}

AugStatus img_view(ImgWorker *worker, uint32_t view, bool finish, ImgResult *result,
                   AugError *error)
{
    const ImgRunJob job = {
        .recipe = recipe_of(worker, view),
        .needs = needs_of(worker, view),
        .source = &worker->source,
        .noise = &worker->plan->noise,
        .reduction = worker->reduction,
        .may_table = !finish,
        .may_mirror = !finish && worker->plan->output.planar,
    };
    return img_recipe_run(&job, &worker->memory, result, error);
}

AugStatus img_field_set(ImgWorker *worker, const AugImage *image, AugField *field, AugError *error)
{
    const size_t row_size = (size_t)image->width * img_pixel_size(image);
    AugImage packed = *image;
    if (image->row_size != row_size) {
        const AugSize size = {.height = image->height, .width = image->width};
        AUG_TRY(img_pixels_make(&worker->packed, size, img_pixel_type(image), &packed, error));
        for (int32_t y = 0; y < image->height; y++)
            memcpy(packed.pixels + (size_t)y * row_size,
                   image->pixels + (size_t)y * image->row_size, row_size);
    }
    *field = (AugField){
        .bytes = packed.pixels,
        .size = row_size * (size_t)image->height,
        .height = image->height,
        .width = image->width,
        .channels = image->channels,
    };
    return AUG_OK;
}

AugStatus img_augment(ImgWorker *worker, const AugKey *key, const AugSample *sample, AugImage *out,
                      AugError *error)
{
    static const AugOpList nothing = {0};
    static const AugKey no_draws = {0};
    ImgResult result;
    AUG_TRY(img_begin(worker, key ? worker->plan->input.ops : &nothing, key ? key : &no_draws,
                      sample, error));
    const AugStatus status = img_view(worker, 0, true, &result, error);
    if (status == AUG_OK)
        *out = result.image;
    return aug_error_prefix(error, status, sample->name ? sample->name : "a sample");
}
