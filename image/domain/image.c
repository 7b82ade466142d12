/* The image domain as the engine sees it: the output section of a spec and the hooks. */
#include "image/domain/domain.h"
#include "image/domain/elsewhere.h"
#include "image/domain/present.h"
#include "image/op.h"
#include "image/pixels/work.h"

static const char *const layout_names[] = {
    [IMG_LAYOUT_CHW] = "chw", [IMG_LAYOUT_HWC] = "hwc", NULL};
static const char *const type_names[] = {
    [IMG_TYPE_FLOAT32] = "float32", [IMG_TYPE_UINT8] = "uint8", [IMG_TYPE_UINT16] = "uint16", NULL};
static const char *const decode_names[] = {
    [IMG_DECODE_UINT8] = "uint8", [IMG_DECODE_UINT16] = "uint16", [IMG_DECODE_FAST] = "fast", NULL};
static const char *const color_names[] = {
    [IMG_COLOR_AUTO] = "auto", [IMG_COLOR_RGB] = "rgb", [IMG_COLOR_GRAY] = "gray", NULL};

static const AugParamDesc output_rows[] = {
    AUG_PARAM(ImgOutputParams, layout, .fallback = "chw", .choices = layout_names,
              .help = "channels as planes (chw, as PyTorch reads) or interleaved (hwc)"),
    AUG_PARAM(ImgOutputParams, dtype, .fallback = "float32", .choices = type_names,
              .help = "type of a value; uint8 and uint16 hold the values of pixels of that type as "
                      "they are"),
    AUG_PARAM_BY(IMG_KIND_OF, ImgOutputParams, normalize, .fallback = "none",
                 .choices = img_normalize_names,
                 .help = "mean and deviation of a well-known training set, or your own: "
                         "(v / 255 - mean) / std; none gives v / 255. For uint16 the divisor is "
                         "65535, for float32 pixels 1"),
    AUG_PARAM(ImgOutputParams, mean, .optional = true, IMG_MEAN_BOUNDS,
              .help = "mean to subtract, one number or one per channel, for values of 0 to 1; "
                      "replaces that of normalize"),
    AUG_PARAM(ImgOutputParams, std, .optional = true, IMG_STD_BOUNDS,
              .help = "deviation to divide by, like mean"),
    AUG_PARAM(ImgOutputParams, color, .fallback = "auto", .choices = color_names,
              .help = "channels of the result; auto keeps those of raw pixels, 1 to 16, and gives "
                      "rgb for picture files"),
    AUG_PARAM(ImgOutputParams, decode, .fallback = "uint8", .quiet = true, .choices = decode_names,
              .help =
                  "what picture files are decoded to; uint8 keeps the upper 8 of 16 bits, uint16 "
                  "all, and stretches 8 bits to 0..65535; fast is uint8, and decodes a JPEG at "
                  "1/2, 1/4 or 1/8 of its size where it is resized to less than half of that"),
    AUG_PARAM(ImgOutputParams, exif_orientation, .fallback = "true",
              .help = "turn pictures upright as their EXIF data says, before the first operation"),
    AUG_PARAM(ImgOutputParams, min_area, .fallback = "0", .quiet = true, .low = 0, .high = 1e9,
              .unit = "pixels",
              .help = "boxes of which less is left are dropped, with their rows "
                      "of other fields"),
    AUG_PARAM(ImgOutputParams, min_visibility, .fallback = "0", .quiet = true, .low = 0, .high = 1,
              .help = "boxes of which a smaller share is left are dropped"),
    AUG_PARAM(ImgOutputParams, remove_invisible, .fallback = "true", .quiet = true,
              .help = "drop keypoints that lie outside of the result"),
};

static const AugOpKind geometry_kind = {
    "geometry", "Geometry",
    "State where each pixel comes from. Neighbours become one resampling step."};
static const AugOpKind point_kind = {
    "point", "Colour",
    "State a table per channel. Neighbours become one pass, joined with the output's."};
static const AugOpKind filter_kind = {"filter", "Filters", "Work on neighbourhoods of pixels."};
static const AugOpKind erase_kind = {"erase", "Erasing", "State rectangles that are overwritten."};
static const AugOpKind mix_kind = {
    "mix", "Mixing", "Pair samples inside a global batch; stand in `batch: {mix: [...]}`."};

static const AugOpKind *op_kind(const AugOpDesc *desc)
{
    const ImgOpHooks *hooks = img_op_hooks(desc);
    return hooks->geometry ? &geometry_kind
           : hooks->point  ? &point_kind
           : hooks->filter ? &filter_kind
           : hooks->erase  ? &erase_kind
                           : &mix_kind;
}

static AugStatus worker_new(void **out, AugiAllowance *allowance, AugError *error)
{
    ImgWorker *worker;
    const AugStatus status = img_worker_make(&worker, allowance, error);
    *out = worker;
    return status;
}

static void worker_free(void *worker)
{
    img_worker_free(worker);
}

static uint32_t suits(const AugDatasetInfo *dataset)
{
    static const AugFieldKind kinds[] = {AUG_FIELD_MASK, AUG_FIELD_BOXES, AUG_FIELD_POINTS};
    if (aug_dataset_field(dataset, AUG_FIELD_IMAGE) < 0)
        return 0;
    uint32_t n = 1;
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        n += aug_dataset_field(dataset, kinds[i]) >= 0;
    return n;
}

/* The targets of the sample that was begun. recipes: room for one a view. */
static ImgTargetsJob targets_job(const ImgWorker *worker, const AugSample *sample,
                                 const ImgRecipe **recipes)
{
    const ImgPlan *plan = worker->plan;
    for (uint32_t v = 0; v < plan->n_views; v++)
        recipes[v] = img_view_recipe(worker, v);
    return (ImgTargetsJob){
        .targets = &plan->targets,
        .limits = plan->limits,
        .upright = worker->info.upright,
        .stored = worker->info.stored,
        .recipes = recipes,
        .n_views = plan->n_views,
        .sample = sample,
        .careful = worker->careful,
    };
}

static AugStatus run_view(ImgWorker *worker, uint32_t view, AugOut *out, AugError *error)
{
    const ImgPlan *plan = worker->plan;
    ImgResult result;
    AUG_TRY(img_view(worker, view, false, &result, error));
    const AugImage *image = &result.image;
    if (image->height != plan->extent.height || image->width != plan->extent.width)
        return AUG_FAIL(error, AUG_INTERNAL, NULL,
                        "the picture became %d x %d where the plan says %d x %d", image->height,
                        image->width, plan->extent.height, plan->extent.width);
    worker->work +=
        img_size_pixels(plan->extent) * IMG_PASSES_OUTPUT * img_work_weight(img_pixel_type(image));
    img_output_write(&plan->output, image, result.table ? result.table->values : NULL,
                     result.mirror, out->bytes);
    return AUG_OK;
}

static AugStatus run(const void *context, void *state, const AugDomainJob *job, AugOut *outs,
                     AugError *error)
{
    const ImgPlan *plan = context;
    ImgWorker *worker = state;
    const AugSample *sample = &job->samples[0];
    AUG_TRY(img_worker_set_plan(worker, plan, error));
    AUG_TRY(img_check_files(worker, job, error));
    AUG_TRY(img_begin(worker, plan->input.ops, job->key, sample, error));
    AugStatus status = AUG_OK;
    for (uint32_t v = 0; v < plan->n_views && status == AUG_OK; v++)
        status = run_view(worker, v, &outs[v], error);
    if (status == AUG_OK && plan->targets.n > 0) {
        const ImgRecipe *recipes[UINT8_MAX + 1];
        const ImgTargetsJob targets = targets_job(worker, sample, recipes);
        status = img_targets_run(&targets, &worker->targets, outs, error);
    }
    return aug_error_prefix(error, status, sample->name);
}

static AugStatus augment(const void *context, void *state, const AugDomainJob *job,
                         AugField *fields, AugError *error)
{
    const ImgPlan *plan = context;
    ImgWorker *worker = state;
    AugImage image;
    AUG_TRY(img_worker_set_plan(worker, plan, error));
    AUG_TRY(img_check_files(worker, job, error));
    AUG_TRY(img_augment(worker, job->key, &job->samples[0], &image, error));
    AUG_TRY(img_field_set(worker, &image, &fields[plan->image_field], error));
    if (plan->targets.n == 0)
        return AUG_OK;
    const ImgRecipe *recipes[UINT8_MAX + 1];
    const ImgTargetsJob targets = targets_job(worker, &job->samples[0], recipes);
    const AugStatus status = img_targets_augment(&targets, &worker->targets, fields, error);
    return aug_error_prefix(error, status, job->samples[0].name);
}

const AugDomain aug_domain_image = {
    .name = "image",
    .elsewhere = img_elsewhere,
    .presenter = &img_presenter,
    .checks_files = true,
    .hints = "marks1",
    .output = {.rows = output_rows,
               .n = AUG_COUNT(output_rows),
               .size = sizeof(ImgOutputParams),
               .settle = img_output_settle},
    .op_kind = op_kind,
    .suits = suits,
    .compile = img_compile,
    .plan_free = img_plan_free,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .run = run,
    .augment = augment,
    .mix_item_size = sizeof(ImgMixItem),
    .mix_draw = img_mix_draw,
    .mix = img_mix,
};
