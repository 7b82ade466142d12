/* From a plan to its OPEN_OK. */
#include "augd/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "augd/failure.h"
#include "protocol/frame.h"

/* Everything that a plan can state has room. */
_Static_assert(AUGP_MAX_TENSORS >= AUG_MAX_TENSORS, "tensors of a plan");
_Static_assert(AUGP_MAX_DIMS > AUG_MAX_DIMS, "dimensions of a batch");
_Static_assert(sizeof(((AugpTensorInfo *)0)->name) > AUG_MAX_TENSOR_NAME, "name of a tensor");

static void describe_tensor(AugpTensorInfo *out, const AugTensorSpec *spec, uint32_t n)
{
    const AugTensorDesc desc = aug_tensor_spec_batch(spec, n);
    snprintf(out->name, sizeof(out->name), "%s", spec->name);
    snprintf(out->dtype, sizeof(out->dtype), "%s", aug_dtype_name(desc.dtype));
    snprintf(out->axes, sizeof(out->axes), "%s", spec->axes ? spec->axes : "");
    out->ragged = spec->ragged;
    out->n_dims = desc.n_dims;
    for (uint32_t i = 0; i < desc.n_dims; i++)
        out->shape[i] = desc.shape[i];
}

/* Names that together are longer than any message are not even collected. */
static bool describe_classes(AugpOpenOk *out, const AugDataset *dataset)
{
    const uint32_t n = out->n_classes;
    size_t size = 0;
    for (uint32_t i = 0; i < n && size <= AUGP_MAX_CONTROL; i++)
        size += strlen(aug_dataset_class_name(dataset, i)) + 1;
    out->class_names_omitted = size > AUGP_MAX_CONTROL;
    if (n == 0 || out->class_names_omitted)
        return true;
    const char **names = malloc(n * sizeof(*names));
    if (!names)
        return false;
    for (uint32_t i = 0; i < n; i++)
        names[i] = aug_dataset_class_name(dataset, i);
    const bool good = augp_open_ok_set_class_names(out, names, n);
    free(names);
    return good;
}

/* False, with a failure set, if no rank of such a world gets a batch. */
static bool describe_size(AugpOpenOk *out, const AugPlan *plan, uint32_t world,
                          AugpFailure *failure)
{
    AugError error = {0};
    size_t size;
    const AugStatus status = aug_plan_slice_bytes(plan, world, &size, &error);
    out->batch = aug_plan_slice_size(plan, world);
    out->global_batch = aug_plan_batch_size(plan);
    out->batch_size = size;
    if (status == AUG_BAD_ARGUMENT)
        augd_failure_set(failure, AUGP_CODE_BAD_POSITION, "%s: %s", error.where, error.message);
    else if (status != AUG_OK)
        augd_failure_from(failure, &error);
    return status == AUG_OK;
}

bool augd_describe(AugpOpenOk *out, const AugPlan *plan, uint32_t world, AugpFailure *failure)
{
    if (!describe_size(out, plan, world, failure))
        return false;
    const AugDatasetInfo *dataset = aug_dataset_info(aug_plan_dataset(plan));
    uint32_t n;
    const AugTensorSpec *tensors = aug_plan_tensors(plan, &n);
    out->steps_per_epoch = aug_plan_steps_per_epoch(plan);
    out->n_samples = dataset->n_samples;
    out->n_classes = dataset->n_classes;
    snprintf(out->engine, sizeof(out->engine), "%s", AUG_ENGINE);
    for (uint32_t i = 0; i < n; i++)
        describe_tensor(&out->tensors[out->n_tensors++], &tensors[i], out->batch);
    if (describe_classes(out, aug_plan_dataset(plan)))
        return true;
    augd_failure_set(failure, AUGP_CODE_RESOURCE_EXHAUSTED, "no memory for a stream");
    return false;
}

/* Whether every client understands this tensor, whatever its features. */
static bool is_plain(const AugpTensorInfo *tensor)
{
    return !tensor->ragged &&
           (strcmp(tensor->name, "data") == 0 || strcmp(tensor->name, "label") == 0 ||
            strcmp(tensor->name, "index") == 0);
}

bool augd_describe_check(const AugpOpenOk *info, uint32_t features, AugpFailure *failure)
{
    for (uint32_t i = 0; !(features & AUGP_FEATURE_TENSORS) && i < info->n_tensors; i++) {
        const AugpTensorInfo *tensor = &info->tensors[i];
        if (is_plain(tensor))
            continue;
        augd_failure_set(failure, AUGP_CODE_NEEDS_FEATURE,
                         "the stream has the %stensor \"%s\", and the client did not say that it "
                         "has the feature \"%s\"; without it, streams of data, label and index "
                         "are served, none of them ragged",
                         tensor->ragged ? "ragged " : "", tensor->name,
                         augp_feature_name(AUGP_FEATURE_TENSORS));
        return false;
    }
    return true;
}
