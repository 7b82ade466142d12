/* The table of augtrain: its commands, and what is said about the program. */
#include "aug/version.h"
#include "trainer/command.h"
#include "trainer/options.h"

static const CmdCommand *const commands[] = {&train_options_command, &train_command_bench,
                                             &train_command_predict, &train_command_export,
                                             &train_command_modules};

static const CmdTerm exit_codes[] = {
    {"3", "augtrain predict: done, but some samples are damaged"},
    {"129", "interrupted by SIGHUP"},
};

static const CmdLetter letters[] = {{'o', "output"}};

const CmdProgram train_program = {
    .name = "augtrain",
    .summary = "train a network on augmented batches",
    .version = AUG_VERSION " (" AUG_ENGINE ")",
    .details =
        "augtrain builds the network that the model file describes, trains it on batches from a "
        "daemon, see augd(1), or from specifications that it runs itself, see aug-spec(5), and "
        "tests it after each epoch. The same model, data and seed give the same weights, byte by "
        "byte, for any number of threads and wherever the batches were made.\n"
        "A run has a folder of its own with the settings (config.json), a line for each entry of "
        "the log (log.jsonl; as tables in steps.csv and epochs.csv, and for TensorBoard), weights "
        "(model.safetensors), checkpoints and a page with curves (report.html). --resume goes on "
        "with it from the last checkpoint, bit by bit as if nothing had happened, however it "
        "ended. "
        "A daemon that goes away is waited for.\n"
        "SIGINT, SIGTERM and SIGHUP end a run after the current step, with a checkpoint; a second "
        "one ends it at once.",
    .commands = commands,
    .n_commands = AUG_COUNT(commands),
    .letters = letters,
    .n_letters = AUG_COUNT(letters),
    .exit_codes = exit_codes,
    .n_exit_codes = AUG_COUNT(exit_codes),
    .see_also = "aug(1), augd(1), aug-spec(5)",
};
