/* Colours in the parameters of operations, compared with the channels of the pictures. */
#ifndef IMG_FILLS_H
#define IMG_FILLS_H

#include "aug/status.h"
#include "libaug/spec/op.h"

/* Checks the fills of all operations, those inside groups included. The place of an error is the
 * operation's. Fails with AUG_BAD_SPEC. */
AUG_MUST_CHECK AugStatus img_fills_check(const AugOpList *ops, int32_t channels, AugError *error);

#endif
