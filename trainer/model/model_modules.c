/* The sections of a model file that choose modules: loss, optimizer with its groups, schedule. Each
 * choice is a name, or a map of one name and its parameters or a lone value for the first of them:
 *
 *   optimizer: {sgd: {lr: 0.1, momentum: 0.9}}
 *   groups:    [{match: "stem.*", lr_scale: 0.1}]
 *   schedule:  [{warmup_linear: 500}, cosine]
 *   schedule:  [{exponential: 0.9, epochs: 5}, {step: 2}]
 */
#include <stdio.h>
#include <string.h>

#include "trainer/model/model_reading.h"
#include "trainer/nn/loss.h"

/* Keys that may stand beside the name of a stage. */
typedef struct StageParams {
    uint64_t steps, epochs;
} StageParams;

static const AugParamDesc stage_rows[] = {
    AUG_PARAM(StageParams, steps, .fallback = "0", .high = 1e12,
              .help = "Steps that the stage takes"),
    AUG_PARAM(StageParams, epochs, .fallback = "0", .high = 1000000,
              .help = "Epochs that the stage takes, instead of steps"),
};
static const AugParamTable stage_params = AUG_PARAM_TABLE(StageParams, stage_rows);

/* One entry of groups. */
typedef struct GroupParams {
    AugText match;
    bool frozen;
    double lr_scale, weight_decay, l1;
} GroupParams;

static const AugParamDesc group_rows[] = {
    AUG_PARAM(GroupParams, match, .help = "Pattern of tensors' names, with * and ?"),
    AUG_PARAM(GroupParams, frozen, .fallback = "false",
              .help = "Layers whose weight fits stay as they are, and of others what fits"),
    AUG_PARAM(GroupParams, lr_scale, .fallback = "1", .low = 0, .high = 1000,
              .help = "Times the learning rate"),
    AUG_PARAM(GroupParams, weight_decay, .fallback = "-1", .low = -1, .high = 10,
              .help = "Instead of the optimizer's, for all that fits; -1: the optimizer's"),
    AUG_PARAM(GroupParams, l1, .fallback = "-1", .low = -1, .high = 10,
              .help = "Instead of the optimizer's, for all that fits; -1: the optimizer's"),
};
static const AugParamTable group_params = AUG_PARAM_TABLE(GroupParams, group_rows);

static void report_unknown(TrainModelReading *reading, NnModuleKind kind, const AugiTree *at,
                           const char *section)
{
    const char *near = nn_module_nearest(kind, at->key);
    augi_tree_key_problem(reading->problems, at, section, "'%.60s' is not known; %s%s%s", at->key,
                          near ? "did you mean '" : "'augtrain modules' lists what is",
                          near ? near : "", near ? "'?" : "");
}

/* The module of an entry as key, its parameters as value; the other keys are a stage's. NULL, with
 * a problem, if there is none or more than one. */
static const AugiTree *find_name(TrainModelReading *reading, const AugiTree *value,
                                 const char *section, bool stage)
{
    const AugiTree *name = NULL;
    size_t n = 0;
    for (size_t i = 0; value->kind == AUGI_TREE_MAP && i < value->n_children; i++) {
        const char *key = value->children[i].key;
        if (stage && (!strcmp(key, "steps") || !strcmp(key, "epochs")))
            continue;
        name = &value->children[i];
        n++;
    }
    if (n == 1)
        return name;
    augi_tree_problem(reading->problems, value, section,
                      "a name, or one name with its parameters, is expected here");
    return NULL;
}

/* Binds what stands at value, or nothing. */
static void bind_choice(TrainModelReading *reading, const AugiTree *value, const char *section,
                        NnChoice *choice)
{
    char path[96];
    snprintf(path, sizeof(path), "%s.%.40s", section, choice->module->name);
    choice->params = train_model_bind(reading, &choice->module->params, value, NULL, path);
}

/* Reads a choice of a list; value NULL: its default, if it has one. With a problem, the choice has
 * no module. */
static void read_choice(TrainModelReading *reading, NnModuleKind kind, const AugiTree *value,
                        const char *section, NnChoice *choice)
{
    choice->module = value ? NULL : nn_module_default(kind);
    if (choice->module)
        bind_choice(reading, NULL, section, choice);
    if (!value)
        return;
    const AugiTree lone = {.place = value->place, .key_place = value->place, .key = value->text};
    const bool is_lone = value->kind == AUGI_TREE_SCALAR;
    const AugiTree *name =
        is_lone ? &lone : find_name(reading, value, section, kind == NN_MODULE_SCHEDULE);
    if (!name)
        return;
    const AugiTree nothing = {.kind = AUGI_TREE_MAP, .place = value->place};
    choice->module = nn_module_find(kind, name->key);
    if (choice->module)
        bind_choice(reading, is_lone ? &nothing : name, section, choice);
    else
        report_unknown(reading, kind, name, section);
}

static void read_optimizer(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, "optimizer");
    if (value)
        read_choice(reading, NN_MODULE_OPTIMIZER, value, "optimizer", &file->optimizer);
    else
        augi_tree_problem(reading->problems, root, NULL,
                          "the section 'optimizer' is missing; it needs the name of one, with its "
                          "parameters");
}

/* Below 0 only the default has a meaning. */
static void check_own(TrainModelReading *reading, const AugiTree *group, const char *key,
                      double value)
{
    const AugiTree *at = augi_tree_get(group, key);
    if (at && value < 0 && value != -1)
        augi_tree_problem(reading->problems, at, "groups",
                          "%s is %.40s; allowed are 0 to 10, and -1 for the optimizer's", key,
                          at->text);
}

static void read_groups(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *list = augi_tree_get(root, "groups");
    if (!list)
        return;
    if (list->kind != AUGI_TREE_LIST || list->n_children > NN_MAX_GROUPS) {
        augi_tree_problem(reading->problems, list, NULL,
                          "groups needs a list of at most %d maps with match", NN_MAX_GROUPS);
        return;
    }
    NnGroupSpec *groups = train_model_take(reading, (list->n_children + 1) * sizeof(*groups));
    for (size_t i = 0; groups && i < list->n_children; i++) {
        const GroupParams *group =
            train_model_bind(reading, &group_params, &list->children[i], NULL, "groups");
        if (!group)
            continue;
        check_own(reading, &list->children[i], "weight_decay", group->weight_decay);
        check_own(reading, &list->children[i], "l1", group->l1);
        groups[i] = (NnGroupSpec){group->match, group->frozen, group->lr_scale, group->weight_decay,
                                  group->l1};
    }
    file->groups = groups;
    file->n_groups = list->n_children;
}

static void read_stage(TrainModelReading *reading, const AugiTree *value, NnScheduleStage *stage)
{
    read_choice(reading, NN_MODULE_SCHEDULE, value, "schedule", &stage->choice);
    if (!value || value->kind != AUGI_TREE_MAP || !stage->choice.module)
        return;
    const char *const handled[] = {stage->choice.module->name, NULL};
    const StageParams *params =
        train_model_bind(reading, &stage_params, value, handled, "schedule");
    if (params && params->steps && params->epochs)
        augi_tree_problem(reading->problems, value, "schedule",
                          "steps and epochs both say how long %s is; allowed is one of them",
                          stage->choice.module->name);
    else if (params)
        *stage = (NnScheduleStage){stage->choice, params->steps, params->epochs};
}

static void read_schedule(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, "schedule");
    NnSchedule *schedule = &file->schedule;
    if (!value || value->kind != AUGI_TREE_LIST) {
        read_stage(reading, value, &schedule->stages[0]);
        schedule->n_stages = schedule->stages[0].choice.module != NULL;
        return;
    }
    if (value->n_children < 1 || value->n_children > NN_MAX_STAGES) {
        augi_tree_problem(reading->problems, value, NULL,
                          "schedule has %zu stages; allowed are 1 to %d", value->n_children,
                          NN_MAX_STAGES);
        return;
    }
    for (size_t i = 0; i < value->n_children; i++)
        read_stage(reading, &value->children[i], &schedule->stages[i]);
    schedule->n_stages = value->n_children;
}

static void read_task(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, "task");
    file->task = train_task_default();
    if (!value)
        return;
    if (value->kind == AUGI_TREE_SCALAR && train_task_find(value->text)) {
        file->task = train_task_find(value->text);
        return;
    }
    const char *text = value->kind == AUGI_TREE_SCALAR ? value->text : "";
    const char *near = train_task_nearest(text);
    augi_tree_problem(reading->problems, value, "task", "'%.60s' is not known; %s%s%s", text,
                      near ? "did you mean '" : "'augtrain modules' lists what is",
                      near ? near : "", near ? "'?" : "");
}

/* A loss that compares with something else, and those that a task takes. */
static void report_loss(TrainModelReading *reading, const AugiTree *at, const TrainModelFile *file)
{
    const NnLossDesc *loss = (const NnLossDesc *)(const void *)file->loss.module;
    const bool would_do = loss->targets & file->task->targets;
    char names[320] = "";
    for (size_t i = 0, used = 0; i < nn_n_losses && used < sizeof(names); i++)
        if (nn_losses[i] != loss && nn_losses[i]->targets & file->task->targets)
            used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "",
                                     nn_losses[i]->name);
    if (loss->hint)
        augi_tree_problem(reading->problems, at, "loss", "%s %s; allowed for the task %s are %s",
                          loss->name, loss->hint, file->task->name, names);
    else
        augi_tree_problem(reading->problems, at, "loss",
                          "%s%s does not compare with what the task %s has; allowed are %s%s",
                          loss->name, would_do ? " with these parameters" : "", file->task->name,
                          names, would_do ? ", and it with others" : "");
}

/* The file's loss, the task's, or that of the list; it must compare with what the task has. */
static void read_loss(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    const AugiTree *value = augi_tree_get(root, "loss");
    if (!value && file->task->loss) {
        file->loss.module = nn_module_find(NN_MODULE_LOSS, file->task->loss);
        bind_choice(reading, NULL, "loss", &file->loss);
    } else {
        read_choice(reading, NN_MODULE_LOSS, value, "loss", &file->loss);
    }
    if (file->loss.module && !(nn_loss_targets(&file->loss) & file->task->targets))
        report_loss(reading, value ? value : root, file);
}

void train_model_modules(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file)
{
    read_task(reading, root, file);
    read_loss(reading, root, file);
    read_optimizer(reading, root, file);
    read_groups(reading, root, file);
    read_schedule(reading, root, file);
}

NnNetworkSpec train_model_network(const TrainModelFile *file, const TrainSettings *settings)
{
    return (NnNetworkSpec){
        .input = file->input,
        .input_indices = file->n_layers > 0 && nn_layer_reads_indices(file->layers[0].desc),
        .layers = file->layers,
        .n_layers = file->n_layers,
        .loss = file->loss,
        .compares_input = (file->task->targets & NN_TARGET_INPUT) != 0,
        .optimizer = file->optimizer,
        .groups = file->groups,
        .n_groups = file->n_groups,
        .seed = settings->seed,
        .n_threads = (uint32_t)settings->threads,
        .kernels = (NnKernelChoice)settings->kernels.value,
    };
}
