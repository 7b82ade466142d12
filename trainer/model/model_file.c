/* Reads a model file section by section; every mistake is kept with its place. */
#include "trainer/model/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/model/model_reading.h"
#include "trainer/run/files.h"

static const char *const kernel_names[] = {"auto", "reference", "baseline", "avx2", NULL};

static const AugParamDesc train_rows[] = {
    AUG_PARAM(TrainSettings, epochs, .low = 1, .high = 1000000,
              .help = "Passes over the training data"),
    AUG_PARAM(TrainSettings, seed, .fallback = "1",
              .help = "Seed of the initial weights and of dropout"),
    AUG_PARAM(TrainSettings, threads, .fallback = "0", .low = 0, .high = 256,
              .help = "Threads of the network; 0 means one for each CPU"),
    AUG_PARAM(TrainSettings, log_every, .fallback = "20", .low = 1, .high = 1000000,
              .unit = "steps", .help = "Steps between two entries of the log"),
    AUG_PARAM(TrainSettings, checkpoint_every, .fallback = "1", .low = 1, .high = 1000000,
              .unit = "epochs", .help = "Epochs between two checkpoints"),
    AUG_PARAM(TrainSettings, prefetch, .fallback = "4", .low = 1, .high = 64, .unit = "batches",
              .help = "Batches kept ready ahead of the step"),
    AUG_PARAM(TrainSettings, kernels, .fallback = "auto", .choices = kernel_names,
              .help = "Kernels that compute; auto takes the fastest that the CPU has"),
};

const AugParamTable train_params = AUG_PARAM_TABLE(TrainSettings, train_rows);

/* The section "model" without its lists. */
typedef struct ModelParams {
    AugNumbers input;
} ModelParams;

static const AugParamDesc model_rows[] = {
    AUG_PARAM(ModelParams, input, .low = 1, .high = 16777216,
              .help = "Shape of a sample: [height, width, channels], or [features]"),
};
static const AugParamTable model_params = AUG_PARAM_TABLE(ModelParams, model_rows);

/* A section whose value is a name, with or without parameters. One name is known of each so far. */
typedef struct Choice {
    const char *section;
    const char *name;
    const AugParamTable *table;
} Choice;

static const Choice loss_choice = {"loss", "cross_entropy", &nn_loss_params};
static const Choice optimizer_choice = {"optimizer", "sgd", &nn_optimizer_params};

/* "name" or "{name: parameters}": the name as key with its place, and the parameters or NULL.
 * False, with a problem, for anything else. */
static bool split_named(TrainModelReading *reading, const AugiTree *value, const char *section,
                        AugiTree *name, const AugiTree **params)
{
    if (value->kind == AUGI_TREE_SCALAR) {
        *name = (AugiTree){.place = value->place, .key = value->text};
        *params = NULL;
        return true;
    }
    if (value->kind == AUGI_TREE_MAP && value->n_children == 1) {
        *name = value->children[0];
        *params = &value->children[0];
        return true;
    }
    augi_tree_problem(reading->problems, value, section,
                      "a name, or one name with its parameters, is expected here");
    return false;
}

static const void *read_choice(TrainModelReading *reading, const AugiTree *value,
                               const Choice *choice)
{
    AugiTree name;
    const AugiTree *params = NULL;
    if (value && !split_named(reading, value, choice->section, &name, &params))
        return NULL;
    if (value && strcmp(name.key, choice->name) != 0) {
        augi_tree_key_problem(reading->problems, &name, choice->section,
                              "'%.60s' is not known; known is: %s", name.key, choice->name);
        return NULL;
    }
    char path[64];
    snprintf(path, sizeof(path), "%s.%s", choice->section, choice->name);
    return train_model_bind(reading, choice->table, params, NULL, path);
}

static void read_optimizer(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, optimizer_choice.section);
    size_t before = reading->problems->n;
    const NnOptimizer *optimizer = read_choice(reading, value, &optimizer_choice);
    if (!optimizer)
        return;
    file->optimizer = *optimizer;
    AugError error = {0};
    if (reading->problems->n == before && nn_optimizer_check(optimizer, &error) != AUG_OK)
        augi_tree_problem(reading->problems, value ? value : root, "optimizer.sgd", "%s",
                          error.message);
}

static void read_schedule(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, "schedule");
    AugiTree name = {.key = "constant"};
    const AugiTree *params = NULL;
    if (value && !split_named(reading, value, "schedule", &name, &params))
        return;
    file->schedule = nn_schedule_find(name.key);
    if (!file->schedule) {
        const char *near = nn_schedule_nearest(name.key);
        augi_tree_key_problem(reading->problems, &name, "schedule", "'%.60s' is not known; %s%s%s",
                              name.key, near ? "did you mean '" : "'augtrain layers' lists what is",
                              near ? near : "", near ? "'?" : "");
        return;
    }
    char path[64];
    snprintf(path, sizeof(path), "schedule.%.40s", name.key);
    file->schedule_params = train_model_bind(reading, &file->schedule->params, params, NULL, path);
}

static void read_input(TrainModelReading *reading, const AugiTree *model, const AugNumbers *input,
                       TrainModelFile *file)
{
    bool good = input->n == 1 || input->n == 3;
    for (int32_t i = 0; i < input->n; i++)
        good = good && input->values[i] == (double)(int32_t)input->values[i];
    if (good && input->n == 1) {
        file->input = (NnShape){1, 1, (int32_t)input->values[0], true};
    } else if (good) {
        file->input = (NnShape){(int32_t)input->values[0], (int32_t)input->values[1],
                                (int32_t)input->values[2], false};
    } else if (input->n > 0) {
        augi_tree_problem(reading->problems, augi_tree_get(model, "input"), "model",
                          "input needs [height, width, channels] or [features], whole numbers");
    }
}

static void read_classes(TrainModelReading *reading, const AugiTree *list, TrainModelFile *file)
{
    if (!list)
        return;
    if (list->kind != AUGI_TREE_LIST || list->n_children < 2) {
        augi_tree_problem(reading->problems, list, "model",
                          "classes needs a list of at least two names");
        return;
    }
    const char **names = train_model_take(reading, list->n_children * sizeof(*names));
    for (size_t i = 0; names && i < list->n_children; i++) {
        const AugiTree *name = &list->children[i];
        if (name->kind != AUGI_TREE_SCALAR)
            augi_tree_problem(reading->problems, name, "model.classes", "a name is expected here");
        names[i] =
            train_model_text(reading, "%s", name->kind == AUGI_TREE_SCALAR ? name->text : "");
    }
    file->classes = names;
    file->n_classes = list->n_children;
}

static void read_model(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    static const char *const handled[] = {"layers", "classes", NULL};
    const AugiTree *model = augi_tree_get(root, "model");
    if (!model || model->kind != AUGI_TREE_MAP) {
        augi_tree_problem(reading->problems, model ? model : root, NULL,
                          "the section 'model' is missing; it needs input and layers");
        return;
    }
    size_t before = reading->problems->n;
    const ModelParams *params = train_model_bind(reading, &model_params, model, handled, "model");
    if (params && reading->problems->n == before)
        read_input(reading, model, &params->input, file);
    read_classes(reading, augi_tree_get(model, "classes"), file);
    const AugiTree *layers = augi_tree_get(model, "layers");
    if (layers)
        file->layers = train_model_layers(reading, layers, "model.layers", &file->n_layers);
    else
        augi_tree_problem(reading->problems, model, "model",
                          "layers is missing; allowed is a list of layers");
}

static void read_train(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *train = augi_tree_get(root, "train");
    if (!train) {
        augi_tree_problem(reading->problems, root, NULL,
                          "the section 'train' is missing; it needs epochs");
        return;
    }
    const TrainSettings *settings = train_model_bind(reading, &train_params, train, NULL, "train");
    if (settings)
        file->train = *settings;
}

static void read_spec_ref(TrainModelReading *reading, const AugiTree *value, const char *path,
                          TrainSpecRef *ref)
{
    if (value && value->kind == AUGI_TREE_SCALAR) {
        char *place = train_path_beside(path, value->text);
        reading->failed = reading->failed || !place;
        ref->path = ref->name = train_model_text(reading, "%s", place ? place : "");
        free(place);
    } else if (value && value->kind == AUGI_TREE_MAP) {
        ref->tree = value;
        ref->name = path;
    } else if (value) {
        augi_tree_problem(reading->problems, value, "data",
                          "a list stands here; the path of a spec, or a spec, is expected");
    }
}

static void read_data(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    static const char *const keys[] = {"train", "eval"};
    const AugiTree *data = augi_tree_get(root, "data");
    if (!data)
        return;
    if (data->kind != AUGI_TREE_MAP) {
        augi_tree_problem(reading->problems, data, NULL, "data needs a map with train and eval");
        return;
    }
    train_model_check_keys(reading, data, keys, AUG_COUNT(keys), "data");
    read_spec_ref(reading, augi_tree_get(data, "train"), file->path, &file->train_data);
    read_spec_ref(reading, augi_tree_get(data, "eval"), file->path, &file->eval_data);
}

static void read_sections(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    static const char *const sections[] = {"augtrain", "model", "loss", "optimizer",
                                           "schedule", "train", "data"};
    if (root->kind != AUGI_TREE_MAP) {
        augi_tree_problem(reading->problems, root, NULL,
                          "%s stands here; a map with model, optimizer and train is expected",
                          augi_tree_kind_text(root->kind));
        return;
    }
    const AugiTree *other = augi_tree_get(root, "augd");
    if (other && !augi_tree_get(root, "augtrain")) {
        augi_tree_key_problem(reading->problems, other, NULL,
                              "is a specification of data; allowed is a model file, which begins "
                              "with 'augtrain: 1' and names specifications under data");
        return;
    }
    train_model_check_keys(reading, root, sections, AUG_COUNT(sections), NULL);
    const AugiTree *version = augi_tree_get(root, "augtrain");
    if (version && (version->kind != AUGI_TREE_SCALAR || strcmp(version->text, "1") != 0))
        augi_tree_problem(reading->problems, version, NULL,
                          "augtrain is the version of this format; allowed is 1");
    read_model(reading, root, file);
    const NnLoss *loss = read_choice(reading, augi_tree_get(root, "loss"), &loss_choice);
    if (loss)
        file->loss = *loss;
    read_optimizer(reading, root, file);
    read_schedule(reading, root, file);
    read_train(reading, root, file);
    read_data(reading, root, file);
}

static TrainModelFile *new_file(void)
{
    TrainModelFile *file = calloc(1, sizeof(*file));
    TrainModelMemory *memory = calloc(1, sizeof(*memory));
    AugiArena *arena = augi_arena_new();
    if (file && memory && arena) {
        memory->arena = arena;
        file->memory = memory;
        return file;
    }
    augi_arena_free(arena);
    free(memory);
    free(file);
    return NULL;
}

/* before: mistakes that were known when reading began. */
static AugStatus read_document(TrainModelFile *file, const AugiTree *root, size_t before,
                               AugProblems *problems)
{
    TrainModelReading reading = {.memory = file->memory, .problems = problems};
    file->path = train_model_text(&reading, "%s", problems->source_name);
    read_sections(&reading, root, file);
    if (reading.failed) {
        aug_problems_add(problems, AUG_NO_MEMORY, problems->source_name, "memory is exhausted");
        return AUG_NO_MEMORY;
    }
    return problems->n > before ? AUG_BAD_SPEC : AUG_OK;
}

AugStatus train_model_file_load(TrainModelFile **out, const char *path, const AugLimits *limits,
                                AugProblems *problems)
{
    *out = NULL;
    const size_t before = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_load(&document, path, limits, problems));
    TrainModelFile *file = new_file();
    AugStatus status = AUG_NO_MEMORY;
    problems->source_name = path;
    if (file) {
        file->memory->document = document;
        status = read_document(file, &document->root, before, problems);
    } else {
        augi_tree_free(document);
        aug_problems_add(problems, AUG_NO_MEMORY, path, "memory is exhausted");
    }
    if (status == AUG_OK)
        *out = file;
    else
        train_model_file_free(file);
    return status;
}

void train_model_file_free(TrainModelFile *file)
{
    if (!file)
        return;
    for (TrainBoundParams *bound = file->memory->bound; bound; bound = bound->next)
        augi_params_fini(bound->table, bound->params);
    augi_arena_free(file->memory->arena);
    augi_tree_free(file->memory->document);
    free(file->memory);
    free(file);
}
