/* From a path to a plan in three steps (read, open the data set, compile); each prints its own
 * failure. */
#include "cli/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aug/catalog.h"
#include "aug/version.h"
#include "cli/outcome.h"
#include "cli/program.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/paths.h"
#include "libaug/spec/spec.h"

/* Mistakes that are printed; more are counted. */
#define MAX_PROBLEMS 100

static AugStatus read_seed(const char *text, uint64_t *seed, AugError *error)
{
    errno = 0;
    char *end;
    *seed = strtoull(text, &end, 10);
    if (errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "--seed is %s; allowed is integer from 0 to 18446744073709551615", text);
}

/* What a data set is opened for.
 *
 * path:   of the spec
 * name:   that the spec gives it
 * limits: NULL: the defaults
 */
typedef struct Named {
    const char *path, *name;
    const AugLimits *limits;
} Named;

static AugStatus find_named(AugCatalog *catalog, const CmdCall *call, const Named *named,
                            AugDataset **out, AugError *error)
{
    const CmdTexts given = cmd_call_texts(call, &cli_dataset);
    for (size_t i = 0; i < given.n; i++)
        AUG_TRY(aug_catalog_add(catalog, given.items[i], named->limits, error));
    AugDataset *found;
    AUG_TRY(aug_error_prefix(error, aug_catalog_find(catalog, named->name, &found, error),
                             named->path));
    *out = aug_dataset_ref(found);
    return AUG_OK;
}

static AugStatus open_named(const CmdCall *call, const Named *named, AugDataset **out,
                            AugError *error)
{
    if (cmd_call_texts(call, &cli_dataset).n == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, named->path,
                        "the specification names the data set '%s'; say what it is with "
                        "--dataset %s=KIND:PATH",
                        named->name, named->name);
    AugCatalog *catalog = aug_catalog_new();
    if (!catalog)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
    const AugStatus status = find_named(catalog, call, named, out, error);
    aug_catalog_free(catalog);
    return status;
}

AugStatus cli_dataset_open(AugDataset **out, const AugSpec *spec, const CmdCall *call,
                           AugError *error)
{
    const Named named = {
        .path = spec->name, .name = aug_spec_dataset_name(spec), .limits = &spec->limits};
    return named.name ? open_named(call, &named, out, error)
                      : aug_spec_open_dataset(spec, out, error);
}

/* Opens the data set of a spec that is wrong elsewhere, for its mistakes alone. Those that the map
 * shows without opening are among the spec's. */
static void look_at_dataset(const CmdCall *call, const AugiTree *root, const char *path,
                            AugProblems *problems)
{
    const AugiTree *node = augi_tree_get(root, "dataset");
    AugError item;
    AugProblems of_map = {.items = &item, .capacity = 1, .source_name = path};
    AugError error = {0};
    AugDataset *dataset = NULL;
    AugStatus status = AUG_OK;
    if (node && node->kind == AUGI_TREE_MAP)
        status = augi_dataset_open_tree(&dataset, node, path, NULL, &of_map, &error);
    else if (node && node->kind == AUGI_TREE_SCALAR && cmd_call_texts(call, &cli_dataset).n > 0)
        status = open_named(call, &(Named){.path = path, .name = node->text}, &dataset, &error);
    aug_dataset_unref(dataset);
    if (status != AUG_OK && of_map.n == 0)
        cli_dataset_problem(problems, node, &error);
}

void cli_dataset_problem(AugProblems *problems, const AugiTree *node, const AugError *error)
{
    if (node && node->kind == AUGI_TREE_MAP)
        augi_tree_problem(problems, node, "dataset", "%s%s%s", error->where,
                          error->where[0] ? ": " : "", error->message);
    else
        aug_problems_add(problems, error->status, error->where, "%s", error->message);
}

/* A file that is right, but for another program. */
static bool is_model_file(const AugiTree *root, AugProblems *problems)
{
    const AugiTree *key = augi_tree_get(root, "augtrain");
    if (!key || augi_tree_get(root, "augd"))
        return false;
    augi_tree_key_problem(problems, key, NULL,
                          "is a model file of augtrain; allowed is a specification of data, which "
                          "begins with 'augd: 1', such as the model's data.train names");
    return true;
}

/* A path that is nearly one that exists. */
static AugStatus check_exists(const char *path, AugProblems *problems)
{
    char similar[256];
    if (strcmp(path, "-") == 0 || augi_path_exists(path) ||
        !augi_path_similar(path, similar, sizeof(similar)))
        return AUG_OK;
    aug_problems_add(problems, AUG_NOT_FOUND, path, "there is no such file; did you mean '%s'?",
                     similar);
    return AUG_NOT_FOUND;
}

AugStatus cli_spec_read(AugSpec **out, const CmdCall *call, const char *path, AugProblems *problems)
{
    *out = NULL;
    AugLimits limits;
    aug_limits_init(&limits);
    AUG_TRY(check_exists(path, problems));
    AugiTreeDocument *document;
    AUG_TRY(augi_tree_load(&document, path, &limits, problems));
    AugStatus status = AUG_BAD_SPEC;
    if (!is_model_file(&document->root, problems))
        status = augi_spec_from_tree(out, &document->root, path, &limits, problems);
    if (status != AUG_OK || problems->n > 0) {
        look_at_dataset(call, &document->root, path, problems);
        cli_sort_problems(problems);
        aug_spec_free(*out);
        *out = NULL;
        augi_tree_free(document);
        return status != AUG_OK ? status : AUG_BAD_SPEC;
    }
    (*out)->document = document;
    AugError error = {0};
    status = augi_spec_set_file(*out, path, &error);
    if (status != AUG_OK)
        aug_problems_add(problems, status, error.where, "%s", error.message);
    return status;
}

/* The value of --marks; the default where a command has no such option. */
static AugHintDetail marks_of(const CmdCall *call)
{
    const AugParamTable *table = &call->command->options;
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->rows[i].name, "marks") == 0)
            return (AugHintDetail)((const AugChoice *)((const char *)call->options +
                                                       table->rows[i].offset))
                ->value;
    return AUG_HINTS_FEW;
}

int cli_pipeline_load(CliPipeline *pipeline, const CmdCall *call, const char *path,
                      const char *seed)
{
    AugError error = {0};
    uint64_t number = 0;
    if (seed && read_seed(seed, &number, &error) != AUG_OK)
        return cmd_fail(call, &error);
    AugError items[MAX_PROBLEMS];
    AugProblems problems = {.items = items, .capacity = MAX_PROBLEMS};
    const AugStatus status = cli_spec_read(&pipeline->spec, call, path, &problems);
    if (status != AUG_OK) {
        cli_print_problems(&problems);
        return aug_status_exit_code(status);
    }
    pipeline->spec->limits.hints = marks_of(call);
    if (seed)
        aug_spec_set_seed(pipeline->spec, number);
    return 0;
}

int cli_pipeline_open_dataset(CliPipeline *pipeline, const CmdCall *call)
{
    AugError error = {0};
    if (cli_dataset_open(&pipeline->dataset, pipeline->spec, call, &error) == AUG_OK)
        return 0;
    return cmd_fail(call, &error);
}

static int compile(CliPipeline *pipeline, const CmdCall *call, const AugPlanOptions *options)
{
    AugError error = {0};
    if (aug_plan_new(&pipeline->plan, pipeline->spec, pipeline->dataset, options, &error) == AUG_OK)
        return 0;
    return cmd_fail(call, &error);
}

int cli_pipeline_compile(CliPipeline *pipeline, const CmdCall *call, bool any_size)
{
    return compile(pipeline, call, &(AugPlanOptions){.any_size = any_size});
}

int cli_pipeline_open(CliPipeline *pipeline, const CmdCall *call, const char *path,
                      const char *seed, bool any_size)
{
    int code = cli_pipeline_load(pipeline, call, path, seed);
    if (code == 0)
        code = cli_pipeline_open_dataset(pipeline, call);
    if (code == 0)
        code = cli_pipeline_compile(pipeline, call, any_size);
    return code;
}

static AugStatus open_stream(const CliPipeline *pipeline, const char *from,
                             const StreamOptions *options, Stream **stream, AugError *error)
{
    if (!from)
        return stream_open(stream, pipeline->plan, options, error);
    StreamOptions remote = *options;
    remote.client = "aug/" AUG_VERSION;
    return stream_connect(stream, from, &(StreamSpec){.spec = pipeline->spec}, &remote, error);
}

int cli_pipeline_open_stream(CliPipeline *pipeline, const CmdCall *call, const char *seed,
                             const char *from, const StreamOptions *options, Stream **stream)
{
    *pipeline = (CliPipeline){0};
    *stream = NULL;
    int code = cli_pipeline_load(pipeline, call, call->arguments[0], seed);
    if (code == 0 && !from)
        code = cli_pipeline_open_dataset(pipeline, call);
    if (code == 0 && !from) {
        const AugPlanOptions how = {
            .names = options->names,
            .class_names = options->class_names,
        };
        code = compile(pipeline, call, &how);
    }
    if (code != 0)
        return code;
    AugError error = {0};
    const AugStatus status = open_stream(pipeline, from, options, stream, &error);
    return status == AUG_OK ? 0 : cmd_fail(call, &error);
}

void cli_pipeline_fini(CliPipeline *pipeline)
{
    if (pipeline->dataset)
        cli_print_note(pipeline->dataset);
    aug_plan_free(pipeline->plan);
    aug_dataset_unref(pipeline->dataset);
    aug_spec_free(pipeline->spec);
    *pipeline = (CliPipeline){0};
}
