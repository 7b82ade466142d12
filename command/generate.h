/* What is made from a program's table for the build: files of the manual and of shells, and a
 * description for programs. */
#ifndef CMD_GENERATE_H
#define CMD_GENERATE_H

#include <stdio.h>

#include "command/command.h"

/* Prints one kind: man, bash, zsh, fish or json. Any other fails with AUG_BAD_ARGUMENT. */
AUG_MUST_CHECK AugStatus cmd_generate(FILE *file, const CmdProgram *program, const char *kind,
                                      AugError *error);

/* The manual page, in mdoc. */
void cmd_generate_man(FILE *file, const CmdProgram *program);

/* Completion for bash: a file for share/bash-completion/completions. */
void cmd_generate_bash(FILE *file, const CmdProgram *program);

/* Completion for zsh: a file for a folder of fpath, named "_PROGRAM". */
void cmd_generate_zsh(FILE *file, const CmdProgram *program);

/* Completion for fish: a file for share/fish/vendor_completions.d. */
void cmd_generate_fish(FILE *file, const CmdProgram *program);

/* The table as one JSON object: name, summary, details, commands (name, summary, arguments,
 * options, examples; "" is the name of the nameless one), exit_codes, variables, see_also. */
AUG_MUST_CHECK AugStatus cmd_generate_json(FILE *file, const CmdProgram *program, AugError *error);

#endif
