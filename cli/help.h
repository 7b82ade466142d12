/* Help, printed from the descriptors. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* What aug is and which commands it has. */
void cli_help_print(FILE *file);

/* One command: usage, options with defaults and bounds, examples. */
void cli_help_print_command(FILE *file, const CliCommand *command);

/* Prints text broken at spaces into lines of at most 80 columns. The first line begins behind
 * column characters that stand already, the others are indented by column spaces. */
void cli_help_print_wrapped(FILE *file, int column, const char *text);

#endif
