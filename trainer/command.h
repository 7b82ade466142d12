/* The work of augtrain's commands, and the program made of them. */
#ifndef TRAIN_COMMAND_H
#define TRAIN_COMMAND_H

#include "command/command.h"

/* augtrain with its commands. */
extern const CmdProgram train_program;

/* "augtrain modules": lists layers, losses, optimizers and schedules, or shows the one that is named. */
extern const CmdCommand train_command_modules;

/* "augtrain bench": where the time of training steps goes. */
extern const CmdCommand train_command_bench;

/* "augtrain export": writes a trained model for other programs. */
extern const CmdCommand train_command_export;

/* "augtrain predict": what a trained model says of samples. */
extern const CmdCommand train_command_predict;

/* Trains or evaluates a model file; the call's options are TrainOptions. Prints what it has to say
 * and returns the exit code. */
int train_command_run(const CmdCall *call);

#endif
