/* Two pictures of one pixel go through the specification's output, without its pipeline. */
#include "trainer/predict/normalization.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"

/* Pixel 0 is black and pixel 1 white in all channels. */
static AugStatus read_pixel(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                            AugError *error)
{
    const int32_t channels = *(const int32_t *)user;
    void *bytes;
    AUG_TRY(aug_buffer_reserve(buffer, 0, (size_t)channels, &bytes, error));
    memset(bytes, index ? 255 : 0, (size_t)channels);
    sample->fields[0] = (AugField){bytes, (size_t)channels, 0, 1, 1, channels};
    return AUG_OK;
}

/* The specification with nothing but its output, for batches of two. */
static char *output_alone(const char *spec)
{
    json_t *root = json_loads(spec, 0, NULL);
    json_t *output = json_object_get(root, "output");
    json_t *made = json_pack("{s:i, s:{s:i, s:b}}", "augd", 1, "batch", "size", 2, "shuffle", 0);
    if (output && made)
        json_object_set(made, "output", output);
    char *text = made ? json_dumps(made, JSON_COMPACT) : NULL;
    json_decref(made);
    json_decref(root);
    return text;
}

/* Both pixels as the batch has them, one after the other. */
static AugStatus take_batch(const AugPlan *plan, int32_t channels, TrainNormalization *out,
                            AugError *error)
{
    AugLoader *loader;
    AugBatch *batch = NULL;
    AugTensor data;
    AUG_TRY(aug_loader_new(&loader, plan, &(AugLoaderOptions){.threads = 1, .epochs = 1}, error));
    const AugStatus status = aug_loader_next(loader, &batch, error);
    const bool found = status == AUG_OK && aug_batch_tensor(batch, "data", &data) &&
                       data.desc.dtype == AUG_DTYPE_F32 &&
                       data.size == 2 * sizeof(float) * (size_t)channels;
    for (int32_t c = 0; found && c < channels; c++) {
        const float *values = data.bytes;
        const double black = (double)values[c], white = (double)values[channels + c];
        out->scale[c] = 1 / (white - black);
        out->mean[c] = -black * out->scale[c];
    }
    out->n = found ? (size_t)channels : 0;
    aug_batch_free(batch);
    aug_loader_free(loader);
    return status;
}

static AugStatus find(TrainNormalization *out, const char *text, int32_t *channels,
                      const AugLimits *limits, AugError *error)
{
    const AugFieldDesc field = {.name = "image",
                                .kind = AUG_FIELD_IMAGE,
                                .form = AUG_FORM_PIXELS,
                                .tensor = {AUG_DTYPE_U8, 3, {1, 1, (uint64_t)*channels}}};
    const AugDatasetCallbacks pixels = {
        .fields = &field, .n_fields = 1, .n_samples = 2, .user = channels, .read = read_pixel};
    AugProblems problems = {.items = error, .capacity = error ? 1 : 0};
    AugSpec *spec = NULL;
    AugDataset *dataset = NULL;
    AugPlan *plan = NULL;
    AugStatus status = aug_spec_parse(&spec, text, strlen(text), "output", limits, &problems);
    if (status == AUG_OK)
        status = aug_dataset_from_callbacks(&dataset, &pixels, error);
    if (status == AUG_OK)
        status = aug_plan_new(&plan, spec, dataset, NULL, error);
    if (status == AUG_OK)
        status = take_batch(plan, *channels, out, error);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return status;
}

AugStatus train_normalization_find(TrainNormalization *out, const TrainSavedModel *saved,
                                   const char *spec, const AugLimits *limits, AugError *error)
{
    int32_t channels = saved->model->input.channels;
    *out = (TrainNormalization){0};
    if (saved->model->input.flat || channels > AUG_MAX_CHANNELS)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, saved->model->path,
                        "its input is a list of %d values; --bytes is for pictures of up to %d "
                        "channels",
                        channels, AUG_MAX_CHANNELS);
    char *text = output_alone(spec);
    const AugStatus status = text ? find(out, text, &channels, limits, error)
                                  : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "memory is exhausted");
    free(text);
    return status;
}
