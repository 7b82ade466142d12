/* The public interface of trained networks, over what the trainer itself opens and runs. */
#include "augnn/nn.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/model/saved_model.h"
#include "trainer/predict/values.h"

/* What options that are 0 mean. */
#define DEFAULT_MAX_BATCH 64
#define DEFAULT_MAX_MEMORY (UINT64_C(1) << 30)

/* row: outputs of a batch as the network lays them; spec: what is told of the evaluation */
struct NnModel {
    TrainSavedModel saved;
    NnNetwork *network;
    NnNetworkInfo info;
    NnReal *outputs;
    char *spec;
};

static AugStatus open_saved(NnModel *model, const char *path, const char *weights, AugError *error)
{
    AugLimits limits;
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    aug_limits_init(&limits);
    if (train_saved_open(&model->saved, path, weights, &limits, &problems) != AUG_OK)
        return aug_problems_first(&problems, error);
    if (model->saved.weights.header_size == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "a model file has no weights; needed are the folder of a run, or weights");
    return AUG_OK;
}

static AugStatus open_network(NnModel *model, const NnModelOptions *options, AugError *error)
{
    const TrainSavedOptions how = {
        .layer = options->layer,
        .max_batch = options->max_batch ? options->max_batch : DEFAULT_MAX_BATCH,
        .n_threads = options->n_threads,
        .max_memory = options->max_memory ? options->max_memory : DEFAULT_MAX_MEMORY,
    };
    AUG_TRY(train_saved_network(&model->saved, &how, &model->network, error));
    nn_network_info(model->network, &model->info);
    /* The network has its own copy of them. */
    augi_tensor_file_fini(&model->saved.weights);
    model->outputs = malloc((size_t)model->info.max_batch * model->info.n_classes * sizeof(NnReal));
    model->spec = model->saved.spec ? train_saved_spec(model->saved.spec, false) : NULL;
    if (!model->outputs || (model->saved.spec && !model->spec))
        return AUG_FAIL(error, AUG_NO_MEMORY, model->saved.path, "no memory for a model");
    return AUG_OK;
}

AugStatus nn_model_open(NnModel **out, const char *path, const NnModelOptions *options,
                        AugError *error)
{
    static const NnModelOptions none = {0};
    *out = NULL;
    NnModel *model = calloc(1, sizeof(*model));
    if (!model)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a model");
    options = options ? options : &none;
    AugStatus status = open_saved(model, path, options->weights, error);
    if (status == AUG_OK)
        status = open_network(model, options, error);
    if (status == AUG_OK)
        *out = model;
    else
        nn_model_free(model);
    return status;
}

void nn_model_free(NnModel *model)
{
    if (!model)
        return;
    nn_network_free(model->network);
    train_saved_fini(&model->saved);
    free(model->outputs);
    free(model->spec);
    free(model);
}

static NnModelShape shape_of(NnShape shape)
{
    const int32_t n = shape.height * shape.width * shape.channels;
    return shape.flat ? (NnModelShape){1, 1, n, true}
                      : (NnModelShape){shape.height, shape.width, shape.channels, false};
}

void nn_model_info(const NnModel *model, NnModelInfo *info)
{
    const NnNetworkInfo *network = &model->info;
    *info = (NnModelInfo){
        .input = shape_of(network->input),
        .output = shape_of(network->output),
        .n_outputs = network->n_classes,
        .n_indices = network->n_indices,
        .n_classes = (uint32_t)model->saved.n_classes,
        .n_parameters = network->n_parameters,
        .max_batch = network->max_batch,
        .n_threads = network->n_threads,
        .kernels = network->kernels,
        .spec = model->spec,
    };
}

const char *nn_model_class_name(const NnModel *model, uint32_t number)
{
    return number < model->saved.n_classes ? model->saved.classes[number] : NULL;
}

AugStatus nn_model_run(NnModel *model, const NnModelBatch *batch, float *outputs, AugError *error)
{
    const NnBatch inner = {
        .data = batch->data,
        .dtype = batch->dtype,
        .layout = batch->layout == NN_MODEL_HWC ? NN_LAYOUT_NHWC : NN_LAYOUT_NCHW,
        .n = batch->n,
    };
    NnResult result;
    AUG_TRY(nn_network_evaluate(model->network, &inner, model->outputs, &result, error));
    const size_t n = model->info.n_classes;
    for (uint32_t i = 0; i < batch->n; i++)
        train_values_reorder(model->info.output, model->outputs + i * n, outputs + i * n);
    return AUG_OK;
}
