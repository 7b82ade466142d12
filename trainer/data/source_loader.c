/* Batches made in this process. */
#include <stdlib.h>

#include "trainer/data/source_kind.h"

typedef struct LoaderState {
    AugPlan *plan;
    AugLoader *loader;
    AugBatch *batch; /* the one that the consumer works on */
} LoaderState;

static AugStatus next(void *untyped, TrainRawBatch *raw, AugError *error)
{
    LoaderState *state = untyped;
    aug_batch_free(state->batch);
    state->batch = NULL;
    AUG_TRY(aug_loader_next(state->loader, &state->batch, error));
    raw->bytes = aug_batch_bytes(state->batch, &raw->size);
    raw->epoch = aug_batch_epoch(state->batch);
    raw->step = aug_batch_step(state->batch);
    raw->last = aug_batch_is_last(state->batch);
    return AUG_OK;
}

static void close_state(void *untyped)
{
    LoaderState *state = untyped;
    if (!state)
        return;
    aug_batch_free(state->batch);
    aug_loader_free(state->loader);
    aug_plan_free(state->plan);
    free(state);
}

static const TrainSourceKind loader_kind = {next, close_state};

static AugStatus describe(const LoaderState *state, TrainSourceInfo *info, AugError *error)
{
    const AugDatasetInfo *dataset = aug_dataset_info(aug_plan_dataset(state->plan));
    info->n_samples = dataset->n_samples;
    info->n_classes = dataset->n_classes;
    info->steps_per_epoch = aug_plan_steps_per_epoch(state->plan);
    info->batch_size = aug_plan_batch_size(state->plan);
    const AugTensorSpec *data = aug_plan_tensor(state->plan, "data");
    const AugTensorSpec *label = aug_plan_tensor(state->plan, "label");
    if (data && !data->ragged)
        info->data = aug_tensor_spec_batch(data, info->batch_size);
    if (label)
        info->label = aug_tensor_spec_batch(label, info->batch_size);
    return aug_plan_stream_id(state->plan, info->stream_id, error);
}

static AugStatus open_state(LoaderState *state, TrainSourceInfo *info,
                            const TrainSourceOptions *options, AugDataset *dataset, AugPool *pool,
                            AugError *error)
{
    AUG_TRY(aug_plan_new(&state->plan, options->spec, dataset, NULL, error));
    AUG_TRY(describe(state, info, error));
    /* One more than are kept ready: the batch that the consumer holds counts too. */
    AugLoaderOptions loader = {
        .pool = pool, .depth = options->prefetch + 1, .epochs = options->epochs};
    return aug_loader_new(&state->loader, state->plan, &loader, error);
}

AugStatus train_source_open_loader(TrainSource **out, const TrainSourceOptions *options,
                                   AugDataset *dataset, AugPool *pool, AugError *error)
{
    *out = NULL;
    LoaderState *state = calloc(1, sizeof(*state));
    if (!state)
        return AUG_FAIL(error, AUG_NO_MEMORY, options->name, "no memory for a loader");
    TrainSourceInfo info = {0};
    AugStatus status = open_state(state, &info, options, dataset, pool, error);
    if (status == AUG_OK)
        status = train_source_new(out, &loader_kind, state, &info, options, error);
    if (status != AUG_OK)
        close_state(state);
    return status;
}
