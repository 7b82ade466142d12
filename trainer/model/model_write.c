/* A model file with every default spelt out, as JSON. */
#include "trainer/model/model_file.h"

static void write_layers(const NnLayerSpec *layers, size_t n, AugiJsonWriter *json);

static void write_layer(const NnLayerSpec *layer, AugiJsonWriter *json)
{
    augi_json_object(json);
    augi_json_key(json, layer->desc->name);
    augi_json_object(json);
    if (layer->params)
        augi_params_write(&layer->desc->params, layer->params, json);
    if (layer->n_branch > 0) {
        augi_json_key(json, "branch");
        write_layers(layer->branch, layer->n_branch, json);
    }
    if (layer->n_shortcut > 0) {
        augi_json_key(json, "shortcut");
        write_layers(layer->shortcut, layer->n_shortcut, json);
    }
    augi_json_object_end(json);
    if (layer->name) {
        augi_json_key(json, "name");
        augi_json_string(json, layer->name);
    }
    augi_json_object_end(json);
}

static void write_layers(const NnLayerSpec *layers, size_t n, AugiJsonWriter *json)
{
    augi_json_list(json);
    for (size_t i = 0; i < n; i++)
        write_layer(&layers[i], json);
    augi_json_list_end(json);
}

static void write_named(const char *section, const char *name, const AugParamTable *table,
                        const void *params, AugiJsonWriter *json)
{
    augi_json_key(json, section);
    augi_json_object(json);
    augi_json_key(json, name);
    augi_json_object(json);
    if (params)
        augi_params_write(table, params, json);
    augi_json_object_end(json);
    augi_json_object_end(json);
}

void train_model_file_write_network(const TrainModelFile *file, AugiJsonWriter *json)
{
    augi_json_key(json, "input");
    augi_json_list(json);
    if (!file->input.flat) {
        augi_json_integer(json, file->input.height);
        augi_json_integer(json, file->input.width);
    }
    augi_json_integer(json, file->input.channels);
    augi_json_list_end(json);
    if (file->n_classes > 0) {
        augi_json_key(json, "classes");
        augi_json_list(json);
        for (size_t i = 0; i < file->n_classes; i++)
            augi_json_string(json, file->classes[i]);
        augi_json_list_end(json);
    }
    augi_json_key(json, "layers");
    write_layers(file->layers, file->n_layers, json);
}

void train_model_file_write(const TrainModelFile *file, const TrainSettings *train,
                            AugiJsonWriter *json)
{
    augi_json_key(json, "model");
    augi_json_object(json);
    train_model_file_write_network(file, json);
    augi_json_object_end(json);
    write_named("loss", "cross_entropy", &nn_loss_params, &file->loss, json);
    write_named("optimizer", "sgd", &nn_optimizer_params, &file->optimizer, json);
    write_named("schedule", file->schedule->name, &file->schedule->params, file->schedule_params,
                json);
    augi_json_key(json, "train");
    augi_json_object(json);
    augi_params_write(&train_params, train, json);
    augi_json_object_end(json);
}
