/* Writes and reads the call of a run as JSON. */
#include "trainer/call.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"

char *train_call_text(const TrainOptions *options, const TrainSettings *settings)
{
    char seed[24];
    snprintf(seed, sizeof(seed), "%" PRIu64, settings->seed);
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    augi_json_text_member(&json, "model", options->model);
    if (options->data)
        augi_json_text_member(&json, "data", options->data);
    augi_json_key(&json, "datasets");
    augi_json_list(&json);
    for (size_t i = 0; i < options->datasets.n; i++)
        augi_json_string(&json, options->datasets.items[i]);
    augi_json_list_end(&json);
    augi_json_unsigned_member(&json, "epochs", (uint64_t)settings->epochs);
    /* Not every reader has whole numbers of 64 bits. */
    augi_json_text_member(&json, "seed", seed);
    augi_json_text_member(&json, "kernels", nn_kernel_names[settings->kernels.value]);
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

/* Kernels that this version does not have stay for the comparison with the checkpoint to find. */
static void fill_kernels(const TrainCall *call, TrainOptions *options)
{
    const char *name = json_string_value(json_object_get(call->json, "kernels"));
    for (int32_t i = 0; name && !options->has_kernels && nn_kernel_names[i]; i++)
        if (!strcmp(name, nn_kernel_names[i])) {
            options->kernels.value = i;
            options->has_kernels = true;
        }
}

static AugStatus fill_datasets(TrainCall *call, TrainOptions *options, AugError *error)
{
    const json_t *list = json_object_get(call->json, "datasets");
    const size_t n = json_array_size(list);
    if (options->datasets.n > 0 || n == 0)
        return AUG_OK;
    call->datasets = calloc(n, sizeof(*call->datasets));
    if (!call->datasets)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
    for (size_t i = 0; i < n; i++) {
        call->datasets[i] = json_string_value(json_array_get(list, i));
        if (!call->datasets[i])
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the checkpoint does not say which data sets the run has");
    }
    options->datasets = (CmdTexts){call->datasets, n};
    return AUG_OK;
}

AugStatus train_call_fill(TrainCall *call, const char *text, TrainOptions *options, AugError *error)
{
    call->json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *model = json_string_value(json_object_get(call->json, "model"));
    const char *data = json_string_value(json_object_get(call->json, "data"));
    const char *seed = json_string_value(json_object_get(call->json, "seed"));
    const json_t *epochs = json_object_get(call->json, "epochs");
    const json_int_t n_epochs = json_integer_value(epochs);
    if (!model || !seed || n_epochs < 1 || n_epochs > INT32_MAX)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the checkpoint does not say how its run began");
    if (!options->model)
        options->model = model;
    /* Options are only read. */
    if (!options->data && data)
        options->data = (char *)(uintptr_t)data;
    if (!options->has_epochs)
        options->epochs = (int32_t)n_epochs;
    if (!options->has_seed)
        options->seed = strtoull(seed, NULL, 10);
    options->has_epochs = options->has_seed = true;
    fill_kernels(call, options);
    return fill_datasets(call, options, error);
}

void train_call_fini(TrainCall *call)
{
    json_decref(call->json);
    free(call->datasets);
    *call = (TrainCall){0};
}
