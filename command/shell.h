/* What the completions of all shells share. */
#ifndef CMD_SHELL_H
#define CMD_SHELL_H

#include <stdio.h>

#include "command/option.h"

/* Name of the command in a script: its own, or "" for the nameless one. */
const char *cmd_shell_command(const CmdCommand *command);

/* A few words for a menu: text up to its first colon, semicolon or full stop, to stand between
 * single quotes. Characters that the shells' own formats give a meaning to are left out. */
void cmd_shell_print_brief(FILE *file, const char *text);

/* Names of the commands, and "help" if there are any, separated by blanks. */
void cmd_shell_print_commands(FILE *file, const CmdProgram *program);

/* "-o --output": the option as it is typed. */
void cmd_shell_print_option(FILE *file, const CmdOption *option);

/* Names that complete an argument, or choices of an option, separated by blanks. */
void cmd_shell_print_names(FILE *file, const char *(*name_at)(size_t i));
/* Choices, separated by blanks. */
void cmd_shell_print_choices(FILE *file, const char *const *choices);

/* The first line of a script, behind what the shell needs there. */
void cmd_shell_print_origin(FILE *file, const CmdProgram *program, const char *shell);

#endif
