/* Weights with the layers that they belong to, as a file of their own. */
#include <stdlib.h>

#include "aug/version.h"
#include "trainer/model/saved_model.h"

/* Copies of a network's parameters and buffers. */
typedef struct Copies {
    AugTensor *tensors;
    float **values;
    size_t n;
} Copies;

static void copies_fini(Copies *copies)
{
    for (size_t i = 0; copies->values && i < copies->n; i++)
        free(copies->values[i]);
    free(copies->values);
    free(copies->tensors);
}

static AugStatus copies_init(Copies *copies, const NnNetwork *network, AugError *error)
{
    const size_t n = nn_network_n_tensors(network);
    *copies = (Copies){.tensors = calloc(n + 1, sizeof(*copies->tensors)),
                       .values = calloc(n + 1, sizeof(*copies->values))};
    bool whole = copies->tensors && copies->values;
    for (size_t i = 0; whole && i < n; i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        if (info.kind == NN_TENSOR_STATE)
            continue;
        float *values = malloc(info.n_values * sizeof(*values) + 1);
        whole = values != NULL;
        if (!whole)
            break;
        nn_network_read_tensor(network, i, values);
        copies->tensors[copies->n] =
            (AugTensor){info.name, info.desc, values, info.n_values * sizeof(*values)};
        copies->values[copies->n++] = values;
    }
    if (whole)
        return AUG_OK;
    copies_fini(copies);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a copy of the weights");
}

AugStatus train_saved_write(const TrainModelFile *model, const NnNetwork *network, const char *path,
                            AugError *error)
{
    Copies copies;
    AUG_TRY(copies_init(&copies, network, error));
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    train_model_file_write_network(model, &json);
    augi_json_object_end(&json);
    char *layers = augi_json_take(&json);
    char format_key[] = "format", format[] = "pt", version_key[] = "augtrain";
    char version[] = AUG_VERSION, model_key[] = "model";
    const AugiMetadata metadata[] = {
        {format_key, format}, {version_key, version}, {model_key, layers}};
    const AugStatus status =
        layers ? augi_safetensors_save(path, copies.tensors, copies.n, metadata,
                                       AUG_COUNT(metadata), error)
               : AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the model's text");
    free(layers);
    copies_fini(&copies);
    return status;
}
