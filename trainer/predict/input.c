/* Rewrites the specification, finds out what a path is, and opens both as one stream. */
#include "trainer/predict/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/version.h"
#include "libaug/data/dataset.h"
#include "libaug/spec/spec.h"

/* Batches in existence at once: one is used, one is ready, two are made. */
#define DEPTH 4

/* Kinds of data sets by how names end, also before ".gz". */
static const struct {
    const char *ending, *kind;
} kinds[] = {
    {".tar", "tar"},      {".csv", "csv"},     {".tsv", "tsv"},      {".jsonl", "jsonl"},
    {".ndjson", "jsonl"}, {".txt", "lines"},   {"-ubyte", "idx"},    {".idx", "idx"},
    {".bin", "cifar"},    {".png", "picture"}, {".jpg", "picture"},  {".jpeg", "picture"},
    {".PNG", "picture"},  {".JPG", "picture"}, {".JPEG", "picture"},
};

static const char *kind_of(const char *path, bool is_folder)
{
    size_t length = strlen(path);
    if (is_folder)
        return "image_folder";
    if (length > 3 && strcmp(path + length - 3, ".gz") == 0)
        length -= 3;
    for (size_t i = 0; i < AUG_COUNT(kinds); i++) {
        const size_t n = strlen(kinds[i].ending);
        if (length > n && memcmp(path + length - n, kinds[i].ending, n) == 0)
            return kinds[i].kind;
    }
    return NULL;
}

/* --- the specification ------------------------------------------------------------------------ */

static AugStatus parse(TrainInput *input, const TrainSavedSpec *own, bool with_data,
                       const AugLimits *limits, AugProblems *problems)
{
    AugError error = {0};
    input->text = own->text && own->file ? train_saved_spec(own->text, with_data) : NULL;
    if (!input->text) {
        aug_problems_add(problems, AUG_NO_MEMORY, NULL, "memory is exhausted");
        return AUG_NO_MEMORY;
    }
    AUG_TRY(aug_spec_parse(&input->spec, input->text, strlen(input->text), own->file, limits,
                           problems));
    if (augi_spec_set_file(input->spec, own->file, &error) == AUG_OK)
        return AUG_OK;
    aug_problems_add(problems, error.status, error.where, "%s", error.message);
    return error.status;
}

static AugStatus read_spec(TrainInput *input, const TrainSavedModel *saved, bool with_data,
                           const AugLimits *limits, AugError *error)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    TrainSavedSpec own = {0};
    AugStatus status = train_saved_need_spec(saved, &own, limits, &problems);
    if (status == AUG_OK)
        status = parse(input, &own, with_data, limits, &problems);
    input->spec_file = own.file;
    free(own.text);
    return status == AUG_OK ? AUG_OK : aug_problems_first(&problems, error);
}

/* --- the samples ------------------------------------------------------------------------------ */

static AugStatus open_path(AugDataset **out, const char *path, bool is_folder,
                           const AugLimits *limits, AugError *error)
{
    const char *kind = kind_of(path, is_folder);
    if (!kind)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "the name does not say what is in the file; KIND:%.200s does, such as "
                        "idx:%.200s",
                        path, path);
    const AugiPlace place = {.line = 1, .column = 1};
    AugiTree children[] = {
        {.kind = AUGI_TREE_SCALAR, .place = place, .key = "kind", .text = kind},
        {.kind = AUGI_TREE_SCALAR, .place = place, .key = "path", .text = path, .quoted = true},
    };
    const AugiTree map = {.kind = AUGI_TREE_MAP,
                          .place = place,
                          .children = children,
                          .n_children = AUG_COUNT(children)};
    AugProblems problems = {.source_name = path};
    return augi_dataset_open_tree(out, &map, NULL, limits, &problems, error);
}

static AugStatus open_dataset(TrainInput *input, const char *what, const AugLimits *limits,
                              AugError *error)
{
    struct stat status;
    if (!what && aug_spec_dataset_name(input->spec))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the specification names its data set '%s'; give INPUT, such as KIND:PATH",
                        aug_spec_dataset_name(input->spec));
    if (!what)
        return aug_spec_open_dataset(input->spec, &input->dataset, error);
    if (stat(what, &status) == 0)
        return open_path(&input->dataset, what, S_ISDIR(status.st_mode), limits, error);
    if (!strchr(what, ':'))
        return AUG_FAIL(error, AUG_NOT_FOUND, what,
                        "there is no such file or folder; another data set is KIND:PATH, such as "
                        "tar:photos.tar");
    return aug_dataset_open(&input->dataset, what, limits, error);
}

static AugStatus open_here(TrainInput *input, const char *what, uint32_t threads,
                           const AugLimits *limits, AugError *error)
{
    AUG_TRY(open_dataset(input, what, limits, error));
    AUG_TRY(aug_plan_new(&input->plan, input->spec, input->dataset,
                         &(AugPlanOptions){.names = true}, error));
    const StreamOptions how = {.depth = DEPTH, .epochs = 1, .threads = threads};
    return stream_open(&input->stream, input->plan, &how, error);
}

static AugStatus open_there(TrainInput *input, const char *address, const char *name,
                            AugError *error)
{
    const StreamSpec spec = {
        .spec = input->spec, .text = input->text, .is_object = true, .name = name};
    const StreamOptions how = {
        .depth = DEPTH, .epochs = 1, .names = true, .client = "augtrain/" AUG_VERSION};
    return stream_connect(&input->stream, address, &spec, &how, error);
}

static AugStatus open_source(TrainInput *input, const char *name, AugError *error)
{
    const TrainSourceOptions how = {
        .spec = input->spec, .text = input->text, .text_is_object = true, .name = name};
    const StreamInfo *info = stream_info(input->stream);
    AUG_TRY(train_source_new(&input->source, input->stream, &how, error));
    input->name = stream_find_tensor(info, "name");
    input->label = stream_find_tensor(info, "label");
    const AugTensorDesc *label = &train_source_info(input->source)->label;
    input->n_shares = label->n_dims == 2 ? (uint32_t)label->shape[1] : 0;
    return AUG_OK;
}

static AugStatus open_all(TrainInput *input, const TrainSavedModel *saved, const char *what,
                          uint32_t threads, const AugLimits *limits, AugError *error)
{
    const bool is_address = what && stream_is_address(what);
    AUG_TRY(read_spec(input, saved, !what || is_address, limits, error));
    const char *name = what ? what : input->spec_file;
    if (is_address)
        AUG_TRY(open_there(input, what, input->spec_file, error));
    else
        AUG_TRY(open_here(input, what, threads, limits, error));
    return open_source(input, name, error);
}

AugStatus train_input_open(TrainInput *out, const TrainSavedModel *saved, const char *what,
                           uint32_t threads, const AugLimits *limits, AugError *error)
{
    *out = (TrainInput){.name = -1, .label = -1};
    const AugStatus status = open_all(out, saved, what, threads, limits, error);
    if (status != AUG_OK)
        train_input_fini(out);
    return status;
}

void train_input_fini(TrainInput *input)
{
    if (input->source)
        train_source_free(input->source);
    else
        stream_free(input->stream);
    aug_plan_free(input->plan);
    aug_dataset_unref(input->dataset);
    aug_spec_free(input->spec);
    free(input->text);
    free(input->spec_file);
    *input = (TrainInput){0};
}

const char *train_input_sample_name(const TrainInput *input, const TrainSourceBatch *batch,
                                    uint32_t sample, size_t *size)
{
    *size = 0;
    if (input->name < 0)
        return NULL;
    const int64_t *offsets = batch->stream.offsets[input->name];
    *size = (size_t)(offsets[sample + 1] - offsets[sample]);
    return (const char *)batch->stream.tensors[input->name].bytes + offsets[sample];
}

/* Adds the name of a class, or its number, to a list. */
static void put_class(const TrainInput *input, uint32_t number, FILE *to)
{
    const char *name = stream_class_name(input->stream, number);
    if (ftell(to) > 0)
        fputc('|', to);
    if (name)
        fputs(name, to);
    else
        fprintf(to, "%u", number);
}

AugStatus train_input_sample_label(const TrainInput *input, const TrainSourceBatch *batch,
                                   uint32_t sample, char **out, AugError *error)
{
    size_t size;
    *out = NULL;
    FILE *text = open_memstream(out, &size);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the label of a sample");
    const void *label = batch->stream.tensors[input->label].bytes;
    const float *shares = (const float *)label + (size_t)sample * input->n_shares;
    for (uint32_t i = 0; i < input->n_shares; i++)
        if (shares[i] > 0.5F)
            put_class(input, i, text);
    if (input->n_shares == 0 && ((const int64_t *)label)[sample] >= 0)
        put_class(input, (uint32_t)((const int64_t *)label)[sample], text);
    if (fclose(text) == 0)
        return AUG_OK;
    free(*out);
    *out = NULL;
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the label of a sample");
}
