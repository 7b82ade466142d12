/* What several commands of augtrain have in common. */
#ifndef TRAIN_COMMAND_PARTS_H
#define TRAIN_COMMAND_PARTS_H

#include "command/command.h"
#include "trainer/model/saved_model.h"

/* "--dataset NAME=KIND:PATH" of commands that read specifications. */
extern const CmdRepeat train_repeat_dataset;

/* Opens a saved model, see train_saved_open, and prints every mistake. Returns the exit code; if that is
 * not 0, *out is zeroed. */
int train_open_saved(const CmdCall *call, TrainSavedModel *out, const char *path,
                     const char *weights, const AugLimits *limits);

#endif
