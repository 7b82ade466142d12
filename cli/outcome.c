#include "cli/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int cli_fail(const CliCall *call, const AugError *error)
{
    /* What was printed so far belongs before the complaint. */
    fflush(stdout);
    fprintf(stderr, "aug %s: %s%s%s\n", call->command->name, error->where,
            error->where[0] ? ": " : "", error->message);
    return aug_status_exit_code(error->status);
}

void cli_print_problems(const AugProblems *problems)
{
    for (size_t i = 0; i < problems->n && i < problems->capacity; i++)
        fprintf(stderr, "%s%s%s\n", problems->items[i].where,
                problems->items[i].where[0] ? ": " : "", problems->items[i].message);
    if (problems->n > problems->capacity)
        fprintf(stderr, "... and %zu more\n", problems->n - problems->capacity);
}

int cli_finish(int code)
{
    const bool failed_before = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed_before)
        return code;
    if (errno != EPIPE)
        fprintf(stderr, "aug: writing to standard output failed: %s\n", strerror(errno));
    return code ? code : 1;
}
