/* What a network is trained for: how a task is made.
 *
 * To add a task: its file with a descriptor in tasks/, and a line in tasks.list.
 */
#ifndef TRAIN_TASK_H
#define TRAIN_TASK_H

#include "trainer/nn/nn.h"

/* A task.
 *
 * targets:     bits of NnTarget: what it gives a loss to compare with; the loss must take one
 * loss:        the loss where a model file names none; NULL: the default of the list
 * takes_views: rows of a sample are the views that the spec makes of it (batch.views), as many as its
 *              loss compares; other tasks take one
 * has_classes: labels are the network's classes: they must be there and fit, mistakes are counted
 *              for each, and the report has their tables. Otherwise they are what the loss makes of
 *              them
 * several:     a sample has any number of the classes: its labels are 0 or 1 for each, and each output
 *              by itself says whether it is of that class (above 0)
 */
typedef struct TrainTaskDesc {
    NN_MODULE;
    unsigned targets;
    const char *loss;
    bool takes_views, has_classes, several;
} TrainTaskDesc;

/* All tasks, sorted by name. */
extern const TrainTaskDesc *const train_tasks[];
extern const size_t train_n_tasks;

/* Task by name, NULL if there is none; nearest known name, or NULL. Any thread. */
const TrainTaskDesc *train_task_find(const char *name);
const char *train_task_nearest(const char *wrong);

/* The task where a model file names none. */
const TrainTaskDesc *train_task_default(void);

#endif
