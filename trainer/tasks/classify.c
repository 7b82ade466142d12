/* Classification: every sample has a class, or shares of several where the spec mixes. */
#include "trainer/tasks/task.h"

const TrainTaskDesc train_task_classify = {
    .name = "classify",
    .summary = "Tell which class a sample is of",
    .example = "classify",
    .is_default = true,
    .targets = NN_TARGET_CLASS | NN_TARGET_SOFT,
    .has_classes = true,
};
