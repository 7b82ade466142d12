/* Inside of limits. */
#ifndef AUGI_LIMITS_H
#define AUGI_LIMITS_H

#include "aug/limits.h"
#include "aug/status.h"

/* Whether a caller's limits can be used: AUG_BAD_ARGUMENT if they were filled for another version
 * of the struct, or not at all. Before any other member is read. */
AUG_MUST_CHECK AugStatus augi_limits_check(const AugLimits *limits, AugError *error);

/* Words of options for each AugHintDetail; NULL behind the last. */
extern const char *const augi_hint_names[];

#endif
