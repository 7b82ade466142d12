/* Contrastive learning: what the network makes of views of one sample, or of samples of one class, is
 * to be alike, and unlike all else. The spec says how the views differ.
 *
 * Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations",
 * 2020; classes: Khosla et al., "Supervised Contrastive Learning", 2020.
 */
#include "trainer/tasks/task.h"

const TrainTaskDesc train_task_contrastive = {
    .name = "contrastive",
    .summary = "Make views of a sample alike and unlike all others",
    .source = "Chen et al. 2020; classes: Khosla et al. 2020",
    .example = "contrastive",
    .targets = NN_TARGET_PAIRS | NN_TARGET_GROUPS,
    .loss = "nt_xent",
    .takes_views = true,
};
