/* Batches made in this process. */
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/run/plan.h"
#include "libaug/spec/spec.h"
#include "stream/kind.h"

typedef struct EngineState {
    const AugPlan *plan;
    AugLoader *loader;
    AugBatch *held; /* the one that the consumer works on */
} EngineState;

static AugStatus next(void *untyped, StreamArrival *arrival, AugError *error)
{
    EngineState *state = untyped;
    aug_batch_free(state->held);
    state->held = NULL;
    AUG_TRY(aug_loader_next(state->loader, &state->held, error));
    arrival->made = state->held;
    arrival->bytes = aug_batch_bytes(state->held, &arrival->size);
    arrival->epoch = aug_batch_epoch(state->held);
    arrival->step = aug_batch_step(state->held);
    arrival->last = aug_batch_is_last(state->held);
    return AUG_OK;
}

static AugStatus identify_plan(const AugPlan *plan, StreamIdentity *out, AugError *error)
{
    *out = (StreamIdentity){.engine = AUG_ENGINE};
    AUG_TRY(aug_dataset_fingerprint(plan->dataset, out->fingerprint, error));
    AUG_TRY(aug_dataset_content_id(plan->dataset, out->content, error));
    return aug_plan_stream_id(plan, out->stream_id, error);
}

static AugStatus identify(const void *untyped, StreamIdentity *out, AugError *error)
{
    const EngineState *state = untyped;
    return identify_plan(state->plan, out, error);
}

static const char *class_name(const void *untyped, uint32_t label)
{
    const EngineState *state = untyped;
    return aug_dataset_class_name(aug_plan_dataset(state->plan), label);
}

static void close_state(void *untyped)
{
    EngineState *state = untyped;
    if (!state)
        return;
    aug_batch_free(state->held);
    aug_loader_free(state->loader);
    free(state);
}

static const StreamKind engine_kind = {next, identify, class_name, NULL, close_state};

static AugStatus check_expected(const AugPlan *plan, const StreamOptions *options, AugError *error)
{
    if (!options->expect_stream_id && !options->expect_fingerprint && !options->expect_content)
        return AUG_OK;
    StreamIdentity found;
    const AugRecordOptions how = {.threads = options->threads};
    if (options->expect_content)
        AUG_TRY(aug_dataset_record(plan->dataset, &how, error));
    AUG_TRY(identify_plan(plan, &found, error));
    const char *where = augi_plan_spec(plan)->name;
    if (options->expect_fingerprint && strcmp(options->expect_fingerprint, found.fingerprint) != 0)
        return AUG_FAIL(error, AUG_CHANGED, where,
                        "the data has the fingerprint %s; expected is %.64s", found.fingerprint,
                        options->expect_fingerprint);
    if (options->expect_content && strcmp(options->expect_content, found.content) != 0)
        return AUG_FAIL(error, AUG_CHANGED, where, "the data has the content %s; expected is %.64s",
                        found.content, options->expect_content);
    if (options->expect_stream_id && strcmp(options->expect_stream_id, found.stream_id) != 0)
        return AUG_FAIL(error, AUG_CHANGED, where, "the stream is %s; expected is %.64s",
                        found.stream_id, options->expect_stream_id);
    return AUG_OK;
}

/* What the plan will deliver. */
static StreamInfo describe(const AugPlan *plan, const StreamOptions *options)
{
    const AugDatasetInfo *dataset = aug_dataset_info(aug_plan_dataset(plan));
    StreamInfo info = {.where = augi_plan_spec(plan)->name,
                       .batch_size = aug_plan_slice_size(plan, options->world),
                       .global_batch_size = aug_plan_batch_size(plan),
                       .rank = options->rank,
                       .world = options->world ? options->world : 1,
                       .steps_per_epoch = aug_plan_steps_per_epoch(plan),
                       .n_samples = dataset->n_samples,
                       .n_classes = dataset->n_classes};
    info.tensors = aug_plan_tensors(plan, &info.n_tensors);
    return info;
}

static AugStatus open_state(Stream **out, EngineState *state, const AugPlan *plan,
                            const StreamOptions *options, AugError *error)
{
    const AugLoaderOptions loader = {.pool = options->pool,
                                     .threads = options->threads,
                                     .depth = options->depth,
                                     .epoch = options->epoch,
                                     .step = options->step,
                                     .epochs = options->epochs,
                                     .rank = options->rank,
                                     .world = options->world};
    state->plan = plan;
    AUG_TRY(check_expected(plan, options, error));
    AUG_TRY(aug_loader_new(&state->loader, plan, &loader, error));
    const StreamInfo info = describe(plan, options);
    return stream_new(out, &engine_kind, state, &info, error);
}

AugStatus stream_open(Stream **out, const AugPlan *plan, const StreamOptions *options,
                      AugError *error)
{
    static const StreamOptions defaults = {0};
    *out = NULL;
    EngineState *state = calloc(1, sizeof(*state));
    if (!state)
        return AUG_FAIL(error, AUG_NO_MEMORY, augi_plan_spec(plan)->name, "no memory for a stream");
    const AugStatus status = open_state(out, state, plan, options ? options : &defaults, error);
    if (status != AUG_OK)
        close_state(state);
    return status;
}
