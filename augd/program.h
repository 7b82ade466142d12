/* augd as a program. */
#ifndef AUGD_PROGRAM_H
#define AUGD_PROGRAM_H

#include "command/command.h"

/* augd; the options of its one command are AugdSettings. */
extern const CmdProgram augd_program;

#endif
