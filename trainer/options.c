/* The options of augtrain as parameter rows, with what must hold between them. */
#include "trainer/options.h"

#include "trainer/command.h"
#include "trainer/command_parts.h"
#include "trainer/nn/nn.h"

static const AugParamDesc rows[] = {
    AUG_PARAM(TrainOptions, data, .optional = true, .unit = "address|file",
              .help = "where batches come from: unix:PATH or tcp:HOST:PORT of a daemon, or several "
                      "of these with commas between, the next one for when one goes away; or a "
                      "specification that replaces the model file's data.train and is run in this "
                      "process; without it the model file's specifications are run in this "
                      "process"),
    AUG_PARAM(TrainOptions, output, .optional = true, .unit = "folder",
              .help = "folder of the run; without it runs/MODEL, runs/MODEL-2, and so on"),
    AUG_PARAM(TrainOptions, overwrite, .optional = true,
              .help = "replace the run that is in that folder, once the new one has a checkpoint"),
    AUG_PARAM(TrainOptions, resume, .optional = true, .unit = "folder",
              .help = "go on with the run in that folder from its last checkpoint, with the model "
                      "file and the data that it was begun with unless others are given"),
    AUG_PARAM(TrainOptions, epochs, .optional = true, .low = 1, .high = 1000000,
              .help = "instead of train.epochs of the model file"),
    AUG_PARAM(TrainOptions, seed, .optional = true, .help = "instead of train.seed"),
    AUG_PARAM(TrainOptions, threads, .optional = true, .low = 0, .high = 256,
              .help = "instead of train.threads, 0 for one per processor"),
    AUG_PARAM(TrainOptions, kernels, .optional = true, .choices = nn_kernel_names,
              .help = "instead of train.kernels: what computes"),
    AUG_PARAM(TrainOptions, weights, .optional = true, .unit = "file",
              .help = "start from these weights: safetensors, with PyTorch's names"),
    AUG_PARAM(TrainOptions, wait, .fallback = "600", .low = 0, .high = 1000000, .unit = "seconds",
              .help = "how long a daemon that went away is waited for"),
    AUG_PARAM(TrainOptions, eval_only, .optional = true,
              .help = "only evaluate --weights on data.eval"),
};

static const CmdRepeat *const repeats[] = {&train_repeat_dataset};

static AugStatus check(CmdCall *call, AugError *error)
{
    TrainOptions *options = call->options;
    options->has_epochs = cmd_call_has(call, &options->epochs);
    options->has_seed = cmd_call_has(call, &options->seed);
    options->has_threads = cmd_call_has(call, &options->threads);
    options->has_kernels = cmd_call_has(call, &options->kernels);
    options->model = call->n_arguments > 0 ? call->arguments[0] : NULL;
    options->datasets = cmd_call_texts(call, &train_repeat_dataset);
    if (!options->model && !options->resume)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "MODEL.yaml is missing; see 'augtrain --help'");
    if (options->resume && (options->output || options->weights || options->eval_only))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--resume goes on in the run's own folder with its own weights; --output, "
                        "--weights and --eval-only do not go with it");
    if (options->eval_only && !options->weights)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--eval-only needs --weights FILE, the weights to evaluate");
    if (options->overwrite && !options->output)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--overwrite needs --output FOLDER, the run to replace");
    return AUG_OK;
}

static const CmdArgument arguments[] = {
    {.name = "MODEL.yaml", .optional = true, .words = CMD_WORDS_FILES}};

static const CmdExample examples[] = {
    {"examples/fashion_mnist/model.yaml --data unix:/tmp/augd.sock",
     "Train on the batches of a daemon that serves the data sets that the specifications name, "
     "and test after each epoch."},
    {"model.yaml --data train.yaml --output runs/first --epochs 3",
     "Batches made in this process, and a folder of your choice."},
    {"--resume runs/first", "Go on with a run that ended before its time."},
    {"model.yaml --eval-only --weights runs/first/model.safetensors", "Test only."},
};

const CmdCommand train_options_command = {
    .summary = "Train, and test after each epoch",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .json = "print the result of the test as JSON",
    .options = AUG_PARAM_TABLE(TrainOptions, rows),
    .repeats = repeats,
    .n_repeats = AUG_COUNT(repeats),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    .run = train_command_run,
};
