/* One map between the failures of the protocol and those of libaug, in both directions: a server
 * says what its engine found in the protocol's words, and a client hears it in libaug's again. */
#ifndef STREAM_ERRORS_H
#define STREAM_ERRORS_H

#include "aug/status.h"
#include "protocol/errors.h"

/* What a server calls a failure of its engine. Several statuses may share a code, where the
 * difference is nothing to a client: its spec does not work there. */
AugpCode stream_code_of(AugStatus status);

/* What a code that a server sent is here; AUG_INTERNAL for a number not in the list. For a code
 * that stream_code_of gives, stream_code_of gives it back. */
AugStatus stream_status_of_code(uint32_t code);

/* What a failure of the protocol's client is here. */
AugStatus stream_status_of(const AugpError *theirs);

/* Fills error (NULL allowed) from a failure of the protocol's client and returns its status; where
 * stands in for a place that is missing. */
AugStatus stream_fail(const AugpError *theirs, const char *where, AugError *error);

#endif
