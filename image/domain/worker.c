/* One thread's worker: a sample from its bytes to its augmented picture, and the public interface
 * to that. */
#include <stdlib.h>
#include <string.h>

#include "image/domain/domain.h"
#include "libaug/run/plan.h"

AugStatus img_worker_make(AugImageWorker **out, const ImgPlan *plan, AugError *error)
{
    *out = NULL;
    AugImageWorker *worker = calloc(1, sizeof(*worker));
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->plan = plan;
    AugStatus status = img_recipe_init(&worker->recipe, plan->n_ops, error);
    if (status == AUG_OK)
        status = img_decoder_new(&worker->decoder, error);
    if (status != AUG_OK) {
        aug_image_worker_free(worker);
        return status;
    }
    *out = worker;
    return AUG_OK;
}

AugStatus aug_image_worker_new(AugImageWorker **out, const AugPlan *plan, AugError *error)
{
    return img_worker_make(out, augi_plan_domain(plan), error);
}

void aug_image_worker_free(AugImageWorker *worker)
{
    if (!worker)
        return;
    img_recipe_fini(&worker->recipe);
    img_needs_fini(&worker->needs);
    img_run_memory_fini(&worker->memory);
    img_pixels_fini(&worker->loaded);
    img_pixels_fini(&worker->packed);
    img_decoder_free(worker->decoder);
    free(worker);
}

/* What to make of a sample: which operations, with whose draws, and whether the result is finished
 * pixels (see img_make). */
typedef struct Order {
    const AugOpList *ops;
    const AugKey *key;
    const AugSample *sample;
    bool finish;
} Order;

static AugStatus make(AugImageWorker *worker, const Order *order, ImgResult *result,
                      AugError *error)
{
    const AugSample *sample = order->sample;
    ImgSampleInfo info;
    const AugField *field = &sample->fields[worker->plan->image_field];
    AUG_TRY(img_inspect(worker->plan, field, &info, error));
    ImgRecipeInput input = worker->plan->input;
    input.ops = order->ops;
    input.stored = info.stored;
    input.upright = info.upright;
    AUG_TRY(img_recipe_build(&worker->recipe, &input, order->key, error));
    AUG_TRY(img_recipe_needs(&worker->recipe, IMG_TARGET_IMAGE, &worker->needs, error));
    ImgSource source;
    AUG_TRY(img_load(worker, field, &info, worker->needs.loaded, &source, error));
    const ImgRunJob job = {
        .recipe = &worker->recipe,
        .needs = &worker->needs,
        .source = &source,
        .noise = &worker->plan->noise,
        .may_table = !order->finish,
        .may_mirror = !order->finish && worker->plan->output.planar,
    };
    return img_recipe_run(&job, &worker->memory, result, error);
}

AugStatus img_make(AugImageWorker *worker, const AugKey *key, const AugSample *sample, bool finish,
                   ImgResult *result, AugError *error)
{
    const Order order = {worker->plan->input.ops, key, sample, finish};
    const AugStatus status = make(worker, &order, result, error);
    return aug_error_prefix(error, status, sample->name ? sample->name : "a sample");
}

AugStatus img_field_set(AugImageWorker *worker, const AugImage *image, AugField *field,
                        AugError *error)
{
    const size_t row_size = (size_t)image->width * (size_t)image->channels;
    AugImage packed = *image;
    if (image->row_size != row_size) {
        const AugSize size = {.height = image->height, .width = image->width};
        AUG_TRY(img_pixels_image(&worker->packed, size, image->channels, &packed, error));
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

AugStatus aug_image_augment(AugImageWorker *worker, const AugKey *key, const AugSample *sample,
                            AugImage *out, AugError *error)
{
    ImgResult result;
    AUG_TRY(img_make(worker, key, sample, true, &result, error));
    *out = result.image;
    return AUG_OK;
}

AugStatus aug_image_decode(AugImageWorker *worker, const AugSample *sample, AugImage *out,
                           AugError *error)
{
    static const AugOpList nothing = {0};
    ImgResult result;
    const Order order = {&nothing, &(AugKey){0}, sample, true};
    const AugStatus status = make(worker, &order, &result, error);
    if (status == AUG_OK)
        *out = result.image;
    return aug_error_prefix(error, status, sample->name ? sample->name : "a sample");
}
