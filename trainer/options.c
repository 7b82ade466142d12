#include "trainer/options.h"

#include <stdlib.h>
#include <string.h>

static const AugParamDesc rows[] = {
    AUG_PARAM(TrainOptions, data, .optional = true, .unit = "SOURCE",
              .help = "Where batches come from: unix:PATH or tcp:HOST:PORT of a daemon, or a spec\n"
                      "that replaces data.train and is run in this process. Without it the\n"
                      "model file's specs are run in this process"),
    AUG_PARAM(TrainOptions, dataset, .optional = true, .unit = "NAME=KIND:PATH",
              .help = "Data set for specs that name theirs, in this process; may be repeated"),
    AUG_PARAM(TrainOptions, output, .optional = true, .unit = "DIR",
              .help = "Folder of the run; without it runs/MODEL, runs/MODEL-2, ..."),
    AUG_PARAM(TrainOptions, overwrite, .optional = true,
              .help = "Replace the run that is in that folder"),
    AUG_PARAM(TrainOptions, epochs, .optional = true, .low = 1, .high = 1000000, .unit = "N",
              .help = "Instead of train.epochs"),
    AUG_PARAM(TrainOptions, seed, .optional = true, .unit = "N", .help = "Instead of train.seed"),
    AUG_PARAM(TrainOptions, threads, .optional = true, .low = 0, .high = 256, .unit = "N",
              .help = "Instead of train.threads; 0 means one for each CPU"),
    AUG_PARAM(TrainOptions, weights, .optional = true, .unit = "FILE",
              .help = "Start from these weights (safetensors, PyTorch's names)"),
    AUG_PARAM(TrainOptions, eval_only, .optional = true,
              .help = "Only evaluate --weights on data.eval"),
    AUG_PARAM(TrainOptions, json, .optional = true, .help = "Print 'layers' as JSON"),
    AUG_PARAM(TrainOptions, quiet, .optional = true, .help = "Print nothing but errors"),
    AUG_PARAM(TrainOptions, help, .optional = true, .help = "Print this"),
    AUG_PARAM(TrainOptions, version, .optional = true, .help = "Print the version"),
};

static const AugParamTable table = AUG_PARAM_TABLE(TrainOptions, rows);

/* Longest option name with its dashes. */
#define NAME_SIZE 32

/* The words that are left. */
typedef struct Words {
    const char *const *next;
    size_t n;
} Words;

static void option_name(const AugParamDesc *row, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "--%s", row->name);
    for (char *c = name + 2; *c; c++)
        if (*c == '_')
            *c = '-';
}

static const char *row_name_at(const void *list, size_t i)
{
    return ((const AugParamDesc *)list)[i].name;
}

/* Row of "--name" or "--name=value", whose name has length bytes. */
static const AugParamDesc *find_row(const char *word, size_t length)
{
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        char name[NAME_SIZE];
        option_name(&rows[i], name);
        if (strlen(name) == length && strncmp(word, name, length) == 0)
            return &rows[i];
    }
    return NULL;
}

static AugStatus fail_unknown(const char *word, size_t length, AugError *error)
{
    char wrong[NAME_SIZE];
    snprintf(wrong, sizeof(wrong), "%.*s", (int)(length > 2 ? length - 2 : 0), word + 2);
    const char *near = augi_nearest_name(wrong, row_name_at, rows, AUG_COUNT(rows));
    const AugParamDesc *row = NULL;
    for (size_t i = 0; near && i < AUG_COUNT(rows); i++)
        row = strcmp(rows[i].name, near) == 0 ? &rows[i] : row;
    if (!row)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the option %.40s is not known; --help lists what is", word);
    char name[NAME_SIZE];
    option_name(row, name);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "the option %.40s is not known; did you mean %s?", word, name);
}

/* The row checks and stores the value, as it would one from a file. */
static AugStatus store(TrainOptions *options, const AugParamDesc *row, const char *value,
                       AugError *error)
{
    AugiTree entry = {.kind = AUGI_TREE_SCALAR, .text = value, .key = row->name};
    const AugiTree map = {.kind = AUGI_TREE_MAP, .children = &entry, .n_children = 1};
    /* Size 0: the rest of the options stays as it is. */
    const AugParamTable one = {row, 1, 0};
    AugError problem = {0};
    AugProblems problems = {.items = &problem, .capacity = 1};
    augi_params_bind(&one, &map, NULL, NULL, options, &problems);
    if (problems.n == 0)
        return AUG_OK;
    char name[NAME_SIZE];
    option_name(row, name);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, name, "%s", problem.message);
}

static AugStatus note_given(TrainOptions *options, const AugParamDesc *row, const char *value,
                            AugError *error)
{
    options->has_epochs = options->has_epochs || strcmp(row->name, "epochs") == 0;
    options->has_seed = options->has_seed || strcmp(row->name, "seed") == 0;
    options->has_threads = options->has_threads || strcmp(row->name, "threads") == 0;
    if (strcmp(row->name, "dataset") != 0)
        return AUG_OK;
    if (options->n_datasets == TRAIN_MAX_DATASETS)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "--dataset", "more than %d data sets are given",
                        TRAIN_MAX_DATASETS);
    options->datasets[options->n_datasets++] = value;
    return AUG_OK;
}

static AugStatus read_option(TrainOptions *options, const char *word, Words *words, AugError *error)
{
    size_t length = strcspn(word, "=");
    const AugParamDesc *row = find_row(word, length);
    if (!row)
        return fail_unknown(word, length, error);
    char name[NAME_SIZE];
    option_name(row, name);
    if (row->kind == AUG_PARAM_BOOL) {
        if (word[length])
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, name, "this option takes no value");
        return store(options, row, "true", error);
    }
    const char *value = word + length + 1;
    if (!word[length]) {
        if (words->n == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, name, "a value is missing: %s %s", name,
                            row->unit);
        value = *words->next++;
        words->n--;
    }
    AUG_TRY(store(options, row, value, error));
    return note_given(options, row, value, error);
}

static AugStatus read_operand(TrainOptions *options, const char *word, AugError *error)
{
    if (options->command == TRAIN_COMMAND_RUN && !options->operand && strcmp(word, "layers") == 0) {
        options->command = TRAIN_COMMAND_LAYERS;
        return AUG_OK;
    }
    if (options->operand)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.80s' is one argument too many", word);
    options->operand = word;
    return AUG_OK;
}

static AugStatus check(const TrainOptions *options, AugError *error)
{
    if (options->command == TRAIN_COMMAND_RUN && !options->operand)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the model file is missing: augtrain MODEL.yaml; --help shows examples");
    if (options->eval_only && !options->weights)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "--eval-only",
                        "this needs --weights FILE, the weights to evaluate");
    if (options->overwrite && !options->output)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "--overwrite",
                        "this needs --output DIR, the run to replace");
    return AUG_OK;
}

AugStatus train_options_init(TrainOptions *options, const char *const *words, size_t n,
                             AugError *error)
{
    *options = (TrainOptions){.command = TRAIN_COMMAND_RUN};
    Words rest = {words, n};
    bool only_operands = false;
    while (rest.n > 0) {
        const char *word = *rest.next++;
        rest.n--;
        if (!only_operands && strcmp(word, "--") == 0)
            only_operands = true;
        else if (!only_operands && (strcmp(word, "-o") == 0))
            AUG_TRY(read_option(options, "--output", &rest, error));
        else if (!only_operands && word[0] == '-' && word[1])
            AUG_TRY(read_option(options, word, &rest, error));
        else
            AUG_TRY(read_operand(options, word, error));
    }
    if (options->help)
        options->command = TRAIN_COMMAND_HELP;
    else if (options->version)
        options->command = TRAIN_COMMAND_VERSION;
    return check(options, error);
}

void train_options_fini(TrainOptions *options)
{
    augi_params_fini(&table, options);
}

/* A row's name and help; every line of the help begins in the same column. */
static void print_row(FILE *stream, const AugParamDesc *row)
{
    char name[NAME_SIZE], left[64];
    option_name(row, name);
    snprintf(left, sizeof(left), "%s %s", name, row->unit ? row->unit : "");
    fprintf(stream, "  %-26s", left);
    for (const char *c = row->help; *c; c++) {
        fputc(*c, stream);
        if (*c == '\n')
            fprintf(stream, "  %-26s", "");
    }
    fputc('\n', stream);
}

void train_options_help(FILE *stream)
{
    fputs("augtrain trains a network on batches from augd, or from specs run in this process.\n"
          "\n"
          "  augtrain MODEL.yaml [options]                    train, test after each epoch\n"
          "  augtrain MODEL.yaml --eval-only --weights FILE   test only\n"
          "  augtrain layers [NAME] [--json]                  layers and schedules\n"
          "\n",
          stream);
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        print_row(stream, &rows[i]);
    fputs("\n"
          "Examples\n"
          "  augd --listen unix:/tmp/augd.sock --dataset fashion-mnist-train=idx:train.gz &\n"
          "  augtrain examples/fashion_mnist/model.yaml --data unix:/tmp/augd.sock\n"
          "  augtrain model.yaml --data train.yaml --output runs/first --epochs 3\n"
          "  augtrain model.yaml --eval-only --weights runs/first/model.safetensors\n"
          "\n"
          "A run's folder holds config.json, log.jsonl, model.safetensors, state.safetensors and\n"
          "report.html. SIGINT and SIGTERM end a run after the current step, with a checkpoint;\n"
          "a second one ends it at once.\n"
          "\n"
          "Exit codes: 0 done, 2 a mistake in what was given, 1 any other failure, 130 and 143\n"
          "interrupted by SIGINT and SIGTERM.\n",
          stream);
}
