/* How commands show the mistakes of a specification, what they could not keep, and which failures
 * end them. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "aug/dataset.h"
#include "aug/problems.h"

/* Prints "place: sentence" on standard error for every problem, and how many there are beyond those
 * that were kept. */
void cli_print_problems(const AugProblems *problems);

/* Line and column from the end of "name:line:column"; 0 where there are none. */
void cli_split_place(const char *where, int *line, int *column);

/* Brings problems of one file into the order of their places; those of one place stay as they are. */
void cli_sort_problems(AugProblems *problems);

/* Prints on standard error why what was read of a data set will not be remembered, if so. */
void cli_print_note(const AugDataset *dataset);

/* Whether a failure is the machine's rather than a sample's, and ends what goes through samples. */
bool cli_is_fatal(AugStatus status);

/* Whether a failure is a sample's own: its bytes are damaged, or an operation or a file format
 * refuses what they hold. Any other, such as a file that is gone or descriptors that ran out, says
 * nothing about the sample, so a command that may lose none ends. */
bool cli_is_of_sample(AugStatus status);

#endif
