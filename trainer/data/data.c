/* Reads the two specs that a model file names, and opens each from the engine in this process or
 * from a server. */
#include "trainer/data/data.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "libaug/base/utf8.h"
#include "libaug/spec/spec.h"
#include "trainer/data/check.h"
#include "trainer/nn/loss.h"

static AugStatus read_text(TrainSpecText *out, const TrainSpecRef *ref, const AugLimits *limits,
                           AugProblems *problems)
{
    AugError error = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    out->name = strdup(ref->name);
    AugStatus status =
        augi_input_text_load(ref->path, limits->max_spec_size, &bytes, &size, &error);
    if (status != AUG_OK) {
        aug_problems_add(problems, status, error.where, "%s", error.message);
        return status;
    }
    out->text = (char *)bytes;
    if (out->name && out->text)
        return AUG_OK;
    aug_problems_add(problems, AUG_NO_MEMORY, ref->name, "memory is exhausted");
    return AUG_NO_MEMORY;
}

/* Relative paths in a spec start at the folder of the file that it stands in. */
static AugStatus set_file(TrainSpecText *out, const char *file, AugProblems *problems)
{
    AugError error = {0};
    const AugStatus status = augi_spec_set_file(out->spec, file, &error);
    if (status != AUG_OK)
        aug_problems_add(problems, status, error.where, "%s", error.message);
    return status;
}

/* A map of the model file is checked where it stands; a daemon is sent the object that it means. */
static AugStatus read_tree(TrainSpecText *out, const TrainSpecRef *ref, const AugLimits *limits,
                           AugProblems *problems)
{
    out->tree = ref->tree;
    out->name = strdup(ref->name);
    AUG_TRY(augi_spec_from_tree(&out->spec, ref->tree, ref->name, limits, problems));
    AUG_TRY(set_file(out, ref->name, problems));
    out->text = aug_spec_expanded(out->spec);
    if (out->name && out->text)
        return AUG_OK;
    aug_problems_add(problems, AUG_NO_MEMORY, ref->name, "memory is exhausted");
    return AUG_NO_MEMORY;
}

/* One reading serves both: what the engine checks is what a daemon is sent. */
static AugStatus read_spec(TrainSpecText *out, const TrainSpecRef *ref, const AugLimits *limits,
                           AugProblems *problems)
{
    if (ref->tree)
        return read_tree(out, ref, limits, problems);
    AUG_TRY(read_text(out, ref, limits, problems));
    AUG_TRY(aug_spec_parse(&out->spec, out->text, strlen(out->text), out->name, limits, problems));
    return set_file(out, ref->path, problems);
}

/* An evaluation is about all samples. */
static AugStatus read_evaluation(TrainSpecText *out, const TrainSpecRef *ref,
                                 const AugLimits *limits, AugProblems *problems)
{
    AUG_TRY(read_spec(out, ref, limits, problems));
    if (out->spec->batch.tail.value != AUGI_TAIL_DROP)
        return AUG_OK;
    const AugiTree *root = out->tree ? out->tree : &out->spec->document->root;
    problems->source_name = out->name;
    augi_tree_problem(problems, augi_tree_at(root, "/batch/tail"), "batch.tail",
                      "drop leaves samples out of an evaluation; allowed is short");
    return AUG_BAD_SPEC;
}

static AugStatus miss(const TrainModelFile *model, const char *key, AugProblems *problems)
{
    aug_problems_add(problems, AUG_BAD_SPEC, model->path,
                     "the model file has no data.%s; it needs the path of a spec, or a spec%s", key,
                     strcmp(key, "train") == 0 ? ", or give --data SPEC" : "");
    return AUG_BAD_SPEC;
}

AugStatus train_data_read_specs(TrainData *out, const TrainModelFile *model, const char *data,
                                bool eval_only, const AugLimits *limits, AugProblems *problems)
{
    const bool is_address = data && train_reader_is_address(data);
    if (is_address)
        out->address = data;
    if (data && !is_address && access(data, F_OK) != 0) {
        aug_problems_add(problems, AUG_NOT_FOUND, data,
                         "there is no such file; a daemon's address is unix:PATH or tcp:HOST:PORT");
        return AUG_NOT_FOUND;
    }
    TrainSpecRef train = model->train_data;
    if (data && !is_address)
        train = (TrainSpecRef){.path = data, .name = data};
    AugStatus train_status = AUG_OK;
    if (!eval_only)
        train_status = train.name ? read_spec(&out->train_spec, &train, limits, problems)
                                  : miss(model, "train", problems);
    AugStatus eval_status = AUG_OK, validation_status = AUG_OK;
    if (model->validation_data.name && !eval_only)
        validation_status =
            read_evaluation(&out->validation_spec, &model->validation_data, limits, problems);
    if (model->eval_data.name)
        eval_status = read_evaluation(&out->eval_spec, &model->eval_data, limits, problems);
    else if (eval_only)
        eval_status = miss(model, "eval", problems);
    if (train_status == AUG_OK)
        train_status = validation_status;
    return train_status != AUG_OK ? train_status : eval_status;
}

static AugStatus find_dataset(TrainData *data, const AugSpec *spec, AugDataset **out,
                              AugError *error)
{
    const char *name = aug_spec_dataset_name(spec);
    *out = NULL;
    if (!name)
        return aug_spec_open_dataset(spec, out, error);
    AugDataset *found = NULL;
    const AugStatus status = aug_catalog_find(data->catalog, name, &found, error);
    if (status != AUG_OK && aug_catalog_count(data->catalog) == 0)
        return AUG_FAIL(error, status, NULL,
                        "the data set '%s' is not known; give --dataset %s=KIND:PATH, or --data "
                        "with the address of a daemon that has it",
                        name, name);
    *out = status == AUG_OK ? aug_dataset_ref(found) : NULL;
    return status;
}

static AugStatus open_in_process(TrainData *data, const TrainSourceOptions *options,
                                 AugDataset *open, TrainSource **out, AugError *error)
{
    AugDataset *dataset = open ? aug_dataset_ref(open) : NULL;
    AugStatus status = open ? AUG_OK : find_dataset(data, options->spec, &dataset, error);
    if (status == AUG_OK)
        status = train_source_open_loader(out, options, dataset, data->pool, error);
    aug_dataset_unref(dataset);
    /* Some errors know the spec already. */
    if (error && strncmp(error->where, options->name, strlen(options->name)) == 0)
        return status;
    return aug_error_prefix(error, status, options->name);
}

AugStatus train_data_open_source(TrainData *data, const TrainSpecText *spec, AugDataset *dataset,
                                 uint32_t epochs, TrainSource **out, AugError *error)
{
    const TrainDataPosition start = {0, 0};
    const TrainDataPosition *at = out == &data->train ? &data->train_at : &start;
    const TrainSourceOptions options = {.spec = spec->spec,
                                        .text = spec->text,
                                        .text_is_object = spec->tree != NULL,
                                        .name = spec->name,
                                        .epoch = at->epoch,
                                        .step = at->step,
                                        .epochs = epochs,
                                        .prefetch = data->prefetch,
                                        .patience = &data->patience};
    if (!data->address)
        return open_in_process(data, &options, dataset, out, error);
    const AugStatus status = train_source_open_socket(out, &options, data->address, error);
    if (status != AUG_OK && spec->tree && error)
        train_spec_place(spec->tree, spec->name, error);
    return status;
}

/* An evaluation reads the first epoch of its stream, again and again. */
static AugStatus open_evaluation(TrainData *data, const TrainSpecText *spec, TrainSource **out,
                                 AugError *error)
{
    return spec->spec ? train_data_open_source(data, spec, NULL, 1, out, error) : AUG_OK;
}

/* Part of the training data, made as the evaluation makes its own. A run can do without. */
static AugStatus open_train_eval(TrainData *data, const TrainSettings *settings,
                                 const AugLimits *limits, AugError *error)
{
    const TrainSpecText *steps = data->eval ? &data->eval_spec : &data->validation_spec;
    if (settings->train_eval == 0 || !data->train || !steps->spec)
        return AUG_OK;
    char name[512];
    AugError reason = {0};
    snprintf(name, sizeof(name), "%s as %s", data->train_spec.name, steps->name);
    const TrainDerivation derivation = {
        .name = name, .dataset = aug_spec_dataset_name(data->train_spec.spec), .shuffle = true};
    AUG_TRY(train_spec_derive(&data->train_eval_spec, steps, &derivation, limits, error));
    if (train_data_open_source(data, &data->train_eval_spec, train_source_dataset(data->train), 1,
                               &data->train_eval, &reason) != AUG_OK)
        train_notes_add(&data->notes,
                        "no gap between training and test will be known, since the training data "
                        "cannot be evaluated: %s: %s",
                        reason.where, reason.message);
    return AUG_OK;
}

static AugStatus open_pool(TrainData *data, const char *const *definitions, size_t n,
                           const TrainSettings *settings, const AugLimits *limits, AugError *error)
{
    data->catalog = aug_catalog_new();
    if (!data->catalog)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
    for (size_t i = 0; i < n; i++)
        AUG_TRY(aug_catalog_add(data->catalog, definitions[i], limits, error));
    return aug_pool_new(&data->pool, (uint32_t)settings->threads, error);
}

/* Epochs that are left to train on; of a run that has none left one, as none would mean without end. */
static uint32_t rounds(const TrainData *data, const TrainSettings *settings)
{
    const uint32_t epochs = (uint32_t)settings->epochs;
    return epochs > data->train_at.epoch ? epochs - data->train_at.epoch : 1;
}

AugStatus train_data_open(TrainData *data, const char *const *definitions, size_t n,
                          const TrainSettings *settings, const AugLimits *limits, AugError *error)
{
    if (!data->address)
        AUG_TRY(open_pool(data, definitions, n, settings, limits, error));
    data->prefetch = (uint32_t)settings->prefetch;
    if (data->train_spec.spec)
        AUG_TRY(train_data_open_source(data, &data->train_spec, NULL, rounds(data, settings),
                                       &data->train, error));
    /* A daemon that was there once may come back. */
    data->patience.insists = data->patience.insists || data->train;
    AUG_TRY(open_evaluation(data, &data->validation_spec, &data->validation, error));
    AUG_TRY(open_evaluation(data, &data->eval_spec, &data->eval, error));
    AUG_TRY(open_train_eval(data, settings, limits, error));
    train_data_check(data, limits);
    return AUG_OK;
}

/* --- fitting to a network --------------------------------------------------------------------- */

/* Names go into the weights, the log and the report of a run. */
static AugStatus check_names(const TrainData *data, AugError *error)
{
    const TrainSource *const sources[] = {data->train, data->validation, data->eval};
    for (size_t i = 0; i < AUG_COUNT(sources); i++) {
        if (!sources[i])
            continue;
        const TrainClassNames names = train_source_class_names(sources[i]);
        AUG_TRY(augi_utf8_check_classes(names.names, names.n, "a run", names.owner, error));
    }
    return AUG_OK;
}

/* Classes of evaluations are those of the training data, or without these the model file's. */
static AugStatus match_classes(TrainData *data, const TrainModelFile *model, AugError *error)
{
    TrainSource *const evaluations[] = {data->validation, data->eval, data->train_eval};
    TrainNotes silent = {0};
    TrainClassNames names = {"the model", model->classes, (uint32_t)model->n_classes};
    AUG_TRY(check_names(data, error));
    if (data->train) {
        AUG_TRY(train_source_match(data->train, &names, true, NULL, &data->notes, error));
        names = train_source_class_names(data->train);
    }
    if (!data->train && data->eval && names.n == 0) {
        const TrainClassNames found = train_source_class_names(data->eval);
        if (train_classes_have_names(&found))
            train_notes_add(&data->notes,
                            "the classes of %s are taken by their numbers, since neither the "
                            "model file nor the weights name their own",
                            found.owner);
    }
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < AUG_COUNT(evaluations) && status == AUG_OK; i++) {
        /* Of the training data everything was said. */
        TrainNotes *notes = evaluations[i] == data->train_eval ? &silent : &data->notes;
        if (evaluations[i])
            status =
                train_source_match(evaluations[i], &names, !data->train, data->train, notes, error);
    }
    train_notes_fini(&silent);
    return status;
}

/* A source whose last batch is looked at. most: samples of it that are taken; advice: what is allowed
 * beside another size. */
typedef struct LastBatch {
    const TrainSource *source;
    uint64_t most;
    const char *advice;
} LastBatch;

/* Whether the network can take what is left at the end of an epoch. */
static AugStatus check_last_batch(const LastBatch *wanted, const NnNetwork *network, bool trains,
                                  AugError *error)
{
    AugError reason = {0};
    if (!wanted->source)
        return AUG_OK;
    const TrainSourceInfo *info = train_source_info(wanted->source);
    const bool is_cut = wanted->most < info->n_samples;
    const uint32_t rest = (uint32_t)(wanted->most % info->batch_size);
    const uint32_t last = !is_cut ? train_source_last_batch(wanted->source)
                          : rest  ? rest
                                  : info->batch_size;
    if (last == 0 || nn_network_check_batch(network, last, trains, &reason) == AUG_OK)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(wanted->source),
                    "of %" PRIu64 " samples in batches of %u the last one of an epoch has %u, and "
                    "%s; allowed is %sanother size",
                    is_cut ? wanted->most : info->n_samples, info->batch_size, last, reason.message,
                    wanted->advice);
}

static AugStatus check_last_batches(const TrainData *data, const TrainSettings *settings,
                                    const NnNetwork *network, AugError *error)
{
    const LastBatch all[] = {
        {data->train, UINT64_MAX, "batch: {tail: drop}, or "},
        {data->validation, UINT64_MAX, ""},
        {data->eval, UINT64_MAX, ""},
        {data->train_eval, (uint64_t)settings->train_eval, "another train.train_eval, or "},
    };
    for (size_t i = 0; i < AUG_COUNT(all); i++)
        AUG_TRY(check_last_batch(&all[i], network, i == 0, error));
    return AUG_OK;
}

/* Where samples have any number of classes, a data set has to say all of them; what makes groups by
 * their class needs one. */
static AugStatus check_labels(const TrainSource *source, const TrainTaskDesc *task,
                              const NnChoice *loss, AugError *error)
{
    const bool has_several = train_source_info(source)->label.n_dims == 2;
    const unsigned targets = nn_loss_targets(loss);
    if (!task->has_classes && (targets & NN_TARGET_GROUPS) && has_several)
        return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(source),
                        "its labels are shares of classes; the loss %s needs one class for each "
                        "sample",
                        loss->module->name);
    if (!task->several || has_several)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(source),
                    "each of its samples has one class; the task %s needs a data set that says "
                    "whether each class is there (labels: of csv, tsv and jsonl), and task: %s is "
                    "for one class",
                    task->name, train_task_default()->name);
}

static AugStatus fit(TrainData *data, TrainSource *source, const NnNetwork *network,
                     const TrainModelFile *model, uint32_t n_classes, AugError *error)
{
    NnNetworkInfo info;
    if (!source)
        return AUG_OK;
    nn_network_info(network, &info);
    AUG_TRY(check_labels(source, model->task, &model->loss, error));
    train_source_set_loss(source, &model->loss);
    AUG_TRY(train_source_fit(source, info.input, info.n_indices, n_classes, error));
    return source == data->train_eval ? AUG_OK
                                      : train_source_check_labels(source, &data->notes, error);
}

AugStatus train_data_fit(TrainData *data, const TrainModelFile *model, const NnNetwork *network,
                         uint32_t n_classes, AugError *error)
{
    if (n_classes > 0)
        AUG_TRY(match_classes(data, model, error));
    AUG_TRY(fit(data, data->train, network, model, n_classes, error));
    AUG_TRY(fit(data, data->validation, network, model, n_classes, error));
    AUG_TRY(fit(data, data->eval, network, model, n_classes, error));
    AUG_TRY(fit(data, data->train_eval, network, model, n_classes, error));
    return check_last_batches(data, &model->train, network, error);
}

/* Whether a task takes so many views of a sample, and its loss compares them. */
static AugStatus check_views(const TrainSource *source, const TrainModelFile *model,
                             AugError *error)
{
    const uint32_t n = train_source_info(source)->n_views;
    const NnLossDesc *loss = (const NnLossDesc *)model->loss.module;
    if (!model->task->takes_views && n > 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(source),
                        "batch.views is %u; the task %s takes 1", n, model->task->name);
    if (model->task->takes_views && n < loss->least_rows)
        return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(source),
                        "batch.views is %u; the loss %s compares at least %u views of a sample", n,
                        loss->name, loss->least_rows);
    return AUG_OK;
}

AugStatus train_data_count_views(const TrainData *data, const TrainModelFile *model, uint32_t *n,
                                 AugError *error)
{
    const TrainSource *const sources[] = {data->train, data->validation, data->eval,
                                          data->train_eval};
    *n = 0;
    for (size_t i = 0; i < AUG_COUNT(sources); i++) {
        if (!sources[i])
            continue;
        const uint32_t found = train_source_info(sources[i])->n_views;
        AUG_TRY(check_views(sources[i], model, error));
        if (*n && *n != found)
            return AUG_FAIL(error, AUG_BAD_SPEC, train_source_name(sources[i]),
                            "batch.views is %u; that of the training data is %u", found, *n);
        *n = found;
    }
    return AUG_OK;
}

void train_data_name_classes(const TrainData *data, TrainModelFile *model, uint32_t n_classes)
{
    if (model->n_classes > 0 || !data->train)
        return;
    const TrainClassNames names = train_source_class_names(data->train);
    if (names.n != n_classes || !train_classes_have_names(&names))
        return;
    model->classes = names.names;
    model->n_classes = names.n;
}

uint32_t train_data_max_batch(const TrainData *data)
{
    const TrainSource *const sources[] = {data->train, data->validation, data->eval,
                                          data->train_eval};
    uint32_t most = 0;
    for (size_t i = 0; i < AUG_COUNT(sources); i++) {
        const uint32_t size = sources[i] ? train_source_info(sources[i])->batch_size : 0;
        most = size > most ? size : most;
    }
    return most;
}

void train_data_fini(TrainData *data)
{
    train_source_free(data->train);
    train_source_free(data->validation);
    train_source_free(data->eval);
    train_source_free(data->train_eval);
    aug_pool_free(data->pool);
    aug_catalog_free(data->catalog);
    train_spec_fini(&data->train_eval_spec);
    train_spec_fini(&data->train_spec);
    train_spec_fini(&data->validation_spec);
    train_spec_fini(&data->eval_spec);
    train_notes_fini(&data->notes);
    *data = (TrainData){0};
}
