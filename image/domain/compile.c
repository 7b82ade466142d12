/* Compiling the image domain: settings resolved, sizes checked, before the first sample. */
#include <stdio.h>
#include <stdlib.h>

#include "image/domain/budget.h"
#include "image/domain/domain.h"
#include "image/domain/fills.h"
#include "image/domain/sizes.h"
#include "image/domain/types.h"
#include "image/op.h"

static AugStatus fail_at(const AugOp *op, AugError *error, const char *message)
{
    char where[200];
    augi_place_text(&op->place, where, sizeof(where));
    return AUG_FAIL(error, AUG_BAD_SPEC, where, "%s", message);
}

static AugStatus check_op(const AugOp *op, AugError *error)
{
    const AugOpDesc *desc = op->desc;
    char message[160];
    if (desc->domain && desc->domain != &aug_domain_image) {
        snprintf(message, sizeof(message),
                 "%s works on %s and the pipeline on pictures; one pipeline has one kind of data",
                 desc->name, desc->domain->name);
        return fail_at(op, error, message);
    }
    if (desc->scope != AUG_OP_BATCH)
        return AUG_OK;
    snprintf(message, sizeof(message),
             "%s does not work on single pictures; operations that mix belong in batch.mix",
             desc->name);
    return fail_at(op, error, message);
}

static AugStatus check_ops(const AugOpList *ops, AugError *error)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {.ops = op->children, .n = op->n_children};
        AUG_TRY(check_op(op, error));
        AUG_TRY(check_ops(&children, error));
    }
    return AUG_OK;
}

/* Operations that mix must take along what lies on the pictures. */
static AugStatus check_mix(const AugOpList *ops, uint32_t present, AugError *error)
{
    static const char *const names[] = {
        [IMG_MASKS] = "masks", [IMG_BOXES] = "boxes", [IMG_POINTS] = "points"};
    for (size_t i = 0; ops && i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {.ops = op->children, .n = op->n_children};
        AUG_TRY(check_mix(&children, present, error));
        if (op->desc->scope != AUG_OP_BATCH)
            continue;
        const uint32_t left = present & ~img_op_hooks(op->desc)->targets;
        if (!left)
            continue;
        char where[200];
        augi_place_text(&op->place, where, sizeof(where));
        return AUG_FAIL(error, AUG_BAD_SPEC, where,
                        "%s mixes pictures without their %s, which the data set has",
                        op->desc->name, names[left & -left]);
    }
    return AUG_OK;
}

/* is_seen: all pictures go in with one size. */
static AugStatus fail_size(const AugOp *culprit, bool is_seen, AugError *error)
{
    char message[320];
    snprintf(message, sizeof(message),
             "%s makes pictures that %s in size from sample to sample, so they do not fit a "
             "batch; add Resize: {size: [height, width]} or CenterCrop: {size: [height, width]} "
             "after it",
             culprit->desc->name, is_seen ? "differ" : "may differ");
    return fail_at(culprit, error, message);
}

/* Means and deviations are given for white at 1. */
static void set_fills(ImgPlan *plan, const ImgNormalize *normalize)
{
    const AugDtype dtype = plan->input.dtype;
    const double white = img_white(dtype);
    plan->noise.is_normal = normalize->applies;
    for (int32_t c = 0; c < plan->input.channels; c++) {
        const double mean = normalize->applies ? white * normalize->mean[c] : 0;
        plan->noise.mean[c] = mean;
        plan->noise.std[c] = white * normalize->std[c];
        img_value_put(mean, dtype, plan->input.mean + (size_t)c * img_value_size(dtype));
    }
}

static AugStatus set_extent(ImgPlan *plan, const AugDomainInput *input, AugError *error)
{
    AugSize stored = {0};
    /* A picture file may say that it lies on its side, whatever the data set knows of its size. */
    if (plan->image.form != AUG_FORM_ENCODED)
        stored = (AugSize){.height = (int32_t)plan->image.tensor.shape[0],
                           .width = (int32_t)plan->image.tensor.shape[1]};
    const AugOp *culprit;
    plan->extent = img_extent(input->pipeline, stored, &culprit);
    const bool is_known = plan->extent.height > 0 && plan->extent.width > 0;
    if (!is_known && !input->any_size && !culprit)
        return img_sizes_refuse(input, plan->exif_orientation, error);
    if (!is_known && !input->any_size)
        return fail_size(culprit, stored.height > 0 && stored.width > 0, error);
    if (stored.height == 0 || stored.width == 0)
        return AUG_OK;
    /* All pictures have this size: an operation that cannot do it is found now, not at sample 0. */
    ImgRecipe recipe = {0};
    ImgRecipeInput trial = plan->input;
    trial.stored = stored;
    AugStatus status = img_recipe_reserve(&recipe, plan->n_ops, error);
    if (status == AUG_OK)
        status = img_recipe_build(&recipe, &trial, &(AugKey){0}, error);
    if (status == AUG_BAD_SPEC && error && recipe.failed_op)
        augi_place_text(&recipe.failed_op->place, error->where, sizeof(error->where));
    img_recipe_fini(&recipe);
    return status;
}

static AugStatus describe(ImgPlan *plan, AugDomainOutput *output, AugError *error)
{
    const uint64_t height = (uint64_t)plan->extent.height, width = (uint64_t)plan->extent.width;
    const uint64_t channels = (uint64_t)plan->input.channels;
    AugTensorSpec data = {
        .sample = {.dtype = plan->output.out, .n_dims = 3, .shape = {height, width, channels}},
        .axes = "hwc",
    };
    if (plan->output.planar) {
        data.sample.shape[0] = channels;
        data.sample.shape[1] = height;
        data.sample.shape[2] = width;
        data.axes = "chw";
    }
    for (uint32_t v = 0; v < plan->n_views; v++) {
        data.name = img_view_name(&plan->targets, v, "data", v);
        output->tensors[output->n_tensors++] = data;
    }
    return img_targets_describe(&plan->targets, plan->extent, plan->n_views, output, error);
}

/* Which fields are treated, and pictures and masks as augment returns them. */
static void describe_fields(const ImgPlan *plan, AugDomainOutput *output)
{
    AugFieldDesc image = plan->image;
    image.form = AUG_FORM_PIXELS;
    image.tensor = (AugTensorDesc){
        .dtype = plan->input.dtype,
        .n_dims = 3,
        .shape = {(uint64_t)plan->extent.height, (uint64_t)plan->extent.width,
                  (uint64_t)plan->input.channels},
    };
    output->fields[plan->image_field] = image;
    output->treated = 1u << plan->image_field;
    for (uint32_t i = 0; i < plan->targets.n; i++) {
        const ImgTargetField *target = &plan->targets.items[i];
        output->treated |= 1u << target->field;
        AugFieldDesc mask = target->desc;
        if (mask.kind != AUG_FIELD_MASK)
            continue;
        mask.form = AUG_FORM_PIXELS;
        mask.tensor = image.tensor;
        mask.tensor.dtype = AUG_DTYPE_U8;
        mask.tensor.shape[2] = 1;
        output->fields[target->field] = mask;
    }
}

/* The types of pixels and of the slot, and what depends on them. */
static AugStatus set_types(ImgPlan *plan, const AugDomainInput *input, AugError *error)
{
    const ImgOutputParams *params = input->output;
    ImgTypes types;
    AUG_TRY(img_types_choose(params, &plan->image, &types, error));
    AUG_TRY(img_types_check(input->pipeline, types.pixels, error));
    AUG_TRY(img_fills_check(input->pipeline, types.pixels.channels, error));
    plan->input.dtype = types.pixels.dtype;
    plan->input.channels = types.pixels.channels;
    ImgNormalize normalize;
    AUG_TRY(img_normalize_resolve(params, types.pixels.channels, &normalize, error));
    const ImgOutputForm form = {
        .in = types.pixels.dtype,
        .out = types.out,
        .channels = types.pixels.channels,
        .planar = params->layout.value == IMG_LAYOUT_CHW,
        .mean = normalize.applies ? normalize.mean : NULL,
        .std = normalize.applies ? normalize.std : NULL,
    };
    set_fills(plan, &normalize);
    return img_output_prepare(&plan->output, &form, error);
}

static void find_files(ImgPlan *plan, const AugDatasetInfo *dataset)
{
    for (uint32_t i = 0; i < dataset->n_fields; i++)
        if (dataset->fields[i].form == AUG_FORM_ENCODED)
            plan->files |= 1u << i;
    plan->loaded_files = plan->files & 1u << plan->image_field;
    for (uint32_t i = 0; i < plan->targets.n; i++)
        plan->loaded_files |= plan->files & 1u << plan->targets.items[i].field;
}

static AugStatus fill_plan(ImgPlan *plan, const AugDomainInput *input, AugError *error)
{
    const ImgOutputParams *params = input->output;
    const int field = aug_dataset_field(input->dataset, AUG_FIELD_IMAGE);
    if (field < 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the data set holds %s and the pipeline works on pictures",
                        input->dataset->n_fields ? input->dataset->fields[0].name : "nothing");
    plan->image = input->dataset->fields[field];
    plan->image_field = (uint32_t)field;
    plan->n_views = input->n_views;
    plan->targets.rules = (ImgRowRules){
        .min_area = params->min_area,
        .min_visibility = params->min_visibility,
        .remove_invisible = params->remove_invisible,
    };
    uint32_t present;
    AUG_TRY(img_targets_find(input->dataset, &plan->targets, &present, error));
    find_files(plan, input->dataset);
    AUG_TRY(check_mix(input->mix, present, error));
    AUG_TRY(check_ops(input->pipeline, error));
    plan->limits = input->limits;
    plan->n_ops = augi_ops_most_runs(input->pipeline);
    plan->exif_orientation = params->exif_orientation;
    plan->may_reduce = params->decode.value == IMG_DECODE_FAST;
    plan->input = (ImgRecipeInput){.ops = input->pipeline, .limits = input->limits};
    AUG_TRY(set_types(plan, input, error));
    return set_extent(plan, input, error);
}

AugStatus img_compile(const AugDomainInput *input, void **out, AugDomainOutput *output,
                      AugError *error)
{
    *out = NULL;
    ImgPlan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a plan");
    AugStatus status = fill_plan(plan, input, error);
    if (status == AUG_OK)
        describe_fields(plan, output);
    if (status == AUG_OK && !input->any_size)
        status = describe(plan, output, error);
    if (status == AUG_OK)
        status = img_budget_find(plan, input, output, error);
    if (status != AUG_OK) {
        free(plan);
        return status;
    }
    *out = plan;
    return AUG_OK;
}

void img_plan_free(void *plan)
{
    free(plan);
}
