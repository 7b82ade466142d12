/* Shows every mistake of a set of files, up to a number that a person reads. */
#include "trainer/model/problems.h"

#include <stdlib.h>

/* Mistakes that are shown of one set of files; more are only counted. */
#define MAX_PROBLEMS 64

void train_problems_init(TrainProblems *problems)
{
    AugError *items = calloc(MAX_PROBLEMS, sizeof(*items));
    *problems = (TrainProblems){
        .list = {.capacity = items ? MAX_PROBLEMS : 1, .items = items ? items : &problems->first}};
}

/* The last word about memory, which is of a whole file; NULL: there was enough. */
static const AugError *find_memory(const AugProblems *list, size_t n)
{
    while (n > 0 && list->items[n - 1].status != AUG_NO_MEMORY)
        n--;
    return n > 0 ? &list->items[n - 1] : NULL;
}

int train_problems_print(const CmdCall *call, const TrainProblems *problems)
{
    const AugProblems *list = &problems->list;
    const size_t shown = list->n < list->capacity ? list->n : list->capacity;
    const AugError *memory = find_memory(list, shown);
    int code = 0;
    if (memory)
        return cmd_fail(call, memory);
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
    if (problems->list.items != &problems->first)
        free(problems->list.items);
    *problems = (TrainProblems){0};
}
