/* Sentences on standard error, one a line; and what ends a command. */
#include "cli/outcome.h"

#include <stdio.h>

#include "libaug/run/replaced.h"

void cli_print_problems(const AugProblems *problems)
{
    for (size_t i = 0; i < problems->n && i < problems->capacity; i++)
        fprintf(stderr, "%s%s%s\n", problems->items[i].where,
                problems->items[i].where[0] ? ": " : "", problems->items[i].message);
    if (problems->n > problems->capacity)
        fprintf(stderr, "... and %zu more\n", problems->n - problems->capacity);
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
