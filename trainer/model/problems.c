/* Shows every mistake of a set of files, up to a number that a person reads. */
#include "trainer/model/problems.h"

#include <stdlib.h>

/* Mistakes that are shown of one set of files; more are only counted. */
#define MAX_PROBLEMS 64

TrainProblems train_problems_new(void)
{
    AugError *items = calloc(MAX_PROBLEMS, sizeof(*items));
    return (TrainProblems){.list = {.capacity = items ? MAX_PROBLEMS : 0, .items = items}};
}

int train_problems_print(const CmdCall *call, const TrainProblems *problems)
{
    const AugProblems *list = &problems->list;
    const size_t shown = list->n < list->capacity ? list->n : list->capacity;
    int code = 0;
    for (size_t i = 0; i < shown; i++) {
        const int worse = cmd_fail(call, &list->items[i]);
        code = worse > code ? worse : code;
    }
    if (list->n > shown)
        fprintf(stderr, "augtrain: and %zu more mistakes\n", list->n - shown);
    return code ? code : 2;
}

void train_problems_fini(TrainProblems *problems)
{
    free(problems->list.items);
    *problems = (TrainProblems){0};
}
