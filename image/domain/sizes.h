/* What is said of the sizes of pictures that no operation makes equal. */
#ifndef IMG_SIZES_H
#define IMG_SIZES_H

#include "libaug/spec/domain.h"

/* Fails with AUG_BAD_SPEC: the pictures of this data set do not fit a batch. Looks at the headers
 * of a few of them, spread over the set, so that it is said whether they differ. exif: pictures are
 * turned upright. */
AugStatus img_sizes_refuse(const AugDomainInput *input, bool exif, AugError *error);

#endif
