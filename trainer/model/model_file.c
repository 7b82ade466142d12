/* Reads a model file section by section; every mistake is kept with its place. */
#include "trainer/model/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trainer/model/model_reading.h"
#include "trainer/model/weights.h"
#include "trainer/run/files.h"

/* The section "model" without its lists. */
typedef struct ModelParams {
    AugNumbers input;
} ModelParams;

static const AugParamDesc model_rows[] = {
    AUG_PARAM(ModelParams, input, .low = 1, .high = 16777216,
              .help = "Shape of a sample: [height, width, channels], or [features]"),
};
static const AugParamTable model_params = AUG_PARAM_TABLE(ModelParams, model_rows);

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

static int compare_names(const void *a, const void *b)
{
    const AugiTree *const *left = a, *const *right = b;
    const int order = strcmp((*left)->text, (*right)->text);
    return order ? order : (*left > *right) - (*left < *right);
}

/* Labels are matched by names, so each stands for one class. */
static void check_names(TrainModelReading *reading, const AugiTree *list)
{
    size_t n = 0;
    const AugiTree **sorted = train_model_take(reading, list->n_children * sizeof(*sorted));
    for (size_t i = 0; sorted && i < list->n_children; i++)
        if (list->children[i].kind == AUGI_TREE_SCALAR)
            sorted[n++] = &list->children[i];
    if (n > 1)
        qsort(sorted, n, sizeof(*sorted), compare_names);
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
            augi_tree_problem(reading->problems, sorted[i], "model.classes",
                              "'%.80s' is the name of class %zu, too; names must differ",
                              sorted[i]->text, (size_t)(sorted[i - 1] - list->children));
}

static void read_classes(TrainModelReading *reading, const AugiTree *list, TrainModelFile *file)
{
    if (!list)
        return;
    if (list->kind != AUGI_TREE_LIST || list->n_children == 0) {
        augi_tree_problem(reading->problems, list, "model", "classes needs a list of names");
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
    check_names(reading, list);
    file->classes = names;
    file->n_classes = list->n_children;
}

/* What stands in the section "model". */
static void read_network(TrainModelReading *reading, const AugiTree *model, TrainModelFile *file)
{
    static const char *const handled[] = {"layers", "classes", NULL};
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

static void read_model(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *model = augi_tree_get(root, "model");
    if (model && model->kind == AUGI_TREE_MAP)
        read_network(reading, model, file);
    else
        augi_tree_problem(reading->problems, model ? model : root, NULL,
                          "the section 'model' is missing; it needs input and layers");
}

/* One class is no choice, unless a sample may be without it. What is read from a run has no task, and
 * was trained. */
static void check_class_count(TrainModelReading *reading, const AugiTree *root,
                              const TrainModelFile *file)
{
    if (file->n_classes == 1 && !file->task->several)
        augi_tree_problem(reading->problems, augi_tree_at(root, "/model/classes"), "model",
                          "classes needs a list of at least two names for the task %s",
                          file->task->name);
}

/* An optimizer that looks at the whole training set has no other steps. */
static void check_accumulate(TrainModelReading *reading, const AugiTree *train,
                             const TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(train, "accumulate");
    if (value && file->train.accumulate != 0 && file->optimizer.module &&
        nn_optimizer_whole_set(&file->optimizer))
        augi_tree_problem(reading->problems, value, "train",
                          "accumulate is %d, but each step of %s is made of all batches of an "
                          "epoch; allowed is 0, or to leave it out",
                          file->train.accumulate, file->optimizer.module->name);
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
    if (!settings)
        return;
    file->train = *settings;
    check_accumulate(reading, train, file);
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
    static const char *const keys[] = {"train", "validation", "eval"};
    const AugiTree *data = augi_tree_get(root, "data");
    if (!data)
        return;
    if (data->kind != AUGI_TREE_MAP) {
        augi_tree_problem(reading->problems, data, NULL,
                          "data needs a map with train, validation and eval");
        return;
    }
    train_model_check_keys(reading, data, keys, AUG_COUNT(keys), "data");
    read_spec_ref(reading, augi_tree_get(data, "train"), file->path, &file->train_data);
    read_spec_ref(reading, augi_tree_get(data, "validation"), file->path, &file->validation_data);
    read_spec_ref(reading, augi_tree_get(data, "eval"), file->path, &file->eval_data);
}

static void read_sections(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    static const char *const sections[] = {"augtrain", "model",    "task",  "loss", "optimizer",
                                           "groups",   "schedule", "train", "data"};
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
    train_model_modules(reading, root, file);
    check_class_count(reading, root, file);
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

/* Reads one part of a document, or all of it. */
typedef void Reader(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file);

/* before: mistakes that were known when reading began. */
static AugStatus read_document(TrainModelFile *file, Reader *read, size_t before,
                               AugProblems *problems)
{
    TrainModelReading reading = {.memory = file->memory, .problems = problems};
    file->path = train_model_text(&reading, "%s", problems->source_name);
    read(&reading, &file->memory->document->root, file);
    if (reading.failed) {
        aug_problems_add(problems, AUG_NO_MEMORY, problems->source_name, "memory is exhausted");
        return AUG_NO_MEMORY;
    }
    return problems->n > before ? AUG_BAD_SPEC : AUG_OK;
}

/* Takes the document. */
static AugStatus read_file(TrainModelFile **out, AugiTreeDocument *document, Reader *read,
                           const char *name, AugProblems *problems, size_t before)
{
    TrainModelFile *file = new_file();
    AugStatus status = AUG_NO_MEMORY;
    problems->source_name = name;
    if (file) {
        file->memory->document = document;
        status = read_document(file, read, before, problems);
    } else {
        augi_tree_free(document);
        aug_problems_add(problems, AUG_NO_MEMORY, name, "memory is exhausted");
    }
    if (status == AUG_OK)
        *out = file;
    else
        train_model_file_free(file);
    return status;
}

/* What is often given in place of a model file is called what it is. */
static AugStatus check_kind(const char *path, AugProblems *problems)
{
    struct stat status;
    char *config = train_path_join(path, "config.json");
    const bool is_run = config && stat(config, &status) == 0;
    free(config);
    if (is_run)
        aug_problems_add(problems, AUG_BAD_ARGUMENT, path,
                         "this is the folder of a run; allowed is a model file, and 'augtrain "
                         "--resume %.200s' goes on with the run",
                         path);
    if (!is_run && !train_weights_is_file(path))
        return AUG_OK;
    if (!is_run)
        aug_problems_add(problems, AUG_BAD_ARGUMENT, path,
                         "these are weights; allowed is a model file, to which --weights gives "
                         "them");
    return AUG_BAD_ARGUMENT;
}

AugStatus train_model_file_load(TrainModelFile **out, const char *path, const AugLimits *limits,
                                AugProblems *problems)
{
    *out = NULL;
    const size_t before = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(check_kind(path, problems));
    AUG_TRY(augi_tree_load(&document, path, limits, problems));
    return read_file(out, document, read_sections, path, problems, before);
}

static void read_root_network(TrainModelReading *reading, const AugiTree *root,
                              TrainModelFile *file)
{
    if (root->kind == AUGI_TREE_MAP)
        read_network(reading, root, file);
    else
        augi_tree_problem(reading->problems, root, NULL,
                          "%s stands here; a map with input and layers is expected",
                          augi_tree_kind_text(root->kind));
}

AugStatus train_model_file_parse_network(TrainModelFile **out, const char *text, const char *name,
                                         const AugLimits *limits, AugProblems *problems)
{
    *out = NULL;
    const size_t before = problems->n;
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_parse(&document, text, strlen(text), name, limits, problems));
    return read_file(out, document, read_root_network, name, problems, before);
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
