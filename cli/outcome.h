/* How commands show the mistakes of a specification. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "aug/problems.h"

/* Prints "place: sentence" on standard error for every problem, and how many there are beyond those
 * that were kept. */
void cli_print_problems(const AugProblems *problems);

#endif
