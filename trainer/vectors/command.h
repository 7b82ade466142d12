/* The program nn_vectors. */
#ifndef VECTOR_COMMAND_H
#define VECTOR_COMMAND_H

#include "command/command.h"

/* nn_vectors with its one command. */
extern const CmdProgram vector_program;

#endif
