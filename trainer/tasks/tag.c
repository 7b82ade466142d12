/* Tagging: every sample has any number of classes, none included, each told by an output of its own. */
#include "trainer/tasks/task.h"

const TrainTaskDesc train_task_tag = {
    .name = "tag",
    .summary = "Tell all classes that a sample is of, any number of them (multi-label)",
    .example = "tag",
    .targets = NN_TARGET_CLASSES,
    .loss = "bce_with_logits",
    .has_classes = true,
    .several = true,
};
