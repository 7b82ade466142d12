/* Copy, a task: the network gives its input again, and few values that are far off count less than
 * squares would make them. */
#include "trainer/tasks/task.h"

const TrainTaskDesc train_task_copy = {
    .name = "copy",
    .summary = "Give the input again, by absolute errors",
    .example = "copy",
    .targets = NN_TARGET_INPUT,
    .loss = "l1",
};
