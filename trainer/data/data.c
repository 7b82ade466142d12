/* Reads the two specs that a model file names, and opens each from the engine in this process or
 * from a server. */
#include "trainer/data/data.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "libaug/spec/spec.h"

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
    const bool is_address = data && stream_is_address(data);
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
    AugStatus eval_status = AUG_OK;
    if (model->eval_data.name)
        eval_status = read_spec(&out->eval_spec, &model->eval_data, limits, problems);
    else if (eval_only)
        eval_status = miss(model, "eval", problems);
    return train_status != AUG_OK ? train_status : eval_status;
}

static AugStatus open_in_process(TrainData *data, const TrainSourceOptions *options,
                                 TrainSource **out, AugError *error)
{
    const char *name = aug_spec_dataset_name(options->spec);
    AugDataset *dataset = NULL;
    AugStatus status;
    if (name) {
        status = aug_catalog_find(data->catalog, name, &dataset, error);
        if (status == AUG_OK)
            dataset = aug_dataset_ref(dataset);
        else if (aug_catalog_count(data->catalog) == 0)
            AUG_FAIL(error, status, NULL,
                     "the data set '%s' is not known; give --dataset %s=KIND:PATH, or --data with "
                     "the address of a daemon that has it",
                     name, name);
    } else {
        status = aug_spec_open_dataset(options->spec, &dataset, error);
    }
    if (status == AUG_OK)
        status = train_source_open_loader(out, options, dataset, data->pool, error);
    aug_dataset_unref(dataset);
    /* Some errors know the spec already. */
    if (error && strncmp(error->where, options->name, strlen(options->name)) == 0)
        return status;
    return aug_error_prefix(error, status, options->name);
}

static AugStatus open_source(TrainData *data, const TrainSpecText *spec,
                             const TrainSettings *settings, TrainSource **out, AugError *error)
{
    if (!spec->spec)
        return AUG_OK;
    const TrainSourceOptions options = {.spec = spec->spec,
                                        .text = spec->text,
                                        .text_is_object = spec->tree != NULL,
                                        .name = spec->name,
                                        .epochs = (uint32_t)settings->epochs,
                                        .prefetch = (uint32_t)settings->prefetch};
    if (data->address) {
        AugStatus status = train_source_open_socket(out, &options, data->address, error);
        if (status != AUG_OK && spec->tree && error)
            train_spec_place(spec->tree, spec->name, error);
        return status;
    }
    return open_in_process(data, &options, out, error);
}

AugStatus train_data_open(TrainData *data, const char *const *definitions, size_t n,
                          const TrainSettings *settings, const AugLimits *limits, AugError *error)
{
    if (!data->address) {
        data->catalog = aug_catalog_new();
        if (!data->catalog)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
        for (size_t i = 0; i < n; i++)
            AUG_TRY(aug_catalog_add(data->catalog, definitions[i], limits, error));
        AUG_TRY(aug_pool_new(&data->pool, (uint32_t)settings->threads, error));
    }
    AUG_TRY(open_source(data, &data->train_spec, settings, &data->train, error));
    return open_source(data, &data->eval_spec, settings, &data->eval, error);
}

uint32_t train_data_max_batch(const TrainData *data)
{
    uint32_t train = data->train ? train_source_info(data->train)->batch_size : 0;
    uint32_t eval = data->eval ? train_source_info(data->eval)->batch_size : 0;
    return train > eval ? train : eval;
}

static void fini_spec(TrainSpecText *spec)
{
    aug_spec_free(spec->spec);
    free(spec->text);
    free(spec->name);
}

void train_data_fini(TrainData *data)
{
    train_source_free(data->train);
    train_source_free(data->eval);
    aug_pool_free(data->pool);
    aug_catalog_free(data->catalog);
    fini_spec(&data->train_spec);
    fini_spec(&data->eval_spec);
    *data = (TrainData){0};
}
