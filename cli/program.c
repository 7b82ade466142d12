/* The table of aug: its commands, and what is said about all of them. */
#include "cli/program.h"

#include "aug/catalog.h"
#include "aug/version.h"

extern const CmdCommand cli_command_apply;
extern const CmdCommand cli_command_batch;
extern const CmdCommand cli_command_bench;
extern const CmdCommand cli_command_check;
extern const CmdCommand cli_command_data;
extern const CmdCommand cli_command_datasets;
extern const CmdCommand cli_command_digest;
extern const CmdCommand cli_command_fingerprint;
extern const CmdCommand cli_command_list;
extern const CmdCommand cli_command_ops;
extern const CmdCommand cli_command_pack;
extern const CmdCommand cli_command_preview;
extern const CmdCommand cli_command_schema;

static const CmdCommand *const commands[] = {
    &cli_command_check,    &cli_command_preview,     &cli_command_apply, &cli_command_pack,
    &cli_command_batch,    &cli_command_digest,      &cli_command_bench, &cli_command_ops,
    &cli_command_datasets, &cli_command_fingerprint, &cli_command_data,  &cli_command_list,
    &cli_command_schema,
};

static const CmdLetter letters[] = {{'o', "output"}, {'n', "samples"}};

/* Beside those of all programs. */
static const CmdTerm exit_codes[] = {
    {"3", "aug apply, aug pack: done, but some samples could not be augmented or packed"},
};

const CmdRepeat cli_dataset = {
    .name = "dataset",
    .unit = "NAME=KIND:PATH",
    .help = "the data set that a name in the specification stands for, as in "
            "train=image_folder:data/train",
    .check = aug_catalog_check,
};

const CmdProgram cli_program = {
    .name = "aug",
    .summary = "data augmentation at the terminal",
    .version = AUG_VERSION " (" AUG_ENGINE ")",
    .details =
        "aug works with a specification, see aug-spec(5), and the data set that it names. A batch "
        "is a pure function of data set, specification, seed, epoch and step, so whatever aug "
        "shows is what a training job gets.\n"
        "Results go to standard output or to the file that --output names, everything else to "
        "standard error. A file that is called '-' is standard input or standard output. Relative "
        "paths in a specification start at its folder, those in options at the current one.\n"
        "Worker threads never change a result. A result is written aside and renamed, so nothing "
        "partial is left behind.",
    .commands = commands,
    .n_commands = AUG_COUNT(commands),
    .letters = letters,
    .n_letters = AUG_COUNT(letters),
    .exit_codes = exit_codes,
    .n_exit_codes = AUG_COUNT(exit_codes),
    .see_also = "augd(1), augtrain(1), aug-spec(5)",
};
