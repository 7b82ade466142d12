/* What a command of aug is: one const descriptor in a file of its own, listed in commands.c. Its
 * table of options is the parser, the range check and the help. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "libaug/spec/param.h"

struct CliCommand;

/* One call of a command, parsed. Everything is borrowed from cli_call_init's caller until
 * cli_call_fini.
 *
 * options:   the command's options struct, filled
 * arguments: what is not an option, in order
 * datasets:  the values of --dataset, in order
 */
typedef struct CliCall {
    const struct CliCommand *command;
    void *options;
    const char **arguments;
    size_t n_arguments;
    const char **datasets;
    size_t n_datasets;
    bool wants_help;
} CliCall;

/* A documented example: what follows "aug COMMAND", and what it does. */
typedef struct CliExample {
    const char *arguments;
    const char *text;
} CliExample;

/* The descriptor. Members that are not named are optional.
 *
 * summary:        one line, no full stop
 * arguments:      what stands for the arguments in the usage line: "SPEC", "[NAME]"
 * takes_datasets: --dataset NAME=KIND:PATH may be given, any number of times
 * details:        paragraphs for the help, separated by newlines
 * options:        fields are named as the options are, with "_" for "-"; the unit of a text option
 *                 is what stands for its value in the help
 * run:            does the work and returns the exit code: 0, 1 failure, 2 the user's mistake
 */
typedef struct CliCommand {
    const char *name;
    const char *summary;
    const char *arguments;
    size_t min_arguments, max_arguments;
    bool takes_datasets;
    const char *details;
    AugParamTable options;
    const CliExample *examples;
    size_t n_examples;
    int (*run)(const CliCall *call);
} CliCommand;

/* All commands in the order of the help. */
extern const CliCommand *const cli_commands[];
extern const size_t cli_n_commands;

/* Command by name; NULL if there is none. */
const CliCommand *cli_command_find(const char *name);

/* Nearest name of a command to a wrong one, or NULL. */
const char *cli_command_nearest(const char *wrong);

#endif
