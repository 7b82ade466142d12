/* Reading a command line into a command's options. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

/* Parses what follows the command's name: "--name value", "--name=value", flags, "-o" for
 * "--output", "--help", "--" before arguments that begin with a dash. An unknown option, a value
 * out of bounds or a wrong number of arguments fails with AUG_BAD_ARGUMENT and one sentence. With
 * --help only wants_help is set. On failure *call is zeroed. words must outlive the call. */
AUG_MUST_CHECK AugStatus cli_call_init(CliCall *call, const CliCommand *command,
                                       const char *const *words, size_t n_words, AugError *error);

/* Accepts a zeroed call. */
void cli_call_fini(CliCall *call);

#endif
