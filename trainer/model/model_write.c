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
    if (layer->n_from > 0) {
        augi_json_key(json, "from");
        augi_json_list(json);
        for (size_t i = 0; i < layer->n_from; i++)
            augi_json_string(json, layer->from[i]);
        augi_json_list_end(json);
    }
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

/* A name with its parameters. */
static void write_choice(const NnChoice *choice, AugiJsonWriter *json)
{
    augi_json_object(json);
    augi_json_key(json, choice->module->name);
    augi_json_object(json);
    if (choice->params)
        augi_params_write(&choice->module->params, choice->params, json);
    augi_json_object_end(json);
    augi_json_object_end(json);
}

static void write_groups(const TrainModelFile *file, AugiJsonWriter *json)
{
    if (file->n_groups == 0)
        return;
    augi_json_key(json, "groups");
    augi_json_list(json);
    for (size_t i = 0; i < file->n_groups; i++) {
        const NnGroupSpec *group = &file->groups[i];
        augi_json_object(json);
        augi_json_text_member(json, "match", group->match);
        augi_json_key(json, "frozen");
        augi_json_bool(json, group->frozen);
        augi_json_number_member(json, "lr_scale", group->lr_scale);
        augi_json_number_member(json, "weight_decay", group->weight_decay);
        augi_json_number_member(json, "l1", group->l1);
        augi_json_object_end(json);
    }
    augi_json_list_end(json);
}

static void write_schedule(const NnSchedule *schedule, AugiJsonWriter *json)
{
    augi_json_key(json, "schedule");
    if (schedule->n_stages == 1 && !schedule->stages[0].steps && !schedule->stages[0].epochs) {
        write_choice(&schedule->stages[0].choice, json);
        return;
    }
    augi_json_list(json);
    for (size_t i = 0; i < schedule->n_stages; i++) {
        const NnScheduleStage *stage = &schedule->stages[i];
        augi_json_object(json);
        augi_json_key(json, stage->choice.module->name);
        augi_json_object(json);
        if (stage->choice.params)
            augi_params_write(&stage->choice.module->params, stage->choice.params, json);
        augi_json_object_end(json);
        augi_json_unsigned_member(json, "steps", stage->steps);
        augi_json_unsigned_member(json, "epochs", stage->epochs);
        augi_json_object_end(json);
    }
    augi_json_list_end(json);
}

void train_model_file_write(const TrainModelFile *file, const TrainSettings *train,
                            AugiJsonWriter *json)
{
    augi_json_key(json, "model");
    augi_json_object(json);
    train_model_file_write_network(file, json);
    augi_json_object_end(json);
    augi_json_text_member(json, "task", file->task->name);
    augi_json_key(json, "loss");
    write_choice(&file->loss, json);
    augi_json_key(json, "optimizer");
    write_choice(&file->optimizer, json);
    write_groups(file, json);
    write_schedule(&file->schedule, json);
    augi_json_key(json, "train");
    augi_json_object(json);
    augi_params_write(&train_params, train, json);
    augi_json_object_end(json);
}
