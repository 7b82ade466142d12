/* aug as a program, and what its commands share of the table. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "command/command.h"

/* aug with all its commands, in the order of the help. */
extern const CmdProgram cli_program;

/* --dataset NAME=KIND:PATH. */
extern const CmdRepeat cli_dataset;

/* The argument SPEC. A macro, because tables are constant and a member cannot be copied from one
 * to another. */
#define CLI_SPEC_ARGUMENT                        \
    {                                            \
        .name = "SPEC", .words = CMD_WORDS_FILES \
    }

#endif
