/* What OPEN_OK says of a stream, and whether a client understands it. Any thread. */
#ifndef AUGD_DESCRIBE_H
#define AUGD_DESCRIBE_H

#include <stdbool.h>

#include "aug/plan.h"
#include "protocol/message.h"

/* Fills in what a plan states for a rank of a world: all of the reply but stream_id and
 * fingerprint. out is zero before, and owns its class names afterwards. False, with a failure set,
 * if the world is too large for a batch, a part of it too large for the limits, or memory is
 * out. */
bool augd_describe(AugpOpenOk *out, const AugPlan *plan, uint32_t world, AugpFailure *failure);

/* Whether a client with these features (a set of AugpFeature) understands batches of the tensors
 * that info lists; else false, with a failure that names the tensor and the feature. */
bool augd_describe_check(const AugpOpenOk *info, uint32_t features, AugpFailure *failure);

#endif
