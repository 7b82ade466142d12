/* Operations of Albumentations and torchvision that have another name or place here. */
#ifndef IMG_ELSEWHERE_H
#define IMG_ELSEWHERE_H

#include "libaug/spec/domain.h"

/* Every operation of Albumentations 1 and 2 and of torchvision's transforms, v2 included, whose
 * name is none of ours. Ends with a row without names. */
extern const AugElsewhere img_elsewhere[];

#endif
