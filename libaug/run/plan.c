/* Compiling: a spec meets a data set. */
#include "libaug/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/order.h"
#include "aug/version.h"
#include "libaug/base/hash.h"
#include "libaug/run/batch.h"

const void *augi_plan_domain(const AugPlan *plan)
{
    return plan->domain_plan;
}

const AugSpec *augi_plan_spec(const AugPlan *plan)
{
    return plan->spec;
}

static bool mixes(const AugPlan *plan)
{
    return plan->spec->mix.n > 0;
}

static AugStatus plan_steps(AugPlan *plan, AugError *error)
{
    const AugSpec *spec = plan->spec;
    uint64_t n = plan->n_samples, size = plan->batch_size;
    bool drop = spec->batch.tail.value == AUGI_TAIL_DROP;
    plan->steps_per_epoch = drop ? n / size : (n + size - 1) / size;
    if (plan->steps_per_epoch == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, spec->name,
                        "the data set has %llu samples, less than one batch of %u, and batch.tail "
                        "is drop; use a smaller batch or tail: short",
                        (unsigned long long)n, plan->batch_size);
    return AUG_OK;
}

static AugStatus check_mix(const AugPlan *plan, AugError *error)
{
    if (!mixes(plan) || plan->n_classes > 0)
        return AUG_OK;
    char where[256];
    augi_op_where(plan->spec, &plan->spec->mix.ops[0], where, sizeof(where));
    return AUG_FAIL(error, AUG_BAD_SPEC, where,
                    "%s mixes labels, and the data set has none; use a labelled data set or remove "
                    "batch.mix",
                    plan->spec->mix.ops[0].desc->name);
}

static AugStatus check_size(const AugPlan *plan, AugError *error)
{
    AugTensorDesc data, label;
    aug_plan_tensors(plan, &data, &label);
    size_t size = aug_tensor_size(&data);
    size_t label_size = aug_tensor_size(&label);
    uint64_t most = plan->spec->limits.max_batch_size;
    if (size == 0 || label_size == 0 || size > most || label_size > most - size)
        return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                        "a batch of %u samples would have more than %llu bytes; use a smaller "
                        "batch.size or smaller pictures",
                        plan->batch_size, (unsigned long long)most);
    return AUG_OK;
}

/* A domain gives "line:column", or nothing, as the place of an error. */
static AugStatus place_in_spec(const AugPlan *plan, AugStatus status, AugError *error)
{
    if (!error)
        return status;
    char where[sizeof(error->where)];
    snprintf(where, sizeof(where), "%s%s%.40s", plan->spec->name, error->where[0] ? ":" : "",
             error->where);
    memcpy(error->where, where, sizeof(where));
    return status;
}

static AugStatus compile(AugPlan *plan, AugError *error)
{
    const AugDomainInput input = {
        .pipeline = &plan->spec->pipeline,
        .output = plan->spec->output,
        .dataset = aug_dataset_info(plan->dataset),
        .limits = &plan->spec->limits,
        .any_size = plan->any_size,
    };
    AugStatus status = plan->domain->compile(&input, &plan->domain_plan, &plan->output, error);
    if (status != AUG_OK)
        return place_in_spec(plan, status, error);
    if (plan->any_size)
        return AUG_OK;
    plan->sample_size = aug_tensor_size(&plan->output.data);
    AUG_TRY(plan_steps(plan, error));
    AUG_TRY(check_mix(plan, error));
    return check_size(plan, error);
}

AugStatus aug_plan_new(AugPlan **out, const AugSpec *spec, AugDataset *dataset,
                       const AugPlanOptions *options, AugError *error)
{
    *out = NULL;
    AugPlan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return AUG_FAIL(error, AUG_NO_MEMORY, spec->name, "memory is exhausted");
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    plan->spec = spec;
    plan->dataset = aug_dataset_ref(dataset);
    plan->domain = spec->domain;
    plan->n_samples = info->n_samples;
    plan->n_classes = info->n_classes;
    plan->batch_size = (uint32_t)spec->batch.size;
    plan->any_size = options && options->any_size;
    AugStatus status = compile(plan, error);
    if (status != AUG_OK) {
        aug_plan_free(plan);
        return status;
    }
    *out = plan;
    return AUG_OK;
}

void aug_plan_free(AugPlan *plan)
{
    if (!plan)
        return;
    plan->domain->plan_free(plan->domain_plan);
    aug_dataset_unref(plan->dataset);
    free(plan);
}

uint64_t aug_plan_steps_per_epoch(const AugPlan *plan)
{
    return plan->steps_per_epoch;
}

uint32_t aug_plan_batch_size(const AugPlan *plan)
{
    return plan->batch_size;
}

size_t aug_plan_batch_bytes(const AugPlan *plan)
{
    AugiBatchLayout layout;
    augi_batch_layout(plan, plan->batch_size, &layout, NULL);
    return layout.size;
}

const AugDataset *aug_plan_dataset(const AugPlan *plan)
{
    return plan->dataset;
}

uint32_t augi_plan_count(const AugPlan *plan, uint64_t step)
{
    uint64_t left = plan->n_samples - step * plan->batch_size;
    return left < plan->batch_size ? (uint32_t)left : plan->batch_size;
}

uint64_t augi_plan_sample(const AugPlan *plan, uint32_t epoch, uint64_t step, uint32_t i)
{
    uint64_t position = step * plan->batch_size + i;
    if (!plan->spec->batch.shuffle)
        return position;
    return aug_order_at(plan->spec->head.seed, epoch, plan->n_samples, position);
}

void augi_plan_shapes(const AugPlan *plan, uint32_t n, AugTensorDesc *data, AugTensorDesc *label,
                      AugTensorDesc *index)
{
    *data = plan->output.data;
    for (uint32_t i = data->n_dims; i > 0; i--)
        data->shape[i] = data->shape[i - 1];
    data->shape[0] = n;
    data->n_dims++;
    *index = (AugTensorDesc){.dtype = AUG_DTYPE_I64, .n_dims = 1, .shape = {n}};
    *label = *index;
    if (mixes(plan))
        *label =
            (AugTensorDesc){.dtype = AUG_DTYPE_F32, .n_dims = 2, .shape = {n, plan->n_classes}};
}

void aug_plan_tensors(const AugPlan *plan, AugTensorDesc *data, AugTensorDesc *label)
{
    AugTensorDesc index;
    augi_plan_shapes(plan, plan->batch_size, data, label, &index);
}

AugStatus aug_plan_stream_id(const AugPlan *plan, char hex[65], AugError *error)
{
    char fingerprint[65];
    AUG_TRY(aug_dataset_fingerprint(plan->dataset, fingerprint, error));
    char *canonical = aug_spec_canonical(plan->spec);
    if (!canonical)
        return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
    AugiHash hash = {0};
    AugStatus status = augi_hash_init(&hash, error);
    if (status == AUG_OK) {
        augi_hash_add_text(&hash, "augd-stream-1");
        augi_hash_add_text(&hash, fingerprint);
        augi_hash_add_text(&hash, canonical);
        augi_hash_add_text(&hash, AUG_ENGINE);
        augi_hash_hex(&hash, hex);
    }
    free(canonical);
    return status;
}
