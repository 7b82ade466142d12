/* Autoencoding: the network gives its input again. What it passes is seen as the network does, that
 * is as the spec made it.
 *
 * Source: Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006.
 */
#include "trainer/tasks/task.h"

const TrainTaskDesc train_task_autoencode = {
    .name = "autoencode",
    .summary = "Give the input again, through fewer values",
    .source = "Hinton and Salakhutdinov 2006",
    .example = "autoencode",
    .targets = NN_TARGET_INPUT,
    .loss = "mse",
};
