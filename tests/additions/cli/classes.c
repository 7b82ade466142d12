/* aug classes: the names of a data set's classes, by number. */
#include <stdio.h>

#include "cli/input.h"
#include "command/command.h"

typedef struct ClassesOptions {
    bool count;
} ClassesOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(ClassesOptions, count, .fallback = "false", .help = "print only how many there are"),
};

static int run(const CmdCall *call)
{
    const ClassesOptions *options = call->options;
    AugDataset *dataset;
    AugError error = {0};
    if (cli_input_open(&dataset, call->arguments[0], NULL, &error) != AUG_OK)
        return cmd_fail(call, &error);
    const uint32_t n = aug_dataset_info(dataset)->n_classes;
    if (options->count)
        printf("%u\n", n);
    for (uint32_t i = 0; i < n && !options->count; i++)
        printf("%u %s\n", i, aug_dataset_class_name(dataset, i));
    aug_dataset_unref(dataset);
    return 0;
}

static const CmdExample examples[] = {{"data/train", "The classes of a folder of pictures."}};

static const CmdArgument arguments[] = {{.name = "INPUT", .words = CMD_WORDS_FILES}};

const CmdCommand cli_command_classes = {
    .name = "classes",
    .summary = "Names of the classes of a data set",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .options = AUG_PARAM_TABLE(ClassesOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
