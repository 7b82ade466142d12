/* How commands tell about failures and end. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli/command.h"

/* Prints "aug COMMAND: place: sentence" on standard error and returns the exit code of the error.
 */
int cli_fail(const CliCall *call, const AugError *error);

/* Prints "place: sentence" for every problem, and how many there are beyond those that were kept.
 */
void cli_print_problems(const AugProblems *problems);

/* Ends the output: returns code, or 1 with a word on standard error if standard output could not
 * take everything (a closed pipe is not worth a word). */
int cli_finish(int code);

#endif
