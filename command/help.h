/* --help, printed from the table. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include <stdio.h>

#include "command/command.h"

/* What a program is, which commands it has, and all of its nameless one. */
void cmd_help_program(FILE *file, const CmdProgram *program);

/* One command: usage, options with defaults and bounds, examples. */
void cmd_help_command(FILE *file, const CmdProgram *program, const CmdCommand *command);

#endif
