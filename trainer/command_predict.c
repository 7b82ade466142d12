/* augtrain predict: what a trained model says of samples. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/command.h"
#include "trainer/command_parts.h"
#include "trainer/predict/predict.h"
#include "trainer/run/files.h"

typedef struct PredictOptions {
    AugText weights, output, layer;
    AugChoice format, values;
    int32_t top, threads;
    bool overwrite, allow_errors;
    bool has_format, has_values, has_top;
    const char *model, *input;
} PredictOptions;

/* In the order of TrainMade. */
static const char *const values_names[] = {"classes", "logits", "probabilities", "features", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(PredictOptions, weights, .optional = true, .unit = "file",
              .help = "take the weights from this file; a model file needs it"),
    AUG_PARAM(PredictOptions, output, .optional = true, .unit = "file",
              .help = "where to write, complete or not at all; without it rows go to standard "
                      "output"),
    AUG_PARAM(PredictOptions, format, .fallback = "tsv", .choices = train_rows_forms,
              .help = "form of the rows; without it as the output's name ends, else tsv"),
    AUG_PARAM(PredictOptions, top, .fallback = "1", .low = 1, .high = 1000,
              .help = "classes of each sample, the likeliest first"),
    AUG_PARAM(PredictOptions, values, .fallback = "classes", .choices = values_names,
              .help = "instead of rows an array of these, to FILE.npy or FILE.safetensors"),
    AUG_PARAM(
        PredictOptions, layer, .optional = true, .unit = "name",
        .help = "layer whose output --values features are: its name, or its number from 0; of one "
                "inside a residual as its tensors are called, such as 3.branch.0"),
    AUG_PARAM(PredictOptions, threads, .fallback = "0", .low = 0, .high = 256,
              .help = "threads, 0 for one per processor"),
    AUG_PARAM(PredictOptions, allow_errors, .optional = true,
              .help = "exit with 0 though samples were damaged"),
    AUG_PARAM(PredictOptions, overwrite, .optional = true, .help = "replace a file that is there"),
};

static AugStatus check_array(const PredictOptions *options, AugError *error)
{
    const bool features = options->values.value == TRAIN_MADE_FEATURES;
    if (features != (options->layer != NULL))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--values features and --layer NAME %s",
                        "belong together");
    if (options->values.value == TRAIN_MADE_CLASSES)
        return AUG_OK;
    if (!options->output || !train_values_is_path(options->output))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--values %s needs --output FILE.npy or FILE.safetensors",
                        values_names[options->values.value]);
    if (options->has_format || options->has_top)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is for rows, not for --values %s",
                        options->has_top ? "--top" : "--format",
                        values_names[options->values.value]);
    return AUG_OK;
}

/* The form that the output's name says. */
static void guess_format(PredictOptions *options)
{
    const char *dot = options->output ? strrchr(options->output, '.') : NULL;
    for (int32_t i = 0; dot && !options->has_format && train_rows_forms[i]; i++)
        if (strcmp(dot + 1, train_rows_forms[i]) == 0)
            options->format.value = i;
}

static AugStatus check(CmdCall *call, AugError *error)
{
    PredictOptions *options = call->options;
    options->has_format = cmd_call_has(call, &options->format);
    options->has_top = cmd_call_has(call, &options->top);
    options->model = call->arguments[0];
    options->input = call->n_arguments > 1 ? call->arguments[1] : NULL;
    guess_format(options);
    AUG_TRY(check_array(options, error));
    if (options->output)
        return train_file_check_new(options->output, options->overwrite, error);
    return AUG_OK;
}

static AugStatus check_weights(const TrainSavedModel *saved, AugError *error)
{
    if (saved->weights.header_size > 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, saved->model->path,
                    "a model file has no weights; give the folder of a run, or --weights FILE");
}

/* Rows to a file that is complete or absent: they are kept until all are made. */
static AugStatus predict_rows(TrainPredictor *predictor, const char *path, AugError *error)
{
    char *text = NULL;
    size_t size = 0;
    if (!path) {
        predictor->rows = stdout;
        return train_predict(predictor, error);
    }
    predictor->rows = open_memstream(&text, &size);
    if (!predictor->rows)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the rows");
    AugStatus status = train_predict(predictor, error);
    if (fclose(predictor->rows) != 0 && status == AUG_OK)
        status = AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the rows");
    if (status == AUG_OK)
        status = train_file_save(path, text, size, error);
    free(text);
    return status;
}

static AugStatus predict_all(TrainPredictor *predictor, const PredictOptions *options,
                             AugError *error)
{
    if (predictor->made == TRAIN_MADE_CLASSES)
        return predict_rows(predictor, options->output, error);
    AUG_TRY(train_predict(predictor, error));
    return train_values_save(&predictor->values, values_names[predictor->made], options->output,
                             error);
}

static AugStatus work(const PredictOptions *options, const TrainSavedModel *saved,
                      const AugLimits *limits, TrainPredictor *predictor, AugError *error)
{
    TrainInput input;
    AUG_TRY(check_weights(saved, error));
    AUG_TRY(
        train_input_open(&input, saved, options->input, (uint32_t)options->threads, limits, error));
    const TrainSavedOptions how = {.layer = options->layer,
                                   .max_batch = train_source_info(input.source)->batch_size,
                                   .n_threads = (uint32_t)options->threads};
    predictor->input = &input;
    AugStatus status = train_saved_network(saved, &how, &predictor->network, error);
    if (status == AUG_OK)
        status = predict_all(predictor, options, error);
    nn_network_free(predictor->network);
    train_values_fini(&predictor->values);
    train_input_fini(&input);
    return status;
}

/* Says what was left out; 3 is the exit code for all but what is damaged. */
static int finish(const CmdCall *call, const TrainPredictor *predictor)
{
    const PredictOptions *options = call->options;
    if (options->output)
        cmd_say(call, "%" PRIu64 " samples, %s is written", predictor->n, options->output);
    if (predictor->n_damaged == 0)
        return 0;
    fprintf(stderr,
            "augtrain predict: %" PRIu64 " of %" PRIu64
            " samples are damaged and have no prediction; the first: ",
            predictor->n_damaged, predictor->n);
    cmd_put_text(stderr, predictor->first_error);
    fputc('\n', stderr);
    return options->allow_errors ? 0 : 3;
}

static int run(const CmdCall *call)
{
    const PredictOptions *options = call->options;
    AugLimits limits;
    TrainSavedModel saved;
    AugError error = {0};
    aug_limits_init(&limits);
    const int code = train_open_saved(call, &saved, options->model, options->weights, &limits);
    if (code != 0)
        return code;
    TrainPredictor predictor = {.saved = &saved,
                                .made = (TrainMade)options->values.value,
                                .form = (TrainRowsForm)options->format.value,
                                .top = (uint32_t)options->top};
    const AugStatus status = work(options, &saved, &limits, &predictor, &error);
    train_saved_fini(&saved);
    return status == AUG_OK ? finish(call, &predictor) : cmd_fail(call, &error);
}

static const CmdArgument arguments[] = {
    {.name = "MODEL", .words = CMD_WORDS_FILES},
    {.name = "INPUT", .optional = true, .words = CMD_WORDS_FILES},
};

static const CmdExample examples[] = {
    {"runs/model photos/", "The class of each picture of a folder."},
    {"runs/model photos/ --top 5 -o classes.csv", "The five likeliest classes, as a table."},
    {"runs/model idx:t10k-images-idx3-ubyte.gz --values logits -o logits.npy",
     "The network's outputs for a data set."},
    {"runs/model unix:/tmp/augd.sock --format jsonl",
     "The test data of a daemon, a JSON object for each sample."},
    {"model.yaml photos/ --weights model.safetensors --values features --layer pool -o f.npy",
     "What a layer inside makes of each picture."},
};

const CmdCommand train_command_predict = {
    .name = "predict",
    .summary = "Write what a trained model says of samples",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "MODEL is the folder of a run, or a model file with --weights. INPUT is a folder of "
        "pictures, a file (.tar, .csv, .tsv, .jsonl, .txt, .idx, or a picture), a data set in the "
        "form KIND:PATH, or the address of a daemon; without it, the data set of the specification "
        "by which the run was evaluated. That specification says, too, how samples become the "
        "network's input.\n"
        "Samples stand in the order of the data set. One that is damaged has a row with the reason "
        "and no class, or values that are not numbers; the command then exits with 3.",
    .options = AUG_PARAM_TABLE(PredictOptions, rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = run,
};
