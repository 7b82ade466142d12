/* Compiling: a spec meets a data set. */
#include "libaug/run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/base/hash.h"
#include "libaug/base/order.h"
#include "libaug/data/dataset.h"
#include "libaug/data/part.h"
#include "libaug/run/by_length.h"

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
    if (n == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, spec->name,
                        "the data set has no samples, only fields; such a plan makes single "
                        "samples, with any_size");
    bool drop = spec->batch.tail.value == AUGI_TAIL_DROP;
    plan->steps_per_epoch = drop ? n / size : (n + size - 1) / size;
    if (plan->steps_per_epoch == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, spec->name,
                        "the data set has %llu samples, less than one batch of %u, and batch.tail "
                        "is drop; use a smaller batch or tail: short",
                        (unsigned long long)n, plan->batch_size);
    return AUG_OK;
}

static AugStatus check_cache(const AugPlan *plan, AugError *error)
{
    const AugCache *cache = &plan->options.cache;
    if (!cache->get == !cache->release && (cache->get || !cache->put))
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, plan->spec->name,
                    "a cache needs the functions get and release");
}

/* batch.group_by_length is an order like others. Single samples of a data set without lengths have
 * none, and a part has lengths where the whole has. */
static AugStatus find_order(AugPlan *plan, AugError *error)
{
    AugOrder *order = &plan->options.order;
    const AugDataset *whole = augi_part_whole(plan->dataset);
    const AugDatasetKind *kind = whole ? whole->kind : plan->dataset->kind;
    const bool has_lengths = kind->stored_size != NULL;
    const int32_t n_grouped =
        has_lengths || !plan->options.any_size ? plan->spec->batch.group_by_length : 0;
    if (n_grouped > 0 && order->arrange)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, plan->spec->name,
                        "the program gives an order, and the spec batch.group_by_length; allowed "
                        "is one of them");
    if (n_grouped > 0 && !has_lengths)
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "batch.group_by_length sorts by stored length, and that of samples in a "
                        "data set of kind %s does not differ or is not known",
                        kind->name);
    if (n_grouped > 0)
        *order = (AugOrder){.arrange = augi_arrange_by_length, .n_batches = (uint32_t)n_grouped};
    else if (order->arrange && (!order->id || order->n_batches == 0))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, plan->spec->name,
                        "an order needs an id and at least one batch");
    const uint64_t n = (uint64_t)order->n_batches * plan->batch_size;
    if (order->arrange && n > AUG_MAX_WINDOW)
        return AUG_FAIL(error, AUG_TOO_LARGE, plan->spec->name,
                        "%u batches of %u samples are %llu samples to be rearranged at once; %d "
                        "are allowed",
                        order->n_batches, plan->batch_size, (unsigned long long)n, AUG_MAX_WINDOW);
    return AUG_OK;
}

AugStatus augi_plan_refuse_unlabelled(const AugPlan *plan, const char *sample, AugError *error)
{
    char where[256];
    if (!mixes(plan))
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "the spec smooths labels, and the sample '%.200s' has none where others "
                        "have one; allowed are labels for all samples",
                        sample);
    augi_op_where(plan->spec, &plan->spec->mix.ops[0], where, sizeof(where));
    return AUG_FAIL(error, AUG_BAD_SPEC, where,
                    "%s mixes labels, and the sample '%.200s' has none where others have one; "
                    "allowed are labels for all samples, or for none with no batch.mix",
                    plan->spec->mix.ops[0].desc->name, sample);
}

static AugStatus check_labels(const AugPlan *plan, AugError *error)
{
    uint64_t index;
    if (!augi_dataset_find_unlabelled(plan->dataset, &index))
        return AUG_OK;
    AugBuffer buffer = {0};
    const char *name = augi_dataset_sample_name(plan->dataset, index, &buffer);
    const AugStatus status = augi_plan_refuse_unlabelled(plan, name, error);
    aug_buffer_fini(&buffer);
    return status;
}

static AugStatus check_mix(const AugPlan *plan, AugError *error)
{
    static const AugFieldKind targets[] = {AUG_FIELD_CLASS, AUG_FIELD_CLASSES, AUG_FIELD_VALUES};
    const AugDatasetInfo *info = aug_dataset_info(plan->dataset);
    bool has_targets = false;
    for (size_t i = 0; i < AUG_COUNT(targets); i++)
        has_targets = has_targets || aug_dataset_field(info, targets[i]) >= 0;
    if (!mixes(plan) && !plan->made.softens)
        return AUG_OK;
    if (has_targets)
        return check_labels(plan, error);
    if (!mixes(plan))
        return AUG_FAIL(error, AUG_BAD_SPEC, plan->spec->name,
                        "the spec smooths labels, and the data set has none");
    char where[256];
    augi_op_where(plan->spec, &plan->spec->mix.ops[0], where, sizeof(where));
    return AUG_FAIL(error, AUG_BAD_SPEC, where,
                    "%s mixes labels, and the data set has none; use a labelled data set or remove "
                    "batch.mix",
                    plan->spec->mix.ops[0].desc->name);
}

/* A domain gives a place in the spec, or nothing, as the place of an error. */
static AugStatus place_in_spec(const AugPlan *plan, AugStatus status, AugError *error)
{
    if (!error)
        return status;
    char where[sizeof(error->where)];
    augi_place_join(plan->spec->name, error->where, where, sizeof(where));
    memcpy(error->where, where, sizeof(where));
    return status;
}

static uint32_t count_views(const AugSpec *spec)
{
    return spec->batch.views > 1 ? (uint32_t)spec->batch.views : 1;
}

static AugStatus compile(AugPlan *plan, AugError *error)
{
    const AugDomainInput input = {
        .pipeline = &plan->spec->pipeline,
        .mix = &plan->spec->mix,
        .output = plan->output,
        .dataset = aug_dataset_info(plan->dataset),
        .limits = &plan->spec->limits,
        .n_views = count_views(plan->spec),
        .any_size = plan->options.any_size,
        .samples = plan->dataset,
        .file = plan->spec->file,
    };
    memcpy(plan->made.fields, input.dataset->fields, sizeof(plan->made.fields));
    AugStatus status = plan->domain->compile(&input, &plan->domain_plan, &plan->made, error);
    if (status != AUG_OK)
        return place_in_spec(plan, status, error);
    if (plan->options.any_size)
        return AUG_OK;
    AUG_TRY(plan_steps(plan, error));
    AUG_TRY(check_mix(plan, error));
    return augi_plan_add_tensors(plan, error);
}

/* The settings of the domain: a spec that did not know its domain may have bound those of another
 * one. */
static AugStatus bind_output(AugPlan *plan, AugError *error)
{
    plan->output = plan->spec->output;
    if (plan->domain == plan->spec->domain)
        return AUG_OK;
    const AugParamTable *table = &plan->domain->output;
    plan->own_output = calloc(1, table->size ? table->size : 1);
    if (!plan->own_output)
        return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
    AugError first;
    AugProblems problems = {.items = &first, .capacity = 1, .source_name = plan->spec->name};
    augi_params_bind(table, plan->spec->output_tree, NULL, "output", plan->own_output, &problems);
    plan->output = plan->own_output;
    return aug_problems_first(&problems, error);
}

AugStatus augi_plan_new(AugPlan **out, const AugDomain *domain, const AugSpec *spec,
                        AugDataset *dataset, const AugPlanOptions *options, AugError *error)
{
    *out = NULL;
    AugPlan *plan = calloc(1, sizeof(*plan));
    if (!plan)
        return AUG_FAIL(error, AUG_NO_MEMORY, spec->name, "memory is exhausted");
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    plan->spec = spec;
    plan->dataset = aug_dataset_ref(dataset);
    plan->domain = domain;
    plan->n_samples = info->n_samples;
    plan->n_classes = info->n_classes;
    plan->batch_size = (uint32_t)spec->batch.size;
    if (options)
        plan->options = *options;
    AugStatus status = check_cache(plan, error);
    if (status == AUG_OK)
        status = find_order(plan, error);
    if (status == AUG_OK)
        status = bind_output(plan, error);
    if (status == AUG_OK)
        status = compile(plan, error);
    if (status != AUG_OK) {
        aug_plan_free(plan);
        return status;
    }
    *out = plan;
    return AUG_OK;
}

/* The domain that the operations belong to, or else the one that treats most of the data set. */
static const AugDomain *choose_domain(const AugSpec *spec, const AugDatasetInfo *info)
{
    if (spec->domain_is_given)
        return spec->domain;
    const AugDomain *best = NULL;
    uint32_t most = 0;
    for (size_t i = 0; i < augi_n_domains; i++) {
        const uint32_t treated = augi_domains[i]->suits(info);
        if (treated > most) {
            best = augi_domains[i];
            most = treated;
        }
    }
    return best;
}

AugStatus aug_plan_new(AugPlan **out, const AugSpec *spec, AugDataset *dataset,
                       const AugPlanOptions *options, AugError *error)
{
    *out = NULL;
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    const AugDomain *domain = choose_domain(spec, info);
    if (domain)
        return augi_plan_new(out, domain, spec, dataset, options, error);
    return AUG_FAIL(error, AUG_BAD_SPEC, spec->name,
                    "nothing in this library treats a data set of the field '%s'",
                    info->fields[0].name);
}

void aug_plan_free(AugPlan *plan)
{
    if (!plan)
        return;
    plan->domain->plan_free(plan->domain_plan);
    if (plan->own_output)
        augi_params_fini(&plan->domain->output, plan->own_output);
    free(plan->own_output);
    free(plan->class_names);
    aug_dataset_unref(plan->dataset);
    free(plan);
}

const AugFieldDesc *aug_plan_fields(const AugPlan *plan, uint32_t *n)
{
    *n = aug_dataset_info(plan->dataset)->n_fields;
    return plan->made.fields;
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
    return plan->batch_bytes;
}

uint64_t aug_plan_work(const AugPlan *plan)
{
    return plan->made.work;
}

size_t aug_plan_worker_memory(const AugPlan *plan)
{
    return plan->made.memory;
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
    augi_plan_samples(plan, epoch, &position, 1);
    return position;
}

void augi_plan_samples(const AugPlan *plan, uint32_t epoch, uint64_t *positions, size_t n)
{
    if (plan->spec->batch.shuffle)
        augi_order_all(plan->spec->head.seed, epoch, plan->n_samples, positions, n);
}

/* Whether another limit than everybody's decides which samples are replaced. */
static bool limits_work(const AugPlan *plan)
{
    AugLimits usual;
    aug_limits_init(&usual);
    return plan->replaceable > 0 && plan->spec->limits.max_sample_work != usual.max_sample_work;
}

AugStatus aug_plan_stream_id(const AugPlan *plan, char hex[65], AugError *error)
{
    char fingerprint[65];
    AUG_TRY(aug_dataset_fingerprint(plan->dataset, fingerprint, error));
    char *canonical = augi_spec_canonical(plan->spec, plan->domain, plan->output);
    if (!canonical)
        return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "memory is exhausted");
    AugiHash hash = {0};
    AugStatus status = augi_hash_init(&hash, error);
    if (status == AUG_OK) {
        augi_hash_add_text(&hash, "augd-stream-1");
        augi_hash_add_text(&hash, fingerprint);
        augi_hash_add_text(&hash, canonical);
        augi_hash_add_text(&hash, AUG_ENGINE);
        /* What most streams have not leaves no trace in their id. */
        if (plan->options.names)
            augi_hash_add_text(&hash, "names");
        if (plan->options.class_names)
            augi_hash_add_text(&hash, "class_names");
        /* Which samples are replaced depends on what they may take. */
        if (limits_work(plan)) {
            augi_hash_add_text(&hash, "max_sample_work");
            augi_hash_add_u64(&hash, plan->spec->limits.max_sample_work);
        }
        if (plan->options.order.id) {
            augi_hash_add_text(&hash, "order");
            augi_hash_add_u64(&hash, plan->options.order.n_batches);
            augi_hash_add_text(&hash, plan->options.order.id);
        }
        if (plan->domain && plan->domain->identify)
            plan->domain->identify(plan->domain_plan, &hash);
        augi_hash_hex(&hash, hex);
    }
    free(canonical);
    return status;
}
