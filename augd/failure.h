/* From the engine's errors to those of the protocol. */
#ifndef AUGD_FAILURE_H
#define AUGD_FAILURE_H

#include "aug/problems.h"
#include "aug/status.h"
#include "protocol/errors.h"
#include "protocol/message.h"

/* Fills a failure with a code and printf's sentence; detail is left NULL. */
void augd_failure_set(AugpFailure *failure, AugpCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills a failure from an error of the engine, its place before the sentence. */
void augd_failure_from(AugpFailure *failure, const AugError *error);

/* Fills BAD_SPEC from all mistakes of a spec: the first in the message, all that were kept in the
 * detail ({"problems":[{"where":..,"message":..}],"n":..}). */
void augd_failure_from_problems(AugpFailure *failure, const AugProblems *problems);

#endif
