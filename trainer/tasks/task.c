/* Looking up tasks. The tasks themselves come from tasks.list. */
#include "trainer/tasks/task.h"

#include <string.h>

const TrainTaskDesc *train_task_find(const char *name)
{
    for (size_t i = 0; i < train_n_tasks; i++)
        if (!strcmp(train_tasks[i]->name, name))
            return train_tasks[i];
    return NULL;
}

static const char *name_at(const void *tasks, size_t i)
{
    return ((const TrainTaskDesc *const *)tasks)[i]->name;
}

const char *train_task_nearest(const char *wrong)
{
    return augi_nearest_name(wrong, name_at, train_tasks, train_n_tasks);
}

const TrainTaskDesc *train_task_default(void)
{
    size_t i = 0;
    while (i + 1 < train_n_tasks && !train_tasks[i]->is_default)
        i++;
    return train_tasks[i];
}
