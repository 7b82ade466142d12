/* One sample over and over until the time is up, as far into the work as the stage says. */
#include "cli/bench_stages.h"
#include "libaug/base/clock.h"

#include <stdlib.h>

#include "aug/sample.h"
#include "aug/spec.h"
#include "libaug/run/job.h"
#include "libaug/run/members.h"
#include "libaug/run/replaced.h"
#include "libaug/run/thread.h"

const char *cli_stage_name(CliStage stage)
{
    static const char *const names[] = {
        [CLI_STAGE_READ] = "read",
        [CLI_STAGE_DECODE] = "read, decode everything",
        [CLI_STAGE_AUGMENT] = "read, decode, augment",
        [CLI_STAGE_OUTPUT] = "read, decode, augment, output",
    };
    return names[stage];
}

/* What one stage works with; slot is one sample of a batch. */
typedef struct Bench {
    const AugPlan *plan;
    AugWorker *sample_worker;
    void *worker;
    AugBuffer buffers[AUGI_THREAD_BUFFERS];
    uint8_t *memory;
    AugOut outs[AUG_MAX_TENSORS];
} Bench;

/* A sample as it is made for a batch, its partners included. */
static AugStatus make_tensors(Bench *bench, const AugKey *key, const AugSample *sample,
                              AugError *error)
{
    const AugPlan *plan = bench->plan;
    AugiMembers members = {.plan = plan, .key = key, .buffers = bench->buffers};
    uint32_t at_fault;
    AUG_TRY(augi_members_draw(&members, error));
    augi_members_give(&members, sample);
    AugStatus status = augi_members_read(&members, &at_fault, error);
    if (status == AUG_OK) {
        AugDomainJob job = augi_job_make(&members);
        job.at_fault = &at_fault;
        status = plan->domain->run(plan->domain_plan, bench->worker, &job, bench->outs, error);
        if (status == AUG_OK)
            augi_job_done(&members, &job);
    }
    augi_members_end(&members, status == AUG_OK);
    return status;
}

static AugStatus run_one(Bench *bench, CliStage stage, const AugKey *key, CliStageResult *result,
                         AugError *error)
{
    const AugPlan *plan = bench->plan;
    AugSample sample, made;
    AUG_TRY(aug_dataset_read(plan->dataset, key->sample, &bench->buffers[0], &sample, error));
    result->n_samples++;
    for (uint32_t i = 0; i < aug_dataset_info(plan->dataset)->n_fields; i++)
        result->size += sample.fields[i].size;
    switch (stage) {
    case CLI_STAGE_DECODE:
        return aug_worker_decode(bench->sample_worker, &sample, &made, error);
    case CLI_STAGE_AUGMENT:
        return aug_worker_augment(bench->sample_worker, key, &sample, &made, error);
    case CLI_STAGE_OUTPUT:
        return make_tensors(bench, key, &sample, error);
    default:
        return AUG_OK;
    }
}

static AugStatus run_for(Bench *bench, CliStage stage, double seconds, CliStageResult *result,
                         AugError *error)
{
    const AugPlan *plan = bench->plan;
    /* The stream makes another sample in its place; here it costs what it takes to be found out. */
    const bool replaces = plan->spec->batch.on_error.value == AUGI_ON_ERROR_REPLACE;
    AugKey key = {.seed = aug_spec_seed(plan->spec)};
    const double started = augi_clock_seconds(), cpu_started = augi_clock_cpu_seconds();
    while (result->seconds < seconds) {
        const uint64_t step = result->n_samples / plan->batch_size;
        key.epoch = (uint32_t)(step / plan->steps_per_epoch);
        key.sample = result->n_samples % plan->n_samples;
        const AugStatus status = run_one(bench, stage, &key, result, error);
        if (status != AUG_OK && !(replaces && augi_is_damage(status)))
            return status;
        result->seconds = augi_clock_seconds() - started;
    }
    result->cpu_seconds = augi_clock_cpu_seconds() - cpu_started;
    return AUG_OK;
}

/* Memory for one sample of every tensor. Batches are aligned to 64 bytes, so the kernels may count
 * on it. */
static AugStatus reserve(Bench *bench, AugError *error)
{
    const AugPlan *plan = bench->plan;
    size_t size = 0;
    for (uint32_t t = 0; t < plan->n_made; t++)
        size += (plan->slots[t].size + 63) / 64 * 64;
    bench->memory = aligned_alloc(64, size + 64);
    if (!bench->memory)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a sample");
    size = 0;
    for (uint32_t t = 0; t < plan->n_made; t++) {
        bench->outs[t].bytes = bench->memory + size;
        size += (plan->slots[t].size + 63) / 64 * 64;
    }
    return AUG_OK;
}

AugStatus cli_stage_measure(CliStage stage, const AugPlan *plan, double seconds,
                            CliStageResult *result, AugError *error)
{
    *result = (CliStageResult){0};
    Bench bench = {.plan = plan};
    AugStatus status = reserve(&bench, error);
    if (status == AUG_OK)
        status = aug_worker_new(&bench.sample_worker, plan, error);
    if (status == AUG_OK)
        status = plan->domain->worker_new(&bench.worker, NULL, error);
    if (status == AUG_OK)
        status = run_for(&bench, stage, seconds, result, error);
    if (bench.worker)
        plan->domain->worker_free(bench.worker);
    aug_worker_free(bench.sample_worker);
    for (size_t i = 0; i < AUG_COUNT(bench.buffers); i++)
        aug_buffer_fini(&bench.buffers[i]);
    free(bench.memory);
    return status;
}
