/* Reads the layers out of the metadata of model.safetensors, and config.json beside it. */
#include "trainer/model/saved_model.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "libaug/spec/spec.h"
#include "trainer/run/files.h"

/* Key of the layers in the metadata, and names of a run's files. */
#define LAYERS_KEY "model"
#define WEIGHTS_NAME "model.safetensors"
#define CONFIG_NAME "config.json"

/* Bytes of the layers with the names of the classes, and of config.json: as the weights may hold; and
 * values in the layers, each of 16 bytes. */
#define MAX_TEXT_SIZE AUGI_SAFETENSORS_MAX_FILE_HEADER
#define MAX_TEXT_VALUES (MAX_TEXT_SIZE / 16)

static AugStatus add(AugProblems *problems, const AugError *error)
{
    aug_problems_add(problems, error->status, error->where, "%s", error->message);
    return error->status;
}

static AugStatus no_memory(const char *path, AugProblems *problems)
{
    aug_problems_add(problems, AUG_NO_MEMORY, path, "memory is exhausted");
    return AUG_NO_MEMORY;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static AugStatus load_weights(TrainSavedModel *saved, const char *path, AugProblems *problems)
{
    AugError error = {0};
    saved->path = strdup(path);
    if (!saved->path)
        return no_memory(path, problems);
    if (train_weights_open(&saved->weights, path, &error) != AUG_OK)
        return add(problems, &error);
    return AUG_OK;
}

static AugStatus read_layers(TrainSavedModel *saved, const char *path, const AugLimits *limits,
                             AugProblems *problems)
{
    const char *layers = augi_tensor_file_metadata(&saved->weights, LAYERS_KEY);
    if (!layers) {
        aug_problems_add(problems, AUG_BAD_SPEC, path,
                         "the file does not say its layers; give the model file, and this one with "
                         "--weights");
        return AUG_BAD_SPEC;
    }
    AugLimits own = *limits;
    own.max_spec_size = MAX_TEXT_SIZE;
    own.max_spec_nodes = MAX_TEXT_VALUES;
    return train_model_file_parse_network(&saved->model, layers, path, &own, problems);
}

/* --- config.json ------------------------------------------------------------------------------ */

/* Names from config.json are taken where the model has none. */
static AugStatus take_classes(TrainSavedModel *saved, const json_t *list, const char *path,
                              AugProblems *problems)
{
    const TrainModelFile *model = saved->model;
    const size_t n = model->n_classes ? model->n_classes : json_array_size(list);
    saved->classes = calloc(n + 1, sizeof(*saved->classes));
    for (size_t i = 0; saved->classes && i < n; i++) {
        const char *name =
            model->n_classes ? model->classes[i] : json_string_value(json_array_get(list, i));
        saved->classes[i] = strdup(name ? name : "");
        if (!saved->classes[i])
            return no_memory(path, problems);
        saved->n_classes++;
    }
    return saved->classes ? AUG_OK : no_memory(path, problems);
}

/* The stream that a run was evaluated by; NULL where it was not. */
static const json_t *find_evaluation(const json_t *config)
{
    const json_t *data = json_object_get(config, "data");
    const json_t *eval = json_object_get(data, "eval");
    return json_object_get(eval, "spec") ? eval : json_object_get(data, "validation");
}

static AugStatus take_config(TrainSavedModel *saved, const json_t *config, const char *path,
                             AugProblems *problems)
{
    const char *task = json_string_value(json_object_get(config, "task"));
    const json_t *evaluation = find_evaluation(config);
    const json_t *spec = json_object_get(evaluation, "spec");
    const char *name = json_string_value(json_object_get(evaluation, "name"));
    saved->task = task ? train_task_find(task) : NULL;
    saved->spec = spec ? json_dumps(spec, JSON_COMPACT) : NULL;
    saved->spec_file = strdup(name ? name : path);
    return !saved->spec_file || (spec && !saved->spec) ? no_memory(path, problems) : AUG_OK;
}

static AugStatus read_config(TrainSavedModel *saved, const char *path, AugProblems *problems)
{
    uint8_t *bytes;
    size_t size;
    AugError error = {0};
    /* A folder may hold weights alone. */
    if (augi_input_file_load(path, MAX_TEXT_SIZE, &bytes, &size, &error) != AUG_OK)
        return error.status == AUG_NOT_FOUND ? AUG_OK : add(problems, &error);
    json_error_t place;
    json_t *config = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, &place);
    free(bytes);
    if (!config) {
        char where[300];
        snprintf(where, sizeof(where), "%.250s:%d:%d", path, place.line, place.column);
        aug_problems_add(problems, AUG_CORRUPT, where, "it is not JSON: %s", place.text);
        return AUG_CORRUPT;
    }
    AugStatus status = take_config(saved, config, path, problems);
    if (status == AUG_OK)
        status = take_classes(saved, json_object_get(config, "classes"), path, problems);
    json_decref(config);
    return status;
}

/* --- opening ---------------------------------------------------------------------------------- */

static AugStatus open_folder(TrainSavedModel *saved, const char *path, const char *weights,
                             const AugLimits *limits, AugProblems *problems)
{
    char *config = train_path_join(path, CONFIG_NAME), *own = train_path_join(path, WEIGHTS_NAME);
    AugStatus status = config && own ? AUG_OK : no_memory(path, problems);
    if (status == AUG_OK && access(own, F_OK) != 0) {
        aug_problems_add(problems, AUG_NOT_FOUND, path,
                         "this folder is none of a run: it has no " WEIGHTS_NAME);
        status = AUG_NOT_FOUND;
    }
    if (status == AUG_OK)
        status = load_weights(saved, own, problems);
    if (status == AUG_OK)
        status = read_layers(saved, own, limits, problems);
    if (status == AUG_OK)
        status = read_config(saved, config, problems);
    if (status == AUG_OK && weights) {
        augi_tensor_file_fini(&saved->weights);
        free(saved->path);
        status = load_weights(saved, weights, problems);
    }
    free(config);
    free(own);
    return status;
}

static AugStatus open_model_file(TrainSavedModel *saved, const char *path, const char *weights,
                                 const AugLimits *limits, AugProblems *problems)
{
    AUG_TRY(train_model_file_load(&saved->model, path, limits, problems));
    saved->task = saved->model->task;
    if (weights)
        return load_weights(saved, weights, problems);
    saved->path = strdup(path);
    return saved->path ? AUG_OK : no_memory(path, problems);
}

static AugStatus open_any(TrainSavedModel *saved, const char *path, const char *weights,
                          const AugLimits *limits, AugProblems *problems)
{
    if (is_folder(path))
        return open_folder(saved, path, weights, limits, problems);
    if (!train_weights_is_file(path))
        return open_model_file(saved, path, weights, limits, problems);
    AUG_TRY(load_weights(saved, path, problems));
    return read_layers(saved, path, limits, problems);
}

AugStatus train_saved_open(TrainSavedModel *out, const char *path, const char *weights,
                           const AugLimits *limits, AugProblems *problems)
{
    *out = (TrainSavedModel){0};
    AugStatus status = open_any(out, path, weights, limits, problems);
    if (status == AUG_OK && !out->classes)
        status = take_classes(out, NULL, path, problems);
    if (status != AUG_OK)
        train_saved_fini(out);
    return status;
}

void train_saved_fini(TrainSavedModel *saved)
{
    free(saved->path);
    free(saved->spec);
    free(saved->spec_file);
    for (size_t i = 0; i < saved->n_classes; i++)
        free(saved->classes[i]);
    free(saved->classes);
    train_model_file_free(saved->model);
    augi_tensor_file_fini(&saved->weights);
    *saved = (TrainSavedModel){0};
}

AugStatus train_saved_find_spec(const TrainSavedModel *saved, TrainSavedSpec *out,
                                const AugLimits *limits, AugProblems *problems)
{
    const TrainModelFile *model = saved->model;
    const TrainSpecRef *ref = model->eval_data.name ? &model->eval_data : &model->validation_data;
    AugSpec *spec = NULL;
    *out = (TrainSavedSpec){0};
    if (saved->spec) {
        *out = (TrainSavedSpec){strdup(saved->spec), strdup(saved->spec_file)};
    } else if (ref->tree) {
        AUG_TRY(augi_spec_from_tree(&spec, ref->tree, ref->name, limits, problems));
        *out = (TrainSavedSpec){aug_spec_expanded(spec), strdup(saved->model->path)};
    } else if (ref->name) {
        AUG_TRY(aug_spec_load(&spec, ref->path, limits, problems));
        *out = (TrainSavedSpec){aug_spec_expanded(spec), strdup(ref->path)};
    } else {
        return AUG_OK;
    }
    aug_spec_free(spec);
    if (out->text && out->file)
        return AUG_OK;
    free(out->text);
    free(out->file);
    *out = (TrainSavedSpec){0};
    return no_memory(saved->model->path, problems);
}

AugStatus train_saved_need_spec(const TrainSavedModel *saved, TrainSavedSpec *out,
                                const AugLimits *limits, AugProblems *problems)
{
    AUG_TRY(train_saved_find_spec(saved, out, limits, problems));
    if (out->text)
        return AUG_OK;
    aug_problems_add(problems, AUG_BAD_SPEC, saved->model->path,
                     "there is no specification of an evaluation (data.eval, or without it "
                     "data.validation), which says how samples become the network's input; give a "
                     "model file that has one, or the folder of a run that had one");
    return AUG_BAD_SPEC;
}

char *train_saved_spec(const char *spec, bool own)
{
    json_t *root = json_loads(spec, 0, NULL);
    json_t *batch = json_object_get(root, "batch");
    if (!own)
        json_object_del(root, "dataset");
    if (!batch) {
        batch = json_object();
        json_object_set_new(root, "batch", batch);
    }
    json_object_del(batch, "mix");
    json_object_del(batch, "group_by_length");
    json_object_del(batch, "views");
    json_object_set_new(batch, "shuffle", json_false());
    json_object_set_new(batch, "tail", json_string("short"));
    json_object_set_new(batch, "on_error", json_string("replace"));
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return text;
}

/* --- network ---------------------------------------------------------------------------------- */

/* A part of the model: its first n layers, and which of all layers in them is the output; NULL: the
 * last. */
typedef struct Part {
    size_t n;
    char *output;
} Part;

/* Whether a layer of the model's own list has this name of some bytes: its own, or its number. */
static bool is_named(const NnLayerSpec *layer, size_t number, const char *name, size_t size)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%zu", number);
    return (layer->name && strlen(layer->name) == size && !memcmp(layer->name, name, size)) ||
           (strlen(digits) == size && !memcmp(digits, name, size));
}

/* Layers up to the named one of the model's own list; of a layer inside another one ("3.branch.0"), up
 * to that around it. A name goes before a number. */
static AugStatus find_part(const TrainModelFile *model, const char *name, Part *part,
                           AugError *error)
{
    const size_t size = strcspn(name, ".");
    size_t found = model->n_layers;
    for (size_t i = 0; i < model->n_layers; i++) {
        const NnLayerSpec *layer = &model->layers[i];
        const bool is_own = layer->name && is_named(layer, SIZE_MAX, name, size);
        if (is_own || (found == model->n_layers && is_named(layer, i, name, size)))
            found = i;
    }
    if (found == model->n_layers)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, model->path,
                        "there is no layer '%.60s'; allowed are the names of the model's %zu "
                        "layers, or their numbers from 0, and of what is inside one as its tensors "
                        "are called, such as 3.branch.0",
                        name, model->n_layers);
    part->n = found + 1;
    if (!name[size])
        return AUG_OK;
    const char *own = model->layers[found].name;
    const int n = own ? asprintf(&part->output, "%s%s", own, name + size)
                      : asprintf(&part->output, "%zu%s", found, name + size);
    if (n >= 0)
        return AUG_OK;
    part->output = NULL;
    return AUG_FAIL(error, AUG_NO_MEMORY, model->path, "no memory for a name");
}

AugStatus train_saved_network(const TrainSavedModel *saved, const TrainSavedOptions *options,
                              NnNetwork **out, AugError *error)
{
    const TrainModelFile *model = saved->model;
    const bool has_weights = saved->weights.header_size > 0;
    Part part = {.n = model->n_layers};
    if (options->layer)
        AUG_TRY(find_part(model, options->layer, &part, error));
    const NnNetworkSpec spec = {
        .input = model->input,
        .input_indices = model->n_layers > 0 && nn_layer_reads_indices(model->layers[0].desc),
        .layers = model->layers,
        .n_layers = part.n,
        .max_batch = options->max_batch,
        .seed = model->train.seed,
        .n_threads = options->n_threads,
        .max_memory = options->max_memory,
        .kernels = options->kernels,
        .inference = true,
        .empty = has_weights,
        .no_loss = true,
        .output = part.output,
    };
    AugStatus status = train_model_place(model, nn_network_new(out, &spec, error), error);
    free(part.output);
    AUG_TRY(status);
    if (!has_weights)
        return AUG_OK;
    status = train_weights_set(*out, &saved->weights, part.n < model->n_layers, saved->path, error);
    if (status != AUG_OK) {
        nn_network_free(*out);
        *out = NULL;
    }
    return status;
}
