/* Sentences on standard error, one a line; and what ends a command. */
#include "cli/outcome.h"

#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "libaug/run/replaced.h"

void cli_print_problems(const AugProblems *problems)
{
    for (size_t i = 0; i < problems->n && i < problems->capacity; i++) {
        const AugError *problem = &problems->items[i];
        cmd_put_text(stderr, problem->where);
        fputs(problem->where[0] ? ": " : "", stderr);
        cmd_put_text(stderr, problem->message);
        fputc('\n', stderr);
    }
    if (problems->n > problems->capacity)
        fprintf(stderr, "... and %zu more\n", problems->n - problems->capacity);
}

void cli_split_place(const char *where, int *line, int *column)
{
    *line = *column = 0;
    for (const char *colon = strchr(where, ':'); colon; colon = strchr(colon + 1, ':')) {
        int end = 0;
        if (sscanf(colon, ":%9d:%9d%n", line, column, &end) == 2 && colon[end] == 0)
            return;
    }
    *line = *column = 0;
}

static bool stands_before(const AugError *a, const AugError *b)
{
    int line_a, column_a, line_b, column_b;
    cli_split_place(a->where, &line_a, &column_a);
    cli_split_place(b->where, &line_b, &column_b);
    return line_a < line_b || (line_a == line_b && column_a < column_b);
}

/* By insertion, since all but a few are in order. */
void cli_sort_problems(AugProblems *problems)
{
    const size_t n = problems->n < problems->capacity ? problems->n : problems->capacity;
    for (size_t i = 1; i < n; i++) {
        const AugError item = problems->items[i];
        size_t at = i;
        for (; at > 0 && stands_before(&item, &problems->items[at - 1]); at--)
            problems->items[at] = problems->items[at - 1];
        problems->items[at] = item;
    }
}

void cli_print_note(const AugDataset *dataset)
{
    char note[512];
    if (aug_dataset_take_note(dataset, note))
        fprintf(stderr, "aug: %s\n", note);
}

bool cli_is_fatal(AugStatus status)
{
    return status == AUG_NO_MEMORY || status == AUG_INTERNAL;
}

bool cli_is_of_sample(AugStatus status)
{
    return augi_is_damage(status) || status == AUG_BAD_ARGUMENT || status == AUG_BAD_SPEC;
}
