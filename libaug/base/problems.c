/* A list of mistakes that keeps the first few and counts the rest. */
#include "aug/problems.h"

#include <stdarg.h>
#include <stdio.h>

void aug_problems_add(AugProblems *problems, AugStatus status, const char *where,
                      const char *format, ...)
{
    size_t index = problems->n++;
    if (index >= problems->capacity)
        return;
    char message[sizeof(problems->items->message)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    AUG_FAIL(&problems->items[index], status, where, "%s", message);
}

AugStatus aug_problems_first(const AugProblems *problems, AugError *error)
{
    if (problems->n == 0)
        return AUG_OK;
    if (problems->capacity == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, problems->source_name, "%zu mistakes were found",
                        problems->n);
    const AugError *first = &problems->items[0];
    if (error)
        *error = *first;
    if (problems->n > 1)
        AUG_FAIL(error, first->status, first->where, "%.400s (and %zu more)", first->message,
                 problems->n - 1);
    return first->status;
}
