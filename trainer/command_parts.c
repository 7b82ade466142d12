/* Parts of commands: an option, and opening a model. */
#include "trainer/command_parts.h"

#include "trainer/model/problems.h"

const CmdRepeat train_repeat_dataset = {
    .name = "dataset",
    .unit = "NAME=KIND:PATH",
    .help = "data set for specifications that name theirs, in this process",
};

int train_open_saved(const CmdCall *call, TrainSavedModel *out, const char *path,
                     const char *weights, const AugLimits *limits)
{
    TrainProblems problems;
    train_problems_init(&problems);
    const AugStatus status = train_saved_open(out, path, weights, limits, &problems.list);
    const int code = status == AUG_OK ? 0 : train_problems_print(call, &problems);
    train_problems_fini(&problems);
    return code;
}
